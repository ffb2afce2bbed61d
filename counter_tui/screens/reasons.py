"""Why a line says what it says, as lines of text."""

from collections.abc import Iterable
from typing import Final

from rich.style import Style

from counter_tui.screens.columns import GOOD, HEADING, OPEN, PLAIN, QUIET, STRONG, says, wrapped
from counter_tui.terms import OUTCOMES
from counter_tui.why_text import Told, Tone
from counter_tui.words import N_, Words
from intake import Facts, Pack
from intake.whatif import Offer, offers, savings
from widgets.rows import Line

_STYLES: Final[dict[Tone, Style]] = {
    "answer": STRONG,
    "sentence": PLAIN,
    "heading": HEADING,
    "rule": STRONG,
    "not": PLAIN,
    "holds": GOOD,
    "fails": OPEN,
    "detail": QUIET,
}
_MARKS: Final[dict[Tone, str]] = {"holds": N_("holds"), "fails": N_("does not hold")}


def reason_lines(told: Iterable[Told], words: Words, width: int) -> list[Line]:
    """An explanation for the screen: a blank line before each heading, long lines broken."""
    lines: list[Line] = []
    for one in told:
        if one.tone == "heading":
            lines.append("")
        mark = f"{words(_MARKS[one.tone])}: " if one.tone in _MARKS else ""
        indent = 1 + 2 * one.depth
        pieces = wrapped(mark + one.text, width - indent)
        lines += [says(piece, _STYLES[one.tone], indent) for piece in pieces]
    return lines


def ways_out(facts: Facts, pack: Pack) -> list[Offer]:
    """The easiest changes that make the case acceptable; for one that is, those that cost less."""
    return offers(facts, pack) or savings(facts, pack)


def offer_lines(found: Iterable[Offer], words: Words, width: int) -> list[str]:
    """Each offer: its changes, then what would be decided and paid."""
    lines = []
    for number, offer in enumerate(found, start=1):
        changes = " + ".join(
            one.text.zh if words.language == "zh_CN" else one.text.en for one in offer.changes
        )
        decision = offer.decision
        first, *more = wrapped(changes, width - 3)
        lines += [f" {number} {first}", *(f"   {one}" for one in more)]
        outcome = words(OUTCOMES[decision.outcome])
        to_pay = words(
            N_("to pay: treasury {treasury}, carrier {carrier} yuan"),
            treasury=decision.totals.treasury,
            carrier=decision.totals.carrier,
        )
        lines.append(f"   = {outcome}; {to_pay}")
    return lines or [" " + words(N_("Nothing needs to change, or no change is known."))]
