"""What the routes ask of a database, and what an application looks like on its way in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, TypeVar
from uuid import UUID

from sqlalchemy import Connection

from central.storage.finding import Hit, Question

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class NewRecord:
    """A record that comes into being: see `schema.records`."""

    kind: str
    id: UUID
    station: str
    district: str
    state: str
    sha256: str
    created_at: datetime
    created_by: str
    body: str
    detail: str = "{}"
    application_id: UUID | None = None
    person_key: bytes | None = None
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """A checked application, ready to be held."""

    id: UUID
    sha256: str
    number: str
    station: str
    district: str
    clerk: str
    sent_by: str
    received_at: datetime
    kid: str
    outcome: str
    name: str
    person_key: bytes
    body: bytes
    items: tuple[tuple[int, str], ...]
    """Index and key of every accepted item."""
    children: tuple[NewRecord, ...]
    """Deferrals, parcels and waivers that come with it."""
    override: bool
    """A person has decided that this is no duplicate."""
    audit: bytes
    station_head: str | None


@dataclass(frozen=True, slots=True)
class Held:
    """What a receipt says. `created` tells the first time from a repeat."""

    id: UUID
    sha256: str
    seq: int
    received_at: datetime
    station: str
    kid: str
    created: bool


class Store(Protocol):
    """A database behind the centre. Work is a plain function of a connection on either kind."""

    async def start(self) -> None:
        """Open; raises StorageError when the schema is not the one this program needs."""
        ...

    async def stop(self) -> None:
        """Finish what is under way and close."""
        ...

    async def read(self, work: Callable[[Connection], Answer]) -> Answer:
        """Run `work` on one consistent view."""
        ...

    async def write(self, work: Callable[[Connection], Answer]) -> Answer:
        """Run `work` in a transaction; returns after the commit. An exception undoes it all."""
        ...

    async def accept(self, arrival: Arrival) -> Held:
        """Hold an application once and for ever, in one commit with its receipt and audit entry.

        Raises Problem `id-taken` or `possible-duplicate`.
        """
        ...

    async def find(self, question: Question) -> list[Hit]:
        """Applications, by name and id."""
        ...


class StorageError(Exception):
    """The database cannot be used as it is; the text says what to do."""


class Busy(Exception):
    """More work waits than the database can take soon."""
