"""What it costs (whole yuan, two ledgers) and what travels together."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from intake.decision import FeeLine, ItemDecision, Parcel, Totals
from intake.facts import Facts
from intake.model import made
from intake.pack.layers import PackError
from intake.pack.pack import Rules
from intake.rules.view import endorsement_views

View = dict[str, Any]


def card_fees(facts: Facts, rules: Rules, items: Mapping[int, View]) -> Iterator[FeeLine]:
    """One line for each document fee and each endorsement of the accepted items."""
    for index, view in items.items():
        yield from _fee(rules, "item", index, view)
        for endorsement in endorsement_views(view, facts.items[index]):
            yield from _fee(rules, "endorsement", index, endorsement)


def _fee(rules: Rules, per: str, index: int, view: View) -> Iterator[FeeLine]:
    rule = rules.card_fees[per].first(view)
    if rule is None:
        raise PackError(f"card_fees has no row for this {per} on {view['accepted_on']}")
    row = rule.row
    if row.amount is not None:
        yield made(
            FeeLine,
            code=row.code,
            item=index,
            ledger=row.ledger,
            amount=row.amount,
            waived=False,
            ground=None,
            proof=None,
            reasons=(rule.reason(view),),
        )


def parcels(facts: Facts, items: Sequence[ItemDecision]) -> tuple[Parcel, ...]:
    """What is posted: the accepted items that are not handed over at once."""
    if facts.delivery.method != "post":
        return ()
    posted = [item for item in items if item.outcome == "accept" and not item.instant]
    if not posted:
        return ()
    groups = [posted] if facts.delivery.combined else [[item] for item in posted]
    return tuple(
        made(
            Parcel,
            items=tuple(item.index for item in group),
            legs=facts.delivery.legs,
            ready_by=_slowest([item.ready_by for item in group]),
        )
        for group in groups
    )


def _slowest(days: list[date | None]) -> date | None:
    known = [day for day in days if day is not None]
    return max(known) if len(known) == len(days) else None


def postage(rules: Rules, application: View, posted: Sequence[Parcel]) -> Iterator[FeeLine]:
    """One line a parcel; a waived one keeps its amount and leaves the total."""
    if not posted:
        return
    price = rules.postage.first(application)
    if price is None:
        raise PackError(f"postage has no row on {application['accepted_on']}")
    waiver = rules.waivers.first(application)
    why = [price.reason(application)]
    if waiver is not None:
        why.append(waiver.reason(application))
    else:
        noted = (one for one in rules.warnings.applying(application) if one.row.on == "postage")
        why += [one.reason(application) for one in noted]
    for parcel in posted:
        yield made(
            FeeLine,
            code="postage",
            item=None,
            ledger=price.row.ledger,
            amount=price.row.amount * parcel.legs,
            waived=waiver is not None,
            ground=waiver.row.ground if waiver else None,
            proof=waiver.row.proof if waiver else None,
            reasons=tuple(why),
        )


def totals(fees: Sequence[FeeLine]) -> Totals:
    """What is to be paid, by ledger."""
    sums = {"treasury": 0, "carrier": 0}
    for fee in fees:
        if not fee.waived:
            sums[fee.ledger] += fee.amount
    return made(Totals, **sums)
