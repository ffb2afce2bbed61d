"""Hourly checkpoints: the centre signs the heads of all chains, each over the one before."""

import hashlib
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from central.identity import Identity
from central.storage.schema import audit_checkpoints, ledgers

TYPE = "checkpoint+jws"


def countersign(connection: Connection, identity: Identity, now: datetime) -> bool:
    """Make this hour's checkpoint unless it is made; returns whether it was made now."""
    hour = now.astimezone(UTC).strftime("%Y-%m-%dT%H")
    last = connection.execute(
        select(audit_checkpoints).order_by(audit_checkpoints.c.number.desc()).limit(1)
    ).one_or_none()
    if last is not None and last.hour >= hour:
        return False
    payload: dict[str, Any] = {
        "number": last.number + 1 if last else 1,
        "time": now.astimezone(UTC).isoformat(timespec="seconds"),
        "previous": token_hash(last.token) if last else None,
        "heads": heads(connection),
    }
    made = insert(audit_checkpoints).values(
        number=payload["number"], hour=hour, token=identity.sign(payload, TYPE)
    )
    try:
        with connection.begin_nested():
            connection.execute(made)
    except IntegrityError:
        return False  # Another worker was first.
    return True


def heads(connection: Connection) -> dict[str, list[Any]]:
    """Every chain's length and head, and the last head its station sent of its own chain."""
    rows = connection.execute(select(ledgers).order_by(ledgers.c.chain))
    return {
        row.chain: [row.audit_seq, row.audit_head.hex(), row.receipt_seq, row.station_head]
        for row in rows
    }


def token_hash(token: str) -> str:
    """What the next checkpoint says about this one."""
    return hashlib.sha256(token.encode()).hexdigest()
