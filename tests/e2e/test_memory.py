"""What the real terminal holds in memory: the process of `counter run`, at a real station."""

import time
from pathlib import Path

import pytest

from bench.cores import share_of
from tests.e2e.conftest import COUNTER, Demo
from tests.e2e.day import Day
from tests.e2e.tmux import Tmux

RESIDENT_MIB = 75


def _resident_mib(process: int) -> float:
    for line in Path(f"/proc/{process}/status").read_text("utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise AssertionError("no VmRSS")


@pytest.mark.alone
def test_the_terminal_with_an_open_case_stays_small(demo: Demo) -> None:
    command = f"exec {COUNTER} run --config {demo.says['config']}"
    with Tmux(command, environment={"COUNTER_HOME": str(demo.home)}) as terminal:
        terminal.wait_for("PIN", 30)
        terminal.type(demo.says["pin"])
        terminal.keys("Enter")
        terminal.wait_for("请将身份证放在", 30)
        demo.reader("lay plain")
        terminal.wait_for("申请事项", 20)
        terminal.keys("F5")
        terminal.wait_for("行政区划")
        terminal.keys("F8")
        terminal.wait_for("四川省", 30)

        assert _resident_mib(terminal.pane_pid()) <= RESIDENT_MIB, terminal.screen()


WARM_UP, CASES = 40, 200
"""Until then every desk was seen and every list of what is remembered is full."""
GROWTH = 0.02
"""How far it may still grow then."""
IDLE_PERCENT = 0.3
"""Of a core, with the home screen and an empty reader."""
SETTLED_SECONDS, IDLE_SECONDS = 15, 30


@pytest.mark.soak
def test_a_day_of_two_hundred_cases_leaves_the_terminal_as_light_as_its_first_hours(
    tmp_path: Path,
) -> None:
    with Day(tmp_path / "home") as day:
        day.work(WARM_UP)
        warm = day.resident_mib()
        day.work(CASES - WARM_UP)
        large = day.resident_mib()
        time.sleep(SETTLED_SECONDS)
        idle = share_of(day.terminal.pane_pid(), IDLE_SECONDS)
        print(f"{warm:.1f} MiB after {WARM_UP}, {large:.1f} after {CASES}; idle {idle:.2f} %")  # noqa: T201
    assert large <= min(RESIDENT_MIB, warm * (1 + GROWTH)), (warm, large)
    assert idle <= IDLE_PERCENT
