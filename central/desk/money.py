"""Payments, which never stand in the way of acceptance, and postage waived later."""

import json
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from central.acts import Act, Acting
from central.desk.parcels import parcel_numbered
from central.desk.shapes import Index
from central.model import Clean, Line, Sha256, Shape
from central.problems import Problem
from central.storage import records

Reference = Annotated[UUID, Field(strict=False)]


class Payment(Shape):
    """Money received, or expected. Whole yuan. `settles` is the key of the pending one it ends."""

    ledger: Literal["treasury", "carrier"]
    amount: Annotated[int, Field(ge=0, le=100_000)]
    method: Literal["cash", "card", "code"]
    state: Literal["recorded", "pending"]
    reference: Clean | None = Field(default=None, max_length=64)
    paid_at: AwareDatetime | None = None
    settles: Reference | None = None


class Reversal(Shape):
    """A payment that does not count: given back, or written down wrongly."""

    payment: Reference
    reason: Line


class Waiver(Shape):
    """Postage waived on a proof the rules do not know: a second person approves it."""

    parcel: Index
    ground: Literal["age", "disability", "other"]
    proof: Line
    certificate_hash: Sha256 | None = None


def _payment(act: Acting[Payment]) -> str:
    if act.body.settles is not None:
        expected = _earlier(act, act.body.settles, "settles")
        if expected.state != "pending":
            raise act.refuse(expected.state)
        if json.loads(expected.body)["ledger"] != act.body.ledger or act.body.state == "pending":
            raise Problem("invalid", field="settles", message="settles by one of the same ledger")
        records.change(
            act.connection, expected, state="settled", detail={"settled_by": str(act.key)}
        )
    return act.body.state


def _reversal(act: Acting[Reversal]) -> str:
    row = _earlier(act, act.body.payment, "payment")
    if row.state not in ("recorded", "pending"):
        raise act.refuse(row.state)
    records.change(act.connection, row, state="reversed", detail={"reversed_by": str(act.key)})
    return "held"


def _waiver(act: Acting[Waiver]) -> str:
    row = parcel_numbered(act, act.body.parcel)
    if json.loads(row.body)["waived"] or "waived_by" in json.loads(row.detail):
        raise act.refuse("waived")
    records.change(act.connection, row, detail={"waived_by": str(act.key)})
    return "granted"


def _earlier(act: Acting[Any], key: UUID, field: str) -> Any:
    row = records.find(act.connection, key, "payment")
    if row is None or row.application_id != act.application:
        raise Problem("invalid", field=field, message="no payment of this application")
    return row


ACTS: Final[tuple[Act[Any], ...]] = (
    Act("payments", "payment", Payment, "Record a payment, or that one is expected", _payment),
    Act("reversals", "reversal", Reversal, "Say that a payment does not count", _reversal),
    Act(
        "waivers",
        "waiver",
        Waiver,
        "Waive postage on another proof; needs an approval",
        _waiver,
        needs_approval=True,
    ),
)
