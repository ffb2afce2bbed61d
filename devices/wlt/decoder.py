"""The side that asks: keeps the worker process, and survives whatever the library does in it."""

import os
import select
import subprocess
import sys
import threading
import time
from typing import Final

from devices.wlt.picture import WLT_BYTES, bmp

SECONDS: Final = 3.0
"""How long one portrait may take, the start of the worker included."""
_CRASHES: Final = 3
"""Ends of the worker in a row after which the library is not tried again."""


class WltDecoder:
    """Calls the library at `library` (see `devices.wlt.worker`) for one block at a time.

    A crash, a hang or nonsense is None, never an exception: the portrait is a help, not the card.
    """

    def __init__(self, library: str) -> None:
        self._library = library
        self._lock = threading.Lock()
        self._worker: subprocess.Popen[bytes] | None = None
        self._crashes = 0

    def __call__(self, block: bytes) -> bytes | None:
        """The portrait as a BMP file of 102 x 126 pixels, or None."""
        with self._lock:
            if len(block) != WLT_BYTES or self._crashes >= _CRASHES:
                return None
            pixels = self._ask(block)
            if pixels is None:
                self._end()
                self._crashes += 1
                return None
            self._crashes = 0
            return bmp(pixels)

    def close(self) -> None:
        """End the worker."""
        with self._lock:
            self._end()

    def _ask(self, block: bytes) -> bytes | None:
        worker = self._worker or self._start()
        if worker.stdin is None or worker.stdout is None:
            return None
        try:
            worker.stdin.write(block)
            worker.stdin.flush()
        except OSError:
            return None
        end = time.monotonic() + SECONDS
        head = _exactly(worker.stdout.fileno(), 4, end)
        return None if head is None else _body(worker.stdout.fileno(), head, end)

    def _start(self) -> subprocess.Popen[bytes]:
        # The block goes through a pipe, so that no portrait stands in arguments or in a file.
        self._worker = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-I", "-m", "devices.wlt.worker", self._library],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        return self._worker

    def _end(self) -> None:
        worker, self._worker = self._worker, None
        if worker is None:
            return
        worker.kill()
        with worker:
            pass


def _body(source: int, head: bytes, end: float) -> bytes | None:
    length = int.from_bytes(head, "big")
    return _exactly(source, length, end) if 0 < length <= 1 << 16 else None


def _exactly(source: int, count: int, end: float) -> bytes | None:
    """`count` bytes of a pipe; None when it ends or time is over."""
    got = b""
    while len(got) < count:
        ready, _, _ = select.select([source], [], [], max(0.0, end - time.monotonic()))
        piece = os.read(source, count - len(got)) if ready else b""
        if not piece:
            return None
        got += piece
    return got
