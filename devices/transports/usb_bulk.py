"""A SAM_V module on USB by pyusb: vendor class, bulk pipes, in two forms.

Four pipes carry each frame in two pieces, cut after the length: OUT 0x02 and 0x06, IN 0x81 and
0x85. Two pipes carry it whole, answers in packets. Which form a unit has is told by its
endpoints.
"""

import contextlib
import errno
from collections.abc import Callable
from typing import Any, Final

import usb.core
import usb.util

from devices.records import Problem, ReaderError
from devices.transports.binding import Identity
from devices.transports.transport import TICK

USUAL: Final = Identity(0x0400, 0xC35A)
HEAD: Final = 7
"""Preamble and length: what the first pipe of the four-pipe form carries."""
WRITE_MS: Final = 1000
_LARGEST: Final = 4096
_PACKET: Final = 64
_AT_ONCE_MS: Final = 2
_MOST_STALE: Final = 8
_FULL_SPEED_BYTES: Final = 1_000_000.0


class UsbBulk:
    """The unit with this `identity`; `backend` is pyusb's, another one in tests."""

    bytes_per_second = _FULL_SPEED_BYTES

    def __init__(self, identity: Identity = USUAL, backend: Any = None) -> None:
        self.reader = f"usb {identity}"
        self._identity = identity
        self._backend = backend
        self._device: Any = None
        self._outs: list[Any] = []
        self._ins: list[Any] = []
        self._body_due = 0

    def open(self) -> None:
        """Claim the unit's first vendor interface."""
        wanted: dict[str, Any] = {"idVendor": self._identity.vid, "idProduct": self._identity.pid}
        if self._identity.serial is not None:
            wanted["serial_number"] = self._identity.serial
        try:
            device = usb.core.find(backend=self._backend, **wanted)
        except usb.core.NoBackendError:
            raise ReaderError(Problem.DRIVER_MISSING, "libusb-1.0 is not installed") from None
        except (usb.core.USBError, ValueError) as error:
            raise ReaderError(_problem(error), "find") from None
        if device is None:
            raise ReaderError(Problem.READER_GONE, "no such USB unit")
        try:
            self._claim(device)
        except (usb.core.USBError, NotImplementedError) as error:
            usb.util.dispose_resources(device)
            raise ReaderError(_problem(error), "claim") from None

    def _claim(self, device: Any) -> None:
        # Where the system has no driver of its own there is nothing to detach.
        with contextlib.suppress(NotImplementedError, usb.core.USBError):
            if device.is_kernel_driver_active(0):
                device.detach_kernel_driver(0)
        device.set_configuration()
        interface = device.get_active_configuration()[(0, 0)]
        bulk = [
            end
            for end in interface
            if usb.util.endpoint_type(end.bmAttributes) == usb.util.ENDPOINT_TYPE_BULK
        ]
        bulk.sort(key=lambda end: end.bEndpointAddress)
        outs = [end for end in bulk if not end.bEndpointAddress & usb.util.ENDPOINT_IN]
        ins = [end for end in bulk if end.bEndpointAddress & usb.util.ENDPOINT_IN]
        if not outs or not ins:
            usb.util.dispose_resources(device)
            raise ReaderError(Problem.DRIVER_MISSING, "no bulk pipes on the first interface")
        split = len(outs) > 1 and len(ins) > 1
        self._outs, self._ins = outs[: 1 + split], ins[: 1 + split]
        self._device, self._body_due = device, 0

    def write(self, data: bytes) -> None:
        """Send one frame, in one piece or two."""
        self._body_due = 0
        pieces = [data] if len(self._outs) == 1 else [data[:HEAD], data[HEAD:]]
        try:
            for pipe, piece in zip(self._outs, pieces, strict=True):
                pipe.write(piece, WRITE_MS)
        except usb.core.USBTimeoutError:
            raise ReaderError(Problem.NO_ANSWER, "the pipe takes nothing") from None
        except usb.core.USBError as error:
            raise ReaderError(_problem(error), "write") from None

    def read(self) -> bytes:
        """The next piece: the head or the body of an answer, or packets of a whole one."""
        return self._take(int(TICK * 1000))

    def watch(
        self, question: bytes, usual: bytes, every: float, times: int, stopped: Callable[[], bool]
    ) -> bytes:
        """Nothing: a pipe ends every wait for it."""
        return b""

    def _take(self, wait_ms: int) -> bytes:
        if not self._ins:
            raise ReaderError(Problem.READER_GONE, "not open")
        body = len(self._ins) > 1 and self._body_due > 0
        pipe = self._ins[1 if body else 0]
        # Room for whole packets: a device that sends more than was asked for is an overflow.
        wanted = max(_PACKET, min(_LARGEST, -(-self._body_due // _PACKET) * _PACKET))
        try:
            piece = bytes(pipe.read(wanted if body else _LARGEST, wait_ms))
        except usb.core.USBTimeoutError:
            return b""
        except usb.core.USBError as error:
            raise ReaderError(_problem(error), "read") from None
        if body:
            self._body_due = max(0, self._body_due - len(piece))
        elif len(self._ins) > 1 and len(piece) == HEAD:
            self._body_due = int.from_bytes(piece[5:7], "big")
        return piece

    def discard(self) -> None:
        """Read until nothing comes, a few times at most."""
        for _ in range(_MOST_STALE):
            if not self._take(_AT_ONCE_MS):
                break
        self._body_due = 0

    def close(self) -> None:
        """Release the interface."""
        device, self._device = self._device, None
        self._outs, self._ins = [], []
        if device is not None:
            with contextlib.suppress(usb.core.USBError):
                usb.util.dispose_resources(device)


def _problem(error: Exception) -> Problem:
    number = getattr(error, "errno", None)
    if number == errno.EBUSY:
        return Problem.READER_BUSY
    if number in (errno.EACCES, errno.EPERM):
        return Problem.PORT_DENIED
    return Problem.READER_GONE
