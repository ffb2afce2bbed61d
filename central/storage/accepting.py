"""What holding an application means in rows, and taking over one from before.

Arriving ones are held by `sqlite_accept` and `postgres_accept`, which write the same rows.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, and_, insert, select, update

from central.problems import Problem
from central.storage.chain import link
from central.storage.port import Arrival, Held, NewRecord
from central.storage.schema import (
    application_ids,
    applications,
    audit_entries,
    ledgers,
    open_items,
    records,
)

_held_before = select(
    application_ids.c.sha256,
    applications.c.seq,
    applications.c.received_at,
    applications.c.station,
    applications.c.kid,
).join(
    applications,
    and_(
        applications.c.received_on == application_ids.c.received_on,
        applications.c.id == application_ids.c.id,
    ),
)


def take_over(connection: Connection, arrival: Arrival) -> bool:
    """Hold an application from before the station had receipts of its own; False: held already.

    Its receipt has the number 0, so no station takes it for one it has lost.
    """
    if held(connection, arrival.id) is not None:
        return False
    _enter(connection, arrival, _ledger(connection, arrival.station), 0)
    return True


def _ledger(connection: Connection, chain: str) -> Row[Any]:
    wanted = select(ledgers).where(ledgers.c.chain == chain)
    return connection.execute(wanted.with_for_update()).one()


def _enter(connection: Connection, arrival: Arrival, ledger: Row[Any], seq: int) -> None:
    connection.execute(
        insert(application_ids).values(
            id=arrival.id, sha256=arrival.sha256, received_on=arrival.received_at.date()
        )
    )
    audit_seq = ledger.audit_seq + 1
    head = link(ledger.audit_head, audit_seq, arrival.audit)
    connection.execute(
        update(ledgers)
        .where(ledgers.c.chain == arrival.station)
        .values(
            receipt_seq=max(ledger.receipt_seq, seq),
            audit_seq=audit_seq,
            audit_head=head,
            station_head=arrival.station_head,
        )
    )
    connection.execute(insert(applications).values(**application_row(arrival, seq)))
    if arrival.items:
        connection.execute(insert(open_items), open_item_rows(arrival))
    if arrival.children:
        connection.execute(insert(records), [record_row(child) for child in arrival.children])
    connection.execute(
        insert(audit_entries).values(
            chain=arrival.station, seq=audit_seq, payload=arrival.audit, hash=head
        )
    )


def held(connection: Connection, identifier: UUID) -> Held | None:
    """What is held under an id."""
    row = connection.execute(_held_before.where(application_ids.c.id == identifier)).one_or_none()
    if row is None:
        return None
    return Held(identifier, row.sha256, row.seq, row.received_at, row.station, row.kid, False)


def same_or_taken(known: Held, arrival: Arrival) -> Held:
    """A repeat is answered as before; another body under the same id is refused."""
    if known.sha256 != arrival.sha256:
        raise Problem("id-taken", held_sha256=known.sha256, sent_sha256=arrival.sha256)
    return known


def application_row(arrival: Arrival, seq: int) -> dict[str, object]:
    """The row of `applications`."""
    return {
        "received_on": arrival.received_at.date(),
        "id": arrival.id,
        "number": arrival.number,
        "station": arrival.station,
        "district": arrival.district,
        "clerk": arrival.clerk,
        "sent_by": arrival.sent_by,
        "seq": seq,
        "received_at": arrival.received_at,
        "kid": arrival.kid,
        "outcome": arrival.outcome,
        "name": arrival.name,
        "person_key": arrival.person_key,
        "body": arrival.body,
    }


def open_item_rows(arrival: Arrival) -> list[dict[str, object]]:
    """The rows of `open_items`."""
    return [
        {
            "application_id": arrival.id,
            "item": index,
            "person_key": arrival.person_key,
            "item_key": key,
            "overridden": arrival.override,
        }
        for index, key in arrival.items
    ]


def record_row(record: NewRecord) -> dict[str, object]:
    """The row of `records`."""
    return {
        "kind": record.kind,
        "id": record.id,
        "application_id": record.application_id,
        "station": record.station,
        "district": record.district,
        "person_key": record.person_key,
        "state": record.state,
        "due_on": record.due_on,
        "revision": 1,
        "sha256": record.sha256,
        "created_at": record.created_at,
        "created_by": record.created_by,
        "body": record.body,
        "detail": record.detail,
    }
