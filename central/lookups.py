"""Look-ups in other bureaus' registers: the port, and reference adapters that answer from seeds.

An adapter answers `matched`, `mismatch` or `unavailable` and nothing else: the clerk learns the
fact, not the record. A bureau replaces `SeededAdapters` by its own.
"""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal, Protocol

from sqlalchemy import Connection, delete, insert, select

from central.identity import Identity
from central.storage.port import Store
from central.storage.schema import lookup_adapters, lookup_seeds

Kind = Literal[
    "guardianship",
    "kinship",
    "business_registry",
    "tax",
    "social_insurance",
    "residence",
    "disability",
    "registered_functionary",
]
LookupResult = Literal["matched", "mismatch", "unavailable"]
SLOW_SECONDS: Final = 10.0
TOTAL_SECONDS: Final = 5.0


class Adapters(Protocol):
    """Asks a register about a subject, which is a keyed hash or whatever a bureau maps it to."""

    async def ask(self, kind: Kind, about: bytes) -> LookupResult:
        """The answer. May raise OSError or TimeoutError: that is `unavailable`."""
        ...


class SeededAdapters:
    """Answers from the database's seeds; a kind set to `fail` or `slow` does just that."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def ask(self, kind: Kind, about: bytes) -> LookupResult:
        mode, answer = await self._store.read(lambda connection: _seed(connection, kind, about))
        if mode == "fail":
            raise OSError(f"the register of {kind} is out of order")
        if mode == "slow":
            await asyncio.sleep(SLOW_SECONDS)
        return answer


async def ask(adapters: Adapters, kind: Kind, about: bytes) -> LookupResult:
    """Ask within a total time. A register that does not answer is `unavailable`, never a pass."""
    try:
        async with asyncio.timeout(TOTAL_SECONDS):
            return await adapters.ask(kind, about)
    except (OSError, TimeoutError):
        return "unavailable"


def subject(identity: Identity, *parties: str) -> bytes:
    """Whom a question is about, as the reference adapters know them."""
    return identity.person_key("|".join(sorted(party.upper() for party in parties)))


def seed_lookups(
    connection: Connection, identity: Identity, seeds: Iterable[Mapping[str, Any]]
) -> None:
    """Teach the reference adapters answers: rows of `kind`, `parties`, `answer`."""
    for seed in seeds:
        about = subject(identity, *seed["parties"])
        row = {"kind": seed["kind"], "subject": about}
        same = (lookup_seeds.c.kind == seed["kind"], lookup_seeds.c.subject == about)
        connection.execute(delete(lookup_seeds).where(*same))
        connection.execute(insert(lookup_seeds).values(**row, answer=seed["answer"]))


def set_mode(connection: Connection, kind: str, mode: str) -> None:
    """Make the reference adapter of `kind` work (`ok`), `fail` or be `slow`."""
    connection.execute(delete(lookup_adapters).where(lookup_adapters.c.kind == kind))
    connection.execute(insert(lookup_adapters).values(kind=kind, mode=mode))


def _seed(connection: Connection, kind: str, about: bytes) -> tuple[str, LookupResult]:
    mode = connection.execute(
        select(lookup_adapters.c.mode).where(lookup_adapters.c.kind == kind)
    ).scalar_one_or_none()
    answer = connection.execute(
        select(lookup_seeds.c.answer).where(
            lookup_seeds.c.kind == kind, lookup_seeds.c.subject == about
        )
    ).scalar_one_or_none()
    # Not in the seeds says nothing about a person: no register was asked.
    known: dict[str | None, LookupResult] = {"matched": "matched", "mismatch": "mismatch"}
    return mode or "ok", known.get(answer, "unavailable")
