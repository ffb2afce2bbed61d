"""What a protocol needs of the line beneath it."""

from collections.abc import Callable
from typing import Final, Protocol

TICK: Final = 0.1
"""Seconds one `read` waits for a first byte, and the most it may keep a stopping thread."""


class Transport(Protocol):
    """A byte stream that can be lost. All errors are `ReaderError`s."""

    reader: str
    """The unit behind the line, for people: a path or an address."""

    bytes_per_second: float
    """How fast the line is, for judging how long an answer may take."""

    def open(self) -> None:
        """Connect. Raises READER_GONE, READER_BUSY, PORT_DENIED."""
        ...

    def write(self, data: bytes) -> None:
        """Send everything. Raises READER_GONE, NO_ANSWER when the line takes nothing."""
        ...

    def read(self) -> bytes:
        """What has come, waiting up to `TICK` for it; empty when nothing did."""
        ...

    def watch(
        self, question: bytes, usual: bytes, every: float, times: int, stopped: Callable[[], bool]
    ) -> bytes:
        """Ask again every `every` seconds, `times` at most, while the answer is `usual`.

        The first question has been sent. Returns what came instead; nothing when the last answer
        is due, or when this line cannot watch.
        """
        ...

    def discard(self) -> None:
        """Throw away what has come so far."""
        ...

    def close(self) -> None:
        """Disconnect; does not raise."""
        ...
