"""What a person has open: what a card should bring up before a new case is begun. No Textual.

here = local(store, number)
ask(store, number)                       # and wake the agent; never waited for
theirs = answered(store, number)         # when the store moved; None while there is none
matters = joined(here, theirs or ())
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from counter_tui import deferrals
from counter_tui.deferrals import Deferral
from counter_tui.store import OutboxRow, Store
from intake.application import PhotoTaken
from intake.days import city_day
from intake.facts import Item, item_key
from intake.photos import as_reused

QUESTION: Final = "matters"
"""Name of the one question to the centre; the next person's takes its place."""
PATH: Final = "/v1/matters"
DRAFTS: Final = "preacceptances"
"""Name in the cache of the drafts that people made at a kiosk or on the web."""
_MOST_EARLIER: Final = 3


@dataclass(frozen=True, slots=True)
class PreAcceptance:
    """A draft the applicant made (预受理); it becomes one application, once."""

    id: UUID
    name: str = field(repr=False)
    number: str = field(repr=False)
    phone: str = field(repr=False)
    items: tuple[dict[str, Any], ...]
    channel: str
    expires_on: date | None
    age: timedelta | None = None
    """How old the station's list is that it stands in; None: the centre just said so."""


@dataclass(frozen=True, slots=True)
class OpenItem:
    """Something the person has asked for already and not got; `station` is empty for this one."""

    key: str
    application: UUID
    number: str
    station: str
    since: datetime
    visible: bool


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier application: photo, phone and address can be taken from it."""

    application: UUID
    number: str
    station: str
    at: datetime
    photo: PhotoTaken | None = None
    """As this person's next application would carry it."""
    photo_held: bool = False
    phone: bool = True
    address: bool = True
    """Whether it has a telephone number, and a postal address."""


Matter = Deferral | PreAcceptance | OpenItem | Earlier


def local(store: Store, number: str) -> list[Matter]:
    """What is known here without asking anybody, the most likely first."""
    if not number:
        return []
    rows = list(_unsent(store, number))
    return _ordered(
        [
            *deferrals.deferrals(store).of_person(number),
            *_drafts(store, number),
            *(one for row in rows for one in _asked_for(store, row)),
            *(_earlier_here(store, row) for row in rows),
        ]
    )


def ask(store: Store, number: str) -> None:
    """Leave the question to the centre; what it said of another person is forgotten."""
    store.cache.drop(QUESTION)
    store.questions.ask(QUESTION, PATH, {"number": number})


def answered(store: Store, number: str) -> list[Matter] | None:
    """What the centre says of this person; None while it has not. It is told once, then dropped."""
    held = store.cache.get(QUESTION)
    if held is None:
        return None
    store.cache.drop(QUESTION)
    return at_centre(store, held.body, number)


def at_centre(store: Store, answer: Mapping[str, Any], number: str) -> list[Matter]:
    """The centre's answer of `/v1/matters`."""
    found = [deferrals.of_record(store, one) for one in answer.get("deferrals") or ()]
    return _ordered(
        [
            *(one for one in found if one.is_open),
            *(_pre_acceptance(one, number) for one in answer.get("pre_acceptances") or ()),
            *(
                OpenItem(
                    one["item_key"],
                    UUID(one["application"]),
                    one["number"],
                    one["station"],
                    datetime.fromisoformat(one["since"]),
                    one["visible"],
                )
                for one in answer.get("open_items") or ()
            ),
            *(_earlier_there(one) for one in (answer.get("applications") or ())[:_MOST_EARLIER]),
        ]
    )


def joined(here: Iterable[Matter], theirs: Iterable[Matter]) -> list[Matter]:
    """Both without repeating; of the same matter what the centre says, which is younger.

    A pre-acceptance that the centre does not have open any more is left out: it was taken over at
    another place, or its applicant withdrew it. A deferral handed in here is not brought up again
    by a centre that has not heard of it: it carries what was done here, and then is not open.
    """
    found: dict[tuple[str, object], Matter] = {
        identity(one): one for one in here if not isinstance(one, PreAcceptance)
    }
    found.update({identity(one): one for one in theirs})
    return _ordered(found.values())


