"""A far line: 64 kbit/s and 300 ms on a pty, and what real sshd sends through a real socket."""

import os
import shlex
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.slow_line import FarLine
from bench.slow_socket import SlowSocket, sshd
from bench.table import Row, told
from counter_tui.screens.inquiring import LATE_SECONDS
from tests.bytes.conftest import F, in_case
from tests.bytes.pty_app import ROOT, PtyApp
from tests.screens.desk_office import PIN

OURS = ["-m", "tests.bytes.counter_app"]
FAR = {"SSH_CONNECTION": "198.51.100.7 1 198.51.100.8 22"}
ROUTINE = ("1", "\r", "\r", "9", "\r", F["f8"], "\r", *"13800005678", "\r", "9", F["f10"])
"""A first passport by post, from the card to the number, key by key."""
ECHO_MS, PART_MS, CASE_KB = 300 + 60, 300 + 500, 40
"""The round trip is part of the first two."""


def run() -> list[Row]:
    """All rows."""
    return told(_presses, _whole_case, _through_sshd)


def _presses() -> list[Row]:
    """Keys on the far line."""
    with in_case(FAR) as app:
        # What the look-ups come to is painted by itself, some seconds after the case opened.
        app.read(LATE_SECONDS + 1, LATE_SECONDS + 1)
        line = FarLine(app)
        return _rows("64 kbit/s, 300 ms", line.press)


def _rows(line: str, press: Callable[[str], float]) -> list[Row]:
    # The first look at a part counts too.
    parts = max(press(F[name]) for name in ("f2", "f3", "f4", "f6", "f5"))
    press("\t\t")
    echo = max(press(sign) for sign in "abc")
    return [
        Row(f"{line}: key echo", echo, "ms", budget=ECHO_MS),
        Row(f"{line}: part switch", parts, "ms", budget=PART_MS),
    ]


def _whole_case() -> list[Row]:
    """A case, from the first frame to the accepted number."""
    with PtyApp(OURS, variables=FAR, answers=(2, 0.2)) as app:
        sent = len(app.wait_for("PIN") + app.read(2.0))
        sent += _opened(app, app.process.pid) + _worked(app)
    return [Row("a whole routine case, from the first frame", sent / 1000, "kB", budget=CASE_KB)]


def _through_sshd() -> list[Row]:
    """The same through sshd with compression, counted on the wire."""
    with _far_terminal() as (app, program, far):
        _opened(app, program)
        rows = _rows("sshd -C, 64 kbit/s, 300 ms", lambda keys: _answer(app, keys))
    with _far_terminal() as (app, program, far):
        greeted = far.bytes
        app.wait_for("PIN")
        app.read(2.0)
        _opened(app, program)
        _worked(app)
        whole = (far.bytes - greeted) / 1000
    return [
        *rows,
        Row("sshd -C: the whole case on the wire, both ways", whole, "kB", budget=CASE_KB),
    ]


@contextmanager
def _far_terminal() -> Iterator[tuple[PtyApp, int, SlowSocket]]:
    """The program as ssh shows it from far away, the number of its process, and the line."""
    with tempfile.TemporaryDirectory() as place, sshd(Path(place)) as (port, options):
        far, born = SlowSocket(port), Path(place) / "pid"
        program = shlex.join([sys.executable, *OURS])
        there = f"cd {ROOT}; echo $$ > {born}.new; mv {born}.new {born}; exec {program}"
        ssh = ["ssh", "-C", "-tt", *options, "-p", str(far.port), "127.0.0.1", there]
        with PtyApp(["-c", f"import os; os.execvp('ssh', {ssh!r})"], answers=(2, 0.0)) as app:
            deadline = time.monotonic() + 30
            while not born.exists():
                assert time.monotonic() < deadline, app.read()
                time.sleep(0.02)
            yield app, int(born.read_text()), far
        far.close()


def _opened(app: PtyApp, program: int) -> int:
    """Sign in and lay a card; the bytes it took."""
    app.read(2.0)
    app.send(PIN + "\r")
    sent = len(app.wait_for("请将身份证放在") + app.read(1.0))
    os.kill(program, signal.SIGUSR1)
    sent += len(app.wait_for("申请事项"))
    return sent + len(app.read(LATE_SECONDS + 1, LATE_SECONDS + 1))


def _worked(app: PtyApp) -> int:
    """Work the routine case to its number; the bytes it took."""
    sent = sum(len(_after(app, key)) for key in ROUTINE[:-1])
    app.send(ROUTINE[-1])
    return sent + len(app.wait_for("已受理") + app.read(1.0))


def _after(app: PtyApp, keys: str) -> bytes:
    app.send(keys)
    return app.read(0.6)


def _answer(app: PtyApp, keys: str) -> float:
    """Milliseconds from the key until the last byte of the answer."""
    began = last = time.monotonic()
    app.send(keys)
    while time.monotonic() - last < 0.8:
        if app.read(0.005, 0.005):
            last = time.monotonic()
    return (last - began) * 1000
