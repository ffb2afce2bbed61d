"""The deferral desk without its screen: what is to follow, when it is due, and handing it in.

    held = deferrals(store)
    hand_in(store, held.records[0], "window", clerk)

What the centre told (kept fresh by the agent) is shown together with what was accepted and done
here since: that waits in the outbox or was receipted after the list was fetched. No Textual.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal, get_args
from uuid import UUID, uuid5

from counter_tui.store import OutboxRow, Store
from counter_tui.store.errors import Unknown
from intake.application import Application
from intake.days import city_day
from intake.pack.pack import Pack

LIST: Final = "deferrals"
"""Name in the cache of what the centre told."""
_HERE, _DONE = "deferrals-here", "deferrals-done"
"""What this station accepted, by application; what it did, by deferral."""
_KEPT: Final = timedelta(days=30)

Channel = Literal["window", "post", "online", "proxy"]
Act = Literal["supplements", "extensions", "expiries"]
Group = Literal["overdue", "today", "soon", "later", "done"]
GROUPS: Final = get_args(Group)
"""In the order of the desk."""
SOON: Final = timedelta(days=3)
"""What falls due within these days stands under "soon"."""

OPEN: Final = frozenset({"open", "extended", "rejected"})
"""States in which something is still to be handed in."""

_FROM: Final = {"window": "applicant", "post": "courier", "online": "online", "proxy": "proxy"}
_AFTER: Final[dict[str, str]] = {
    "supplements": "received",
    "extensions": "extended",
    "expiries": "expired",
}


@dataclass(frozen=True, slots=True)
class Done:
    """What was done here last: the outbox row's action and state, when, and by which channel."""

    act: Act
    key: UUID
    at: datetime
    state: str
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Deferral:
    """One material to follow. `state` is the centre's, or what was done here makes of it."""

    id: UUID
    application: UUID
    number: str
    name: str = field(repr=False)
    phone: str = field(repr=False)
    person: str = field(repr=False)
    """The identity number; empty where a centre does not tell it."""
    code: str
    item: int | None
    accepted_on: date
    due_on: date
    state: str
    channels: tuple[Channel, ...]
    on_expiry: str
    extensions: int
    """How often it was given more time."""
    done: Done | None

    @property
    def is_open(self) -> bool:
        """Whether it is still to be handed in."""
        return self.state in OPEN

    def group(self, today: date) -> Group:
        """Where it stands on the desk."""
        if not self.is_open:
            return "done"
        if self.due_on <= today:
            return "today" if self.due_on == today else "overdue"
        return "soon" if self.due_on - today <= SOON else "later"


@dataclass(frozen=True, slots=True)
class Held:
    """Everything known. `age` is how old the centre's list is; None when it was never fetched."""

    records: tuple[Deferral, ...]
    age: timedelta | None

    def of_person(self, number: str) -> list[Deferral]:
        """What is still to follow of one person."""
        return [one for one in self.records if one.is_open and one.person == number]

    def fitting(self, typed: str, today: date) -> list[Deferral]:
        """What fits a receipt's number or a part of it, a name, a phone; in the desk's order."""
        wanted = _fold(typed)
        found = [
            one
            for one in self.records
            if any(wanted in _fold(text) for text in (one.number, one.name, one.phone, one.person))
        ]
        return sorted(found, key=lambda one: (GROUPS.index(one.group(today)), one.due_on))


def deferrals(store: Store) -> Held:
    """What is to follow, as far as it is known here."""
    told = store.cache.get(LIST)
    records = {one["id"]: one for one in (told.body.get("items") or ()) if told} if told else {}
    for name in store.cache.names(f"{_HERE}/"):
        held = store.cache.get(name)
        if held is None:
            continue
        receipt = store.receipts.get(UUID(name.partition("/")[2]))
        if told is None or receipt is None or receipt.time >= told.fetched_at:
            for one in held.body:
                records.setdefault(one["id"], one)
    found = [_deferral(store, one, told.fetched_at if told else None) for one in records.values()]
    return Held(tuple(found), told.age if told else None)


def of_record(store: Store, record: dict[str, Any]) -> Deferral:
    """A deferral as the centre told it just now."""
    return _deferral(store, record, store.now())


