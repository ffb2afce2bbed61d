"""Finding applications: one statement, the same on both databases, one round trip.

Searches are most of what a centre is asked. Put together anew by SQLAlchemy, with the open items in
a second statement, a search would cost as much of a core as accepting an application.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, Literal
from uuid import UUID

By = Literal["number", "person_key", "name"]
Reach = Literal["station", "district", "city"]

LAST_SIGN: Final = chr(0x10FFFF)
"""Sorts behind everything: a prefix is a range, not LIKE. Nothing in a name is a pattern then."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for: a whole number, a whole person key, or how a name begins."""

    by: By
    value: str | bytes
    reach: Reach
    """Within one station or district, which `place` names, or the city."""
    place: str
    after: tuple[str, UUID] | None
    """Name and id of the last one that was shown."""
    limit: int


@dataclass(frozen=True, slots=True)
class Hit:
    """One application that was found, with the keys of what is still open of it."""

    id: UUID
    number: str
    station: str
    received_at: datetime
    outcome: str
    name: str
    open_items: tuple[str, ...]


def asked(question: Question) -> tuple[str, list[Any]]:
    """The statement for PostgreSQL and its values. On SQLite the marks are `?1`, not `$1`."""
    values: list[Any] = [] if question.reach == "city" else [question.place]
    values.append(question.value)
    if question.by == "name":
        values.append(f"{question.value}{LAST_SIGN}")
    values += question.after or ()
    statement = _statement(question.by, question.reach, question.after is not None, question.limit)
    return statement, values


def hit(row: Sequence[Any], identifier: UUID, received_at: datetime) -> Hit:
    """A row of the statement; id and moment as the database's driver does not read them alike."""
    _, number, station, _, outcome, name, still_open = row
    keys = tuple(still_open.split(" ")) if still_open else ()
    return Hit(identifier, number, station, received_at, outcome, name, keys)


@lru_cache(256)
def _statement(by: By, reach: Reach, further: bool, limit: int) -> str:
    # Only words of this program are put together here; what was asked goes as values.
    marks = iter(range(1, 9))
    conditions = [] if reach == "city" else [f"a.{reach} = ${next(marks)}"]
    if by == "name":
        conditions.append(f"a.name >= ${next(marks)} AND a.name < ${next(marks)}")
    else:
        conditions.append(f"a.{by} = ${next(marks)}")
    if further:
        conditions.append(f"(a.name, a.id) > (${next(marks)}, ${next(marks)})")
    return f"""
    SELECT a.id, a.number, a.station, a.received_at, a.outcome, a.name,
           (SELECT string_agg(o.item_key, ' ' ORDER BY o.item) FROM open_items o
            WHERE o.application_id = a.id AND o.closed_at IS NULL)
    FROM applications a
    WHERE {" AND ".join(conditions)}
    ORDER BY a.name, a.id LIMIT {int(limit)}
    """  # noqa: S608
