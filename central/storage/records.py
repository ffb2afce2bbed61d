"""Records: made once under an id that is unique for ever, changed only under a known revision."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, insert, select, update

from central.problems import Problem
from central.storage.accepting import record_row
from central.storage.port import Held, NewRecord
from central.storage.schema import application_ids, ledgers, records


def find(connection: Connection, identifier: UUID, kind: str | None = None) -> Row[Any] | None:
    """A record by its id, and of one kind only if that is given."""
    wanted = select(records).where(records.c.id == identifier)
    if kind is not None:
        wanted = wanted.where(records.c.kind == kind)
    return connection.execute(wanted).one_or_none()


def of_application(connection: Connection, application: UUID, kind: str) -> list[Row[Any]]:
    """An application's records of one kind, oldest first."""
    return list(
        connection.execute(
            select(records)
            .where(records.c.application_id == application, records.c.kind == kind)
            .order_by(records.c.created_at, records.c.id)
        )
    )


def create(connection: Connection, record: NewRecord) -> None:
    """Enter a record without a receipt."""
    connection.execute(insert(records).values(**record_row(record)))


def create_receipted(connection: Connection, record: NewRecord, chain: str, kid: str) -> Held:
    """Enter a record that a station sent, and number its receipt in that station's order."""
    ledger = ledgers.c.chain == chain
    seq = connection.execute(
        update(ledgers)
        .where(ledger)
        .values(receipt_seq=ledgers.c.receipt_seq + 1)
        .returning(ledgers.c.receipt_seq)
    ).scalar_one()
    connection.execute(insert(records).values(**record_row(record), seq=seq, kid=kid))
    return Held(record.id, record.sha256, seq, record.created_at, chain, kid, True)


def held(row: Row[Any]) -> Held:
    """What the receipt of a record says, at a repeat."""
    return Held(row.id, row.sha256, row.seq, row.created_at, row.station, row.kid, False)


def etag(row: Row[Any]) -> str:
    """The entity tag of a record's present revision."""
    return f'"{row.revision}"'


def change(
    connection: Connection,
    row: Row[Any],
    *,
    state: str | None = None,
    detail: Mapping[str, Any] | None = None,
    due_on: date | None = None,
) -> None:
    """Give a record a new state, and add to its detail. Raises Problem when somebody was first."""
    merged = {**json.loads(row.detail), **(detail or {})}
    done = connection.execute(
        update(records)
        .where(records.c.id == row.id, records.c.revision == row.revision)
        .values(
            revision=row.revision + 1,
            state=state or row.state,
            detail=json.dumps(merged, ensure_ascii=False, separators=(",", ":")),
            due_on=due_on or row.due_on,
        )
    )
    if done.rowcount != 1:
        raise Problem("precondition-failed")


def sha256_of(text: str) -> str:
    """Hash of a record's body."""
    return hashlib.sha256(text.encode()).hexdigest()


def shown(row: Row[Any]) -> dict[str, Any]:
    """A record as it is answered."""
    due: date | None = row.due_on
    made: datetime = row.created_at
    detail = json.loads(row.detail)
    about = detail.pop("about", None)
    return {
        "id": str(row.id),
        "kind": row.kind,
        "application": str(row.application_id) if row.application_id else None,
        "station": row.station,
        "state": row.state,
        "due_on": due.isoformat() if due else None,
        "revision": row.revision,
        "created_at": made.isoformat(),
        "created_by": row.created_by,
        "body": json.loads(row.body),
        "detail": detail,
        "about": about,
    }


def held_elsewhere(connection: Connection, application: UUID) -> bool:
    """Whether an application of this id is held at all."""
    known = select(application_ids.c.id).where(application_ids.c.id == application)
    return connection.execute(known).first() is not None
