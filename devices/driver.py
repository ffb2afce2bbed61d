"""What every reader driver offers to the thread that runs it, and what it is given there.

A driver is blocking and knows neither asyncio nor the other readers. `devices/readers.py` runs one
in a daemon thread: `open`, then `step` again and again, and `close` when a step raises or the
readers are stopped; then `open` again after a pause.
"""

import threading
import time
from collections.abc import Callable
from typing import Final, Protocol

from devices.records import Problem, ReaderError, ReaderEvent, ReaderUp

SLICE: Final = 0.2
"""Longest wait in seconds between two looks at `Session.stopped`."""


class MrzSlot:
    """The machine readable zone last typed or scanned, offered to whoever needs it as a key."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._text: str | None = None
        self._version = 0

    def offer(self, text: str) -> None:
        """Put `text` in the place of what was there."""
        with self._lock:
            self._text = text
            self._version += 1

    def withdraw(self) -> None:
        """Forget the zone: it belongs to a person who has left."""
        with self._lock:
            self._text = None

    def latest(self) -> tuple[int, str | None]:
        """A number that grows with every offer, and the zone or None."""
        with self._lock:
            return self._version, self._text


class Session:
    """What a driver is given: where its events go, when to end, and the keys for chips."""

    def __init__(self, emit: Callable[[ReaderEvent], None], mrz: MrzSlot | None = None) -> None:
        self.emit = emit
        self.mrz = mrz or MrzSlot()
        self._stop = threading.Event()
        self._abandon = threading.Event()
        self.is_stopped = self._stop.is_set
        """`stopped` as a function, for who asks often."""

    @property
    def stopped(self) -> bool:
        """The readers are being closed."""
        return self._stop.is_set()

    def stop(self) -> None:
        """End the driver's work; from any thread."""
        self._stop.set()

    def abandon(self) -> None:
        """Break off the read in hand, if there is one; from any thread."""
        self._abandon.set()

    def begin_read(self) -> None:
        """A read starts: an `abandon` from before does not concern it."""
        self._abandon.clear()

    def check(self) -> None:
        """Raise ReaderError(CANCELLED) when stopped or when the read was abandoned."""
        if self._stop.is_set() or self._abandon.is_set():
            raise ReaderError(Problem.CANCELLED)

    def pause(self, seconds: float) -> bool:
        """Wait; True, and early, when stopped."""
        return self._stop.wait(seconds)

    def until(self, deadline: float) -> float:
        """Seconds to wait next for something due by `deadline` (monotonic): at most `SLICE`."""
        return max(0.0, min(SLICE, deadline - time.monotonic()))


class Driver(Protocol):
    """One reader, or one service with its readers. Only `interrupt` is called from outside."""

    reader: str
    """The address its events carry: a reader URI."""
    retry_after: tuple[float, ...]
    """Pauses in seconds before each new `open`; the last one repeats."""

    def open(self, session: Session) -> ReaderUp:
        """Connect and find out who answers. Raises ReaderError; nothing is left open then."""
        ...

    def step(self, session: Session) -> None:
        """One round of polling or waiting, emitting what happened; returns within about 1 s.

        Reading a card may take longer; it calls `session.check()` at least every `SLICE`. So may
        watching an empty place; it sees at least as often whether it is stopped.
        A card that cannot be read is an event. A ReaderError raised here means that the reader
        is lost and must be opened again.
        """
        ...

    def close(self) -> None:
        """Give everything back. Does not raise; may be called when nothing is open."""
        ...

    def interrupt(self) -> None:
        """End a wait inside `step` early; from any thread."""
        ...


BACK_OFF: Final = (1.0, 2.0, 5.0, 10.0)
"""Pauses before a lost reader is opened again."""
