"""The terminal on a pty, 80x24 and 256 colours, beside a bare Textual form of the same fields."""

import os
import signal
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.slow_line import FarLine, share_of_a_core
from bench.table import Row
from counter_tui.address.book import AddressBook
from tests.bytes.conftest import F, in_case
from tests.bytes.pty_app import PtyApp
from tests.screens.desk_office import PIN

BARE = ["-m", "bench.bare_form"]
OURS = ["-m", "tests.bytes.counter_app"]
STARTS = 7


def run() -> list[Row]:
    """All rows; the two programs take turns so that both meet the same machine."""
    return [*_bytes(), _first_frame(), _from_pin(), *_address(), *_far_away(), *_old_pc(), _idle()]


def _bytes() -> list[Row]:
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
        # Caches fill once; what is asked is whether it goes on growing.
        ours.send("\t" * 200)
        ours.read(0.4)
        before = ours.resident_kib()
        for _ in range(10):
            ours.send("\t" * 100)
            ours.read(0.4)
        grown = (ours.resident_kib() - before) / before * 100
        return [
            *rows,
            Row("bytes in 3 s of idling", idle, "B", budget=0),
            Row("resident memory", ours.resident_kib() / 1024, "MiB", budget=75),
            Row("growth over 1,000 Tabs", grown, "%", budget=2),
        ]


def _row(what: str, ours: PtyApp, bare: PtyApp, keys: str, budget: int) -> Row:
    measured = ours.press(keys, 0.6)
    stock = bare.press(keys, 0.6)
    # The budget is in bytes; the table judges ratios where a baseline stands, so it is turned.
    return Row(what, measured, "B", baseline=stock, budget=budget / stock)


def _first_frame() -> Row:
    ours, bare = [], []
    with tempfile.TemporaryDirectory() as home:
        clerks = Path(home) / "clerks"
        clerks.mkdir()
        (clerks / "C0001.json").write_text('{"id": "C0001", "name": "样本警员"}', "utf-8")
        place = {"COUNTER_HOME": home}
        for _ in range(STARTS):
            bare.append(_time(lambda: PtyApp(BARE), "Accept"))
            ours.append(_time(lambda: PtyApp(["-m", "counter_tui", "run"], variables=place), "PIN"))
    return Row(
        "start to first frame",
        statistics.median(ours),
        "ms",
        baseline=statistics.median(bare),
        budget=1.2,
    )


def _time(start: Callable[[], PtyApp], text: str) -> float:
    with start() as app:
        app.wait_for(text)
        return (time.monotonic() - app.started) * 1000


def _far_away() -> list[Row]:
    """64 kbit/s and 300 ms, the slow profile; the round trip is part of each figure."""
    far = {"SSH_CONNECTION": "198.51.100.7 1 198.51.100.8 22"}
    with in_case(far) as app:
        line = FarLine(app)
        line.press(F["f5"])
        parts = max(line.press(F[name]) for name in ("f2", "f3", "f4", "f6", "f5"))
        line.press("\t\t")
        echo = max(line.press(sign) for sign in "abc")
    with PtyApp(OURS, variables=far, answers=(2, 0.2)) as app:
        sent = len(app.wait_for("PIN") + app.read(2.0))
        app.send(PIN + "\r")
        sent += len(app.wait_for("请将身份证放在") + app.read(0.5))
        os.kill(app.process.pid, signal.SIGUSR1)
        sent += len(app.wait_for("申请事项") + app.read(0.5))
        for keys in ("hz s\r", F["f4"], "1", "1", "1", F["f5"], F["f8"], "\t\t\t", "13800000000"):
            sent += sum(app.press(key, 0.2) for key in ([keys] if keys[0] == "\x1b" else keys))
        sent += app.press(F["f7"], 0.4) + app.press(F["f10"], 1.0)
    return [
        Row("64 kbit/s, 300 ms: key echo", echo, "ms", budget=300 + 60),
        Row("64 kbit/s, 300 ms: part switch", parts, "ms", budget=300 + 500),
        Row("a whole routine case, from the first frame", sent / 1000, "kB", budget=40),
    ]


def _old_pc() -> list[Row]:
    """A tenth of a core."""
    with share_of_a_core(10) as within, tempfile.TemporaryDirectory() as home:
        place = {"COUNTER_HOME": home}
        ours, bare = [], []
        for _ in range(3):
            bare.append(_time(lambda: PtyApp([*within, *BARE]), "Accept"))
            run = [*within, "-m", "counter_tui", "run"]
            ours.append(_time(lambda run=run: PtyApp(run, variables=place), "PIN"))
    with in_case() as app, share_of_a_core(10) as within:
        group = within[1].split("'")[1]
        Path(group).write_text(str(app.process.pid))
        app.press(F["f5"], 1.0)
        app.press("\t\t", 1.0)
        echo = statistics.median(_answer(app, "a") for _ in range(5))
        parts = statistics.median(_answer(app, F[one]) for one in ("f2", "f3", "f4", "f6", "f5"))
        app.close_process()
    return [
        Row(
            "10 % of a core: start to first frame",
            statistics.median(ours),
            "ms",
            baseline=statistics.median(bare),
            budget=1.2,
        ),
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


def _idle() -> Row:
    """Processor time of an open case that nobody touches."""
    with in_case() as app:
        app.read(2.0)
        before = _cpu_seconds(app.process.pid)
        app.read(20.0, 20.0)
        used = _cpu_seconds(app.process.pid) - before
    return Row("idle: share of a core", used / 20 * 100, "%", budget=0.3)


def _cpu_seconds(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _from_pin() -> Row:
    """Without the PIN's key derivation, which runs in a child of its own."""
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
    return Row("from the PIN's Enter to the home screen", min(took), "ms", budget=400)


def _address() -> list[Row]:
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
