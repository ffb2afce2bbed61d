"""The papers of answers that are no acceptance: one-time notice, referral, letter on an expiry."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from counter_tui import terms
from counter_tui.case import masking
from counter_tui.slips.accepted import material
from counter_tui.slips.place import place_blocks, place_name, said
from counter_tui.slips.slip import Block, Slip, pairs, slip
from counter_tui.words import N_, Words
from intake import Decision, Facts, Pack
from intake.decision import Reason
from intake.pack.rows import SiteRow
from intake.sites import site


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a paper is for."""

    name: str = field(repr=False)
    number: str = field(default="", repr=False)


def notice(person: Person, facts: Facts, decision: Decision, pack: Pack, words: Words) -> Slip:
    """Everything that is missing, at once, each with why it is asked for."""
    missing = [line for line in decision.materials if line.status == "missing"]
    lines: list[Block] = []
    for number, line in enumerate(missing, 1):
        name = material(line.code, line.item, len(facts.items), words)
        kind = words(terms.CLASSES[line.class_])
        lines.append(Block("line", f"{number}. {name} ({kind})"))
        lines += _why(line.reasons, words)
    return slip(
        "notice",
        words,
        _about(person, facts, pack, words),
        Block("line", words(N_("The application is not complete. All that is missing:"))),
        lines,
        Block("line", words(N_("Bring these, and the application is accepted at once."))),
        _here(facts, pack, words),
        Block("signature", label=words(N_("Applicant or guardian"))),
        Block("signature", label=words(N_("Clerk"))),
    )


def referral(
    person: Person,
    facts: Facts,
    decision: Decision,
    pack: Pack,
    to: SiteRow | None,
    words: Words,
) -> Slip:
    """Which hall serves what is not served here, and why. `to` is None where none of ours does."""
    where = (
        place_blocks(pack, to, facts.accepted_on, words)
        if to is not None
        else [Block("line", words(N_("the place of household registration")))]
    )
    items: list[Block] = []
    for decided in decision.items:
        if decided.outcome == "accept":
            continue
        item = facts.items[decided.index].model_dump(mode="json")
        items.append(Block("line", f"{decided.index + 1}. {terms.item_text(item, words)}"))
        items += _why(decided.reasons, words)
    return slip(
        "referral",
        words,
        _about(person, facts, pack, words),
        Block("line", words(N_("This place cannot serve the following:"))),
        items,
        Block("heading", words(N_("Please go to"))),
        where,
        Block("rule"),
        Block("line", words(N_("No number was used and nothing was charged here."))),
    )


def expiry(
    person: Person,
    number: str,
    code: str,
    due_on: date,
    on_expiry: str,
    station: str,
    today: date,
    pack: Pack,
    words: Words,
) -> Slip:
    """The letter on a material that was not handed in, to the application `number`."""
    place = site(pack, station)
    return slip(
        "expiry",
        words,
        Block("barcode", number),
        pairs(
            (words(N_("Application number")), number),
            (words(N_("Applicant")), person.name),
            (words(N_("Material")), words(terms.MATERIALS.get(code, code))),
            (words(N_("Due")), str(due_on)),
        ),
        Block(
            "line",
            words(
                N_("The material above was not handed in in time. Therefore {outcome}."),
                outcome=words(terms.ON_EXPIRY.get(on_expiry, on_expiry)),
            ),
        ),
        Block("line", words(N_("You may apply again at any time, with all materials."))),
        place_blocks(pack, place, today, words) if place else None,
        pairs((words(N_("Date")), str(today))),
        Block("signature", label=words(N_("Seal"))),
    )


def _about(person: Person, facts: Facts, pack: Pack, words: Words) -> Sequence[Block]:
    return pairs(
        (words(N_("Applicant")), person.name),
        (words(N_("Citizen number")), masking.number(person.number)),
        (words(N_("Date")), f"{facts.accepted_on}"),
        (words(N_("Place")), place_name(pack, facts.site.code, words)),
    )


def _here(facts: Facts, pack: Pack, words: Words) -> Iterator[Block]:
    place = site(pack, facts.site.code) if facts.site.code else None
    if place is not None:
        yield Block("rule")
        yield from place_blocks(pack, place, facts.accepted_on, words)


def _why(reasons: Sequence[Reason], words: Words) -> list[Block]:
    found = []
    for reason in reasons:
        found.append(Block("line", said(reason.text, words), indent=3))
        if reason.source:
            basis = words(N_("Basis: {source}"), source=reason.source)
            found.append(Block("line", basis, indent=3))
    return found
