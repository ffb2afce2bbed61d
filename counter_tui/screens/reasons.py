"""Why a line says what it says, as lines of text."""

from collections.abc import Iterable

from counter_tui.terms import OUTCOMES
from counter_tui.words import N_, Words
from intake import Facts, Pack
from intake.decision import Reason
from intake.whatif import Offer, offers, savings
from widgets.seams import width_of


def reason_lines(reasons: Iterable[Reason], words: Words, width: int) -> list[str]:
    """Each reason: its sentence, its rule with what it looked at, its source."""
    lines = []
    for reason in reasons:
        text = reason.text.zh if words.language == "zh_CN" else reason.text.en
        inputs = ", ".join(f"{key}={_plain(value)}" for key, value in reason.inputs.items())
        for indent, piece in (
            (" ", text),
            ("   ", f"{reason.rule}  {inputs}"),
            ("   ", reason.source),
        ):
            lines += [indent + one for one in wrapped(piece, width - len(indent))]
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
        lines += wrapped(f" {number} {changes}", width)
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
