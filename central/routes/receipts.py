"""A station's receipts, for reconciling."""

from functools import partial
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, select

from central.audit.stations import Carried, carried, cut_at
from central.auth.scope import PEOPLE_WRITERS
from central.receipts import receipt_of
from central.resource import Called, Resource
from central.seen import with_hash
from central.storage.port import Held
from central.storage.records import held
from central.storage.schema import applications, ledgers, records

router = Resource(prefix="/v1/receipts", tags=["receipts"])


class Receipts(BaseModel):
    """Receipts in the order of `seq`. `last_seq` is the newest the centre has for this station.

    A `last_seq` below one the station already holds says that the centre was restored from a
    backup: what it misses has to be sent again.
    """

    model_config = ConfigDict(frozen=True)

    receipts: list[str]
    last_seq: int
    next_since: int | None
    """Ask again with this; null at the end."""
    station_head: str | None
    """The highest head of the station's own audit that came with an application."""
    audit_cut: bool
    """The station's audit does not go on from what its applications carried."""


@router.offer("GET", "", roles=PEOPLE_WRITERS, answer=Receipts)
async def get_receipts(
    call: Called,
    since: Annotated[int, Query(ge=0, le=2**62)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 200,
    head: Annotated[str | None, Query(pattern="^[0-9]{1,18}:[0-9a-f]{64}$")] = None,
) -> Receipts:
    """The receipts of the caller's station with a `seq` above `since`.

    `head` is the present head of the station's own audit (`SEQ:MAC`): one that lies before what its
    applications carried was cut, and goes into the audit here.
    """
    station = call.caller.station

    def work(connection: Connection) -> tuple[list[Held], int, list[Carried]]:
        accepted = connection.execute(
            with_hash.where(applications.c.station == station, applications.c.seq > since)
            .order_by(applications.c.seq)
            .limit(limit)
        )
        acts = connection.execute(
            select(records)
            .where(records.c.station == station, records.c.seq > since)
            .order_by(records.c.seq)
            .limit(limit)
        )
        last = connection.execute(
            select(ledgers.c.receipt_seq).where(ledgers.c.chain == station)
        ).scalar_one()
        found = [
            *(
                Held(row.id, row.sha256, row.seq, row.received_at, station, row.kid, False)
                for row in accepted
            ),
            *map(held, acts),
        ]
        found.sort(key=lambda one: one.seq)
        return found[:limit], last, carried(connection, station)

    found, last, heads = await call.read(work)
    shown_by = cut_at(heads, head)
    if shown_by is not None:
        await call.write(partial(_note_cut, call, shown_by, head))
    return Receipts(
        receipts=[receipt_of(call.centre.identity, one) for one in found],
        last_seq=last,
        next_since=found[-1].seq if len(found) == limit else None,
        station_head=heads[0].head if heads else None,
        audit_cut=shown_by is not None,
    )


def _note_cut(call: Called, shown_by: Carried, head: str | None, connection: Connection) -> None:
    """Into the audit and the log, once a worker for each application that shows it."""
    if shown_by.application in call.centre.cuts_noted:
        return
    call.centre.cuts_noted.add(shown_by.application)
    call.centre.metrics.cuts.inc()
    call.enter(
        connection,
        "station.audit-cut",
        application=str(shown_by.application),
        carried=shown_by.head,
        present=head,
    )
