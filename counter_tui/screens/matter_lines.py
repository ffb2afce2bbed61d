"""A person's matters in words: one line each."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from counter_tui import terms
from counter_tui.deferrals import Deferral
from counter_tui.matters import Earlier, Matter, OpenItem, PreAcceptance
from counter_tui.photo.earlier import EarlierPhoto
from counter_tui.screens.handing_in import due_text, what
from counter_tui.screens.status import age_text
from counter_tui.words import N_, Words
from intake.days import city_time
from widgets.seams import padded

KINDS: Final = {
    Deferral: N_("to hand in"),
    PreAcceptance: N_("pre-acceptance"),
    OpenItem: N_("not finished"),
    Earlier: N_("earlier"),
}
ORIGINS: Final = {"kiosk": N_("kiosk"), "web": N_("web")}


def line(one: Matter, photos: Sequence[EarlierPhoto], today: date, words: Words) -> str:
    """One matter; `photos` are those of an earlier application."""
    kind = padded(words(KINDS[type(one)]), 12)
    if isinstance(one, Deferral):
        text = f"{padded(what(one, words), 20)}{due_text(one, today, words)}  {one.number}"
    elif isinstance(one, PreAcceptance):
        text = _draft(one, words)
    elif isinstance(one, OpenItem):
        place = one.station or words(N_("here"))
        text = f"{key_text(one.key, words)}  {one.number}  {_day(one.since)}  {place}"
    else:
        text = f"{one.number}  {_day(one.at)}  {_worth(one, photos, today, words)}"
    return f" {kind}{text}"


def as_old(one: PreAcceptance, words: Words) -> str:
    """How old the list is that it was taken from; empty when the centre just said so."""
    if one.age is None:
        return ""
    age = age_text(int(one.age.total_seconds()), words)
    return words(N_("It stands in a list of {age} ago; ask what changed."), age=age)


def _draft(one: PreAcceptance, words: Words) -> str:
    pieces = [terms.items_text(one.items, words), words(ORIGINS.get(one.channel, one.channel))]
    if one.expires_on:
        pieces.append(words(N_("until {day}"), day=f"{one.expires_on:%m-%d}"))
    if one.age is not None:
        age = age_text(int(one.age.total_seconds()), words)
        pieces.append(words(N_("as of {age} ago"), age=age))
    return "  ".join(pieces)


def _worth(one: Earlier, photos: Sequence[EarlierPhoto], today: date, words: Words) -> str:
    """What of an earlier application can be used again, and until when its photo."""
    found = []
    for photo in photos:
        text = N_("photo until {day}")
        if not photo.held:
            text = N_("photo not at the centre")
        elif not photo.usable(today):
            text = N_("photo too old")
        found.append(words(text, day=photo.until))
    found += [words(N_("phone"))] if one.phone else []
    found += [words(N_("address"))] if one.address else []
    return " / ".join(found) or words(N_("nothing to take from it"))


def key_text(key: str, words: Words) -> str:
    """An item's key in words: document and kind, endorsements by their letters."""
    document, kind, *codes = key.split(":")
    text = f"{words(terms.DOCUMENTS.get(document, document))} {words(terms.KINDS.get(kind, kind))}"
    return f"{text} {' '.join(codes)}".rstrip()


def _day(moment: datetime) -> str:
    return f"{city_time(moment):%Y-%m-%d}"
