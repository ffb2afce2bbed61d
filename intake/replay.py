"""Replay: the same case under two packs, and what is decided otherwise, line by line.

The centre compares its own decision with a station's by the same differences.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from intake.decide import decide
from intake.decision import Decision, Reason
from intake.facts import Facts
from intake.pack import Pack
from intake.reading import BadFacts

_TABLES: Final = {
    "items": ("index",),
    "materials": ("code", "item"),
    "deferrals": ("code", "item"),
    "fees": ("code", "item"),
    "parcels": ("items",),
    "warnings": ("code",),
}
"""The lines that are compared, and what makes a line the same line in both decisions."""

_UNCOMPARED: Final = frozenset({"reasons", "text"})


@dataclass(frozen=True, slots=True)
class Difference:
    """One value decided otherwise: `path` as in `items[0].ready_by`; None where there is no line.

    `why` holds the reasons of the second decision's line, and those of the first's that have gone
    when nothing came in their place.
    """

    path: str
    before: Any
    after: Any
    why: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Flip:
    """One case that two packs decide differently."""

    before: str
    after: str
    differences: tuple[Difference, ...]


class Tally:
    """What a replay of many cases comes to: how many, and which rules turned how many."""

    def __init__(self) -> None:
        self.cases = 0
        self.flips = 0
        self.outcomes: Counter[tuple[str, str]] = Counter()
        """Before and after, of the cases whose outcome itself changed."""
        self.rules: Counter[str] = Counter()
        """Rules behind the first difference of each flip."""

    def add(self, flip: Flip | None) -> None:
        """Count one case."""
        self.cases += 1
        if flip is None:
            return
        self.flips += 1
        if flip.before != flip.after:
            self.outcomes[flip.before, flip.after] += 1
        first = next((one for one in flip.differences if one.why), None)
        self.rules.update({reason.rule for reason in first.why} if first else ())


def differences(before: Decision, after: Decision) -> list[Difference]:
    """What `after` says otherwise than `before`; sentences and sources are not compared."""
    found: list[Difference] = []
    for table, keys in _TABLES.items():
        old, new = _by_key(before, table, keys), _by_key(after, table, keys)
        for key in dict.fromkeys([*old, *new]):
            found.extend(_line(f"{table}[{_shown(key)}]", old.get(key), new.get(key)))
    for ledger in ("treasury", "carrier"):
        old_sum, new_sum = getattr(before.totals, ledger), getattr(after.totals, ledger)
        if old_sum != new_sum:
            found.append(Difference(f"totals.{ledger}", old_sum, new_sum))
    if before.outcome != after.outcome:
        why = next((one.why for one in found if one.why), ())
        found.insert(0, Difference("outcome", before.outcome, after.outcome, why))
    return found


def replay(facts: Facts, before: Pack, after: Pack) -> Flip | None:
    """Decide `facts` under both packs; None when they agree.

    A case that one pack cannot take at all (a day before it begins) counts as outcome
    `bad_input` there.
    """
    old, new = _outcome(facts, before), _outcome(facts, after)
    if isinstance(old, str) or isinstance(new, str):
        names = [one if isinstance(one, str) else one.outcome for one in (old, new)]
        if names[0] == names[1]:
            return None
        return Flip(names[0], names[1], (Difference("outcome", names[0], names[1]),))
    found = differences(old, new)
    return Flip(old.outcome, new.outcome, tuple(found)) if found else None


def _outcome(facts: Facts, pack: Pack) -> Decision | str:
    try:
        return decide(facts, pack)
    except BadFacts:
        return "bad_input"


def _by_key(decision: Decision, table: str, keys: tuple[str, ...]) -> dict[tuple[Any, ...], Any]:
    lines: Iterable[Any] = getattr(decision, table)
    found: dict[tuple[Any, ...], Any] = {}
    for line in lines:
        key = tuple(getattr(line, name) for name in keys)
        # Lines of one kind (endorsements of one item, parcels' postage) are told apart by place.
        place = 0
        while (*key, place) in found:
            place += 1
        found[*key, place] = line
    return found


def _line(path: str, old: Any, new: Any) -> Iterator[Difference]:
    why = _why(getattr(old, "reasons", ()), getattr(new, "reasons", ()))
    if old is None or new is None:
        yield Difference(path, _plain(old), _plain(new), why)
        return
    before, after = _plain(old), _plain(new)
    for name in dict.fromkeys([*before, *after]):
        if before.get(name) != after.get(name):
            yield Difference(f"{path}.{name}", before.get(name), after.get(name), why)


def _why(old: tuple[Reason, ...], new: tuple[Reason, ...]) -> tuple[Reason, ...]:
    """The second line's reasons; where no rule is new to it, also those that no longer hold."""
    before, after = {one.rule for one in old}, {one.rule for one in new}
    if after - before:
        return new
    return (*new, *(one for one in old if one.rule not in after))


def _plain(line: Any) -> Any:
    if line is None:
        return None
    return line.model_dump(mode="json", by_alias=True, exclude=_UNCOMPARED)


def _shown(key: tuple[Any, ...]) -> str:
    *named, place = key
    parts = ["+".join(map(str, part)) if isinstance(part, tuple) else part for part in named]
    words = [str(part) for part in parts if part is not None]
    return " ".join(words) + (f" #{place + 1}" if place else "")
