"""A day at a counter: the real terminal, card after card, with looks at the desks between."""

import re
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Final, Self

from devices.virtual.cards import ResidentCard
from devices.virtual.people import crowd
from devices.virtual.samv import VirtualReader
from intake.days import city_day
from tests.e2e.conftest import COUNTER, Demo
from tests.e2e.tmux import Tmux

ITEMS: Final = (
    ("1", "Enter", "Enter", "9", "Enter"),
    ("2", "s", "g", "Enter", "Enter", "9", "Enter"),
    ("1", "d", "Enter", "Enter", "9", "End", "1", "Enter"),
)
"""A first passport, a permit with two endorsements, a lost passport; papers are checked by 9."""
DESKS: Final = (("C-g", "1"), ("C-g", "2"), ("C-g", "3"), ("C-o",), ("F9",))
REST_SECONDS: Final = 1.6
"""Between two people; the terminal tidies up meanwhile."""
_GLANCE: Final = 0.4


def adults() -> Iterator[ResidentCard]:
    """Grown-up people of the city, each once."""
    today = city_day(datetime.now(UTC))
    return (one for one in crowd(600, today) if 18 < today.year - one.birth.year < 88)


class Day:
    """A demo station with one terminal; `work` does cases."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._parts = ExitStack()
        self._people = adults()
        self._done = 0
        self._last = ""

    def __enter__(self) -> Self:
        with ExitStack() as parts:
            self.reader = parts.enter_context(VirtualReader())
            demo = Demo(self._home, "--reader", f"samv:{self.reader.path}")
            parts.callback(demo.stop)
            command = f"exec {COUNTER} run --config {demo.says['config']}"
            variables = {"COUNTER_HOME": str(demo.home)}
            self.terminal = parts.enter_context(Tmux(command, environment=variables))
            self.terminal.wait_for("PIN", 30)
            self.terminal.type(demo.says["pin"])
            self.terminal.keys("Enter")
            self.terminal.wait_for("请将身份证放在", 30)
            self._wait_for_addresses()
            self._parts = parts.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._parts.close()

    def _wait_for_addresses(self) -> None:
        """A card's address is understood from the moment the index of divisions was made."""
        deadline = time.monotonic() + 90
        while not (self._home / "divisions.tsv").exists():
            assert time.monotonic() < deadline
            time.sleep(0.2)
        time.sleep(1)

    def work(self, cases: int) -> None:
        """So many people come, are served and go."""
        for card in islice(self._people, cases):
            self._serve(card)
            self._look_about()
            time.sleep(REST_SECONDS)
            self._done += 1

    def resident_mib(self) -> float:
        """Resident memory of the terminal's process."""
        status = Path(f"/proc/{self.terminal.pane_pid()}/status").read_text("utf-8")
        found = re.search(r"^VmRSS:\s+(\d+) kB", status, re.MULTILINE)
        assert found
        return int(found[1]) / 1024

    def _serve(self, card: ResidentCard) -> None:
        terminal = self.terminal
        self.reader.lay(card)
        terminal.wait_for("芯片已读", 20)
        terminal.keys(*ITEMS[self._done % len(ITEMS)])
        if self._done % 5 == 1:
            # Why a paper is asked for, what would change it, and the case read back.
            self._glances("F4", "F1", "F1", "Escape", "C-y", "Escape")
        terminal.keys("F8", "Enter")
        terminal.type("13800005678")
        terminal.keys("Enter", "9")
        deadline = time.monotonic() + 30
        while (number := self._number()) in ("", self._last):
            assert time.monotonic() < deadline, terminal.screen()
            if "按 F10 受理" in terminal.screen():
                terminal.keys("F10")
            time.sleep(_GLANCE)
        self._last = number
        self.reader.take()

    def _number(self) -> str:
        found = re.search(r"已受理：([0-9A-Z-]{11})", self.terminal.screen())
        return found[1] if found else ""

    def _look_about(self) -> None:
        if self._done % 5 == 3:
            self._glances("C-t", "C-t")
        if self._done % 5 == 4:
            for keys in DESKS:
                self.terminal.keys(*keys)
                time.sleep(_GLANCE)
                self._glances("Escape")

    def _glances(self, *keys: str) -> None:
        for key in keys:
            self.terminal.keys(key)
            time.sleep(_GLANCE)
