"""A far line and an old PC: a pty held to a rate and a delay, and a processor share."""

import os
import select
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bytes.pty_app import PtyApp

RATE = 64_000 / 8
"""Bytes a second."""
WAY_SECONDS = 0.15
"""One way; the round trip is twice that."""
_TICK = 0.01


class FarLine:
    """A program's pty as somebody far away has it."""

    def __init__(self, app: PtyApp) -> None:
        self._app = app
        self.bytes = 0

    def press(self, keys: str, quiet: float = 0.4) -> float:
        """Type; milliseconds from the key until the last byte of the answer has arrived."""
        began = last = time.monotonic()
        time.sleep(WAY_SECONDS)
        self._app.send(keys)
        while time.monotonic() - last < quiet or last == began:
            if time.monotonic() - began > 8:
                break
            tick = time.monotonic()
            if select.select([self._app._master], [], [], _TICK)[0]:
                # No more than the line carries in this time; the rest stays in the pty.
                self.bytes += len(os.read(self._app._master, int(RATE * _TICK)))
                last = time.monotonic()
                time.sleep(max(0.0, _TICK - (time.monotonic() - tick)))
        return (last - began + WAY_SECONDS) * 1000


@contextmanager
def share_of_a_core(percent: int) -> Iterator[list[str]]:
    """Arguments for Python that run a program with that share of one core. Needs root."""
    root = Path("/sys/fs/cgroup")
    second = (root / "cgroup.controllers").exists()
    group = (root if second else root / "cpu") / f"counter-bench-{os.getpid()}"
    group.mkdir()
    try:
        if second:
            (group / "cpu.max").write_text(f"{percent * 200} 20000")
        else:
            (group / "cpu.cfs_period_us").write_text("20000")
            (group / "cpu.cfs_quota_us").write_text(str(percent * 200))
        into = f"open({str(group / 'cgroup.procs')!r}, 'w').write(str(os.getpid()))"
        run = "os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
        yield ["-c", f"import os, sys; {into}; {run}"]
    finally:
        for _ in range(100):
            try:
                group.rmdir()
                break
            except OSError:
                time.sleep(0.05)
