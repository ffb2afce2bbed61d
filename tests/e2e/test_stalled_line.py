"""A line that takes nothing for a while: the terminal goes on keeping, and catches up."""

import os
import signal
import time
from collections.abc import Callable

import pytest

from counter_tui import signin
from counter_tui.station import store_path
from counter_tui.store import Store
from tests.bytes.conftest import F
from tests.bytes.pty_app import PtyApp
from tests.e2e.conftest import Demo

PHONE = "13800007789"


def until(true: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def kept(demo: Demo, key: bytes) -> str:
    with Store.open(store_path(demo.home), key) as store:
        return str([one.body for one in store.drafts.list()])


@pytest.mark.parametrize("seconds", [2, pytest.param(30, marks=pytest.mark.soak)])
def test_a_stalled_line_holds_nothing_up(demo: Demo, seconds: float) -> None:
    key = signin.unlock(demo.home, demo.says["clerk"], demo.says["pin"]).store_key
    run = ["-m", "counter_tui", "run", "--config", demo.says["config"]]
    with PtyApp(run, variables={"COUNTER_HOME": str(demo.home)}) as app:
        app.wait_for("PIN")
        app.read(1.0)
        app.send(demo.says["pin"] + "\r")
        app.wait_for("请将身份证放在")
        demo.reader("lay plain")
        app.wait_for("申请事项")
        app.read(0.5)
        # Nobody reads any more, and far more is painted than a line takes.
        for _ in range(40):
            app.send("\x0c" + F["f3"] + F["f4"])
            time.sleep(0.02)
        time.sleep(seconds)
        app.send(F["f2"] + PHONE + "\t")
        until(lambda: PHONE in kept(demo, key), 10)

        said = app.read(1.0)
        app.send("\x0c")
        assert "联系电话" in (said + app.read(1.0)).decode("utf-8", "replace")

        for _ in range(40):
            app.send("\x0c" + F["f3"] + F["f4"])
            time.sleep(0.02)
        os.kill(app.process.pid, signal.SIGTERM)
        assert app.process.wait(15) == 128 + signal.SIGTERM
