"""`check`: everything that can be wrong with a pack that reads well, each finding with its line."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, get_args

from intake.decision import Text
from intake.facts import ApplicationMaterial, ItemMaterial
from intake.pack import cover
from intake.pack.catalogue import FACTS, Level, Scalar, reachable
from intake.pack.conditions import (
    AtLeast,
    Below,
    CertificateOfApplicant,
    InForce,
    Is,
    IsNot,
    Simple,
    StartsWith,
    simple_parts,
)
from intake.pack.layers import HEADER, Layered, Place
from intake.pack.resolved import RULE_TABLES, TABLES, Resolved, rows_of
from intake.pack.rows import TABLE_LEVEL, FeeRow, MaterialRow, Row, Rule, Term

_CODES: Final[dict[Level, frozenset[str]]] = {
    "application": frozenset({*get_args(ApplicationMaterial), "identity_read"}),
    "item": frozenset(get_args(ItemMaterial)),
}
_FEES: Final = frozenset({"passport", "hkm_permit", "tw_permit", "annotation", "endorsement"})
_NUMBER: Final = re.compile(r"[0-9]+")
_EXACTLY_ONE: Final = ("postage", "processing_time")
_AT_MOST_ONE: Final = ("validity",)
_ORDERED: Final = ("scope", "waivers")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with a pack."""

    place: Place
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


def check(pack: Layered) -> list[Finding]:
    """Everything wrong with a pack, in the order of its tables. Empty: it can be signed.

    A base pack is checked row by row; only a pack that decides must also be without gaps.
    """
    return list(_Check(pack).findings())


