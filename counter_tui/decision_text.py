"""A decision as lines of text for people, in the language in use."""

from collections.abc import Iterator, Sequence
from typing import Final

from counter_tui.words import N_, Words
from intake.decision import Decision, ItemDecision, Reason, Text
from intake.pack import Pack
from intake.replay import Flip, Tally
from intake.whatif import Offer

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
    title = _said(pack.resolved.title, words)
    yield f"{words(OUTCOMES[decision.outcome])} · {title} {decision.pack_version}"
    for item in decision.items:
        yield from _item(item, pack, words)
    for line in decision.materials:
        where = "" if line.item is None else words(N_(" (item {number})"), number=line.item + 1)
        yield f"  {words(STATUSES[line.status])}: {_said(pack.called(line.code), words)}{where}"
        yield from _reasons(line.reasons, words)
    for line in decision.deferrals:
        name = _said(pack.called(line.code), words)
        day = _day(str(line.due_on), line.provisional, words)
        yield "  " + words(N_("{material} may follow until {day}"), material=name, day=day)
        yield from _reasons(line.reasons, words)
    for fee in decision.fees:
        name = _said(pack.called(fee.code), words)
        waived = words(N_(" (waived)")) if fee.waived else ""
        yield "  " + words(N_("{name}: {amount} yuan"), name=name, amount=fee.amount) + waived
        yield from _reasons(fee.reasons, words)
    totals = decision.totals
    yield "  " + words(
        N_("To the treasury {treasury} yuan, to the carrier {carrier} yuan"),
        treasury=totals.treasury,
        carrier=totals.carrier,
    )
    for warning in decision.warnings:
        yield f"! {_said(warning.text, words)}"


def offer_lines(found: Sequence[Offer], words: Words) -> Iterator[str]:
    """What would make the case acceptable today, the easiest way first."""
    if found:
        yield words(N_("It would be acceptable today with this:"))
    for offer in found:
        yield "  " + " + ".join(_said(change.text, words) for change in offer.changes)


def saving_lines(found: Sequence[Offer], words: Words) -> Iterator[str]:
    """What would cost the applicant less, with what would then be paid."""
    if found:
        yield words(N_("It would cost less with this:"))
    for offer in found:
        totals = offer.decision.totals
        changes = " + ".join(_said(change.text, words) for change in offer.changes)
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
        yield f"{one.path}: {one.before} → {one.after}"
        yield from _reasons(one.why, words)


def _item(item: ItemDecision, pack: Pack, words: Words) -> Iterator[str]:
    parts = [
        words(N_("Item {number}"), number=item.index + 1),
        words(OUTCOMES[item.outcome]),
    ]
    if item.refer_to:
        parts.append("→ " + _said(pack.called(item.refer_to), words))
    if item.instant:
        parts.append(words(N_("while you wait")))
    elif item.ready_by:
        day = _day(str(item.ready_by), item.provisional, words)
        parts.append(words(N_("ready by {day}"), day=day))
    yield "  " + " · ".join(parts)
    yield from _reasons(item.reasons, words)


def _day(day: str, provisional: bool, words: Words) -> str:
    return words(N_("{day} (provisional)"), day=day) if provisional else day


def _reasons(reasons: tuple[Reason, ...], words: Words) -> Iterator[str]:
    for reason in reasons:
        yield f"      {_said(reason.text, words)} [{reason.rule}; {reason.source}]"


def _said(text: Text, words: Words) -> str:
    return text.zh if words.language == "zh_CN" else text.en
