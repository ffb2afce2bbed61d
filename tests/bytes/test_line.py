"""What the terminal makes of its line: the environment before, what the line answers after."""

import os
import re
from pathlib import Path

import pytest

from counter_tui.line import MEASURED_VARIABLE, Line, expected, round_trip
from tests.bytes.pty_app import PtyApp
from widgets.shown import Able

BAR = " 出入境受理".ljust(74)
"""The title line with its bar over all 80 columns."""


@pytest.mark.parametrize(
    ("environment", "slow", "colours", "wide_signs"),
    [
        ({"TERM": "xterm-256color"}, False, True, True),
        ({"TERM": "xterm-256color", "SSH_CONNECTION": "a 1 b 2"}, True, True, True),
        ({"TERM": "linux"}, False, True, False),
        ({"TERM": "putty"}, False, True, True),
        ({"TERM": "dumb"}, False, False, True),
        ({"TERM": "unknown"}, False, False, True),
        ({}, False, False, True),
        ({"TERM": "tmux-256color", "NO_COLOR": "1"}, False, False, True),
        ({"TERM": "tmux-256color", MEASURED_VARIABLE: "310"}, True, True, True),
        ({"TERM": "tmux", "SSH_CONNECTION": "a", MEASURED_VARIABLE: "9"}, False, True, True),
    ],
)
def test_the_environment_says_what_to_expect(
    environment: dict[str, str], slow: bool, colours: bool, wide_signs: bool
) -> None:
    line = expected("auto", environment)
    assert (line.slow, line.able.colours, line.able.wide_signs) == (slow, colours, wide_signs)
    assert line.able.bars is not slow


def test_what_the_configuration_says_no_measurement_changes() -> None:
    assert expected("slow", {"TERM": "xterm"}).measured(1).slow
    assert not expected("fast", {"SSH_CONNECTION": "a"}).measured(900).slow
    assert Line(False, Able(), fixed=False).measured(500).slow


@pytest.mark.parametrize(
    ("term", "columns", "wide_signs"),
    [("xterm", 1, True), ("xterm", 2, False), ("linux", 1, False), ("linux", 2, False)],
)
def test_a_console_with_few_signs_gets_letters_however_wide_it_draws_them(
    term: str, columns: int, wide_signs: bool
) -> None:
    assert expected("auto", {"TERM": term}).drawn(columns).able.wide_signs is wide_signs


def painted(app: PtyApp) -> str:
    """The whole screen, sent again."""
    app.read(0.4)
    app.send("\x0c")
    return app.read(0.4).decode()


OURS = ["-m", "tests.bytes.counter_app"]


@pytest.mark.alone
def test_a_line_that_answers_late_becomes_slow_and_a_quick_one_fast() -> None:
    with PtyApp(OURS, answers=(2, 0.4)) as near:
        near.read(2.0)
        assert BAR not in painted(near), "400 ms away: the bar is saved"
    with PtyApp(OURS, variables={"SSH_CONNECTION": "a 1 b 2"}, answers=(2, 0.0)) as far:
        far.read(2.0)
        assert BAR in painted(far), "SSH, but near: the bar is back"


def test_signs_are_letters_where_the_terminal_draws_them_wide() -> None:
    with PtyApp(OURS, answers=(3, 0.0)) as app:
        app.wait_for("PIN")
        app.read(1.0)
        app.send("482913\r")
        app.wait_for("请将身份证放在")
        said = painted(app)
    assert "…" not in said and "─" not in said


def test_answers_are_no_keys() -> None:
    with PtyApp(OURS) as app:
        app.wait_for("PIN")
        app.send("\x1b[3;3R\x1b[1;2R\x1b[24;80R")
        app.read(0.4)
        app.send("482913\r")
        app.wait_for("请将身份证放在")


@pytest.mark.parametrize(
    "term", ["linux", "xterm", "screen", "tmux", "putty", "unknown", "dumb", "vt100", ""]
)
def test_every_terminal_gets_screens_it_can_show(term: str) -> None:
    with PtyApp(OURS, term=term) as app:
        said = app.wait_for("PIN") + app.read(0.3)
    assert b"\x1b[38;" not in said and b"\x1b[48;" not in said, "16 colours at most"
    coloured = re.search(rb"\x1b\[[0-9;]*\b[349][0-7]\b[0-9;]*m", said)
    assert not (coloured and term in ("unknown", "dumb", "vt100", ""))


def test_the_round_trip_is_measured_on_the_terminal_itself() -> None:
    master, slave = os.openpty()
    try:
        os.write(master, b"\x1b[5;7R")
        took = round_trip(slave)
        assert took is not None and took < 1000
    finally:
        os.close(master)
        os.close(slave)
    with Path(os.devnull).open() as nothing:
        assert round_trip(nothing.fileno()) is None
