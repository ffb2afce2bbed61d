"""Rows in force, made ready to be asked: which apply to these facts, and why."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, Final, Generic, TypeVar

from intake.decision import Reason
from intake.pack.catalogue import FACTS
from intake.pack.conditions import InForce, Test, View, compile_all, shown, simple_parts
from intake.pack.rows import Rule

_MOST_REMEMBERED: Final = 64
"""Reasons remembered a rule, and answers a table: enough for a case, also while ways out
of it are searched."""

_PRIVATE: Final = frozenset(name for name, fact in FACTS.items() if fact.private)

R = TypeVar("R", bound=Rule)
Values = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Live(Generic[R]):
    """A rule in force, compiled: `applies` tests the facts, `facts` are those it names."""

    row: R
    applies: Test
    facts: tuple[str, ...]
    _values: Callable[[View], Values]
    _made: dict[Values, Reason] = field(default_factory=dict, compare=False, repr=False)

    def reason(self, view: View) -> Reason:
        """Why a line follows from this row, with the facts it looked at.

        Equal reasons are one object; nobody changes its `inputs`.
        """
        values = self._values(view)
        made = self._made.get(values)
        if made is None:
            if len(self._made) >= _MOST_REMEMBERED:
                self._made.clear()
            made = self._made[values] = Reason(
                rule=self.row.id,
                text=self.row.text,
                source=self.row.source,
                inputs={f: shown(v) for f, v in zip(self.facts, values, strict=True)},
            )
        return made


def live(row: R) -> Live[R]:
    """The row, compiled."""
    facts = tuple(dict.fromkeys(part.fact for part in simple_parts(row.when)))
    return Live(row, compile_all(row.when), facts, _shown_values(facts))


class Table(Generic[R]):
    """Rows of one kind in the order they are evaluated.

    Which rows apply follows from the facts they name, so an answer is remembered by those facts.
    A table that looks at something private remembers nothing.
    """

    def __init__(self, rows: Sequence[Live[R]]) -> None:
        self._rows: Final = tuple(rows)
        parts = [part for row in rows for part in simple_parts(row.row.when)]
        facts = {part.fact for part in parts}
        if any(isinstance(part, InForce) for part in parts):
            facts.add("accepted_on")
        self._values = None if facts & _PRIVATE else _values(sorted(facts))
        self._known: dict[Values, tuple[Live[R], ...]] = {}

    def __iter__(self) -> Iterator[Live[R]]:
        return iter(self._rows)

    def applying(self, view: View) -> tuple[Live[R], ...]:
        """Every row that applies."""
        if self._values is None:
            return self._asked(view)
        values = self._values(view)
        known = self._known.get(values)
        if known is None:
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            known = self._known[values] = self._asked(view)
        return known

    def first(self, view: View) -> Live[R] | None:
        """The first row that applies."""
        found = self.applying(view)
        return found[0] if found else None

    def _asked(self, view: View) -> tuple[Live[R], ...]:
        return tuple(row for row in self._rows if row.applies(view))


def _values(facts: Sequence[str]) -> Callable[[View], Values]:
    if len(facts) > 1:
        return itemgetter(*facts)
    return lambda view: tuple([view[fact] for fact in facts])


def _shown_values(facts: tuple[str, ...]) -> Callable[[View], Values]:
    """The values a reason shows: of something private only whether there is one."""
    if _PRIVATE.isdisjoint(facts):
        return _values(facts)

    def values(view: View) -> Values:
        return tuple(
            [view[f] if f not in _PRIVATE else view[f] is not None or view["proved"] for f in facts]
        )

    return values
