"""Hang-up, end, detach and a lost line in mid key: at most the field being typed is lost."""

import os
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable

import pytest

from tests.bytes.pty_app import PtyApp
from tests.e2e.conftest import Demo
from tests.e2e.test_kills import Clerk
from tests.e2e.tmux import Tmux


class Lines:
    """What becomes of the line to a terminal, at a point that chance names."""

    def __init__(self, home: str, seed: int) -> None:
        self.home, self.chance = home, random.Random(seed)  # noqa: S311
        self.seen: Counter[str] = Counter()
        self._at_rest = self._running()

    def hang_up(self, terminal: Tmux) -> None:
        """The terminal is told of a hang-up."""
        self._ends_in_order(terminal, signal.SIGHUP)

    def told_to_end(self, terminal: Tmux) -> None:
        """The terminal is told to end."""
        self._ends_in_order(terminal, signal.SIGTERM)

    def cut(self, terminal: Tmux) -> None:
        """What holds the other end of the pseudo-terminal is gone, and nothing can be painted."""
        self.seen["cut"] += 1
        os.kill(terminal.server_pid(), signal.SIGKILL)
        self._leaves_nobody()

    def _ends_in_order(self, terminal: Tmux, number: signal.Signals) -> None:
        self.seen[number.name] += 1
        terminal.stay_when_it_ends()
        process = terminal.pane_pid()
        os.kill(process, number)
        assert terminal.ended(process, 10), "it goes on"
        time.sleep(0.1)
        left = terminal.scrollback()
        assert "联系电话" not in left and "PIN" not in left, left
        self._leaves_nobody()

    def _leaves_nobody(self) -> None:
        deadline = time.monotonic() + 10
        while new := self._running() - self._at_rest:
            assert time.monotonic() < deadline, f"still running: {new}"
            time.sleep(0.05)

    def _running(self) -> set[str]:
        """The processes of this station."""
        told = subprocess.run(
            ["pgrep", "-f", self.home], capture_output=True, text=True, check=False
        )
        return set(told.stdout.split())

    def types(self, terminal: Tmux, word: str) -> None:
        """Type `word`; now and then the clerk's own line breaks in the middle and is taken up."""
        if self.chance.random() < 0.5:
            terminal.type(word)
            return
        at = self.chance.randrange(len(word) + 1)
        first = self._attached(terminal)
        self._typed(terminal, first, word[:at])
        leave = self.chance.choice((self._detach, self._lose))
        leave(first)
        second = self._attached(terminal)
        self._typed(terminal, second, word[at:])
        self._lose(second)

    def _attached(self, terminal: Tmux) -> PtyApp:
        line = terminal.attached()
        line.wait_for("联系电话")
        return line

    def _typed(self, terminal: Tmux, line: PtyApp, keys: str) -> None:
        line.read(0.1)
        before = terminal.screen()
        line.send(keys)
        # What is still in the line when it breaks was never typed. Not every field takes digits.
        deadline = time.monotonic() + 1.5
        while keys and terminal.screen() == before and time.monotonic() < deadline:
            time.sleep(0.02)
        time.sleep(0.05)

    def _detach(self, line: PtyApp) -> None:
        self.seen["detached"] += 1
        line.press("\x02")
        line.send("d")
        line.read(0.2)
        line.cut()

    def _lose(self, line: PtyApp) -> None:
        self.seen["lost"] += 1
        line.cut()


class LeavingClerk(Clerk):
    """Whoever's terminal ends in order finds the word begun in place of what stood there."""

    def replaces(self, begun: str, draft: str) -> bool:
        return any(f'"{begun[:n]}"' in draft for n in range(1, len(begun) + 1))


def live(demo: Demo, rounds: int, seed: int) -> tuple[Clerk, Lines]:
    """So many rounds of three lives, one for each end, in an order that chance names."""
    clerk, lines = LeavingClerk(demo, seed), Lines(str(demo.home), seed)
    for _ in range(rounds):
        ends: list[Callable[[Tmux], None]] = [lines.hang_up, lines.told_to_end, lines.cut]
        lines.chance.shuffle(ends)
        for end in ends:
            clerk.types_until(end, lines.types)
    with clerk.store() as store:
        assert store.upkeep.integrity() == []
    return clerk, lines


def test_a_line_that_breaks_at_random_keys_loses_at_most_the_field_typed(demo: Demo) -> None:
    clerk, lines = live(demo, rounds=1, seed=8)
    assert clerk.kept >= 4, "fields that were typed, left and found again"
    assert lines.seen["detached"] and lines.seen["lost"]


@pytest.mark.soak
@pytest.mark.parametrize("part", range(20))
def test_three_hundred_broken_lines(demo: Demo, part: int) -> None:
    clerk, lines = live(demo, rounds=5, seed=100 + part)
    print(  # noqa: T201
        f"part {part}: {dict(lines.seen)}, {clerk.kept} fields kept, {clerk.lost} lost in typing"
    )
