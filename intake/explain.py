"""Why a line says what it says: the rule as a tree of clauses, each with what it looked at."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, Final

from intake.decision import Proof, Text
from intake.facts import Facts
from intake.pack import sentences
from intake.pack.catalogue import FACTS
from intake.pack.conditions import AnyOf, Condition, NoneOf, NotAll, shown
from intake.pack.pack import Pack, Rules, all_live
from intake.pack.rows import DeferralRow, Rule, TimeRow, Unit
from intake.pack.table import Live
from intake.rules import items
from intake.rules.view import accepted_view, application_view, endorsement_views, item_views

View = Mapping[str, Any]
_NOTHING: Final[frozenset[Proof]] = frozenset()


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition of a rule: in words, whether it holds, and the fact's value."""

    text: Text
    holds: bool
    value: Text | None = None
    parts: tuple["Clause | Why", ...] = ()
    """The clauses of a group, or the rule that gives a pack's own term its value."""


@dataclass(frozen=True, slots=True)
class Why:
    """One rule, applied to one case."""

    rule: str
    text: Text
    applies: bool
    days: Text
    source: str
    confidence: str
    clauses: tuple[Clause, ...]


def explain(
    facts: Facts,
    pack: Pack,
    rule: str,
    item: int | None = None,
    attested: frozenset[Proof] = _NOTHING,
) -> Why:
    """Why the rule with this id applies, or does not, to the case (or to its item `item`).

    Without `item`, of a rule about items the first item that it applies to is shown.

    Raises LookupError for a rule that is not in force on the day.
    """
    rules = pack.rules_on(facts.accepted_on)
    live = next((one for one in all_live(rules) if one.row.id == rule), None)
    if live is None:
        raise LookupError(rule)
    views = list(_views(facts, rules, item, attested))
    view = next((one for one in views if _knows(live, one) and live.applies(one)), None)
    return _why(live, view or next(one for one in views if _knows(live, one)), rules, pack)


def passed_over(facts: Facts, pack: Pack, item: int) -> list[Why]:
    """The scope rows that stand before the one that decided about an item, and why not they.

    None for an item that a suspension refuses: it stands before all of them.
    """
    rules = pack.rules_on(facts.accepted_on)
    view = item_views(application_view(facts, rules, _NOTHING), facts.items)[item]
    if rules.suspensions.first(view) is not None:
        return []
    return _before(rules.scope, view, rules, pack)


def waivers_passed_over(
    facts: Facts, pack: Pack, attested: frozenset[Proof] = _NOTHING
) -> list[Why]:
    """The waivers of postage before the one that is named, or all of them, and why not they."""
    rules = pack.rules_on(facts.accepted_on)
    view = next(_views(facts, rules, None, attested))
    return _before(rules.waivers, view, rules, pack)


def _before(table: Iterable[Live[Any]], view: View, rules: Rules, pack: Pack) -> list[Why]:
    rows = takewhile(lambda live: not live.applies(view), table)
    return [_why(live, view, rules, pack) for live in rows]


def term_of(facts: Facts, pack: Pack, rule: str) -> tuple[int, Unit] | None:
    """How many days of which kind the rule with this id gives; None for a rule that gives none."""
    for live in all_live(pack.rules_on(facts.accepted_on)):
        if live.row.id == rule and isinstance(live.row, TimeRow | DeferralRow):
            return live.row.days, live.row.unit
    return None


def _views(
    facts: Facts, rules: Rules, item: int | None, attested: frozenset[Proof]
) -> Iterator[View]:
    application = application_view(facts, rules, attested)
    every = item_views(application, facts.items)
    accepted = [
        facts.items[i]
        for i, view in enumerate(every)
        if items.is_accepted(items.scope(rules, view))
    ]
    if item is not None:
        yield every[item]
        yield from endorsement_views(every[item], facts.items[item])
    yield accepted_view(application, accepted)
    if item is not None:
        return
    yield from every
    for view, one in zip(every, facts.items, strict=True):
        yield from endorsement_views(view, one)


def _knows(live: Live[Any], view: View) -> bool:
    return all(fact in view for fact in live.facts)


def _why(live: Live[Any], view: View, rules: Rules, pack: Pack) -> Why:
    row: Rule = live.row
    return Why(
        rule=row.id,
        text=row.text,
        applies=live.applies(view),
        days=sentences.days(row),
        source=row.source,
        confidence=row.confidence,
        clauses=_clauses(row.when, view, rules, pack),
    )


def _clauses(when: Sequence[Condition], view: View, rules: Rules, pack: Pack) -> tuple[Clause, ...]:
    return tuple(_clause(one, view, rules, pack) for one in when)


def _clause(one: Condition, view: View, rules: Rules, pack: Pack) -> Clause:
    holds = one.compile()(view)
    text = sentences.condition(one, pack.names)
    if isinstance(one, AnyOf | NoneOf | NotAll):
        return Clause(text, holds, parts=_clauses(one.of, view, rules, pack))
    known = FACTS.get(one.fact)
    if known is not None and known.private:
        return Clause(text, holds)
    value = sentences.value_name(shown(view[one.fact]), pack.names)
    if known is not None:
        return Clause(text, holds, value)
    term = next((t for t in rules.terms if t.row.term == one.fact and t.applies(view)), None)
    return Clause(text, holds, value, (_why(term, view, rules, pack),) if term else ())
