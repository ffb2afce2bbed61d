"""What the outbox and the rejection desk hand out."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple
from uuid import UUID

State = Literal[
    "queued",
    "sending",
    "receipted",
    "needs_clerk",
    "needs_login",
    "needs_supervisor",
    "withdrawn",
]
"""Where a row stands. `withdrawn` is a person's decision, never an error's."""

NeedsPerson = Literal["needs_clerk", "needs_supervisor"]


class OutboxRow(NamedTuple):
    """One thing on its way to the centre.

    `key` is the application's id, or for an `action` (a supplement, a payment, …) on an application
    its own id, used as Idempotency-Key. `problem` is the type of the last refusal or failure;
    `origin` the station it was carried here from, None for our own.
    """

    key: UUID
    application: UUID
    action: str | None
    number: str
    clerk: str
    label: str | None
    state: State
    sha256: str
    queued_at: datetime
    attempts: int = 0
    tried_at: datetime | None = None
    next_try_at: datetime | None = None
    problem: str | None = None
    override: str | None = None
    approval: str | None = None
    origin: str | None = None


class Act(NamedTuple):
    """What is queued behind an application in its own commit: the last part of the centre's path
    under it, the JSON body, and a supervisor's approval where one was given before acceptance."""

    action: str
    body: bytes
    approval: str | None = None


@dataclass(frozen=True, slots=True)
class Claimed:
    """What goes out for a row: the bytes as accepted, or, when only the centre can read them any
    more, the compact JWE of them (`sealed`)."""

    content: bytes
    sealed: bool


@dataclass(frozen=True, slots=True)
class Carried:
    """A row of another station, sealed to the centre, to be sent from here."""

    key: UUID
    application: UUID
    action: str | None
    number: str
    clerk: str
    sha256: str
    origin: str
    override: str | None
    approval: str | None
    sealed: bytes


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits, for the status line: all that is neither receipted nor withdrawn."""

    total: int
    by_state: dict[str, int]
    oldest: timedelta | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """The centre's verified answer that it holds these bytes.

    `seq` counts within `station`, which is another one for what was carried here.
    """

    key: UUID
    sha256: str
    station: str
    seq: int
    time: datetime
    jws: str


@dataclass(frozen=True, slots=True)
class Task:
    """One refusal to be dealt with at the rejection desk.

    `reason` is the problem's name (`possible-duplicate`, `rules-disagree`, …); `detail` what the
    centre said about it (`lines`, `field`, `existing`, …); `key` the outbox row, None for a matter
    of the station as a whole.
    """

    id: int
    key: UUID | None
    reason: str
    detail: dict[str, Any]
    phone: str | None
    opened_at: datetime
    deadline: datetime | None
    closed_at: datetime | None
    outcome: str | None


ROW_COLUMNS = (
    "key, application, action, number, clerk, label, state, sha256, queued_at, attempts, tried_at,"
    " next_try_at, problem, override, approval, origin"
)


def outbox_row(values: tuple[Any, ...]) -> OutboxRow:
    """A row from `ROW_COLUMNS`."""
    key, application, action, number, clerk, label, state, sha256 = values[:8]
    queued_at, attempts, tried_at, next_try_at, problem, override, approval, origin = values[8:]
    return OutboxRow(
        UUID(key),
        UUID(application),
        action,
        number,
        clerk,
        label,
        state,
        sha256,
        datetime.fromisoformat(queued_at),
        attempts,
        _moment(tried_at),
        _moment(next_try_at),
        problem,
        override,
        approval,
        origin,
    )


def task(values: tuple[Any, ...]) -> Task:
    """A row of the tasks table."""
    return Task(
        values[0],
        UUID(values[1]) if values[1] else None,
        values[2],
        json.loads(values[3]),
        values[4],
        datetime.fromisoformat(values[5]),
        _moment(values[6]),
        _moment(values[7]),
        values[8],
    )


RECEIPT_COLUMNS = "key, sha256, station, seq, time, jws"


def receipt(values: tuple[Any, ...]) -> Receipt:
    """A row from `RECEIPT_COLUMNS`."""
    key, sha256, station, seq, time, jws = values
    return Receipt(UUID(key), sha256, station, seq, datetime.fromisoformat(time), jws)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