def identity(one: Matter) -> tuple[str, object]:
    """What makes two tellings the same matter."""
    if isinstance(one, OpenItem):
        return "open", (one.application, one.key)
    if isinstance(one, Earlier):
        return "earlier", one.application
    return type(one).__name__, one.id


def same_item(matters: Iterable[Matter], application: str, items: Iterable[Any]) -> list[OpenItem]:
    """The open items that `items` of `application` would ask for again."""
    wanted = {key for one in items if (key := _key(one))}
    return [
        one
        for one in matters
        if isinstance(one, OpenItem) and one.key in wanted and str(one.application) != application
    ]


def _key(item: Mapping[str, Any]) -> str:
    try:
        return item_key(Item.model_validate(item))
    except ValueError:
        return ""


_RANK: Final = (Deferral, PreAcceptance, OpenItem, Earlier)


def _ordered(found: Iterable[Matter]) -> list[Matter]:
    """The most likely first: a person who owes something comes to hand it in."""

    def place(one: Matter) -> tuple[int, str]:
        when = one.due_on.isoformat() if isinstance(one, Deferral) else ""
        return _RANK.index(type(one)), when

    return sorted(found, key=place)


def _drafts(store: Store, number: str) -> Iterator[PreAcceptance]:
    held = store.cache.get(DRAFTS)
    today = city_day(store.now())
    for one in (held.body.get("items") or ()) if held else ():
        if (one.get("body") or {}).get("number") == number and one["state"] == "open":
            found = _pre_acceptance(one, number)
            if found.expires_on is None or found.expires_on >= today:
                yield replace(found, age=held.age if held else None)


def _pre_acceptance(record: Mapping[str, Any], number: str) -> PreAcceptance:
    body, until = record["body"], record.get("due_on")
    return PreAcceptance(
        UUID(record["id"]),
        body.get("name") or "",
        body.get("number") or number,
        body.get("phone") or "",
        tuple(body.get("items") or ()),
        body.get("channel") or "",
        date.fromisoformat(until) if until else None,
    )


def _unsent(store: Store, number: str) -> Iterator[OutboxRow]:
    """Applications of the person whose bytes can be read here still, the newest first."""
    wanted = number.encode()
    for row in reversed(store.outbox.list()):
        if row.action is not None or row.state == "withdrawn" or row.origin is not None:
            continue
        # Looked for in the bytes first: reading each of a thousand waiting ones takes long.
        body = store.outbox.body(row.key)
        if body and wanted in body and _applicant(body) == number:
            yield row


def _earlier_here(store: Store, row: OutboxRow) -> Earlier:
    one = store.application(row.application)
    return Earlier(
        one.id,
        one.number,
        "",
        row.queued_at,
        as_reused(one),
        # It goes to the centre with the application that it was taken for.
        True,
        one.phone is not None,
        one.recipient is not None,
    )


def _earlier_there(one: Mapping[str, Any]) -> Earlier:
    photo = one.get("photo")
    return Earlier(
        UUID(one["id"]),
        one["number"],
        one["station"],
        datetime.fromisoformat(one["received_at"]),
        PhotoTaken.model_validate(photo) if photo else None,
        bool(one.get("photo_held")),
        one.get("phone", True),
        one.get("address", True),
    )


def _applicant(body: bytes) -> str:
    return json.loads(body)["facts"]["applicant"]["number"]


def _asked_for(store: Store, row: OutboxRow) -> Iterator[OpenItem]:
    for item in json.loads(store.outbox.body(row.key) or b"{}").get("facts", {}).get("items", ()):
        yield OpenItem(_key(item), row.application, row.number, "", row.queued_at, True)
