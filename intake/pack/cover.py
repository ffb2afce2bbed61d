"""Overlaps and gaps: every case that the conditions of a table can tell apart is tried.

Values that no condition tells apart are one value, so the tries are few and still complete.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations, islice, product
from typing import Any, Final

from intake.pack.catalogue import FACTS, Scalar
from intake.pack.conditions import (
    AtLeast,
    Below,
    CertificateOfApplicant,
    Simple,
    StartsWith,
    compile_all,
    simple_parts,
)
from intake.pack.rows import Rule

_DAY: Final = timedelta(days=1)
_MOST_CASES: Final = 300_000
_NO_PREFIX: Final = "000000"


@dataclass(frozen=True, slots=True)
class Clash:
    """Rows that apply together (or none, for a gap) on `day`, with facts that show it."""

    rows: tuple[Rule, ...]
    day: date
    example: Mapping[str, Any]


class TooManyCases(Exception):
    """A table whose conditions tell more cases apart than can be tried."""


def overlaps(
    rows: Sequence[Rule], terms: Mapping[str, tuple[Scalar, ...]], begins: date
) -> list[Clash]:
    """The pairs of rows that apply to the same case, each pair once."""
    found: dict[frozenset[str], Clash] = {}
    for day, live, example in _cases(rows, terms, begins):
        if len(live) > 1:
            found.setdefault(frozenset(row.id for row in live), Clash(live, day, example))
    return list(found.values())


def gaps(
    rows: Sequence[Rule], terms: Mapping[str, tuple[Scalar, ...]], begins: date
) -> list[Clash]:
    """Cases that no row applies to, the first of each stretch of days."""
    found: dict[date, Clash] = {}
    for day, live, example in _cases(rows, terms, begins):
        if not live:
            found.setdefault(day, Clash((), day, example))
    return list(found.values())


def never_first(
    rows: Sequence[Any], terms: Mapping[str, tuple[Scalar, ...]], begins: date
) -> list[Rule]:
    """Rows of a first-match table (by `order`) that no case ever reaches."""
    ordered = sorted(rows, key=lambda row: row.order)
    reached = {live[0].id for _, live, _ in _cases(ordered, terms, begins) if live}
    return [row for row in ordered if row.id not in reached]


def _cases(
    rows: Sequence[Rule], terms: Mapping[str, tuple[Scalar, ...]], begins: date
) -> Iterator[tuple[date, tuple[Rule, ...], dict[str, Any]]]:
    for day in _days(rows, begins):
        in_force = [row for row in rows if row.holds_on(day)]
        tests = [(row, compile_all(row.when)) for row in in_force]
        parts = [part for row in in_force for part in simple_parts(row.when)]
        for view in _views(parts, terms, day):
            live = tuple(row for row, applies in tests if applies(view))
            example = {k: v for k, v in view.items() if k not in ("accepted_on", "number")}
            yield day, live, example


def _days(rows: Sequence[Rule], begins: date) -> list[date]:
    days = {begins}
    for row in rows:
        if row.from_ and row.from_ > begins:
            days.add(row.from_)
        if row.to and row.to >= begins:
            days.add(row.to + _DAY)
    return sorted(days)


def _views(
    parts: Sequence[Simple], terms: Mapping[str, tuple[Scalar, ...]], day: date
) -> Iterator[dict[str, Any]]:
    by_fact: dict[str, list[Simple]] = {}
    for part in parts:
        by_fact.setdefault(part.fact, []).append(part)
    domains = {
        fact: list(_domain(fact, asked, terms, day)) for fact, asked in sorted(by_fact.items())
    }
    names = list(domains)
    if math.prod(len(domain) for domain in domains.values()) > _MOST_CASES:
        raise TooManyCases
    for values in product(*domains.values()):
        view = dict(zip(names, values, strict=True))
        proved = view.get("disability_certificate") == "proved"
        yield {**view, "accepted_on": day, "proved": proved, "number": ""}


def _domain(
    fact: str, parts: Sequence[Simple], terms: Mapping[str, tuple[Scalar, ...]], day: date
) -> Iterator[Any]:
    known = FACTS.get(fact)
    kind = known.kind if known else "choice"
    choices = known.choices if known else terms.get(fact, ())
    if any(isinstance(part, CertificateOfApplicant) for part in parts):
        yield from ("", "proved")
    elif kind == "day":
        yield from (None, day - _DAY, day)
    elif kind == "number":
        limits = {part.value for part in parts if isinstance(part, AtLeast | Below)}
        yield from choices or sorted({value for limit in limits for value in (limit - 1, limit)})
    elif kind == "code":
        prefixes = {p for part in parts if isinstance(part, StartsWith) for p in part.values}
        yield from (_NO_PREFIX, None, *sorted(prefixes))
    elif kind == "several":
        kinds = _told_apart(choices, parts)
        for size in range(len(kinds) + 1):
            yield from combinations(kinds, size)
    else:
        yield from _told_apart(choices, parts)


def _told_apart(choices: Sequence[Scalar], parts: Sequence[Simple]) -> list[Scalar]:
    """One choice of each group that no condition tells apart."""
    groups: dict[tuple[bool, ...], Scalar] = {}
    for choice in choices:
        key = tuple(choice in getattr(part, "values", ()) for part in parts)
        groups.setdefault(key, choice)
    return list(groups.values())


def shown_example(example: Mapping[str, Any]) -> str:
    """The facts of a clash, short."""
    shown = ((k, v) for k, v in example.items() if k != "proved")
    return ", ".join(f"{k}={_short(v)}" for k, v in islice(shown, 6)) or "any facts"


def _short(value: Any) -> str:
    return "+".join(map(str, value)) or "none" if isinstance(value, tuple) else str(value)
