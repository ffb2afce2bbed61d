"""The real terminal killed with -9 in mid key: at most the field being typed is lost."""

import itertools
import json
import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from counter_tui import signin
from counter_tui.station import store_path
from counter_tui.store import Store
from tests.e2e.conftest import COUNTER, Demo
from tests.e2e.tmux import Tmux

# None of these digits chooses anything in a question of few answers.
_DIGITS = "7890"


def killed(terminal: Tmux) -> None:
    """With -9: the terminal cannot do anything more."""
    os.kill(terminal.pane_pid(), signal.SIGKILL)


class Clerk:
    """Works on one case over many lives of the terminal, and remembers what was finished."""

    def __init__(self, demo: Demo, seed: int) -> None:
        self.demo, self.chance = demo, random.Random(seed)  # noqa: S311
        self.finished: dict[str, str] = {}
        """What stood in each field when it was left, by the field's label."""
        self.kept = self.lost = 0
        self._words = (
            "".join(digits) for digits in itertools.product(_DIGITS, repeat=7) if digits[0] != "0"
        )
        session = signin.unlock(demo.home, demo.says["clerk"], demo.says["pin"])
        self._key = session.store_key

    @contextmanager
    def at_the_terminal(self, end: Callable[[Tmux], None]) -> Iterator[Tmux]:
        """From sign-in to the delivery part of the case, and then `end`."""
        command = f"exec {COUNTER} run --config {self.demo.says['config']}"
        with Tmux(command, environment={"COUNTER_HOME": str(self.demo.home)}) as terminal:
            terminal.wait_for("PIN 为 " + self.demo.says["pin"], 60)
            terminal.type(self.demo.says["pin"])
            terminal.keys("Enter")
            terminal.wait_for("自动打开", 60)
            if self.drafts():
                terminal.keys("Enter")
            else:
                self.demo.reader("lay sixty")
            terminal.wait_for("芯片已读", 60)
            terminal.keys("F5")
            terminal.wait_for("联系电话", 30)
            yield terminal
            end(terminal)

    def drafts(self) -> list[str]:
        """What the store holds of cases that are not accepted, as JSON."""
        with self.store() as store:
            return [json.dumps(one.body, ensure_ascii=False) for one in store.drafts.list()]

    def store(self) -> Store:
        return Store.open(store_path(self.demo.home), self._key)

    def types_until(self, end: Callable[[Tmux], None], types: Callable[[Tmux, str], None]) -> None:
        """Fields are typed and left; `end` comes with some key or soon after it.

        `types` brings a word to the terminal, key by key.
        """
        with self.at_the_terminal(end) as terminal:
            typing = begun = ""
            for _ in range(self.chance.randint(2, 7)):
                word = next(self._words)
                cut = self.chance.randint(1, len(word))
                types(terminal, word)
                typing = _label(terminal, word)
                if typing:
                    self.finished[typing] = word
                terminal.keys("Tab")
            if cut % 2:
                # The last key of all: a word begun, or the Tab just pressed.
                begun = next(self._words)[:cut]
                terminal.type(begun)
            time.sleep(self.chance.choice((0, 0, 0.02, 0.1)))
        self._must_be_kept(typing, begun)

    def replaces(self, begun: str, draft: str) -> bool:
        """Whether a word that was `begun` stands in the place of a finished one: killed, never."""
        return False

    def _must_be_kept(self, but_not: str, begun: str) -> None:
        """Everything finished is in the draft; the field left last may still have been on its way.

        It counts from the next life on, with what is really there.
        """
        (draft,) = self.drafts()
        for label, word in list(self.finished.items()):
            if word in draft:
                self.kept += 1
                continue
            self.lost += 1
            gone = label == but_not or self.replaces(begun, draft)
            assert gone, (label, word, but_not, begun)
            del self.finished[label]
        with self.store() as store:
            assert store.audit.verify() is None


def _label(terminal: Tmux, word: str) -> str:
    """The label of the field in which `word` stands; "" where the field does not take it."""
    deadline = time.monotonic() + 1.5
    while time.monotonic() < deadline:
        for line in terminal.screen().splitlines():
            if word in line:
                label = line.split()[0]
                # What is typed there looks for a division; nothing but a find is kept.
                return "" if label == "行政区划" else label
        time.sleep(0.02)
    return ""


def live(demo: Demo, lives: int, seed: int) -> Clerk:
    """So many lives of the terminal, each ended by a kill; the store is whole after each."""
    clerk = Clerk(demo, seed)
    for _ in range(lives):
        clerk.types_until(killed, Tmux.type)
    with clerk.store() as store:
        assert store.upkeep.integrity() == []
    return clerk


def test_the_terminal_killed_at_random_keys_loses_at_most_the_field_typed(demo: Demo) -> None:
    clerk = live(demo, lives=4, seed=6)
    assert clerk.kept >= 6, "fields that were typed, left and found again"


@pytest.mark.soak
@pytest.mark.parametrize("part", range(40))
def test_a_thousand_kills(demo: Demo, part: int) -> None:
    clerk = live(demo, lives=25, seed=part)
    print(f"part {part}: 25 kills, {clerk.kept} fields kept, {clerk.lost} lost in typing")  # noqa: T201
