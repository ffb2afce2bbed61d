"""What an application consists of, and its story: items, materials, fees, history."""

import json
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, select

from central.auth.scope import PEOPLE_READERS
from central.desk.parcels import present
from central.resource import Call, Called, Resource
from central.seen import visible_application
from central.storage import records
from central.storage.schema import open_items
from central.storage.schema import records as table
from intake.application import Application
from intake.decision import FeeLine, ItemDecision, MaterialLine
from intake.facts import Item

router = Resource(prefix="/v1/applications/{id}", tags=["applications"])


class ItemState(BaseModel):
    """An item as asked for and decided; `closed_as` once it has come to its end."""

    model_config = ConfigDict(frozen=True)

    index: int
    item: Item
    decision: ItemDecision
    closed_as: str | None


class Items(BaseModel):
    """All of an application."""

    items: list[ItemState]


class MaterialState(BaseModel):
    """A material as it was at acceptance, and what became of it when it was deferred."""

    model_config = ConfigDict(frozen=True)

    line: MaterialLine
    deferral: str | None


class Materials(BaseModel):
    """All of an application; `complete_at` once nothing is awaited any more."""

    items: list[MaterialState]
    complete_at: str | None


class Fees(BaseModel):
    """Two ledgers that are never mixed: what is due, what was waived later, what was paid.

    `lines` are those of the decision; the carrier's `due` follows how parcels are arranged now.
    """

    model_config = ConfigDict(frozen=True)

    lines: list[FeeLine]
    due: dict[str, int]
    waived_later: int
    paid: dict[str, int]
    pending: dict[str, int]


class Event(BaseModel):
    """One thing that happened."""

    at: str
    kind: str
    id: str
    by: str
    station: str
    state: str


class History(BaseModel):
    """An application's story, oldest first."""

    items: list[Event]


@router.offer("GET", "/items", roles=PEOPLE_READERS, answer=Items)
async def get_items(id: UUID, call: Called) -> Items:
    """The items of an application."""
    application = await _application(call, id)
    ends = await call.read(
        lambda c: dict(
            c.execute(
                select(open_items.c.item, open_items.c.closed_as).where(
                    open_items.c.application_id == id
                )
            )
            .tuples()
            .all()
        )
    )
    asked = application.facts.items
    return Items(
        items=[
            ItemState(
                index=one.index, item=asked[one.index], decision=one, closed_as=ends.get(one.index)
            )
            for one in application.decision.items
        ]
    )


@router.offer("GET", "/materials", roles=PEOPLE_READERS, answer=Materials)
async def get_materials(id: UUID, call: Called) -> Materials:
    """The materials of an application."""
    application = await _application(call, id)
    deferred = await call.read(lambda c: records.of_application(c, id, "deferral"))
    states = {_place(json.loads(row.body)): row.state for row in deferred}
    seen = [json.loads(row.detail).get("verified_at") for row in deferred]
    complete = None if None in seen else max([application.accepted_at.isoformat(), *seen])
    return Materials(
        items=[
            MaterialState(line=line, deferral=states.get((line.code, line.item)))
            for line in application.decision.materials
        ],
        complete_at=complete,
    )


@router.offer("GET", "/fees", roles=PEOPLE_READERS, answer=Fees)
async def get_fees(id: UUID, call: Called) -> Fees:
    """What is due and what was paid. Whole yuan."""
    application = await _application(call, id)

    def look(connection: Connection) -> tuple[list[Any], list[Any]]:
        return records.of_application(connection, id, "payment"), present(connection, id)

    payments, posted = await call.read(look)
    sums: dict[str, dict[str, int]] = {"recorded": {}, "pending": {}}
    for row in payments:
        if row.state in sums:
            ledger, body = sums[row.state], json.loads(row.body)
            ledger[body["ledger"]] = ledger.get(body["ledger"], 0) + body["amount"]
    owed = [(row, json.loads(row.body)) for row in posted if not _fetched(row)]
    owed = [(row, body["postage"]) for row, body in owed if not body["waived"]]
    return Fees(
        lines=list(application.decision.fees),
        due={
            "treasury": application.decision.totals.treasury,
            "carrier": sum(price for _, price in owed),
        },
        waived_later=sum(price for row, price in owed if "waived_by" in json.loads(row.detail)),
        paid=sums["recorded"],
        pending=sums["pending"],
    )


@router.offer("GET", "/history", roles=PEOPLE_READERS, answer=History)
async def get_history(id: UUID, call: Called) -> History:
    """Everything the centre holds about an application, in order."""

    def look(connection: Connection) -> list[Event]:
        row = visible_application(connection, call, id)
        accepted = Event(
            at=row.received_at.isoformat(),
            kind="application",
            id=str(id),
            by=row.clerk,
            station=row.station,
            state=row.outcome,
        )
        following = connection.execute(
            select(table).where(table.c.application_id == id).order_by(table.c.created_at)
        )
        return [
            accepted,
            *(
                Event(
                    at=one.created_at.isoformat(),
                    kind=one.kind,
                    id=str(one.id),
                    by=one.created_by,
                    station=one.station,
                    state=one.state,
                )
                for one in following
            ),
        ]

    return History(items=await call.read(look))


async def _application(call: Call, identifier: UUID) -> Application:
    row = await call.read(lambda connection: visible_application(connection, call, identifier))
    return Application.model_validate_json(row.body)


def _fetched(parcel: Any) -> bool:
    """Whether it became a pick-up before it was ever posted: then it costs nothing."""
    return parcel.state == "pickup_converted" and "handed_over" not in json.loads(parcel.detail)


def _place(line: dict[str, Any]) -> tuple[str, int | None]:
    return line["code"], line["item"]
