"""The papers of an accepted application: receipt, notice of deferred materials, waybill."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date

from counter_tui import terms
from counter_tui.case import masking
from counter_tui.slips.place import place_name
from counter_tui.slips.slip import Block, Slip, pairs, slip
from counter_tui.words import N_, Words
from intake import Pack
from intake.application import Application
from intake.captures import MATERIAL_OF
from intake.days import city_time
from intake.decision import DeferralLine, FeeLine
from intake.sites import site


def receipt(
    application: Application,
    sha256: str,
    pack: Pack,
    words: Words,
    approved: Collection[int] = (),
) -> Slip:
    """What the applicant takes home. `sha256` is the stored record's; `approved` are the parcels
    whose postage a supervisor waived."""
    one = application
    return slip(
        "receipt",
        words,
        Block("barcode", one.number),
        _who(one, pack, words),
        _items(one, words),
        _to_follow(one, words),
        _captures(one, words),
        _delivery(one, words),
        _fees(one, words, approved),
        Block("rule"),
        Block("line", words(N_("Keep this receipt; show it when you ask or collect."))),
        Block("line", words(N_("Record {hash}"), hash=sha256[:16])),
    )


def deferral(application: Application, pack: Pack, words: Words) -> Slip:
    """What may follow, until when, by which ways, and what the applicant undertakes."""
    one, lines = application, application.decision.deferrals
    ends = {words(terms.ON_EXPIRY.get(line.on_expiry, line.on_expiry)) for line in lines}
    return slip(
        "deferral",
        words,
        Block("barcode", one.number),
        _who(one, pack, words),
        Block(
            "line",
            words(
                N_("The core materials are complete. The application is accepted; these follow:")
            ),
        ),
        [block for line in lines for block in _deferred(one, line, words)],
        Block("line", words(N_("No number is needed to hand something in."))),
        Block(
            "line",
            words(N_("Not handed in by then: {ends}."), ends="; ".join(sorted(ends))),
        ),
        Block("heading", words(N_("Undertaking"))),
        Block("line", words(N_("I was told all of the above and will hand these in in time."))),
        Block("line", words(N_("They will be genuine and complete; else I bear the consequence."))),
        Block("signature", label=words(N_("Applicant or guardian"))),
        Block("signature", label=words(N_("Clerk"))),
        Block("signature", label=words(N_("Date"))),
    )


def waybill(
    application: Application,
    pack: Pack,
    words: Words,
    tracking: str = "",
    approved: Collection[int] = (),
) -> Slip:
    """The label of a parcel. `tracking` is the carrier's number, where there is one already;
    `approved` as for the receipt.

    Raises ValueError for an application that is not posted.
    """
    to = application.recipient
    if to is None:
        raise ValueError("not posted")
    where = site(pack, application.station)
    return slip(
        "waybill",
        words,
        Block("heading", "EMS " + words(N_("China Post Express"))),
        Block("barcode", tracking or application.number),
        Block("heading", words(N_("To"))),
        pairs(
            (words(N_("Name")), to.name),
            (words(N_("Phone")), to.phone),
            (words(N_("Postal address")), f"{to.address.division_name}{to.address.detail}"),
            (words(N_("Postcode")), to.address.postcode),
        ),
        Block("heading", words(N_("From"))),
        pairs(
            (words(N_("Name")), place_name(pack, application.station, words)),
            (words(N_("Postal address")), where.address if where else ""),
        ),
        Block("rule"),
        pairs(
            (words(N_("Application number")), application.number),
            (
                words(N_("Contents")),
                words(N_("documents, {count}"), count=len(application.facts.items)),
            ),
            (words(N_("Postage")), _postage(application, words, approved)),
        ),
        Block("signature", label=words(N_("Received by"))),
    )


def _who(one: Application, pack: Pack, words: Words) -> Iterator[Block]:
    person = one.person
    yield from pairs(
        (words(N_("Application number")), one.number),
        (words(N_("Applicant")), person.name if person else ""),
        (words(N_("Citizen number")), masking.number(person.number) if person else ""),
        (words(N_("Accepted")), f"{city_time(one.accepted_at):%Y-%m-%d %H:%M}"),
        (words(N_("Place")), place_name(pack, one.station, words)),
        (words(N_("Clerk")), one.clerk),
    )


def _items(one: Application, words: Words) -> Iterator[Block]:
    yield Block("heading", words(N_("Items")))
    for decided in one.decision.items:
        item = one.facts.items[decided.index].model_dump(mode="json")
        yield Block("line", f"{decided.index + 1}. {terms.item_text(item, words)}")
        if decided.instant:
            text = words(N_("issued while you wait"))
        elif decided.ready_by is None:
            text = words(N_("the time counts from when all materials are there"))
        else:
            text = words(
                N_("ready by {day}"), day=_day(decided.ready_by, decided.provisional, words)
            )
        yield Block("line", text, indent=3)


def _to_follow(one: Application, words: Words) -> Iterator[Block]:
    if one.decision.deferrals:
        yield Block("heading", words(N_("Materials to follow")))
    for line in one.decision.deferrals:
        yield from _deferred(one, line, words)


def _deferred(one: Application, line: DeferralLine, words: Words) -> Iterator[Block]:
    yield Block("line", material(line.code, line.item, len(one.facts.items), words))
    yield Block(
        "line",
        words(
            N_("by {day}: {channels}"),
            day=_day(line.due_on, line.provisional, words),
            channels=", ".join(words(terms.CHANNELS[channel]) for channel in line.channels),
        ),
        indent=3,
    )


def material(code: str, item: int | None, items: int, words: Words) -> str:
    """A material's name, with its item's number where there are several."""
    name = words(terms.MATERIALS.get(code, code))
    return name if item is None or items < 2 else f"{name} ({item + 1})"


def _captures(one: Application, words: Words) -> Iterator[Block]:
    """What was not taken. Why somebody cannot stands in the record, not on paper."""
    for what in MATERIAL_OF:
        capture = getattr(one, what)
        if capture is not None and capture.state in ("cannot", "refused"):
            yield from pairs((words(terms.CAPTURED[what]), words(terms.CAPTURES[capture.state])))


def _delivery(one: Application, words: Words) -> Iterator[Block]:
    yield Block("heading", words(N_("Delivery")))
    to = one.recipient
    if one.facts.delivery.method != "post":
        yield Block("line", words(N_("to be collected at the window, with this receipt")))
        return
    yield Block("line", words(N_("by post")))
    if to is not None:
        yield from pairs(
            (words(N_("Recipient")), f"{to.name}  {masking.phone(to.phone)}"),
            (words(N_("Postal address")), f"{to.address.division_name}{to.address.detail}"),
            (words(N_("Postcode")), to.address.postcode),
        )


def _fees(one: Application, words: Words, approved: Collection[int]) -> Iterator[Block]:
    yield Block("heading", words(N_("Fees")))
    postage = [fee for fee in one.decision.fees if fee.ledger == "carrier"]
    off = [postage[parcel] for parcel in approved]
    for fee in one.decision.fees:
        name = words(terms.FEES.get(fee.code, fee.code))
        text = words(N_("{amount} yuan"), amount=fee.amount)
        if fee.waived and fee.ground:
            text += " " + words(N_("waived: {ground}"), ground=words(terms.GROUNDS[fee.ground]))
        if any(fee is free for free in off):
            text += " " + words(N_("waived: {ground}"), ground=words(N_("approved proof")))
        yield Block("pair", text, name)
    totals = one.decision.totals
    yield from pairs(
        (words(N_("To the treasury")), words(N_("{amount} yuan"), amount=totals.treasury)),
        (words(N_("To the carrier")), words(N_("{amount} yuan"), amount=_carrier(one, off))),
    )


def _carrier(one: Application, off: Iterable[FeeLine]) -> int:
    return one.decision.totals.carrier - sum(fee.amount for fee in off)


def _postage(one: Application, words: Words, approved: Collection[int]) -> str:
    postage = [fee for fee in one.decision.fees if fee.ledger == "carrier"]
    due = _carrier(one, (postage[parcel] for parcel in approved))
    if postage and not due:
        return words(N_("free of postage"))
    return words(N_("{amount} yuan"), amount=due)


def _day(day: date, provisional: bool, words: Words) -> str:
    return words(N_("{day} (provisional)"), day=day) if provisional else str(day)
