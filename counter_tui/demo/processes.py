"""Starts the demo's processes and ends them; each says in one JSON line that it is up."""

import ctypes
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from counter_tui.failure import OutOfOrder
from counter_tui.words import N_

START_SECONDS = 20.0
STOP_SECONDS = 5.0


_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)


def _end_with_parent() -> None:
    """In the child: end when the demo does, even when it was killed."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class Companion:
    """One process of the demo, with its output kept in a file of its own."""

    def __init__(
        self, name: str, arguments: Sequence[str], log: Path, environment: Mapping[str, str]
    ) -> None:
        self.name = name
        self._log = log.open("ab")
        # A session of its own: Ctrl+C at the terminal is the clerk's, not the centre's.
        self._process = subprocess.Popen(  # noqa: S603 - our own program, arguments from here
            [sys.executable, "-m", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env={**os.environ, **environment},
            start_new_session=True,
            preexec_fn=_end_with_parent,
        )

    def tell(self, line: bytes) -> None:
        """Write one line to the process. What it is may be secret; it goes nowhere else."""
        assert self._process.stdin is not None
        self._process.stdin.write(line + b"\n")
        self._process.stdin.flush()

    def first_line(self) -> dict[str, Any]:
        """What the process says when it is up. Raises OutOfOrder when it does not come up."""
        assert self._process.stdout is not None
        output = self._process.stdout.fileno()
        deadline = time.monotonic() + START_SECONDS
        said = b""
        with selectors.DefaultSelector() as selector:
            selector.register(output, selectors.EVENT_READ)
            while b"\n" not in said:
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    break
                piece = os.read(output, 65536)
                if not piece:
                    break
                said += piece
        try:
            return json.loads(said.split(b"\n", 1)[0])
        except ValueError:
            raise OutOfOrder(
                N_("{name} did not start; its messages are in {log}"),
                name=self.name,
                log=self._log.name,
            ) from None

    @property
    def running(self) -> bool:
        """Whether the process has not ended."""
        return self._process.poll() is None

    def stop(self) -> None:
        """End the process: politely, then for certain."""
        if self.running:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._log.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
