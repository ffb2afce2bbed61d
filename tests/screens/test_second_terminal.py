"""The applicant's terminal: what stands on it goes with the terminal that showed it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from counter_tui.printing.lines import columns_of
from tests.bytes.pty_app import ROOT, PtyApp

SHOW = """
import sys, time
from pathlib import Path
from counter_tui.mirror import second
from counter_tui.words import Words
home, language, line = Path(sys.argv[1]), *sys.argv[2:]
assert second.feed(home, Words(language), "T" * 4, [line] * 9 if line else [], "more")
time.sleep(60 if line else 0)
"""
LINE = "姓名          样 本 甲 乙 丙 丁 戊 己 庚 辛 壬 癸"


def shower(home: Path, language: str, line: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", SHOW, str(home), language, line], cwd=ROOT)


def painted(app: PtyApp) -> list[str]:
    """The rows of the next painting."""
    text = (app.wait_for("\x1b[H", 10) + app.read(0.2)).decode()
    return [row.rstrip("\r") for row in text.rpartition("\x1b[H")[2].split("\n")]


def test_a_killed_terminal_leaves_nothing_on_the_second_one(tmp_path: Path) -> None:
    # A login shell's own idea of the size, never brought up to date, is not believed.
    variables = {"COUNTER_HOME": str(tmp_path), "COLUMNS": "80", "LINES": "24"}
    app = PtyApp(["-m", "counter_tui", "mirror"], variables=variables)
    app.wait_for("欢迎")
    first = shower(tmp_path, "zh_CN", LINE)
    try:
        app.wait_for("癸")

        app.resize(80, 12)
        rows = painted(app)
        assert len(rows) == 11 and "more" in rows[-1], "close together, but all of it"
        app.resize(40, 24)
        rows = painted(app)
        assert max(map(columns_of, rows)) < 40 and "癸" in rows[-2]
        app.resize(4, 1)
        painted(app)
        app.resize(80, 24)
        assert "癸" in "".join(painted(app))

        killed = time.monotonic()
        first.kill()
        app.wait_for("欢迎", 2)
        assert time.monotonic() - killed < 1.5

        # The welcome speaks as the clerk's terminal did last.
        shower(tmp_path, "en", "").wait()
        app.wait_for("Welcome", 5)
    finally:
        first.kill()
        first.wait()
        app.close()


def test_a_stopped_terminal_leaves_nothing_there_either(tmp_path: Path) -> None:
    app = PtyApp(["-m", "counter_tui", "mirror"], variables={"COUNTER_HOME": str(tmp_path)})
    app.wait_for("欢迎")
    first = shower(tmp_path, "zh_CN", LINE)
    try:
        app.wait_for("癸")
        first.send_signal(signal.SIGSTOP)
        app.wait_for("欢迎", 4)
    finally:
        first.kill()
        first.wait()
        app.close()


def test_what_is_typed_there_is_not_shown(tmp_path: Path) -> None:
    app = PtyApp(["-m", "counter_tui", "mirror"], variables={"COUNTER_HOME": str(tmp_path)})
    try:
        app.wait_for("欢迎")
        app.send("reboot\r")
        assert app.read(0.5) == b""
        app.send("\x1a\x1c")
        first = shower(tmp_path, "zh_CN", LINE)
        app.wait_for("癸")
        first.kill()
        first.wait()
    finally:
        app.close()


def test_a_second_view_does_not_take_the_bell_of_the_first(tmp_path: Path) -> None:
    app = PtyApp(["-m", "counter_tui", "mirror"], variables={"COUNTER_HOME": str(tmp_path)})
    try:
        app.wait_for("欢迎")
        again = subprocess.run(
            [sys.executable, "-m", "counter_tui", "mirror"],
            cwd=ROOT,
            env={**os.environ, "COUNTER_HOME": str(tmp_path)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=20,
        )
        assert again.returncode == 1 and "另一终端" in again.stderr
        first = shower(tmp_path, "zh_CN", LINE)
        app.wait_for("癸")
        first.kill()
        first.wait()
    finally:
        app.close()
