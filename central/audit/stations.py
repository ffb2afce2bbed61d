"""A station's own audit, as far as the centre sees it: every application carries its head.

A chain whose tail was cut, or that was put back from an older copy, is whole in itself. It shows
here: its present head lies before one that an application carried, or two applications carry the
same place, because every acceptance adds an entry.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, select

from central.storage.schema import applications

LOOKED_AT = 200
"""How many of a station's newest applications are compared."""


@dataclass(frozen=True, slots=True)
class Carried:
    """The head (`SEQ:MAC`) that an application carried: the chain before its own entry."""

    application: UUID
    seq: int
    mac: str

    @property
    def head(self) -> str:
        return f"{self.seq}:{self.mac}"


def carried(connection: Connection, station: str) -> list[Carried]:
    """The heads of a station's newest applications, the highest first."""
    rows = connection.execute(
        select(applications.c.id, applications.c.body)
        .where(applications.c.station == station)
        .order_by(applications.c.seq.desc())
        .limit(LOOKED_AT)
    )
    found = list(_read((row.id, row.body) for row in rows))
    return sorted(found, key=lambda one: one.seq, reverse=True)


def cut_at(heads: list[Carried], present: str | None) -> Carried | None:
    """The application that shows that the station's chain was cut; None when nothing does.

    `present` is the head the station says it has now, if it says one.
    """
    before: Carried | None = None
    for one in heads:
        if before is not None and one.seq == before.seq:
            return one
        before = one
    seq, _ = _parsed(present)
    # The application's own entry comes after the head it carried.
    if heads and seq is not None and seq <= heads[0].seq:
        return heads[0]
    return None


def _read(rows: Iterator[tuple[UUID, bytes]]) -> Iterator[Carried]:
    for identifier, body in rows:
        seq, mac = _parsed(json.loads(body).get("audit_head"))
        if seq is not None:
            yield Carried(identifier, seq, mac)


def _parsed(head: object) -> tuple[int | None, str]:
    seq, _, mac = str(head).partition(":")
    return (int(seq), mac) if seq.isdecimal() and len(seq) < 19 else (None, "")
