"""An old PC: a tenth of a core, what an idle terminal takes, what a long day adds to its memory."""

import os
import signal
import statistics
import time
from pathlib import Path

from bench.slow_line import share_of_a_core
from bench.starts import by_turns
from bench.table import Row, told
from tests.bytes.conftest import F, at_home, in_case
from tests.bytes.pty_app import PtyApp

WARM_UP, CASES = 40, 200
"""Caches fill in the first cases; what is asked is whether it goes on growing."""


def run() -> list[Row]:
    """All rows."""
    return told(_start, _keys, _idle, _tabs, _day)


def _start() -> list[Row]:
    """A tenth of a core: start to first frame."""
    with share_of_a_core(10) as within:
        ours, bare = by_turns(3, within)
    return [Row("10 % of a core: start to first frame", ours, "ms", baseline=bare, budget=1.2)]


def _keys() -> list[Row]:
    """A tenth of a core: keys."""
    with in_case() as app, share_of_a_core(10) as within:
        group = within[1].split("'")[1]
        Path(group).write_text(str(app.process.pid))
        app.press(F["f5"], 1.0)
        app.press("\t\t", 1.0)
        echo = statistics.median(_answer(app, "a") for _ in range(9))
        # The first look at a part counts too.
        parts = statistics.median(_answer(app, F[one]) for one in ("f2", "f3", "f4", "f6", "f5"))
        app.close_process()
    return [
        Row("10 % of a core: key echo", echo, "ms", budget=20),
        Row("10 % of a core: part switch", parts, "ms", budget=150),
    ]


def _answer(app: PtyApp, keys: str) -> float:
    """Milliseconds to the last byte of the answer."""
    began = time.monotonic()
    app.send(keys)
    last, deadline = began, began + 5
    while time.monotonic() < min(deadline, last + 0.4):
        if app.read(0.005, 0.005):
            last = time.monotonic()
    return (last - began) * 1000


def _idle() -> list[Row]:
    """An open case that nobody touches."""
    with in_case() as app:
        app.read(8.0, 8.0)
        before = _cpu_seconds(app.process.pid)
        sent = len(app.read(20.0, 20.0))
        used = _cpu_seconds(app.process.pid) - before
    return [
        Row("20 s idle: bytes", sent, "B", budget=0),
        Row("20 s idle: share of a core", used / 20 * 100, "%", budget=0.3),
    ]


def _cpu_seconds(process: int) -> float:
    """Of all its threads, to the nanosecond; the clock's ticks are too coarse for an idle one."""
    tasks = Path(f"/proc/{process}/task").glob("*/schedstat")
    return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9


def _tabs() -> list[Row]:
    """Memory over 1,000 Tabs."""
    with in_case() as app:
        app.press(F["f5"], 0.3)
        app.send("\t" * 200)
        app.read(0.4)
        before = app.resident_kib()
        for _ in range(10):
            app.send("\t" * 100)
            app.read(0.4)
        after = app.resident_kib()
    return [
        Row("resident memory", after / 1024, "MiB", budget=75),
        Row("growth over 1,000 Tabs", (after - before) / before * 100, "%", budget=2),
    ]


def _day() -> list[Row]:
    """Memory over a day of 200 cases."""
    with at_home() as app:
        before = 0
        for number in range(WARM_UP + CASES):
            if number == WARM_UP:
                before = app.resident_kib()
            _case(app)
        after = app.resident_kib()
    return [Row("growth over 200 cases", (after - before) / before * 100, "%", budget=2)]


def _case(app: PtyApp) -> None:
    """A first passport by post, typed as fast as the program takes it."""
    os.kill(app.process.pid, signal.SIGUSR1)
    app.wait_for("申请事项")
    for keys in ("1\r\r9\r", F["f8"], "\r13800005678\r", "9", F["f10"]):
        app.send(keys)
    app.wait_for("已受理")
