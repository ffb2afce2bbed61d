"""A secondary material that follows later: handed in, looked at, given more time, run out."""

import json
from typing import Any, Final, Literal

from pydantic import AwareDatetime, Field
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from central.acts import Act, Acting
from central.desk.closing import close
from central.desk.shapes import Index, application_of, day_it_happened
from central.model import Clean, Code, Line, Shape
from central.problems import Problem
from central.storage import records
from central.storage.schema import open_items

Channel = Literal["window", "post", "online", "proxy"]
OPEN: Final = ("open", "extended")
END: Final = {
    "revoke": "revoked",
    "withdrawn": "withdrawn",
    "terminate": "terminated",
    "refuse": "refused",
}
"""What a pack's `on_expiry` makes of the item."""


class Supplement(Shape):
    """A deferred material handed in, by any channel, without a queue number."""

    code: Code
    item: Index | None
    channel: Channel
    received_at: AwareDatetime
    handed_in_by: Literal["applicant", "proxy", "courier", "online"] = "applicant"
    note: Clean | None = Field(default=None, max_length=500)


class Check(Shape):
    """What the look at a handed-in material said."""

    code: Code
    item: Index | None
    result: Literal["verified", "rejected"]


class Extension(Shape):
    """More time for a deferred material, once and as long as the pack says."""

    code: Code
    item: Index | None
    reason: Line


class Expiry(Shape):
    """The due date has gone by; what follows is what the pack says."""

    code: Code
    item: Index | None


def _supplement(act: Acting[Supplement]) -> str:
    row = _deferral(act, act.body.code, act.body.item)
    line = json.loads(row.body)
    if act.body.channel not in line["channels"]:
        raise Problem("invalid", field="channel", message="not a channel of this deferral")
    day = day_it_happened(act, act.body.received_at, "received_at")
    if row.state == "expired" and day <= row.due_on:
        _revive(act, row)
    elif row.state not in (*OPEN, "rejected"):
        raise act.refuse(row.state)
    records.change(
        act.connection,
        row,
        state="received",
        detail={"received_at": act.body.received_at.isoformat(), "channel": act.body.channel},
    )
    return "held"


def _check(act: Acting[Check]) -> str:
    row = _deferral(act, act.body.code, act.body.item)
    if row.state != "received":
        raise act.refuse(row.state)
    if act.body.result == "verified":
        detail = {"verified_at": act.call.now.isoformat()}
        records.change(act.connection, row, state="verified", detail=detail)
        return "held"
    # What fails the look reopens once, with the same due date.
    before = json.loads(row.detail).get("reopened", 0)
    state = "open" if before == 0 else "rejected"
    records.change(act.connection, row, state=state, detail={"reopened": before + 1})
    return "held"


def _extension(act: Acting[Extension]) -> str:
    row = _deferral(act, act.body.code, act.body.item)
    given = json.loads(row.detail).get("extensions", 0)
    if row.state not in OPEN:
        raise act.refuse(row.state)
    due = act.call.centre.rules.extended(application_of(act), act.body.code, row.due_on, given)
    if due is None:
        raise act.refuse("no extension")
    detail = {"extensions": given + 1, "reason": act.body.reason}
    records.change(act.connection, row, state="extended", due_on=due, detail=detail)
    return "held"


def _expiry(act: Acting[Expiry]) -> str:
    row = _deferral(act, act.body.code, act.body.item)
    if row.state not in (*OPEN, "rejected"):
        raise act.refuse(row.state)
    if act.call.today <= row.due_on:
        raise act.refuse("not due")
    outcome = END[json.loads(row.body)["on_expiry"]]
    records.change(act.connection, row, state="expired", detail={"outcome": outcome})
    close(act, act.body.item, outcome)
    return outcome


def _revive(act: Acting[Supplement], row: Any) -> None:
    """It had been handed in in time: what its expiry closed is open again."""
    line = json.loads(row.body)
    wanted = open_items.c.application_id == act.application
    if line["item"] is not None:
        wanted &= open_items.c.item == line["item"]
    closed_by_it = open_items.c.closed_as == END[line["on_expiry"]]
    try:
        with act.connection.begin_nested():
            act.connection.execute(
                update(open_items)
                .where(wanted, closed_by_it)
                .values(closed_at=None, closed_as=None)
            )
    except IntegrityError:
        # The person has asked for the same again meanwhile; that one is the open one.
        raise act.refuse("expired") from None


def _deferral(act: Acting[Any], code: str, item: int | None) -> Any:
    for row in records.of_application(act.connection, act.application, "deferral"):
        line = json.loads(row.body)
        if (line["code"], line["item"]) == (code, item):
            return row
    raise Problem("invalid", field="code", message="not deferred")


ACTS: Final[tuple[Act[Any], ...]] = (
    Act("supplements", "supplement", Supplement, "Hand in a deferred material", _supplement),
    Act("checks", "check", Check, "Say whether a handed-in material holds", _check),
    Act("extensions", "extension", Extension, "Give a deferral more time", _extension),
    Act("expiries", "expiry", Expiry, "Say that a deferral has run out", _expiry),
)
