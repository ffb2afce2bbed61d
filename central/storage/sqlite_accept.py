"""Holding and finding applications on SQLite: the driver's own statements.

`postgres_accept` says the same in one statement. Put together by SQLAlchemy, the eight statements
would cost more than everything else about an application.
"""

from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection

from central.problems import Problem
from central.storage.accepting import record_row, same_or_taken
from central.storage.chain import link
from central.storage.finding import Hit, Question, asked, hit
from central.storage.port import Arrival, Held

KNOWN: Final = """
SELECT i.sha256, a.seq, a.received_at, a.station, a.kid
FROM application_ids i JOIN applications a ON a.id = i.id AND a.received_on = i.received_on
WHERE i.id = ?
"""
DUPLICATE: Final = """
SELECT o.application_id, a.number
FROM open_items o JOIN applications a ON a.id = o.application_id
WHERE o.person_key = ? AND o.item_key IN ({}) AND o.closed_at IS NULL LIMIT 1
"""
LEDGER: Final = "SELECT receipt_seq, audit_seq, audit_head FROM ledgers WHERE chain = ?"
ADVANCE: Final = """
UPDATE ledgers SET receipt_seq = ?, audit_seq = ?, audit_head = ?, station_head = ? WHERE chain = ?
"""
TAKE: Final = "INSERT INTO application_ids (id, sha256, received_on) VALUES (?, ?, ?)"
KEEP: Final = """
INSERT INTO applications (id, received_on, number, station, district, clerk, sent_by, seq,
                          received_at, kid, outcome, name, person_key, body)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
OPEN: Final = """
INSERT INTO open_items (application_id, item, person_key, item_key, overridden)
VALUES (?, ?, ?, ?, ?)
"""
CHILD: Final = """
INSERT INTO records (kind, id, application_id, station, district, person_key, state, due_on,
                     revision, sha256, created_at, created_by, body, detail)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
ENTER: Final = "INSERT INTO audit_entries (chain, seq, payload, hash) VALUES (?, ?, ?, ?)"


def accept(connection: Connection, arrival: Arrival) -> Held:
    """Hold `arrival`, or answer what is held under its id. Raises Problem."""
    driver: Any = connection.connection.driver_connection
    identifier = arrival.id.hex
    known = driver.execute(KNOWN, (identifier,)).fetchone()
    if known is not None:
        sha256, seq, at, station, kid = known
        before = Held(arrival.id, sha256, seq, _moment(at), station, kid, False)
        return same_or_taken(before, arrival)
    if not arrival.override:
        _refuse_duplicate(driver, arrival)
    day, at = arrival.received_at.date().isoformat(), _stamp(arrival.received_at)
    receipt_seq, audit_seq, audit_head = driver.execute(LEDGER, (arrival.station,)).fetchone()
    seq, entry = receipt_seq + 1, audit_seq + 1
    head = link(audit_head, entry, arrival.audit)
    driver.execute(TAKE, (identifier, arrival.sha256, day))
    driver.execute(ADVANCE, (seq, entry, head, arrival.station_head, arrival.station))
    driver.execute(
        KEEP,
        (
            identifier, day, arrival.number, arrival.station, arrival.district, arrival.clerk,
            arrival.sent_by, seq, at, arrival.kid, arrival.outcome, arrival.name,
            arrival.person_key, arrival.body,
        ),
    )  # fmt: skip
    for index, key in arrival.items:
        driver.execute(OPEN, (identifier, index, arrival.person_key, key, arrival.override))
    for child in arrival.children:
        driver.execute(CHILD, tuple(map(_plain, record_row(child).values())))
    driver.execute(ENTER, (arrival.station, entry, arrival.audit, head))
    return Held(
        arrival.id, arrival.sha256, seq, arrival.received_at, arrival.station, arrival.kid, True
    )


def find(driver: Any, question: Question) -> list[Hit]:
    """What the question finds."""
    statement, values = asked(question)
    rows = driver.execute(statement.replace("$", "?"), list(map(_plain, values))).fetchall()
    return [hit(row, UUID(row[0]), _moment(row[3])) for row in rows]


def _refuse_duplicate(driver: Any, arrival: Arrival) -> None:
    keys = [key for _, key in arrival.items]
    asked = DUPLICATE.format(", ".join("?" * len(keys)))  # Only the number of marks varies.
    row = driver.execute(asked, (arrival.person_key, *keys)).fetchone()
    if row is not None:
        raise Problem("possible-duplicate", existing={"id": str(UUID(row[0])), "number": row[1]})


def _plain(value: Any) -> Any:
    """A value as SQLAlchemy writes it to SQLite."""
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime):
        return _stamp(value)
    return value.isoformat() if isinstance(value, date) else value


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def _moment(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp).replace(tzinfo=UTC)