def note_accepted(store: Store, application: Application) -> None:
    """Remember what is to follow of an application accepted here until the centre tells of it."""
    lines = application.decision.deferrals
    if not lines:
        return
    person = application.person
    about = {
        "number": application.number,
        "name": person.name if person else "",
        "phone": application.phone or "",
        "person": application.facts.applicant.number,
    }
    records = [
        {
            "id": str(uuid5(application.id, f"deferral:{index}")),
            "application": str(application.id),
            "state": "open",
            "due_on": line.due_on.isoformat(),
            "created_at": application.accepted_at.isoformat(),
            "body": line.model_dump(mode="json", exclude={"reasons"}),
            "detail": {},
            "about": about,
        }
        for index, line in enumerate(lines)
    ]
    store.cache.put(f"{_HERE}/{application.id}", records)
    _tidy(store)


def hand_in(store: Store, one: Deferral, channel: Channel, clerk: str) -> OutboxRow:
    """The material is here: queued for the centre, in time by this moment."""
    body = {
        "channel": channel,
        "received_at": store.now().isoformat(),
        "handed_in_by": _FROM[channel],
    }
    return _act(store, one, "supplements", body, clerk, channel)


def extend(store: Store, one: Deferral, reason: str, clerk: str) -> OutboxRow:
    """Give it more time, as often as the rules have it (`new_due_date`)."""
    return _act(store, one, "extensions", {"reason": reason}, clerk)


def expire(store: Store, one: Deferral, clerk: str) -> OutboxRow:
    """Its day has gone by: what `on_expiry` says follows."""
    return _act(store, one, "expiries", {}, clerk)


def new_due_date(one: Deferral, pack: Pack) -> date | None:
    """Until when it could be extended now; None when the rules give no more time.

    By the rules of the day of acceptance; the centre decides by the rule the decision named.
    """
    if one.state not in ("open", "extended"):
        return None
    rows = [rule.row for rule in pack.rules_on(one.accepted_on).deferral]
    row = next((r for r in rows if one.code in r.codes), None)
    row = row or next((r for r in rows if not r.codes), None)
    if row is None or row.extensions <= one.extensions:
        return None
    return pack.working_days.due(one.due_on, row.days, row.unit).on


def _act(
    store: Store, one: Deferral, act: Act, body: dict[str, Any], clerk: str, channel: str = ""
) -> OutboxRow:
    which = {"code": one.code, "item": one.item}
    row = store.act(
        one.application,
        act,
        json.dumps({**which, **body}, ensure_ascii=False).encode(),
        clerk,
        one.number,
    )
    note = {"act": act, "key": str(row.key), "at": store.now().isoformat(), "channel": channel}
    store.cache.put(f"{_DONE}/{one.id}", note)
    return row


def _deferral(store: Store, record: dict[str, Any], told: datetime | None) -> Deferral:
    body, about, detail = record["body"], record.get("about") or {}, record.get("detail") or {}
    done = _done(store, record["id"], told)
    # What the centre refused or a person took back has changed nothing.
    counts = done if done and done.state not in ("needs_clerk", "withdrawn") else None
    more = counts is not None and counts.act == "extensions"
    return Deferral(
        id=UUID(record["id"]),
        application=UUID(record["application"]),
        number=about.get("number") or "",
        name=about.get("name") or "",
        phone=about.get("phone") or "",
        person=about.get("person") or "",
        code=body["code"],
        item=body["item"],
        accepted_on=city_day(datetime.fromisoformat(record["created_at"])),
        due_on=date.fromisoformat(record["due_on"]),
        state=_AFTER[counts.act] if counts else record["state"],
        channels=tuple(body["channels"]),
        on_expiry=body["on_expiry"],
        extensions=detail.get("extensions", 0) + more,
        done=done,
    )


def _done(store: Store, id: str, told: datetime | None) -> Done | None:
    note = store.cache.get(f"{_DONE}/{id}")
    if note is None:
        return None
    key = UUID(note.body["key"])
    try:
        row = store.outbox.get(key)
    except Unknown:
        return None
    receipt = store.receipts.get(key)
    if row.state == "receipted" and receipt and told and receipt.time < told:
        # The centre's list is younger and says it itself.
        return None
    at = datetime.fromisoformat(note.body["at"])
    return Done(note.body["act"], key, at, row.state, note.body["channel"])


def _tidy(store: Store) -> None:
    for name in _old(store):
        store.cache.drop(name)


def _old(store: Store) -> Iterator[str]:
    for prefix in (_HERE, _DONE):
        for name in store.cache.names(f"{prefix}/"):
            held = store.cache.get(name)
            if held is not None and held.age > _KEPT:
                yield name


def _fold(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())
