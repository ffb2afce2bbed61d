"""The real program on a real pty: foreign bytes, lost lines, small windows, split keys."""

import os
import signal
import time

import pytest

from tests.bytes.conftest import F, at_home
from tests.bytes.pty_app import PtyApp


def test_gbk_bytes_do_not_end_the_program(home: PtyApp) -> None:
    home.send("你好".encode("gbk"))
    home.read()
    home.send(F["f1"])
    home.wait_for("说明本行的依据")
    assert home.process.poll() is None


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_a_lost_line_ends_cleanly(home: PtyApp, number: signal.Signals) -> None:
    home.process.send_signal(number)
    said = home.read(0.5)
    assert home.process.wait(5) == 128 + number
    assert b"\x1b[?1049l" in said, "the alternate screen is left, and with it what stood there"


def test_a_line_that_ends_without_a_signal_ends_the_program(home: PtyApp) -> None:
    """Its session's leader may keep the signal to itself, as `make` does."""
    home.cut()
    assert home.process.returncode == 128 + signal.SIGHUP


def test_no_mouse_mode_no_kitty_no_clipboard() -> None:
    with PtyApp(["-m", "tests.bytes.counter_app"]) as app:
        said = app.wait_for("PIN") + app.read(0.3)
    for forbidden in (b"\x1b[?1000h", b"\x1b[?1002h", b"\x1b[?1003h", b"\x1b[>", b"\x1b]52"):
        assert forbidden not in said


def test_a_function_key_cut_in_two_is_one_key(home: PtyApp) -> None:
    home.send("\x1b[2")
    time.sleep(0.2)
    home.send("0~")
    home.wait_for("无芯片建件")


def test_a_small_window_says_so_whatever_size_the_login_shell_left_behind() -> None:
    with at_home({"COLUMNS": "80", "LINES": "24"}) as home:
        home.resize(60, 20)
        home.wait_for("60×20")
        home.resize(80, 24)
        home.wait_for("请将身份证放在")


def test_sixteen_colours_and_none() -> None:
    for term in ("linux", "vt100"):
        with PtyApp(["-m", "tests.bytes.counter_app"], term=term) as app:
            said = app.wait_for("PIN") + app.read(0.3)
        assert b"\x1b[38;5" not in said and b"38;2;" not in said


def test_a_card_while_signed_out_opens_nothing() -> None:
    with PtyApp(["-m", "tests.bytes.counter_app"]) as app:
        app.wait_for("PIN")
        app.read(0.6)
        os.kill(app.process.pid, signal.SIGUSR1)
        app.wait_for("请先登录")
