"""The lines that are always in sight: the person, the parts' state, the rules' answer."""

from typing import Final

from rich.style import Style
from rich.text import Text

from counter_tui import terms
from counter_tui.bindings import PARTS
from counter_tui.case import masking
from counter_tui.case.approval import carrier_due
from counter_tui.case.case import Case
from counter_tui.case.rare import shown_name
from counter_tui.screens.columns import BAD, GOOD, OPEN, QUIET, STRONG, says
from counter_tui.words import N_, Words

PART_NAMES: Final = {
    "identity": N_("identity"),
    "items": N_("items"),
    "materials": N_("materials"),
    "delivery": N_("delivery"),
    "fees": N_("fees"),
    "accept": N_("accept"),
}


def person_line(case: Case, words: Words, revealed: bool) -> Text:
    """Who the case is about; masked unless `revealed`."""
    person = case.draft.person
    name = shown_name(person.name) if revealed else masking.name(person.name)
    number = person.number if revealed else masking.number(person.number)
    age = case.age
    pieces = (
        name or words(N_("(no name yet)")),
        words(terms.SEXES[person.sex]),
        "" if age is None else words(N_("{age} years"), age=age),
        number,
        words(terms.EVIDENCE[case.draft.evidence]),
    )
    return Text(" " + "  ".join(filter(None, pieces)), Style(bold=True), end="")


def tabs_line(case: Case, words: Words) -> Text:
    """The six parts with one word of state each; the one in sight stands out."""
    line = Text(end="")
    for name in PARTS:
        here = name == case.draft.part
        state, style = state_of(case, name, words)
        line.append(f" {words(PART_NAMES[name])} ", Style(reverse=here, bold=here))
        line.append(f"{state}  ", style)
    return line


def state_of(case: Case, part: str, words: Words) -> tuple[str, Style]:
    """One word of state behind a part's name: all there, how much is open, a count, the sums."""
    decision = case.decision
    count = sum(need.part == part for need in case.needs)
    if part == "items" and case.draft.items:
        elsewhere = case.outcome in ("refer", "refuse")
        return str(len(case.draft.items)), BAD if elsewhere else GOOD
    idle = decision is None or case.outcome in ("refer", "refuse")
    if idle and part not in ("identity", "items"):
        return "", QUIET
    if part == "fees" and decision is not None:
        return f"{decision.totals.treasury}+{carrier_due(case.draft, decision)}", STRONG
    if count:
        return words(N_("-{count}"), count=count), OPEN
    if part == "accept" and case.obstacle is not None:
        return "", QUIET
    return words(N_("ok")), GOOD


def outcome_line(case: Case, words: Words) -> Text:
    """What the rules say now, or what they still need to say anything."""
    if case.decision is None:
        return says(words(case.gaps[0].text), OPEN)
    text = words(terms.OUTCOMES[case.outcome])
    if case.outcome == "refer":
        places = {one.refer_to for one in case.decision.items if one.refer_to}
        text += ": " + ", ".join(words(terms.PLACES.get(one, one)) for one in sorted(places))
    good = case.outcome in ("accept", "accept_with_deferral")
    if good and case.obstacle:
        return says(text, GOOD).append("  " + words(case.obstacle.text), OPEN)
    return says(text, GOOD if good else BAD if case.outcome == "refuse" else OPEN)
