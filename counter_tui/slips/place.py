"""A place of the network as a paper says it: name, address, hours."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from counter_tui.slips.slip import Block, pairs
from counter_tui.words import N_, Words
from intake import Pack
from intake.decision import Text
from intake.pack.rows import SiteRow
from intake.sites import site

_DAYS: Final = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)


def said(text: Text, words: Words) -> str:
    """A sentence of the pack in the language in use."""
    return text.zh if words.language == "zh_CN" else text.en


def place_name(pack: Pack, code: str | None, words: Words) -> str:
    """A place's name; its code where the pack does not know it."""
    found = site(pack, code) if code else None
    return said(found.name, words) if found else code or ""


def hours_text(pack: Pack, place: SiteRow, on: date, words: Words) -> str:
    """When a place is open: `working days 09:00-17:00; Saturday 09:00-16:00`."""
    found: dict[str, list[str]] = {}
    rows = (row for row in pack.resolved.opening_hours if row.profile == place.hours)
    for row in sorted((row for row in rows if row.holds_on(on)), key=lambda row: row.opens):
        span = f"{row.opens:%H:%M}-{row.closes:%H:%M}"
        days = ", ".join(words(_DAYS[day - 1]) for day in sorted(row.weekdays))
        found.setdefault(days or words(N_("working days")), []).append(span)
    return "; ".join(f"{days} {', '.join(spans)}" for days, spans in found.items())


def place_blocks(pack: Pack, place: SiteRow, on: date, words: Words) -> Sequence[Block]:
    """Where to go and when."""
    return pairs(
        (words(N_("Place")), said(place.name, words)),
        (words(N_("Postal address")), place.address),
        (words(N_("Open")), hours_text(pack, place, on, words)),
    )
