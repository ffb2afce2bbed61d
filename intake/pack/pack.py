"""Pack: a resolved pack made ready to decide. Rows in force on a day are found once a stretch."""

import hashlib
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any, Final, Literal

from intake.decision import Text
from intake.pack.calendar import WorkingDays
from intake.pack.layers import PackError, Source, resolve
from intake.pack.resolved import RULE_TABLES, Resolved, rows_of
from intake.pack.rows import (
    DeferralRow,
    FeeRow,
    InstantRow,
    MaterialRow,
    PostageRow,
    ScopeRow,
    SuspensionRow,
    Term,
    TimeRow,
    TwoWayRow,
    ValidityRow,
    WaiverRow,
    WarningRow,
)
from intake.pack.table import Live, Table, live

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rules:
    """The rows in force in one stretch of days, each table in the order it is evaluated."""

    leap_birthday: Literal["02-28", "03-01"]
    terms: Table[Term]
    suspensions: Table[SuspensionRow]
    scope: Table[ScopeRow]
    materials: Mapping[str, Table[MaterialRow]]
    """By level."""
    warnings: Table[WarningRow]
    deferral: Table[DeferralRow]
    card_fees: Mapping[str, Table[FeeRow]]
    """By what a price is for: `item`, `endorsement`."""
    postage: Table[PostageRow]
    two_way: Table[TwoWayRow]
    waivers: Table[WaiverRow]
    processing_time: Table[TimeRow]
    validity: Table[ValidityRow]
    instant_issue: Table[InstantRow]


def all_live(rules: Rules) -> Iterator[Live[Any]]:
    """Every rule in force, of whatever table."""
    for table in RULE_TABLES:
        if table in ("materials", "card_fees"):
            for group in getattr(rules, table).values():
                yield from group
        elif table != "reckoning":
            yield from getattr(rules, table)


class Pack:
    """A policy pack ready for use. Immutable to its users; it remembers what it has compiled."""

    def __init__(self, resolved: Resolved) -> None:
        if not resolved.plain_years:
            raise PackError("a pack needs a row in plain_years")
        self.resolved: Final = resolved
        self.name: Final = resolved.name
        self.version: Final = resolved.version
        self.working_days: Final = WorkingDays(resolved.calendar, resolved.plain_years[0])
        self._edges = _edges(resolved)
        self._rules: dict[int, Rules] = {}
        self.names: Final = {row.code: row.name for row in resolved.names}

    @property
    def begins(self) -> date:
        """The first day of acceptance that the pack decides about."""
        return self.resolved.begins

    @cached_property
    def sha256(self) -> str:
        """SHA-256 (hex) of the resolved pack's canonical bytes."""
        return hashlib.sha256(self.resolved.canonical()).hexdigest()

    def rules_on(self, day: date) -> Rules:
        """The rules in force on `day`."""
        stretch = bisect_right(self._edges, day)
        found = self._rules.get(stretch)
        if found is None:
            found = self._rules[stretch] = _compile(self.resolved, day)
        return found

    def limit(self, code: str, on: date) -> int | None:
        """The number other rooms keep to (table `retention`), in the row's unit; None without."""
        rows = (row for row in self.resolved.retention if row.code == code and row.holds_on(on))
        return next((row.amount for row in rows), None)

    def called(self, code: str) -> Text:
        """What people call `code`; the code itself when the pack has no name for it."""
        return self.names.get(code) or Text(zh=code, en=code)


def load(name: str, source: Source) -> Pack:
    """Pack `name` with all its layers, from their texts. Raises PackError with file and line."""
    return Pack(resolve(name, source).resolved)


def from_canonical(payload: bytes) -> Pack:
    """A pack from the bytes that were signed. Raises PackError when they are no pack."""
    try:
        resolved = Resolved.model_validate_json(payload)
    except ValueError:
        raise PackError("the signed bytes are not a pack of this format") from None
    return Pack(resolved)


def _edges(resolved: Resolved) -> list[date]:
    """The days on which some rule begins or has ended: between two of them nothing changes."""
    edges: set[date] = set()
    for table in RULE_TABLES:
        for row in rows_of(resolved, table):
            if row.from_ is not None:
                edges.add(row.from_)
            if row.to is not None and row.to < date.max:
                edges.add(row.to + _DAY)
    return sorted(edges)


def _compile(resolved: Resolved, day: date) -> Rules:
    reckoning = [row for row in resolved.reckoning if row.holds_on(day)]
    if not reckoning:
        raise PackError(f"no row in reckoning for {day}")
    tables: dict[str, Any] = {
        table: _live(rows_of(resolved, table), day) for table in RULE_TABLES if table != "reckoning"
    }
    levels = ("application", "item")
    tables["materials"] = _split(tables["materials"], levels, lambda row: row.level)
    prices = ("item", "endorsement")
    tables["card_fees"] = _split(tables["card_fees"], prices, lambda row: row.per)
    return Rules(leap_birthday=reckoning[0].leap_birthday, **tables)


def _split(
    rules: Table[Any], groups: tuple[str, ...], group_of: Callable[[Any], str]
) -> dict[str, Table[Any]]:
    return {group: Table([r for r in rules if group_of(r.row) == group]) for group in groups}


def _live(rows: tuple[Any, ...], day: date) -> Table[Any]:
    in_force = [row for row in rows if row.holds_on(day)]
    if in_force and "order" in type(in_force[0]).model_fields:
        in_force.sort(key=_order)
    return Table([live(row) for row in in_force])


def _order(row: Any) -> int:
    return row.order
