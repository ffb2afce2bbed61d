"""A decision as lines of text for people, in the language in use."""

from collections.abc import Iterator, Sequence
from typing import Final

from counter_tui.place_words import place_text, value_text
from counter_tui.words import N_, Words
from intake.decision import (
    Decision,
    DeferralLine,
    FeeLine,
    ItemDecision,
    MaterialLine,
    Reason,
    Text,
)
from intake.pack import Pack
from intake.replay import Flip, Tally
from intake.whatif import Offer

DecisionLine = ItemDecision | MaterialLine | DeferralLine | FeeLine
"""One line of a decision: what it says has reasons."""

OUTCOMES: Final = {
    "accept": N_("Accept"),
    "accept_with_deferral": N_("Accept, with materials to follow"),
    "incomplete": N_("Incomplete"),
    "refer": N_("Refer to another place"),
    "refuse": N_("Refuse"),
}
STATUSES: Final = {
    "present": N_("present"),
    "verified": N_("verified"),
    "deferred": N_("to follow"),
    "missing": N_("MISSING"),
}


def decision_lines(decision: Decision, pack: Pack, words: Words) -> Iterator[str]:
    """The whole decision, each line with its reasons beneath it."""
    title = said(pack.resolved.title, words)
    yield f"{words(OUTCOMES[decision.outcome])} · {title} {decision.pack_version}"
    for item in decision.items:
        yield f"  {line_text(item, pack, words)}"
        yield from _reasons(item.reasons, words)
    for line in (*decision.materials, *decision.deferrals, *decision.fees):
        yield f"  {line_text(line, pack, words)}"
        yield from _reasons(line.reasons, words)
    totals = decision.totals
    yield "  " + words(
        N_("To the treasury {treasury} yuan, to the carrier {carrier} yuan"),
        treasury=totals.treasury,
        carrier=totals.carrier,
    )
    for warning in decision.warnings:
        yield f"! {said(warning.text, words)}"


def line_text(line: DecisionLine, pack: Pack, words: Words) -> str:
    """What one line of a decision says, without its reasons."""
    if isinstance(line, ItemDecision):
        return _item(line, pack, words)
    name = said(pack.called(line.code), words)
    where = "" if line.item is None else words(N_(" (item {number})"), number=line.item + 1)
    match line:
        case MaterialLine():
            return f"{words(STATUSES[line.status])}: {name}{where}"
        case DeferralLine():
            day = _day(str(line.due_on), line.provisional, words)
            return words(N_("{material} may follow until {day}"), material=name, day=day)
        case FeeLine():
            waived = words(N_(" (waived)")) if line.waived else ""
            return words(N_("{name}: {amount} yuan"), name=name, amount=line.amount) + waived


def offer_lines(found: Sequence[Offer], words: Words) -> Iterator[str]:
    """What would make the case acceptable today, the easiest way first."""
    if found:
        yield words(N_("It would be acceptable today with this:"))
    for offer in found:
        yield "  " + " + ".join(said(change.text, words) for change in offer.changes)


def saving_lines(found: Sequence[Offer], words: Words) -> Iterator[str]:
    """What would cost the applicant less, with what would then be paid."""
    if found:
        yield words(N_("It would cost less with this:"))
    for offer in found:
        totals = offer.decision.totals
        changes = " + ".join(said(change.text, words) for change in offer.changes)
        yield f"  {changes}: " + words(
            N_("To the treasury {treasury} yuan, to the carrier {carrier} yuan"),
            treasury=totals.treasury,
            carrier=totals.carrier,
        )


def tally_lines(tally: Tally, words: Words) -> Iterator[str]:
    """What a replay came to: counts first, then what became of whom, then the rules behind."""
    yield words(
        N_("{flips} of {cases} cases are decided otherwise."), flips=tally.flips, cases=tally.cases
    )
    for (before, after), count in tally.outcomes.most_common():
        yield f"  {_outcome(before, words)} → {_outcome(after, words)}: {count}"
    for rule, count in tally.rules.most_common():
        yield f"  {rule}: {count}"


def _outcome(name: str, words: Words) -> str:
    return words(OUTCOMES[name]) if name in OUTCOMES else name


def flip_lines(flip: Flip | None, words: Words) -> Iterator[str]:
    """What a second pack decides otherwise."""
    if flip is None:
        yield words(N_("Both packs decide the same."))
        return
    for one in flip.differences:
        before, after = value_text(one.before, words), value_text(one.after, words)
        yield f"{place_text(one.path, words)}: {before} → {after}"
        yield from _reasons(one.why, words)


def _item(item: ItemDecision, pack: Pack, words: Words) -> str:
    parts = [
        words(N_("Item {number}"), number=item.index + 1),
        words(OUTCOMES[item.outcome]),
    ]
    if item.refer_to:
        parts.append("→ " + said(pack.called(item.refer_to), words))
    if item.instant:
        parts.append(words(N_("while you wait")))
    elif item.ready_by:
        day = _day(str(item.ready_by), item.provisional, words)
        parts.append(words(N_("ready by {day}"), day=day))
    return " · ".join(parts)


def _day(day: str, provisional: bool, words: Words) -> str:
    return words(N_("{day} (provisional)"), day=day) if provisional else day


def _reasons(reasons: tuple[Reason, ...], words: Words) -> Iterator[str]:
    for reason in reasons:
        yield f"      {said(reason.text, words)} [{reason.rule}; {reason.source}]"


def said(text: Text, words: Words) -> str:
    """A pack's text in the language in use."""
    return text.zh if words.language == "zh_CN" else text.en
