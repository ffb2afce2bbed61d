"""Why a decision says what it says, as a tree: rules, their clauses, what each looked at."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from counter_tui.words import N_, Words
from intake.decision import Decision, Text
from intake.explain import Clause, Why, explain, passed_over
from intake.facts import Facts
from intake.pack import Pack

HOLDS: Final = {True: "✓", False: "✗"}


def why_lines(facts: Facts, pack: Pack, decision: Decision, words: Words) -> Iterator[str]:
    """The tree of every line of `decision`, and for items the rows that did not decide."""
    for item in decision.items:
        yield words(N_("Item {number}"), number=item.index + 1)
        for reason in item.reasons:
            yield from _rule(explain(facts, pack, reason.rule, item.index), words, 1)
        if item.ready_by and not item.instant:
            yield from _counted(facts.accepted_on, item.ready_by, pack, words)
        for why in passed_over(facts, pack, item.index):
            yield from _rule(why, words, 1)
    lines = [*decision.materials, *decision.deferrals, *decision.fees]
    for line in lines:
        where = "" if line.item is None else words(N_(" (item {number})"), number=line.item + 1)
        yield _said(pack.called(line.code), words) + where
        for reason in line.reasons:
            yield from _rule(explain(facts, pack, reason.rule, line.item), words, 1)
    for line in decision.deferrals:
        yield from _counted(facts.accepted_on, line.due_on, pack, words)


def _rule(why: Why, words: Words, depth: int) -> Iterator[str]:
    blank = "  " * depth
    yield f"{blank}{HOLDS[why.applies]} {_said(why.text, words)} [{why.rule}]"
    yield f"{blank}    {_said(why.days, words)}; {why.source} ({why.confidence})"
    for clause in why.clauses:
        yield from _clause(clause, words, depth + 2)


def _clause(clause: Clause, words: Words, depth: int) -> Iterator[str]:
    value = f" ({_said(clause.value, words)})" if clause.value else ""
    yield f"{'  ' * depth}{HOLDS[clause.holds]} {_said(clause.text, words)}{value}"
    for part in clause.parts:
        if isinstance(part, Why):
            yield from _rule(part, words, depth + 1)
        else:
            yield from _clause(part, words, depth + 1)


def _counted(start: date, end: date, pack: Pack, words: Words) -> Iterator[str]:
    """The holidays and worked weekend days between acceptance and a date, if there are any."""
    off, worked = pack.working_days.unusual(start, end)
    for sentence, days in (
        (N_("holidays up to {end}: {days}"), off),
        (N_("weekend days worked up to {end}: {days}"), worked),
    ):
        if days:
            yield "    " + words(sentence, end=end, days=", ".join(map(str, days)))


def _said(text: Text, words: Words) -> str:
    return text.zh if words.language == "zh_CN" else text.en
