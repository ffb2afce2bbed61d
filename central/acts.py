"""Acts on an application: sent once under an id the station minted, answered with a receipt.

The id is the act's Idempotency-Key. It is unique over everything the centre holds and is kept for
ever, so a repeat after weeks is still a repeat.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import Connection, Row

from central.auth.approvals import spend
from central.model import parse
from central.problems import Problem, not_found
from central.resource import Call
from central.sealed import opened
from central.seen import visible_application
from central.storage import records
from central.storage.port import Held, NewRecord

Body = TypeVar("Body", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Acting(Generic[Body]):
    """One act while it happens, inside its transaction."""

    connection: Connection
    call: Call
    key: UUID
    application: UUID
    held: Row[Any] | None
    """The application's row; None for an act on one that was never accepted."""
    body: Body

    def refuse(self, state: str) -> Problem:
        """The present state does not allow it."""
        return Problem("state-conflict", state=state)


@dataclass(frozen=True, slots=True)
class Act(Generic[Body]):
    """A kind of act: `name` is the last part of its address."""

    name: str
    kind: str
    model: type[Body]
    summary: str
    effect: Callable[[Acting[Body]], str]
    """Does what follows from it, and gives the state of its record."""
    needs_application: bool = True
    needs_approval: bool = False


async def perform(call: Call, act: Act[Any], application: UUID) -> Held:
    """Do an act once, or answer as before. Raises Problem."""
    key, call = _key(call), opened(call)
    body = parse(act.model, call.body)
    return await call.write(lambda connection: _once(connection, call, act, application, key, body))


def _key(call: Call) -> UUID:
    header = call.header("idempotency-key")
    if header is None:
        raise Problem("precondition-required")
    try:
        return UUID(header.strip().strip('"'))
    except ValueError:
        raise Problem("invalid", field="Idempotency-Key", message="not a UUID") from None


def _once(
    connection: Connection, call: Call, act: Act[Any], application: UUID, key: UUID, body: Any
) -> Held:
    before = records.find(connection, key)
    if before is not None:
        # The station may be another one: what was carried to a colleague comes from both.
        same = (before.kind, before.application_id, before.sha256)
        if same != (act.kind, application, call.sha256):
            raise Problem("key-reused")
        return records.held(before)
    held = _application(connection, call, act, application)
    approver = None
    if act.needs_approval or call.header("approval") is not None:
        approver = spend(connection, call, act.name, held)
    state = act.effect(Acting(connection, call, key, application, held, body))
    made = NewRecord(
        kind=act.kind,
        id=key,
        application_id=application,
        station=call.caller.station,
        district=call.caller.district,
        state=state,
        sha256=call.sha256,
        created_at=call.now,
        created_by=call.caller.clerk,
        body=call.body.decode(),
        person_key=held.person_key if held else None,
    )
    receipt = records.create_receipted(
        connection, made, call.caller.station, call.centre.identity.kid
    )
    call.enter(
        connection,
        f"{act.kind}.held",
        application=str(application),
        key=str(key),
        sha256=call.sha256,
        approved_by=approver,
    )
    return receipt


def _application(
    connection: Connection, call: Call, act: Act[Any], application: UUID
) -> Row[Any] | None:
    try:
        return visible_application(connection, call, application)
    except Problem:
        if act.needs_application:
            raise
    # A notice or referral belongs to a case that was not accepted: only its station knows it.
    if records.held_elsewhere(connection, application):
        raise not_found()
    return None
