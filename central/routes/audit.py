"""The audit, for those whose work it is."""

import base64
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, ConfigDict
from sqlalchemy import select

from central.auth.scope import AUDITORS
from central.resource import Called, Resource
from central.storage.schema import audit_checkpoints, audit_entries

router = Resource(prefix="/v1/audit", tags=["audit"])

Since = Annotated[int, Query(ge=0, le=2**62)]
Limit = Annotated[int, Query(ge=1, le=500)]


class Entry(BaseModel):
    """One entry: its bytes (base64) and the hash that binds it to all before."""

    model_config = ConfigDict(frozen=True)

    seq: int
    payload: str
    hash: str


class Entries(BaseModel):
    """Part of a chain, in order."""

    items: list[Entry]


class Checkpoint(BaseModel):
    """What the centre signed in one hour about the heads of all chains."""

    model_config = ConfigDict(frozen=True)

    number: int
    hour: str
    token: str


class Checkpoints(BaseModel):
    """Checkpoints, in order."""

    items: list[Checkpoint]


@router.offer("GET", "/checkpoints", roles=AUDITORS, answer=Checkpoints)
async def get_checkpoints(call: Called, since: Since = 0, limit: Limit = 200) -> Checkpoints:
    """To be kept elsewhere: a copy outside is what makes a cut tail visible."""
    wanted = (
        select(audit_checkpoints)
        .where(audit_checkpoints.c.number > since)
        .order_by(audit_checkpoints.c.number)
        .limit(limit)
    )
    rows = await call.read(lambda connection: list(connection.execute(wanted)))
    return Checkpoints(
        items=[Checkpoint(number=row.number, hour=row.hour, token=row.token) for row in rows]
    )


@router.offer("GET", "/entries", roles=AUDITORS, answer=Entries)
async def get_entries(
    call: Called,
    chain: Annotated[str, Query(pattern="^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")],
    since: Since = 0,
    limit: Limit = 200,
) -> Entries:
    """The entries of one chain (a station's code, or `centre`) after `since`."""
    wanted = (
        select(audit_entries)
        .where(audit_entries.c.chain == chain, audit_entries.c.seq > since)
        .order_by(audit_entries.c.seq)
        .limit(limit)
    )
    rows = await call.read(lambda connection: list(connection.execute(wanted)))
    return Entries(
        items=[
            Entry(
                seq=row.seq,
                payload=base64.b64encode(row.payload).decode(),
                hash=row.hash.hex(),
            )
            for row in rows
        ]
    )
