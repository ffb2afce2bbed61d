"""A SAM_V reader on a pseudo-terminal: what a serial reader is, seen from its cable.

with VirtualReader() as reader:
    reader.lay(card)            # open reader.path as a serial port and read
    reader.misbehave(WrongChecksum())
    reader.take()
"""

import errno
import os
import select
import tempfile
import termios
import threading
import time
import tty
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from devices.virtual.cards import CardData
from devices.virtual.mishaps import Mishap, Step
from devices.virtual.module import BAD_SUM, BAUD, PREAMBLE, Module, frame

BITS_PER_BYTE = 10
"""One start bit, eight data bits, one stop bit."""
LONGEST_REQUEST = 64
FORGET_AFTER = 0.2
"""Seconds after which a half-received request is forgotten."""
PIECE = 16
"""Bytes sent together at real speed: what a USB serial chip hands over at once, or less."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One command and its answer, for measuring: times are seconds of the monotonic clock."""

    command: int
    received: float
    finished: float
    request_bytes: int
    sent: int
    think: float

    def wire_seconds(self, baud: int = 115200) -> float:
        """How long request and answer need on a line of `baud`."""
        return (self.request_bytes + self.sent) * BITS_PER_BYTE / baud


class VirtualReader:
    """A reader that can be plugged, unplugged, given cards and told to misbehave.

    `thinks` gives the seconds the module needs for a command (by its two bytes, e.g. 0x3001).
    With `real_speed` bytes leave no faster than the line's baud rate allows and requests take
    their time too; without it, only the order of things is real.
    """

    def __init__(
        self,
        *,
        thinks: Mapping[int, float] | None = None,
        real_speed: bool = False,
        module: Module | None = None,
    ) -> None:
        self.module = module or Module()
        self.exchanges: deque[Exchange] = deque(maxlen=10_000)
        self._thinks = dict(thinks or {})
        self._real_speed = real_speed
        self._baud = 115200
        self._mishaps: list[Mishap] = []
        self._lock = threading.RLock()
        self._gone = threading.Event()
        self._folder = tempfile.TemporaryDirectory(prefix="virtual-reader-")
        self.path = str(Path(self._folder.name) / "ttySAMV")
        self._thread: threading.Thread | None = None
        self._ends: tuple[int, int] | None = None
        self._wake: tuple[int, int] | None = None

    def __enter__(self) -> Self:
        self.plug()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.unplug()
        self._folder.cleanup()

    @property
    def plugged(self) -> bool:
        """Whether the cable is in."""
        return self._ends is not None

    def plug(self) -> None:
        """Connect the cable: `path` leads to a fresh line. The card in the field stays there."""
        with self._lock:
            if self._ends is not None:
                return
            ours, theirs = os.openpty()
            # Our own hold on the far end keeps the line alive while nobody has it open.
            tty.setraw(theirs)
            rate = termios.tcgetattr(theirs)
            rate[4] = rate[5] = termios.B115200
            termios.tcsetattr(theirs, termios.TCSANOW, rate)
            os.set_blocking(ours, False)
            self._ends, self._wake = (ours, theirs), os.pipe()
            self._baud = 115200
            self._gone = threading.Event()
            fresh = Path(f"{self.path}.new")
            fresh.symlink_to(os.ttyname(theirs))
            fresh.rename(self.path)
            self._thread = threading.Thread(
                target=self._serve, args=(ours, self._wake[0], self._gone), name="virtual-reader"
            )
            self._thread.start()

    def unplug(self) -> None:
        """Pull the cable: whoever has the line open is hung up, and `path` leads nowhere."""
        with self._lock:
            ends, wake, thread = self._ends, self._wake, self._thread
            self._ends = self._wake = self._thread = None
            self._gone.set()
            if ends is None or wake is None:
                return
            Path(self.path).unlink(missing_ok=True)
            os.write(wake[1], b".")
            if thread is threading.current_thread():
                self._close(*ends, *wake)
                return
        if thread is not None:
            thread.join()
        self._close(*ends, *wake)

    @staticmethod
    def _close(*handles: int) -> None:
        for handle in handles:
            os.close(handle)

    def lay(self, card: CardData) -> None:
        """Put `card` on the reader."""
        with self._lock:
            self.module.lay(card)

    def take(self) -> None:
        """Take the card away."""
        with self._lock:
            self.module.take()

    def misbehave(self, *mishaps: Mishap) -> None:
        """Let each of `mishaps` befall the next answers it is meant for."""
        with self._lock:
            self._mishaps.extend(mishaps)

    def behave(self) -> None:
        """Forget mishaps that have not happened yet."""
        with self._lock:
            self._mishaps.clear()

    def _serve(self, line: int, wake: int, gone: threading.Event) -> None:
        waiting = bytearray()
        while not gone.is_set():
            ready, _, _ = select.select([line, wake], [], [], FORGET_AFTER if waiting else None)
            if wake in ready:
                return
            if not ready:
                waiting.clear()
                continue
            try:
                waiting += os.read(line, 4096)
            except BlockingIOError:
                continue
            while not gone.is_set() and (request := self._take_request(waiting)) is not None:
                self._reply(line, request, gone)

    @staticmethod
    def _take_request(waiting: bytearray) -> bytes | None:
        """Cut the next whole request, preamble and check byte included, from what has come."""
        while True:
            start = waiting.find(PREAMBLE)
            if start < 0:
                del waiting[: max(0, len(waiting) - len(PREAMBLE) + 1)]
                return None
            del waiting[:start]
            if len(waiting) < 7:
                return None
            length = int.from_bytes(waiting[5:7], "big")
            if length > LONGEST_REQUEST or length < 1:
                del waiting[:1]
                continue
            if len(waiting) < 7 + length:
                return None
            request = bytes(waiting[: 7 + length])
            del waiting[: 7 + length]
            return request

    def _reply(self, line: int, request: bytes, gone: threading.Event) -> None:
        received = time.monotonic()
        body = request[7:-1]
        command = int.from_bytes(body[:2], "big")
        folded = 0
        for byte in request[5:]:
            folded ^= byte
        with self._lock:
            mishap = self._due(command)
            if mishap is not None:
                mishap.before(self)
            answer = frame(BAD_SUM) if folded else self.module.answer(body)
            steps: list[Step] = [answer] if mishap is None else mishap.steps(answer)
        think = self._thinks.get(command, 0.0)
        coming = len(request) * BITS_PER_BYTE / self._baud if self._real_speed else 0.0
        if gone.wait(coming + think):
            return
        sent = self._send(line, steps, gone)
        if folded == 0 and command in BAUD:
            self._baud = BAUD[command]
        self.exchanges.append(
            Exchange(command, received, time.monotonic(), len(request), sent, think)
        )

    def _due(self, command: int) -> Mishap | None:
        for mishap in self._mishaps:
            if mishap.command in (None, command):
                mishap.times -= 1
                if mishap.times <= 0:
                    self._mishaps.remove(mishap)
                return mishap
        return None

    def _send(self, line: int, steps: list[Step], gone: threading.Event) -> int:
        due = time.monotonic()
        sent = 0
        for step in steps:
            if gone.is_set():
                return sent
            if isinstance(step, bytes):
                size = PIECE if self._real_speed else max(1, len(step))
                for at in range(0, len(step), size):
                    piece = step[at : at + size]
                    if self._real_speed:
                        due += len(piece) * BITS_PER_BYTE / self._baud
                        if gone.wait(max(0.0, due - time.monotonic())):
                            return sent
                    self._write(line, piece)
                    sent += len(piece)
            elif isinstance(step, int | float):
                if gone.wait(step):
                    return sent
                due = time.monotonic()
            else:
                step(self)
        return sent

    @staticmethod
    def _write(line: int, piece: bytes) -> None:
        """A serial line does not wait for its listener: what finds no room is lost."""
        try:
            os.write(line, piece)
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.EIO):
                raise
