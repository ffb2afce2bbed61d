"""A serial line by pyserial: a port of this machine, or one behind a network address."""

import contextlib
import errno
import os
import select
from collections.abc import Callable, Iterable
from typing import Any, Final, cast

import serial
from serial.tools import list_ports

from devices.records import Problem, ReaderError
from devices.transports.binding import Identity, Port, device_of, identity_of
from devices.transports.transport import TICK

BITS_PER_BYTE: Final = 10
"""One start bit, eight data bits, one stop bit."""
WRITE_SECONDS: Final = 1.0
MOST_DISCARDED: Final = 1 << 16
"""Bytes thrown away at once; a line that brings more than that never falls silent."""

PIECE: Final = 4096
"""Bytes taken at once; more than any answer has."""

_BUSY: Final = frozenset({errno.EBUSY, errno.EAGAIN, errno.EWOULDBLOCK})
_DENIED: Final = frozenset({errno.EACCES, errno.EPERM})


class SerialLine:
    """8N1 at `baud`. `address` is a device path, `socket://HOST:PORT` or `rfc2217://HOST:PORT`.

    With `identity` the port is looked up by it at each `open`. Without, the identity of a USB
    port is learnt at the first one, so that it is found again under another name.
    """

    def __init__(
        self,
        address: str | None,
        baud: int = 115200,
        identity: Identity | None = None,
        ports: Callable[[], Iterable[Port]] = list_ports.comports,
    ) -> None:
        self.reader = address or str(identity)
        self.bytes_per_second = baud / BITS_PER_BYTE
        self._address = address
        self._baud = baud
        self._identity = identity
        self._ports = ports
        self._line: serial.Serial | None = None

    def open(self) -> None:
        """Connect, alone: a port in use by another program is READER_BUSY."""
        address = self._find()
        settings: dict[str, Any] = {"timeout": TICK}
        if "://" not in address:
            settings |= {"exclusive": True, "write_timeout": WRITE_SECONDS}
        try:
            line = serial.serial_for_url(address, baudrate=self._baud, **settings)
            self._line = cast(serial.Serial, line)
        except (serial.SerialException, OSError, ValueError) as error:
            raise ReaderError(_problem(error), type(error).__name__) from None

    def _find(self) -> str:
        remote = self._address is not None and "://" in self._address
        if self._identity is None and self._address is not None and not remote:
            self._identity = identity_of(self._address, self._ports())
        if self._identity is not None:
            self._address = device_of(self._identity, self._ports(), self._address)
        if self._address is None:
            raise ReaderError(Problem.READER_GONE, "no such USB unit")
        return self._address

    def write(self, data: bytes) -> None:
        """Send everything."""
        line = self._open_line()
        try:
            rest = data[_taken(line, data) :]
            if rest:
                line.write(rest)
        except serial.SerialTimeoutException:
            raise ReaderError(Problem.NO_ANSWER, "the line takes nothing") from None
        except (serial.SerialException, OSError) as error:
            raise ReaderError(Problem.READER_GONE, type(error).__name__) from None

    def read(self) -> bytes:
        """What has come; waits up to `TICK` for a first byte."""
        line = self._open_line()
        try:
            return _come(line) if isinstance(line, serial.Serial) else _come_far(line)
        except (serial.SerialException, OSError) as error:
            raise ReaderError(Problem.READER_GONE, type(error).__name__) from None

    def discard(self) -> None:
        """Throw away what has come. Not by `reset_input_buffer`: far ports need a round trip."""
        line = self._open_line()
        thrown = 0
        try:
            while thrown < MOST_DISCARDED and (waiting := line.in_waiting):
                thrown += len(line.read(waiting))
        except (serial.SerialException, OSError) as error:
            raise ReaderError(Problem.READER_GONE, type(error).__name__) from None

    def close(self) -> None:
        """Disconnect."""
        line, self._line = self._line, None
        if line is not None:
            # A port whose cable is out may complain about the last flush; it is gone either way.
            with contextlib.suppress(serial.SerialException, OSError):
                line.close()

    def _open_line(self) -> serial.Serial:
        if self._line is None:
            raise ReaderError(Problem.READER_GONE, "not open")
        return self._line


# An empty reader is asked ten times a second: at a port of this machine, pyserial would make four
# calls of the system more for each question.


def _taken(line: serial.Serial, data: bytes) -> int:
    """How many bytes a port of this machine takes without being waited for."""
    if not isinstance(line, serial.Serial):
        return 0
    try:
        return os.write(line.fileno(), data)
    except BlockingIOError:
        return 0


def _come(line: serial.Serial) -> bytes:
    port = line.fileno()
    ready, _, _ = select.select([port], [], [], TICK)
    if not ready:
        return b""
    try:
        piece = os.read(port, PIECE)
    except BlockingIOError:
        return b""
    if not piece:
        raise serial.SerialException("the line has ended")
    return piece


def _come_far(line: serial.Serial) -> bytes:
    first = line.read(1)
    waiting = line.in_waiting if first else 0
    return first + (line.read(waiting) if waiting else b"")


def _problem(error: Exception) -> Problem:
    number = getattr(error, "errno", None)
    if number in _BUSY or "exclusively lock" in str(error):
        return Problem.READER_BUSY
    if number in _DENIED:
        return Problem.PORT_DENIED
    return Problem.READER_GONE
