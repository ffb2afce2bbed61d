"""Applications: created once and for ever, and read within the caller's jurisdiction."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from starlette.responses import Response

from central.acts import Act, perform
from central.auth.approvals import confirm
from central.auth.scope import PEOPLE_READERS, PEOPLE_WRITERS
from central.desk import ACTS
from central.intake_desk import arrival_of
from central.problems import Problem
from central.receipts import receipt_of
from central.resource import Call, Called, Resource
from central.rules import read_application
from central.sealed import opened
from central.seen import visible_application
from central.storage.port import Held
from intake.application import Application

router = Resource(prefix="/v1/applications", tags=["applications"])


class Receipt(BaseModel):
    """The centre's signed answer that it holds what was sent."""

    model_config = ConfigDict(frozen=True)

    receipt: str


@router.offer(
    "PUT",
    "/{id}",
    roles=PEOPLE_WRITERS,
    body=Application,
    answer=Receipt,
    status=201,
    also={200: "Held already, with the same bytes"},
    refusals=(
        "id-taken",
        "possible-duplicate",
        "unknown-pack",
        "rules-disagree",
        "approval-refused",
        "precondition-failed",
        "precondition-required",
        "unavailable",
    ),
    headers=("If-None-Match", "Override-Duplicate", "Approval"),
)
async def put_application(id: UUID, call: Called) -> Response:
    """Hold an application under the id its station minted.

    The same bytes again get the same receipt, for ever. With `Content-Type: application/jose` the
    body is what the station sealed to the centre after it had been sent: so stations repair a
    centre that was restored from a backup.
    """
    create_only(call)
    call = opened(call)
    application = read_application(call.body)
    if application.id != id:
        raise Problem("invalid", field="id", message="not the id of this address")
    approval = call.header("approval")
    approver = None
    if approval is not None:
        approver = await call.write(lambda c: confirm(c, approval, call))
    arrival = await arrival_of(call, application, approver)
    held = await call.centre.store.accept(arrival)
    metrics = call.centre.metrics
    (metrics.accepted if held.created else metrics.repeated).inc()
    return receipted(call, held)


@router.offer("GET", "/{id}", roles=PEOPLE_READERS, answer=Application)
async def get_application(id: UUID, call: Called) -> Response:
    """The application's bytes, unchanged."""
    row = await call.read(lambda connection: visible_application(connection, call, id))
    headers = {"ETag": f'"{row.sha256}"', "Application-Received": row.received_at.isoformat()}
    return Response(row.body, 200, headers, "application/json")


def create_only(call: Call) -> None:
    """Creation is asked for with `If-None-Match: *`, or refused."""
    if call.header("if-match") is not None:
        raise Problem("precondition-failed")  # What was accepted is never overwritten.
    if call.header("if-none-match") != "*":
        raise Problem("precondition-required")


def receipted(call: Call, held: Held) -> Response:
    """The answer that something is held."""
    return Response(
        Receipt(receipt=receipt_of(call.centre.identity, held)).model_dump_json(),
        201 if held.created else 200,
        {"ETag": f'"{held.sha256}"'},
        "application/json",
    )


def _offer_act(act: Act[Any]) -> None:
    @router.offer(
        "POST",
        f"/{{id}}/{act.name}",
        roles=PEOPLE_WRITERS,
        body=act.model,
        answer=Receipt,
        status=201,
        also={200: "Held already, with the same bytes"},
        refusals=(
            "key-reused",
            "state-conflict",
            "approval-required",
            "approval-refused",
            "precondition-failed",
            "precondition-required",
            "unavailable",
        ),
        headers=("Idempotency-Key", "Approval"),
    )
    async def put(id: UUID, call: Called) -> Response:
        return receipted(call, await perform(call, act, id))

    put.__doc__ = act.summary


for _act in ACTS:
    _offer_act(_act)
