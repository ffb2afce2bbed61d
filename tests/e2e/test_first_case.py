"""The first real case as a clerk works it: tmux at 80×24, keys only, from card to receipt."""

import os
import signal
import sqlite3
import subprocess
from collections.abc import Callable, Iterator

import pytest

from tests.e2e.conftest import COUNTER, Demo
from tests.e2e.tmux import Tmux

PHONE = "13800000000"
Opened = Callable[[], Tmux]


@pytest.fixture
def screen(demo: Demo) -> Iterator[Opened]:
    """Opens terminals of the station; each stands at the home screen when it is given out."""
    opened: list[Tmux] = []

    def sign_in() -> Tmux:
        command = f"exec {COUNTER} run --config {demo.says['config']}"
        terminal = Tmux(command, environment={"COUNTER_HOME": str(demo.home)})
        opened.append(terminal)
        terminal.wait_for("PIN 为 " + demo.says["pin"], 30)
        terminal.type(demo.says["pin"])
        terminal.keys("Enter")
        return terminal

    yield sign_in
    for terminal in opened:
        terminal.close()


def _fill(terminal: Tmux) -> None:
    """From the open case to one that can be accepted."""
    terminal.type("hz s")
    terminal.wait_for("hz s")
    terminal.keys("Enter")
    terminal.wait_for(r"普通护照 +首次")
    terminal.keys("F4")
    terminal.wait_for(r"缺 +核心 +申请表")
    terminal.type("111")
    terminal.wait_for(r"材料 +(ok|齐|√|✓)")
    terminal.keys("F5")
    terminal.wait_for("联系电话")
    terminal.keys("F8")
    terminal.wait_for(r"邮政编码 +6\d{5}")


def _phone(terminal: Tmux) -> None:
    # The card names no township, so that is asked first; then the cursor goes where work is.
    terminal.keys("Enter")
    terminal.type(PHONE)
    terminal.wait_for(PHONE)
    terminal.keys("Enter")
    terminal.wait_for("证件姓名")


def _central_rows(demo: Demo) -> int:
    with sqlite3.connect(demo.home / "centre" / "central.db") as database:
        (count,) = database.execute("SELECT count(*) FROM applications WHERE seq > 0").fetchone()
    return count


def test_card_to_receipt(demo: Demo, screen: Opened) -> None:
    terminal = screen()
    terminal.wait_for("自动打开", 15)
    demo.reader("lay sixty")
    terminal.wait_for("芯片已读", 15)
    assert "样本丙" not in terminal.screen(), "names are masked"
    _fill(terminal)
    _phone(terminal)
    terminal.keys("F10")
    number = terminal.wait_for(r"已受理：(\S+)", 15)[1]
    terminal.wait_for("已回执", 20)

    (row,) = [one for one in demo.json("outbox", "list")["rows"] if not one["action"]]
    assert (row["number"], row["state"]) == (number, "receipted")
    assert _central_rows(demo) == 1


def test_killed_in_mid_case_it_opens_where_it_was(demo: Demo, screen: Opened) -> None:
    first = screen()
    first.wait_for("自动打开", 15)
    demo.reader("lay sixty")
    first.wait_for("芯片已读", 15)
    _fill(first)
    os.kill(first.pane_pid(), signal.SIGKILL)

    second = screen()
    second.wait_for("草稿", 15)
    second.keys("Enter")
    second.wait_for("芯片已读")
    second.keys("F3")
    second.wait_for(r"普通护照 +首次")
    second.keys("F5")
    second.wait_for(r"邮政编码 +6\d{5}")
    second.keys("F8")
    second.wait_for("街道未定")
    _phone(second)
    second.keys("F10")
    second.wait_for("已受理：", 15)
    second.wait_for("已回执", 20)
    assert _central_rows(demo) == 1


def _centre_pid(demo: Demo) -> int:
    found = subprocess.run(
        ["pgrep", "-f", f"central serve .*{demo.home}"], capture_output=True, text=True, check=True
    )
    return int(found.stdout.split()[0])


def test_accepted_with_the_network_down_it_arrives_once(demo: Demo, screen: Opened) -> None:
    terminal = screen()
    terminal.wait_for("自动打开", 15)
    demo.reader("lay sixty")
    terminal.wait_for("芯片已读", 15)
    _fill(terminal)
    _phone(terminal)
    centre = _centre_pid(demo)
    # A stopped centre takes connections and never answers: the worst kind of network.
    os.kill(centre, signal.SIGSTOP)
    try:
        terminal.keys("F10")
        terminal.wait_for("已受理：", 15)
        terminal.wait_for("待上报 1", 15)
    finally:
        os.kill(centre, signal.SIGCONT)
    terminal.wait_for("已回执", 90)
    assert _central_rows(demo) == 1
    (row,) = [one for one in demo.json("outbox", "list")["rows"] if not one["action"]]
    assert row["state"] == "receipted"
