"""A serial line by pyserial: a port of this machine, or one behind a network address."""

import contextlib
import errno
import os
import select
import termios
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
        self._port: int | None = None
        """The open port of this machine; a far one has none."""
        self._least = 0
        """Bytes of which a port of this machine tells; fewer lie there unheard. Never 0: then an
        empty port and one that has ended would look the same."""

    def open(self) -> None:
        """Connect, alone: a port in use by another program is READER_BUSY."""
        address = self._find()
        settings: dict[str, Any] = {"timeout": TICK}
        if "://" not in address:
            settings |= {"exclusive": True, "write_timeout": WRITE_SECONDS}
        try:
            line = serial.serial_for_url(address, baudrate=self._baud, **settings)
            self._line, self._least = cast(serial.Serial, line), 0
            self._port = line.fileno() if isinstance(line, serial.Serial) else None
        except (serial.SerialException, OSError, ValueError) as error:
            raise ReaderError(_problem(error), type(error).__name__) from None
        try:
            self._tell_from(1)
        except ReaderError:
            self.close()
            raise

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
            rest = data if self._port is None else data[_taken(self._port, data) :]
            if rest:
                line.write(rest)
        except serial.SerialTimeoutException:
            raise ReaderError(Problem.NO_ANSWER, "the line takes nothing") from None
        except (serial.SerialException, OSError) as error:
            raise ReaderError(Problem.READER_GONE, type(error).__name__) from None

    def read(self) -> bytes:
        """What has come; waits up to `TICK` for a first byte."""
        line, port = self._open_line(), self._port
        try:
            if port is None:
                return _come_far(line)
            self._tell_from(1)
            select.select((port,), (), (), TICK)
            return _piece(port)
        except (serial.SerialException, OSError) as error:
            raise ReaderError(Problem.READER_GONE, type(error).__name__) from None

    def watch(
        self, question: bytes, usual: bytes, every: float, times: int, stopped: Callable[[], bool]
    ) -> bytes:
        """See `Transport.watch`. A far port cannot.

        Most of what an idle terminal does is done here: one wait serves for the answer and for the
        pause after it, as the port tells of nothing before it has more than the usual answer.
        """
        port = self._port
        if port is None:
            return b""
        self._tell_from(len(usual) + 1)
        try:
            for _ in range(times):
                told, _, _ = select.select((port,), (), (), every)
                piece = _piece(port)
                # What is told early is never the usual answer where ports can be told to wait.
                if told or piece != usual or stopped():
                    return piece
                self.write(question)
        except (serial.SerialException, OSError) as error:
            raise ReaderError(Problem.READER_GONE, type(error).__name__) from None
        return b""

    def _tell_from(self, least: int) -> None:
        """Let a wait for a port of this machine end when so many bytes have come, not before."""
        if least == self._least or self._port is None:
            return
        try:
            settings = termios.tcgetattr(self._port)
            settings[6][termios.VMIN], settings[6][termios.VTIME] = least, 0
            termios.tcsetattr(self._port, termios.TCSANOW, settings)
        except termios.error as error:
            raise ReaderError(Problem.READER_GONE, type(error).__name__) from None
        self._least = least

    def discard(self) -> None:
        """Throw away what has come. Not by `reset_input_buffer`: far ports need a round trip."""
        line = self._open_line()
        thrown = 0
        try:
            while thrown < MOST_DISCARDED and (piece := self._lying(line)):
                thrown += len(piece)
        except (serial.SerialException, OSError) as error:
            raise ReaderError(Problem.READER_GONE, type(error).__name__) from None

    def _lying(self, line: serial.Serial) -> bytes:
        if self._port is not None:
            return _piece(self._port)
        waiting = line.in_waiting
        return line.read(waiting) if waiting else b""

    def close(self) -> None:
        """Disconnect."""
        line, self._line, self._port = self._line, None, None
        if line is not None:
            # A port whose cable is out may complain about the last flush; it is gone either way.
            with contextlib.suppress(serial.SerialException, OSError):
                line.close()

    def _open_line(self) -> serial.Serial:
        if self._line is None:
            raise ReaderError(Problem.READER_GONE, "not open")
        return self._line


# An empty reader is asked ten times a second: at a port of this machine, pyserial would make four
# calls of the system more for each question, and wake up for each answer.


def _taken(port: int, data: bytes) -> int:
    """How many bytes a port of this machine takes without being waited for."""
    try:
        return os.write(port, data)
    except BlockingIOError:
        return 0


def _piece(port: int) -> bytes:
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
