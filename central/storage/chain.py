"""The arithmetic of the audit chain, the same on both databases and in the verifier."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, insert, select, update

from central.storage.schema import audit_entries, ledgers

GENESIS: Final = bytes(32)
"""What the first entry of every chain follows."""

CENTRE: Final = "centre"
"""The chain of what belongs to no station."""


def link(previous: bytes, seq: int, payload: bytes) -> bytes:
    """The hash of entry number `seq`, which binds all entries before it."""
    return hashlib.sha256(previous + seq.to_bytes(8, "big") + payload).digest()


def entry(action: str, actor: str, at: datetime, **details: Any) -> bytes:
    """One entry's bytes: canonical JSON. `details` hold ids and codes, never names or numbers."""
    content: Mapping[str, Any] = {
        "action": action,
        "actor": actor,
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        **{key: value for key, value in details.items() if value is not None},
    }
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def append(connection: Connection, chain: str, payload: bytes) -> None:
    """Add an entry to `chain`. Raises LookupError for a chain that was never opened."""
    row = connection.execute(
        select(ledgers.c.audit_seq, ledgers.c.audit_head)
        .where(ledgers.c.chain == chain)
        .with_for_update()
    ).one_or_none()
    if row is None:
        raise LookupError(f"no audit chain {chain}")
    seq = row.audit_seq + 1
    head = link(row.audit_head, seq, payload)
    connection.execute(
        update(ledgers).where(ledgers.c.chain == chain).values(audit_seq=seq, audit_head=head)
    )
    connection.execute(
        insert(audit_entries).values(chain=chain, seq=seq, payload=payload, hash=head)
    )


def open_chain(connection: Connection, chain: str) -> None:
    """Begin a chain unless it is there."""
    known = connection.execute(select(ledgers.c.chain).where(ledgers.c.chain == chain)).first()
    if known is None:
        connection.execute(
            insert(ledgers).values(chain=chain, receipt_seq=0, audit_seq=0, audit_head=GENESIS)
        )
