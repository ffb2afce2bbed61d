"""PostgreSQL behind the centre: SQLAlchemy for most, one asyncpg statement for accepting."""

from collections.abc import Callable
from typing import Final
from uuid import UUID

import asyncpg
from asyncpg.pool import PoolConnectionProxy
from sqlalchemy import URL, Connection, create_engine
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.pool import AsyncAdaptedQueuePool
from sqlalchemy.util import greenlet_spawn

from central.problems import Problem
from central.storage import accepting
from central.storage.finding import Hit, Question, asked, hit
from central.storage.port import Answer, Arrival, Busy, Held
from central.storage.postgres_accept import ACCEPT, HELD, arguments
from central.storage.version import check_version

POOL: Final = 8
TRIES: Final = 3
PLANNED_ONCE: Final = {"plan_cache_mode": "force_generic_plan", "jit": "off"}
"""Planning a statement over all partitions takes longer than running it."""

_AWAY: Final = (
    OSError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
)
"""The database is restarting, gone, or going."""


class _Quick(asyncpg.Connection):
    """Holds no session state, so nothing has to be reset between uses: one round trip less."""

    def get_reset_query(self) -> str:
        return ""


class PostgresStore:
    """The port on PostgreSQL.

    Work runs in a greenlet over an asynchronous driver, as SQLAlchemy's own asyncio extension has
    it; that extension would bring its object mapper along, 7 MiB in every worker.
    """

    def __init__(self, url: URL) -> None:
        self._dsn = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._engine = create_engine(
            url, poolclass=AsyncAdaptedQueuePool, pool_size=POOL, pool_pre_ping=True
        )
        self._pool: asyncpg.Pool | None = None

    async def start(self) -> None:
        await self.read(check_version)
        self._pool = await asyncpg.create_pool(
            self._dsn,
            min_size=1,
            max_size=POOL,
            connection_class=_Quick,
            command_timeout=30,
            server_settings=PLANNED_ONCE,
        )

    async def stop(self) -> None:
        if self._pool is not None:
            await self._pool.close()
        await greenlet_spawn(self._engine.dispose)

    async def read(self, work: Callable[[Connection], Answer]) -> Answer:
        try:
            return await greenlet_spawn(lambda: self._look(work))
        except (OSError, DBAPIError) as error:
            raise _explained(error) from None

    async def write(self, work: Callable[[Connection], Answer]) -> Answer:
        for _ in range(TRIES):
            try:
                return await greenlet_spawn(lambda: self._change(work))
            except (OSError, DBAPIError) as error:
                if not _worth_repeating(error):
                    raise _explained(error) from None
        raise Busy

    def _look(self, work: Callable[[Connection], Answer]) -> Answer:
        with self._engine.connect() as connection:
            return work(connection)

    def _change(self, work: Callable[[Connection], Answer]) -> Answer:
        with self._engine.begin() as connection:
            return work(connection)

    async def accept(self, arrival: Arrival) -> Held:
        if self._pool is None:
            raise Busy
        try:
            async with self._pool.acquire() as connection:
                for _ in range(TRIES):
                    held = await _try(connection, arrival)
                    if held is not None:
                        return held
        except _AWAY:
            raise Busy from None
        raise Busy

    async def find(self, question: Question) -> list[Hit]:
        if self._pool is None:
            raise Busy
        statement, values = asked(question)
        try:
            rows = await self._pool.fetch(statement, *values)
        except _AWAY:
            raise Busy from None
        return [hit(tuple(row), row[0], row[3]) for row in rows]


async def _try(connection: PoolConnectionProxy, arrival: Arrival) -> Held | None:
    """One attempt; None when somebody else's commit between two statements calls for another."""
    try:
        row = await connection.fetchrow(ACCEPT, *arguments(arrival))
    except (asyncpg.UniqueViolationError, asyncpg.DeadlockDetectedError):
        return None  # The same person's item, at the same moment: look again, now it can be seen.
    if row is None:
        return None
    if row["seq"] is not None:
        return Held(
            id=arrival.id,
            sha256=arrival.sha256,
            seq=row["seq"],
            received_at=arrival.received_at,
            station=arrival.station,
            kid=arrival.kid,
            created=True,
        )
    duplicate: UUID | None = row["duplicate"]
    before = await connection.fetchrow(HELD, duplicate or arrival.id)
    if before is None:
        return None
    if duplicate is not None:
        existing = {"id": str(duplicate), "number": before["number"]}
        raise Problem("possible-duplicate", existing=existing)
    *known, _ = before
    return accepting.same_or_taken(Held(arrival.id, *known, created=False), arrival)


def _worth_repeating(error: Exception) -> bool:
    """Two transactions met: a unique key, a deadlock or a serialisation failure."""
    code = getattr(getattr(error, "orig", None), "sqlstate", None)
    return isinstance(error, IntegrityError) or code in ("40P01", "40001")


def _explained(error: Exception) -> Exception:
    """Busy when the database is away for now; else the error itself."""
    away = isinstance(error, OSError) or getattr(error, "connection_invalidated", False)
    return Busy() if away or _code(error)[:2] in ("57", "08") else error


def _code(error: Exception) -> str:
    return getattr(getattr(error, "orig", None), "sqlstate", None) or ""
