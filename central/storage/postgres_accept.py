"""Holding an application on PostgreSQL: one statement, one round trip, one commit.

The parts depend on each other's RETURNING, so they happen in the order written: a repeat or a
duplicate takes no id, and without an id nothing else is written. The station's row in `ledgers` is
locked last but one and gives receipts a gapless order that equals the order of commits.

It reads no month of `applications`, so it costs the same after ten years: what a repeat or a
duplicate met is looked up by a second statement.
"""

import json
from typing import Any, Final

from central.storage.accepting import record_row
from central.storage.port import Arrival

ACCEPT: Final = """
WITH known AS (
    SELECT sha256 FROM application_ids WHERE id = $1
), duplicate AS (
    SELECT application_id FROM open_items
    WHERE person_key = $13 AND item_key = ANY($16::text[]) AND closed_at IS NULL
      AND NOT $17 AND NOT EXISTS (SELECT 1 FROM known)
    LIMIT 1
), taken AS (
    INSERT INTO application_ids (id, sha256, received_on)
    SELECT $1, $2, $3 WHERE NOT EXISTS (SELECT 1 FROM known)
      AND NOT EXISTS (SELECT 1 FROM duplicate)
    ON CONFLICT (id) DO NOTHING
    RETURNING id
), ledger AS (
    UPDATE ledgers SET
        receipt_seq = receipt_seq + 1,
        audit_seq = audit_seq + 1,
        audit_head = sha256(audit_head || int8send(audit_seq + 1) || $18::bytea),
        station_head = $19
    WHERE chain = $5 AND EXISTS (SELECT 1 FROM taken)
    RETURNING receipt_seq, audit_seq, audit_head
), kept AS (
    INSERT INTO applications (received_on, id, number, station, district, clerk, sent_by, seq,
                              received_at, kid, outcome, name, person_key, body)
    SELECT $3, $1, $4, $5, $6, $7, $8, receipt_seq, $9, $10, $11, $12, $13, $14 FROM ledger
    RETURNING seq
), opened AS (
    INSERT INTO open_items (application_id, item, person_key, item_key, overridden)
    SELECT $1, i.item, $13, i.item_key, $17
    FROM ledger, unnest($15::int[], $16::text[]) AS i(item, item_key)
), entered AS (
    INSERT INTO audit_entries (chain, seq, payload, hash)
    SELECT $5, audit_seq, $18, audit_head FROM ledger
), children AS (
    INSERT INTO records (kind, id, application_id, station, district, person_key, state, due_on,
                         revision, sha256, created_at, created_by, body, detail)
    SELECT c.kind, c.id, $1, $5, $6, $13, c.state, c.due_on, 1, c.sha256, $9, $7, c.body, c.detail
    FROM ledger, jsonb_to_recordset($20::jsonb) AS c(
        kind text, id uuid, state text, due_on date, sha256 text, body text, detail text)
)
SELECT seq, NULL::uuid AS duplicate FROM kept
UNION ALL
SELECT NULL, NULL FROM known
UNION ALL
SELECT NULL, application_id FROM duplicate
"""

HELD: Final = """
SELECT i.sha256, a.seq, a.received_at, a.station, a.kid, a.number
FROM application_ids i CROSS JOIN LATERAL (
    SELECT * FROM applications WHERE received_on = i.received_on AND id = i.id OFFSET 0
) a
WHERE i.id = $1
"""


def arguments(arrival: Arrival) -> tuple[Any, ...]:
    """The values of `ACCEPT`, $1 to $20. Items go in the order of their keys: no deadlock."""
    items = sorted(arrival.items, key=lambda item: item[1])
    children = [_child(record_row(child)) for child in arrival.children]
    return (
        arrival.id,
        arrival.sha256,
        arrival.received_at.date(),
        arrival.number,
        arrival.station,
        arrival.district,
        arrival.clerk,
        arrival.sent_by,
        arrival.received_at,
        arrival.kid,
        arrival.outcome,
        arrival.name,
        arrival.person_key,
        arrival.body,
        [index for index, _ in items],
        [key for _, key in items],
        arrival.override,
        arrival.audit,
        arrival.station_head,
        json.dumps(children),
    )


def _child(row: dict[str, Any]) -> dict[str, Any]:
    names = ("kind", "id", "state", "due_on", "sha256", "body", "detail")
    return {name: None if row[name] is None else str(row[name]) for name in names}
