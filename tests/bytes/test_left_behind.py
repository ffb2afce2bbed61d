"""What a lock, an end and a lost line leave: nothing to read, and nothing lost."""

import os
import shlex
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bytes.pty_app import ROOT
from tests.e2e.tmux import Tmux
from tests.screens.desk_office import PIN

PROGRAM = f"cd {ROOT}; {shlex.quote(sys.executable)} -m tests.bytes.counter_app"


@pytest.fixture(scope="module")
def terminal() -> Iterator[Tmux]:
    """The program in tmux, a case open; when it ends, what it left can be read."""
    command = f"sh -c '{PROGRAM}; echo ended; exec cat'"
    with Tmux(command, environment={"PYTHONPATH": str(ROOT)}) as terminal:
        terminal.wait_for("PIN", 30)
        terminal.type(PIN)
        terminal.keys("Enter")
        terminal.wait_for("请将身份证放在")
        os.kill(program(terminal), signal.SIGUSR1)
        terminal.wait_for("申请事项")
        yield terminal


def program(terminal: Tmux) -> int:
    """The process of the program itself."""
    shell = terminal.pane_pid()
    return int(Path(f"/proc/{shell}/task/{shell}/children").read_text("ascii").split()[0])


def test_a_lost_line_is_taken_up_where_it_broke(terminal: Tmux) -> None:
    with terminal.attached(80, 24) as first:
        first.wait_for("申请事项")
        first.press("\x1bOQ", 0.3)
        first.send("1380000")
        first.read(0.05)
        # The line is gone between two keys.
        first.close_process()
    with terminal.attached(110, 36) as second:
        second.wait_for("1380000")
        second.send("5678\t")
        second.read(0.3)
        second.press("\x02", 0.2)
        second.send("d")
        second.read(0.5)
        assert second.process.wait(10) == 0
    assert "138****5678" in terminal.screen()


def test_a_lock_leaves_nothing_to_read(terminal: Tmux) -> None:
    assert "样" in terminal.screen()
    terminal.keys("C-k")
    terminal.wait_for("PIN")
    left = terminal.scrollback()
    assert "样本甲" not in left and "样*" not in left and "138" not in left and "5101" not in left


def test_an_end_leaves_nothing_to_read(terminal: Tmux) -> None:
    os.kill(program(terminal), signal.SIGTERM)
    terminal.wait_for("ended")
    time.sleep(0.2)
    left = terminal.scrollback()
    assert "PIN" not in left and "样" not in left
