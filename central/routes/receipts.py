"""A station's receipts, for reconciling."""

from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, select

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


@router.offer("GET", "", roles=PEOPLE_WRITERS, answer=Receipts)
async def get_receipts(
    call: Called,
    since: Annotated[int, Query(ge=0, le=2**62)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 200,
) -> Receipts:
    """The receipts of the caller's station with a `seq` above `since`."""
    station = call.caller.station

    def work(connection: Connection) -> tuple[list[Held], int]:
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
        return found[:limit], last

    found, last = await call.read(work)
    return Receipts(
        receipts=[receipt_of(call.centre.identity, one) for one in found],
        last_seq=last,
        next_since=found[-1].seq if len(found) == limit else None,
    )
