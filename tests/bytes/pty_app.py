"""Runs a program on a real pseudo-terminal and counts what it sends."""

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Self

ROOT = Path(__file__).parents[2]
QUIET = 0.08
"""Seconds without a byte after which an answer to a key is complete (a bare Esc waits longer)."""


class PtyApp:
    """One program on a pty of its own."""

    def __init__(
        self,
        arguments: Sequence[str],
        columns: int = 80,
        rows: int = 24,
        term: str = "xterm-256color",
        variables: dict[str, str] | None = None,
        answers: tuple[int, float] | None = None,
    ) -> None:
        """`answers`: be a terminal whose cursor stands in that column, so many seconds away."""
        self._answers = answers
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        environment = {**os.environ, "TERM": term, "PYTHONPATH": str(ROOT), **(variables or {})}
        environment.pop("NO_COLOR", None)
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=environment,
            cwd=ROOT,
            start_new_session=True,
        )
        os.close(slave)

    def read(self, quiet: float = QUIET, limit: float = 20.0) -> bytes:
        """Everything until `quiet` seconds pass without a byte."""
        received = bytearray()
        deadline = time.monotonic() + limit
        while time.monotonic() < deadline:
            ready, _, _ = select.select([self._master], [], [], quiet)
            if not ready:
                break
            try:
                piece = os.read(self._master, 65536)
            except OSError:
                break
            if not piece:
                break
            received += piece
            for _ in range(piece.count(b"\x1b[6n") if self._answers else 0):
                column, seconds = self._answers or (1, 0.0)
                time.sleep(seconds)
                self.send(f"\x1b[1;{column}R")
        return bytes(received)

    def wait_for(self, text: str, limit: float = 20.0) -> bytes:
        """Read until `text` was sent; AssertionError with what was."""
        received = bytearray()
        deadline = time.monotonic() + limit
        while text.encode() not in received:
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise AssertionError(f"no {text!r} in {received[-2000:]!r}")
            received += self.read(0.05, 1.0)
        return bytes(received)

    def send(self, keys: str | bytes) -> None:
        """Type."""
        os.write(self._master, keys.encode() if isinstance(keys, str) else keys)

    def press(self, keys: str, quiet: float = QUIET) -> int:
        """Type, and count the bytes of the answer."""
        self.send(keys)
        return len(self.read(quiet))

    def resident_kib(self) -> int:
        """Resident memory of the program."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
        raise AssertionError("no VmRSS")

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size."""
        size = struct.pack("HHHH", rows, columns, 0, 0)
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, size)
        os.kill(self.process.pid, signal.SIGWINCH)

    def close_process(self) -> None:
        """End the program; what it sent can still be read."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def cut(self) -> None:
        """Lose the line for good, with no signal: the program notices, and ends within 10 s."""
        os.close(self._master)
        self._master = os.open(os.devnull, os.O_RDWR)
        self.process.wait(10)

    def close(self) -> None:
        """End it."""
        self.close_process()
        os.close(self._master)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
