"""An independent look at the audit: is it whole, and where is it not?

Works on the rows alone with the public keys; it shares only the chain's arithmetic with the
writer. What it finds it locates: chain, number, and what is wrong there.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from joserfc.jwk import OKPKey
from sqlalchemy import Connection, func, select

from central.audit.checkpoints import TYPE, token_hash
from central.auth.jose import BadToken, unverified_header, verified
from central.storage.chain import GENESIS, link
from central.storage.schema import applications, audit_checkpoints, audit_entries, ledgers

PAGE = 5000


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong: in which chain, at which entry, and what."""

    chain: str
    seq: int
    what: str


def verify(
    connection: Connection, keys: Mapping[str, OKPKey], kept_elsewhere: tuple[str, ...] = ()
) -> list[Finding]:
    """Everything that is wrong with the audit.

    `keys` are the centre's public keys by thumbprint. `kept_elsewhere` are checkpoints from
    outside the database: with them, a tail that was cut together with the heads and checkpoints in
    the database is found too.
    """
    found: list[Finding] = []
    seen: dict[str, dict[int, bytes]] = {}
    signed = [*_checkpoints(connection, keys, found), *_outside(kept_elsewhere, keys, found)]
    wanted: dict[str, set[int]] = {}
    for payload in signed:
        for chain, head in payload["heads"].items():
            wanted.setdefault(chain, set()).add(head[0])
    heads = {row.chain: row for row in connection.execute(select(ledgers))}
    names = {*heads, *wanted, *connection.scalars(select(audit_entries.c.chain).distinct())}
    for chain in sorted(names):
        last, seen[chain] = _walk(connection, chain, wanted.get(chain, set()), found)
        head = heads.get(chain)
        if head is None:
            found.append(Finding(chain, 0, "the chain has no ledger"))
        elif head.audit_seq != last[0]:
            found.append(Finding(chain, last[0] + 1, "the tail is cut or was added to"))
        elif head.audit_head != last[1]:
            found.append(Finding(chain, last[0], "the ledger names another head"))
    for payload in signed:
        for chain, (seq, head, *_) in payload["heads"].items():
            known = GENESIS if seq == 0 else seen[chain].get(seq)
            if known is None or known.hex() != head:
                found.append(Finding(chain, seq, f"not what checkpoint {payload['number']} says"))
    found.extend(_receipts(connection))
    return list(dict.fromkeys(found))


def _walk(
    connection: Connection, chain: str, wanted: set[int], found: list[Finding]
) -> tuple[tuple[int, bytes], dict[int, bytes]]:
    """Follow one chain; its last entry, and the hashes at the wanted numbers."""
    previous, expected, seen = GENESIS, 1, dict[int, bytes]()
    for row in _entries(connection, chain):
        if row.seq != expected:
            found.append(Finding(chain, expected, "missing"))
        elif link(previous, row.seq, row.payload) != row.hash:
            found.append(Finding(chain, row.seq, "changed, moved, or follows another entry"))
        if row.seq in wanted:
            seen[row.seq] = row.hash
        previous, expected = row.hash, row.seq + 1
    return (expected - 1, previous), seen


def _entries(connection: Connection, chain: str) -> Iterator[Any]:
    after = -1
    while True:
        rows = connection.execute(
            select(audit_entries)
            .where(audit_entries.c.chain == chain, audit_entries.c.seq > after)
            .order_by(audit_entries.c.seq)
            .limit(PAGE)
        ).all()
        yield from rows
        if len(rows) < PAGE:
            return
        after = rows[-1].seq


def _checkpoints(
    connection: Connection, keys: Mapping[str, OKPKey], found: list[Finding]
) -> list[dict[str, Any]]:
    payloads: list[dict[str, Any]] = []
    previous: str | None = None
    rows = connection.execute(select(audit_checkpoints).order_by(audit_checkpoints.c.number))
    for expected, row in enumerate(rows, start=1):
        payload = _payload(row.token, keys)
        if payload is None or payload["number"] != row.number:
            found.append(Finding("checkpoints", row.number, "not signed by this centre"))
            continue
        if row.number != expected or payload["previous"] != previous:
            found.append(Finding("checkpoints", row.number, "does not follow the one before"))
        previous = token_hash(row.token)
        payloads.append(payload)
    return payloads


def _outside(
    tokens: tuple[str, ...], keys: Mapping[str, OKPKey], found: list[Finding]
) -> Iterator[dict[str, Any]]:
    for place, token in enumerate(tokens, start=1):
        payload = _payload(token, keys)
        if payload is None:
            found.append(Finding("checkpoints kept elsewhere", place, "not signed by this centre"))
        else:
            yield payload


def _payload(token: str, keys: Mapping[str, OKPKey]) -> dict[str, Any] | None:
    try:
        header = unverified_header(token)
        key = keys.get(header.get("kid", ""))
        return None if key is None or header.get("typ") != TYPE else verified(token, key)
    except BadToken:
        return None


def _receipts(connection: Connection) -> Iterator[Finding]:
    """Every application held must stand in its station's chain, and the other way round."""
    held = {
        row.station: row.n
        for row in connection.execute(
            select(applications.c.station, func.count().label("n")).group_by(applications.c.station)
        )
    }
    for chain in sorted({*held, *connection.scalars(select(ledgers.c.chain))}):
        entered = sum(
            _action(row.payload) == "application.held" for row in _entries(connection, chain)
        )
        if entered != held.get(chain, 0):
            what = f"{held.get(chain, 0)} applications are held, {entered} were entered"
            yield Finding(chain, 0, what)


def _action(payload: bytes) -> str | None:
    """What an entry says was done; None for one that was made unreadable."""
    try:
        entry = json.loads(payload)
    except ValueError:
        return None
    return entry.get("action") if isinstance(entry, dict) else None
