"""A scanner on a serial or USB-CDC line: texts end with a terminator, or with silence."""

import time
from typing import Final

from devices.driver import BACK_OFF, Session
from devices.records import ReaderUp, Scanned
from devices.text import clean
from devices.transports.transport import Transport

IDLE: Final = 0.3
"""Seconds of silence that end a text; lines that come faster belong together."""
LONGEST: Final = 512
_STX, _ETX, _TERMINATORS = 0x02, 0x03, b"\r\n\t"


class ScanFramer:
    """Cuts a byte stream into texts. Pure: fed with bytes and the time they came.

    A text is what stands between STX and ETX; else lines that follow each other within
    `IDLE`, as a machine readable zone comes as two or three of them.
    """

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line = bytearray()
        self._last = 0.0

    def feed(self, data: bytes, at: float) -> list[str]:
        """Texts complete with `data`."""
        done = self.quiet(at)
        self._last = at
        for byte in data:
            if byte in (_STX, _ETX):
                done += self._take()
            elif byte in _TERMINATORS:
                self._end_line()
            elif len(self._line) < LONGEST:
                self._line.append(byte)
        return done

    def quiet(self, at: float) -> list[str]:
        """Texts that are complete because nothing came until `at`."""
        waiting = bool(self._lines or self._line)
        return self._take() if waiting and at - self._last >= IDLE else []

    def _end_line(self) -> None:
        line = clean(self._line.decode("utf-8", "replace"))
        self._line.clear()
        if line and sum(map(len, self._lines)) < LONGEST:
            self._lines.append(line)

    def _take(self) -> list[str]:
        self._end_line()
        lines, self._lines = self._lines, []
        return ["\n".join(lines)] if lines else []


class LineScanner:
    """A `Driver` (devices/driver.py) that emits `Scanned`."""

    retry_after = BACK_OFF

    def __init__(self, reader: str, transport: Transport) -> None:
        self.reader = reader
        self._transport = transport
        self._framer = ScanFramer()

    def open(self, session: Session) -> ReaderUp:
        """Connect; a scanner cannot be asked whether it is well."""
        self._transport.open()
        self._framer = ScanFramer()
        return ReaderUp(self.reader, self._transport.reader)

    def step(self, session: Session) -> None:
        """Take what was scanned."""
        piece = self._transport.read()
        now = time.monotonic()
        texts = self._framer.feed(piece, now) if piece else self._framer.quiet(now)
        for text in texts:
            session.emit(Scanned(self.reader, text))

    def close(self) -> None:
        """Give the line back."""
        self._transport.close()

    def interrupt(self) -> None:
        """Nothing to wake: every wait here is a short one."""
