"""The terminal on a pty, 80x24 and 256 colours, beside a bare Textual form of the same fields."""

import tempfile
import time
from pathlib import Path

from bench.cores import share_of
from bench.loop_walk import walked
from bench.starts import BARE, RUN, by_turns
from bench.table import Row, told
from counter_tui.address.book import AddressBook
from devices.virtual.samv import VirtualReader
from tests.bytes.conftest import F, in_case
from tests.bytes.pty_app import PtyApp
from tests.e2e.conftest import Demo
from tests.screens.desk_office import PIN

OURS = ["-m", "tests.bytes.counter_app"]
STARTS = 7
SETTLED_SECONDS, IDLE_SECONDS = 8.0, 20.0
STEP_MS, TOLD_MS = 30, 20
"""Of the event loop; what takes longer than the second is listed."""


def run() -> list[Row]:
    """All rows; the two programs take turns so that both meet the same machine."""
    return told(_bytes, _first_frame, _from_pin, _loop, _idle, _address)


def _bytes() -> list[Row]:
    """Bytes a key."""
    with PtyApp(BARE) as bare, in_case() as ours:
        bare.wait_for("Accept")
        bare.read(0.5)
        ours.press(F["f2"], 0.3)
        rows = [
            _row("bytes for a typed letter", ours, bare, "a", 200),
            _row("bytes for a typed 张", ours, bare, "张", 200),
            _row("bytes for a Tab", ours, bare, "\t", 400),
            _row("bytes to open a dialog", ours, bare, F["f1"], 2000),
            _row("bytes to close it", ours, bare, "\x1b", 2000),
        ]
        idle = len(ours.read(quiet=3.0, limit=3.0))
        return [*rows, Row("bytes in 3 s of idling", idle, "B", budget=0)]


def _row(what: str, ours: PtyApp, bare: PtyApp, keys: str, budget: int) -> Row:
    measured = ours.press(keys, 0.6)
    stock = bare.press(keys, 0.6)
    # The budget is in bytes; the table judges ratios where a baseline stands, so it is turned.
    return Row(what, measured, "B", baseline=stock, budget=budget / stock)


def _first_frame() -> list[Row]:
    """Start to first frame."""
    ours, bare = by_turns(STARTS)
    return [Row("start to first frame", ours, "ms", baseline=bare, budget=1.2)]


def _from_pin() -> list[Row]:
    """From the PIN to home, without its key derivation, which runs in a child of its own."""
    took = []
    for _ in range(3):
        with PtyApp(OURS) as app:
            app.wait_for("PIN")
            app.read(1.0)
            app.send(PIN)
            app.read(0.2)
            started = time.monotonic()
            app.send("\r")
            app.wait_for("请将身份证放在")
            took.append((time.monotonic() - started) * 1000)
    return [Row("from the PIN's Enter to the home screen", min(took), "ms", budget=400)]


def _loop() -> list[Row]:
    """How long a key may have to wait for what the program does just then."""
    rows = []
    names = "first frame to home", "two cases, every desk and list"
    for name, steps in zip(names, walked(), strict=True):
        for step in steps:
            if step.ms > TOLD_MS:
                print(f"  {step}")
        longest = max((step.ms for step in steps), default=0.0)
        rows.append(Row(f"longest step of the loop, {name}", longest, "ms", budget=STEP_MS))
    return rows


def _idle() -> list[Row]:
    """A station's terminal with nobody at it, its reader empty."""
    with tempfile.TemporaryDirectory() as folder, VirtualReader() as reader:
        demo = Demo(Path(folder) / "home", "--reader", f"samv:{reader.path}")
        try:
            command = [*RUN, "--config", demo.says["config"]]
            with PtyApp(command, variables={"COUNTER_HOME": str(demo.home)}) as app:
                app.wait_for("PIN")
                app.read(0.3)
                app.send(demo.says["pin"] + "\r")
                app.wait_for("请将身份证放在", 60)
                app.read(SETTLED_SECONDS, 60)
                share = share_of(app.process.pid, IDLE_SECONDS)
        finally:
            demo.stop()
    return [Row("idle at an empty reader", share, "% of a core", budget=0.3)]


def _address() -> list[Row]:
    """The address search."""
    with tempfile.TemporaryDirectory() as folder:
        book = AddressBook.open(Path(folder) / "divisions.tsv", "5101")
    took = []
    for query in ("玉林", "武侯玉林", "whyl", "wuhou", "yulin", "610041", "510107005", "yl", "x"):
        for end in range(1, len(query) + 1):
            started = time.perf_counter()
            book.search(query[:end])
            took.append((time.perf_counter() - started) * 1000)
    book.close()
    took.sort()
    return [Row("address search, p95 of a key", took[int(len(took) * 0.95)], "ms", budget=10)]