class _Check:
    def __init__(self, pack: Layered) -> None:
        self._pack = pack
        self._resolved: Resolved = pack.resolved
        terms: dict[str, tuple[Scalar, ...]] = {}
        for row in self._resolved.terms:
            terms[row.term] = tuple(dict.fromkeys((*terms.get(row.term, ()), row.value)))
        self._terms = terms

    def findings(self) -> Iterator[Finding]:
        for table in TABLES:
            for row in rows_of(self._resolved, table):
                yield from self._any_row(table, row)
        broken = False
        homes: dict[str, str] = {}
        for table in RULE_TABLES:
            for row in rows_of(self._resolved, table):
                home = homes.setdefault(row.id, table)
                if home != table:
                    # A decision cites the id alone.
                    yield self._at(table, row.id, f"{home} has a row of this id", "id")
                for finding in self._rule(table, row):
                    broken = True
                    yield finding
        yield from self._codes()
        yield from self._calendar()
        yield from self._places()
        if not broken:
            yield from self._covers()

    def _at(self, table: str, row_id: str, message: str, *within: str | int) -> Finding:
        return Finding(self._pack.place(table, row_id, *within), f"{row_id}: {message}")

    def _table(self, table: str, message: str, near: date | None = None) -> Finding:
        """A finding about a table, placed at the row beside the day `near`, if there is one."""
        rows = rows_of(self._resolved, table)
        if not rows:
            return Finding(Place(self._resolved.name, HEADER, 1), f"{table}: {message}")
        beside = _beside(rows, near) if near else rows[:1]
        places = [self._pack.place(table, row.id) for row in beside]
        # The author's own layer is where the mistake was made.
        own = (place for place in places if place.layer == self._resolved.name)
        return Finding(next(own, places[0]), f"{table}: {message}")

    def _any_row(self, table: str, row: Any) -> Iterator[Finding]:
        if row.from_ and row.to and row.from_ > row.to:
            yield self._at(table, row.id, "ends before it begins", "to")
        for name in type(row).model_fields:
            value = getattr(row, name)
            if isinstance(value, Text):
                for language in ("zh", "en"):
                    if not getattr(value, language).strip():
                        yield self._at(table, row.id, f"no {language} text", name, language)
        if not row.source.strip():
            yield self._at(table, row.id, "no source", "source")
        yield from self._sentence(table, row)

    def _rule(self, table: str, row: Any) -> Iterator[Finding]:
        if not isinstance(row, Rule):
            return
        level = _level(table, row)
        for part in simple_parts(row.when):
            problem = self._problem(part, level)
            if problem:
                yield self._at(table, row.id, problem, "when")
        if isinstance(row, Term):
            if row.term in FACTS:
                yield self._at(table, row.id, f"{row.term} is the name of a fact", "term")
            for part in simple_parts(row.when):
                if part.fact in self._terms:
                    yield self._at(table, row.id, "a term cannot rest on another term", "when")
        if table == "scope":
            outcome, refer_to = getattr(row, "outcome", None), getattr(row, "refer_to", None)
            if (outcome == "refer") != (refer_to is not None):
                yield self._at(table, row.id, "refer_to belongs to outcome refer", "outcome")

    def _problem(self, part: Simple, level: Level) -> str | None:
        known = FACTS.get(part.fact)
        if known is None and part.fact not in self._terms:
            return f"unknown fact {part.fact}"
        if known is not None and not reachable(known.level, level):
            return f"{part.fact} is not known at {level} level"
        kind = known.kind if known else "choice"
        if not _fits(part, kind):
            return f"test {part.test} does not fit {part.fact}"
        choices = known.choices if known else self._terms[part.fact]
        if choices and hasattr(part, "values"):
            for value in getattr(part, "values", ()):
                if not any(
                    value == one and isinstance(value, bool) == isinstance(one, bool)
                    for one in choices
                ):
                    return f"unknown code {value} for {part.fact}"
        return None

    def _sentence(self, table: str, row: Any) -> Iterator[Finding]:
        """A sentence that names a number names the row's own."""
        key = next((key for key in ("amount", "days", "years") if hasattr(row, key)), None)
        number = getattr(row, key) if key else None
        if number is None or not isinstance(row, Rule):
            return
        for language in ("zh", "en"):
            said = _NUMBER.findall(getattr(row.text, language))
            if said and str(number) not in said:
                message = f"the {language} text does not say {number}"
                yield self._at(table, row.id, message, "text", language)

    def _codes(self) -> Iterator[Finding]:
        resolved = self._resolved
        asked = {row.code for row in resolved.materials}
        for row in resolved.materials:
            if row.code not in _CODES[row.level]:
                yield self._at("materials", row.id, f"unknown code {row.code}", "code")
            if row.code == "identity_read" and row.status is None:
                yield self._at("materials", row.id, "identity_read needs a status", "code")
        for row in resolved.card_fees:
            if row.code not in _FEES:
                yield self._at("card_fees", row.id, f"unknown code {row.code}", "code")
        for row in resolved.deferral:
            for place, code in enumerate(row.codes):
                if code not in asked:
                    yield self._at("deferral", row.id, f"unknown code {code}", "codes", place)
        for row in resolved.documents:
            for place, pattern in enumerate(row.numbers):
                try:
                    re.compile(pattern)
                except re.error as error:
                    yield self._at("documents", row.id, f"pattern: {error}", "numbers", place)
        named = {row.code for row in resolved.names}
        for row in resolved.materials:
            if row.code not in named:
                yield self._at("materials", row.id, f"{row.code} has no name in names", "code")

    def _calendar(self) -> Iterator[Finding]:
        years: set[int] = set()
        weekend = {day for row in self._resolved.plain_years for day in row.weekend}
        for row in self._resolved.calendar:
            if row.year in years:
                yield self._at("calendar", row.id, f"a second table for {row.year}", "year")
            years.add(row.year)
            for key, days, wants_weekend in (("off", row.off, False), ("on", row.on, True)):
                for place, day in enumerate(days):
                    if day.year != row.year:
                        yield self._at("calendar", row.id, f"{day} is another year", key, place)
                    elif (day.isoweekday() in weekend) != wants_weekend:
                        what = "no weekend day" if wants_weekend else "a weekend day"
                        yield self._at("calendar", row.id, f"{day} is {what}", key, place)
        published = {row.year for row in self._resolved.calendar if row.published}
        if published:
            first = self._resolved.begins.year
            for year in range(first, max(published)):
                if year not in published:
                    yield self._table("calendar", f"no table for {year}")
        for table in ("plain_years", "reckoning"):
            if len(rows_of(self._resolved, table)) != 1:
                yield self._table(table, "needs exactly one row")

    def _places(self) -> Iterator[Finding]:
        profiles = {row.profile for row in self._resolved.opening_hours}
        for row in self._resolved.sites:
            if row.hours not in profiles:
                yield self._at("sites", row.id, f"unknown hours {row.hours}", "hours")
        kinds = {row.kind for row in self._resolved.sites}
        for row in self._resolved.scope:
            if row.refer_to not in (None, *kinds) and not self._resolved.base:
                message = f"refers to a {row.refer_to}, and sites has none"
                yield self._at("scope", row.id, message, "refer_to")
        for row in self._resolved.opening_hours:
            if row.opens >= row.closes:
                yield self._at("opening_hours", row.id, "closes before it opens", "closes")

    def _covers(self) -> Iterator[Finding]:
        for table, rows, one_always in self._groups():
            yield from self._clashes(table, rows, one_always)
        for term in self._terms:
            rows = [row for row in self._resolved.terms if row.term == term]
            yield from self._ordered("terms", rows)
        if self._resolved.base:
            return
        for table in _ORDERED:
            yield from self._ordered(table, rows_of(self._resolved, table))
        rows = self._resolved.deferral
        if any(row.class_ == "secondary" for row in self._resolved.materials):
            yield from self._clashes("deferral", [row for row in rows if not row.codes], True)
        for code in dict.fromkeys(code for row in rows for code in row.codes):
            yield from self._clashes("deferral", [row for row in rows if code in row.codes], False)

    def _groups(self) -> Iterator[tuple[str, Sequence[Any], bool]]:
        """Tables, or parts of them, where one row at most (or exactly one) may apply."""
        decides = not self._resolved.base
        for table in _EXACTLY_ONE:
            yield table, rows_of(self._resolved, table), decides
        for table in _AT_MOST_ONE:
            yield table, rows_of(self._resolved, table), False
        for per in ("item", "endorsement"):
            yield "card_fees", [r for r in self._resolved.card_fees if r.per == per], True
        for code in dict.fromkeys((row.code, row.level) for row in self._resolved.materials):
            rows = [r for r in self._resolved.materials if (r.code, r.level) == code]
            yield "materials", rows, code[0] == "identity_read"

    def _clashes(self, table: str, rows: Sequence[Rule], one_always: bool) -> Iterator[Finding]:
        begins = self._resolved.begins
        try:
            for clash in cover.overlaps(rows, self._terms, begins):
                others = ", ".join(row.id for row in clash.rows[:-1])
                example = cover.shown_example(clash.example)
                message = f"overlaps {others} on {clash.day}: {example}"
                yield self._at(table, clash.rows[-1].id, message)
            if one_always:
                yield from self._gaps(table, rows)
        except cover.TooManyCases:
            yield self._table(table, "too many different cases to check")

    def _gaps(self, table: str, rows: Sequence[Rule]) -> Iterator[Finding]:
        for clash in cover.gaps(rows, self._terms, self._resolved.begins):
            example = cover.shown_example(clash.example)
            yield self._table(table, f"gap: no row from {clash.day}: {example}", clash.day)

    def _ordered(self, table: str, rows: Sequence[Any]) -> Iterator[Finding]:
        seen: dict[int, Any] = {}
        for row in rows:
            if row.order in seen:
                yield self._at(table, row.id, f"same order as {seen[row.order].id}", "order")
            seen[row.order] = row
        begins = self._resolved.begins
        try:
            if table != "waivers":
                yield from self._gaps(table, rows)
            for row in cover.never_first(rows, self._terms, begins):
                if row.to is None or row.to >= begins:
                    yield self._at(table, row.id, "is never reached")
        except cover.TooManyCases:
            yield self._table(table, "too many different cases to check")


def _beside(rows: Sequence[Row], day: date) -> Sequence[Row]:
    """The rows next to a gap: those that end on the day before, and the next to begin."""
    before = [row for row in rows if row.to == day - timedelta(days=1)]
    later = [row.from_ for row in rows if row.from_ and row.from_ > day]
    after = [row for row in rows if later and row.from_ == min(later)]
    return [*before, *after] or rows[:1]


def _level(table: str, row: Rule) -> Level:
    if isinstance(row, MaterialRow):
        return "accepted" if row.level == "application" else "item"
    if isinstance(row, FeeRow):
        return row.per
    return TABLE_LEVEL.get(table, "application")


def _fits(part: Simple, kind: str) -> bool:
    match part:
        case Is() | IsNot():
            return kind in ("choice", "yes_no")
        case AtLeast() | Below():
            return kind == "number"
        case StartsWith() | CertificateOfApplicant():
            return kind == "code"
        case InForce():
            return kind == "day"
    return kind == "several"
