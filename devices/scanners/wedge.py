"""Tells a keyboard-wedge scanner from a person typing, by timing and by prefix.

A pure state machine: the screen feeds each key with its time and does what it is told. A scanner
types a whole text, ended by Enter or Tab, faster than a person; one set up with a prefix character
is known from its first key.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from devices.text import clean

FAST: Final = 0.035
"""Seconds between keys up to which they may come from a scanner."""
LINE_APART: Final = 0.25
"""Seconds a scanner may take between the lines of one zone."""
SHORTEST: Final = 8
"""Characters a text without prefix must have; a person's finger roll is shorter."""
LONGEST: Final = 512
_ENDS: Final = frozenset({"\r", "\n", "\t"})


@dataclass(frozen=True, slots=True)
class Typed:
    """Keys of a person, to be handled as if they had just been pressed."""

    keys: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Scan:
    """A scanned text. `leaked` keys of it were passed on as typed and must be taken back."""

    text: str = field(repr=False)
    leaked: int = 0


Verdict = Typed | Scan


class Wedge:
    """Feed it every key; call `tick` when `due` has come. Times are seconds of any one clock.

    The first key of a burst is passed on at once, so that typing never waits; what follows within
    `FAST` is held until it is clear what it was.
    """

    def __init__(self, prefix: str = "") -> None:
        self._prefix = prefix
        self._held: list[str] = []
        self._leaked: list[str] = []
        self._lines: list[str] = []
        self._scanning = False
        self._last: float | None = None

    @property
    def due(self) -> float | None:
        """When `tick` is to be called next; None when nothing is held."""
        if self._last is None or not (self._held or self._lines or self._scanning):
            return None
        # So many keys in such haste are no person's; the end of the line may take a moment.
        certain = bool(self._lines) or len(self._held) >= SHORTEST
        return self._last + (LINE_APART if certain else FAST)

    def feed(self, key: str, at: float) -> list[Verdict]:
        """What to do after `key`, one character, came at `at`."""
        done = self.tick(at)
        fast = self._last is not None and at - self._last <= FAST
        self._last = at
        if self._prefix and key == self._prefix and not self._held:
            self._scanning = True
            return done
        if self._scanning or self._lines or self._held:
            return done + self._hold(key)
        if not fast:
            # A control key alone begins no scan.
            self._leaked = [key] if key.isprintable() else []
            return [*done, Typed((key,))]
        return done + self._hold(key)

    def tick(self, at: float) -> list[Verdict]:
        """What to do because nothing came until `at`."""
        due = self.due
        return [] if due is None or at <= due else self._settle()

    def _hold(self, key: str) -> list[Verdict]:
        if key not in _ENDS:
            self._held.append(key)
            return self._settle() if len(self._held) > LONGEST else []
        if not self._held and self._lines:
            # The other half of CR LF.
            return []
        long_enough = len(self._leaked) + len(self._held) >= SHORTEST
        if not (self._scanning or self._lines or long_enough):
            self._held.append(key)
            return self._settle()
        self._lines.append("".join(self._held))
        self._held = []
        return []

    def _settle(self) -> list[Verdict]:
        """The burst is over: a scan when a line was ended, else typing."""
        lines, held, leaked = self._lines, self._held, self._leaked
        self._lines, self._held, self._leaked, self._scanning = [], [], [], False
        done: list[Verdict] = []
        if lines:
            text = clean_lines(["".join(leaked) + lines[0], *lines[1:]])
            done.append(Scan(text, len(leaked)))
        if held:
            done.append(Typed(tuple(held)))
        return done


def clean_lines(lines: Iterable[str]) -> str:
    """The lines cleaned one by one, empty ones left out."""
    return "\n".join(line for line in map(clean, lines) if line)
