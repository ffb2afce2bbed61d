"""Why a line says what it says, as lines of text."""

from collections.abc import Iterable

from counter_tui.case.case import Case
from counter_tui.screens.columns import GOOD, QUIET, STRONG, says
from counter_tui.terms import OUTCOMES
from counter_tui.words import N_, Words
from intake import Facts, Pack
from intake.decision import Reason, Text
from intake.explain import Clause, explain
from intake.whatif import Offer, offers, savings
from widgets.rows import Line
from widgets.seams import width_of


def reason_lines(reasons: Iterable[Reason], case: Case, words: Words, width: int) -> list[Line]:
    """Each reason: its sentence, its clauses with what they looked at, its rule and source."""
    lines: list[Line] = []
    for reason in reasons:
        lines += [says(one, STRONG) for one in wrapped(_said(reason.text, words), width - 1)]
        for clause in _clauses(reason, case):
            mark = words(N_("holds")) if clause.holds else words(N_("does not"))
            value = f" ({_said(clause.value, words)})" if clause.value else ""
            text = f"{mark}: {_said(clause.text, words)}{value}"
            style = GOOD if clause.holds else QUIET
            lines += [says(one, style, 3) for one in wrapped(text, width - 3)]
        inputs = ", ".join(f"{key}={_plain(value)}" for key, value in reason.inputs.items())
        for piece in (f"{reason.rule}  {inputs}".strip(), reason.source):
            lines += [says(one, QUIET, 3) for one in wrapped(piece, width - 3)]
        lines.append("")
    return lines[:-1]


def _clauses(reason: Reason, case: Case) -> tuple[Clause, ...]:
    """The rule's conditions; none for a rule that has none or is not one of the day."""
    if case.facts is None:
        return ()
    try:
        return explain(case.facts, case.pack, reason.rule).clauses
    except (LookupError, StopIteration):
        return ()


def _said(text: Text, words: Words) -> str:
    return text.zh if words.language == "zh_CN" else text.en


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


def _plain(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return "+".join(_plain(one) for one in value) or "-"
    return "-" if value is None else str(value)


def wrapped(text: str, width: int) -> list[str]:
    """`text` in lines of at most `width` columns; Chinese breaks anywhere, words at spaces."""
    lines, line, used = [], "", 0
    for word in _breakable(text):
        size = width_of(word)
        if used + size > width and line:
            lines.append(line.rstrip())
            line, used = "", 0
            word = word.lstrip()
            size = width_of(word)
        line += word
        used += size
    return [*lines, line.rstrip()] if line.strip() else lines


def _breakable(text: str) -> Iterable[str]:
    piece = ""
    for character in text:
        if character == " " or not character.isascii():
            if piece:
                yield piece
            piece = ""
            yield character
        else:
            piece += character
    if piece:
        yield piece
