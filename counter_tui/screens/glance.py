"""The lines that are always in sight: the person, the parts' state, the rules' answer."""

from datetime import date
from typing import Final

from rich.style import Style
from rich.text import Text

from counter_tui import terms
from counter_tui.bindings import PARTS
from counter_tui.case import masking
from counter_tui.case.case import Case
from counter_tui.words import N_, Words

PART_NAMES: Final = {
    "identity": N_("identity"),
    "items": N_("items"),
    "materials": N_("materials"),
    "delivery": N_("delivery"),
    "fees": N_("fees"),
    "accept": N_("acceptance"),
}


def person_line(case: Case, words: Words, today: date, revealed: bool) -> Text:
    """Who the case is about; masked unless `revealed`."""
    person = case.draft.person
    name = person.name if revealed else masking.name(person.name)
    number = person.number if revealed else masking.number(person.number)
    age = _age(person.birth_date, today)
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
        text = f" {words(PART_NAMES[name])}{state_of(case, name)} "
        line.append(text, Style(reverse=here, bold=here))
        line.append(" ")
    return line


def state_of(case: Case, part: str) -> str:
    """One word of state behind a part's name: ` ok`, ` !`, a count, the sums."""
    decision = case.decision
    if any(gap.part == part for gap in case.gaps):
        return " !"
    if part == "items" and case.draft.items:
        return f" {len(case.draft.items)}"
    if decision is None:
        return " ok" if part == "identity" else ""
    if part == "materials":
        missing = sum(line.status == "missing" for line in decision.materials)
        return f" -{missing}" if missing else " ok"
    if part == "delivery":
        return " !" if case.delivery_gaps else " ok"
    if part == "fees":
        return f" {decision.totals.treasury}+{decision.totals.carrier}"
    return " ok" if part == "identity" or case.obstacle is None else ""


def outcome_line(case: Case, words: Words) -> Text:
    """What the rules say now, or what they still need to say anything."""
    if case.decision is None:
        text = words(N_("Missing: {what}"), what=words(case.gaps[0].text))
        return Text(f" {text}", Style(bold=True), end="")
    text = words(terms.OUTCOMES[case.outcome])
    if case.outcome == "refer":
        places = {one.refer_to for one in case.decision.items if one.refer_to}
        text += ": " + ", ".join(words(terms.PLACES.get(one, one)) for one in sorted(places))
    good = case.outcome in ("accept", "accept_with_deferral")
    if good and case.obstacle:
        text += " - " + words(case.obstacle.text)
    return Text(f" {text}", Style(bold=True, color="green" if good else "yellow"), end="")


def _age(birth_date: str, today: date) -> int | None:
    """Years for the eye only; the rules count for themselves."""
    try:
        born = date.fromisoformat(birth_date)
    except ValueError:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
