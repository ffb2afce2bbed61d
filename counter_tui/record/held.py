"""What was still to follow when the deferral desk was looked at, for a replay to find again.

Dates, codes and states are kept; numbers, names and phones are stand-ins, the same as elsewhere in
the record, so that a scanned receipt leads to its line and a card to its person's.
"""

from collections.abc import Iterable
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from counter_tui.deferrals import LIST, Deferral
from counter_tui.record.standins import StandIns
from counter_tui.store import Store
from intake.days import CITY


def masked(records: Iterable[Deferral], people: StandIns) -> list[dict[str, Any]]:
    """The lines of the desk, without their people."""
    return [
        {
            "number": people.receipt(one.number),
            "name": people.of("person.name", one.name),
            "phone": people.of("phone", one.phone),
            "person": people.of("person.number", one.person),
            "code": one.code,
            "item": one.item,
            "accepted": one.accepted_on.isoformat(),
            "due": one.due_on.isoformat(),
            "state": one.state,
            "channels": list(one.channels),
            "on_expiry": one.on_expiry,
            "extensions": one.extensions,
        }
        for one in records
    ]


def lay_out(store: Store, events: Iterable[dict[str, Any]]) -> None:
    """Let a station hold, as the centre's list, every line that the record's events name."""
    lines: dict[tuple[str, str, int | None], dict[str, Any]] = {}
    for event in events:
        for one in event.get("held", ()):
            # As it stood first: what was done with it since is done again.
            lines.setdefault((one["number"], one["code"], one["item"]), one)
    if lines:
        store.cache.put(LIST, {"items": [_told(one) for one in lines.values()]})


def _told(line: dict[str, Any]) -> dict[str, Any]:
    """A line as a centre tells it."""
    application = uuid5(NAMESPACE_OID, line["number"])
    return {
        "id": str(uuid5(application, f"{line['code']}:{line['item']}")),
        "application": str(application),
        "state": line["state"],
        "due_on": line["due"],
        "created_at": f"{line['accepted']}T12:00:00{_OFFSET}",
        "body": {key: line[key] for key in ("code", "item", "channels", "on_expiry")},
        "detail": {"extensions": line["extensions"]},
        "about": {key: line[key] for key in ("number", "name", "phone", "person")},
    }


_OFFSET = str(CITY).removeprefix("UTC")
