"""SQLite behind the centre: readers in a few threads, one writer that commits in groups.

Every connection waiting its turn for the file lock costs seconds under load; one thread that takes
all waiting work into one transaction pays for a sync once and is several times as fast. The
driver is the one of the station's store, because the system's SQLite may have the fault in
resetting the write-ahead log.
"""

import asyncio
import queue
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlcipher3 import dbapi2

from central.storage import sqlite_accept
from central.storage.finding import Hit, Question
from central.storage.port import Answer, Arrival, Busy, Held, StorageError
from central.storage.version import check_version, is_current

READERS: Final = 4
WAITING: Final = 4000
GROUP: Final = 256

_Job = tuple[Callable[[Connection], Any], asyncio.Future[Any], asyncio.AbstractEventLoop]


def sqlite_engine(url: URL) -> Engine:
    """An engine whose connections are durable: write-ahead log, full sync, checked."""
    engine = create_engine(url, module=dbapi2, pool_size=READERS + 1)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _: object) -> None:
        connection.isolation_level = None  # We say BEGIN ourselves.
        cursor = connection.cursor()
        cursor.execute("PRAGMA busy_timeout = 10000")
        mode = cursor.execute("PRAGMA journal_mode = WAL").fetchone()[0]
        cursor.execute("PRAGMA synchronous = FULL")
        full = cursor.execute("PRAGMA synchronous").fetchone()[0]
        cursor.close()
        if (mode, full) != ("wal", 2):
            raise StorageError(f"{url.database}: SQLite refused WAL with full sync")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(str(connection.get_execution_options().get("begin", "BEGIN")))

    return engine


def is_up_to_date(url: URL) -> bool:
    """Whether a database is there and has the schema of this program."""
    if not Path(url.database or "").exists():
        return False
    engine = sqlite_engine(url)
    try:
        with engine.connect() as connection:
            return is_current(connection)
    finally:
        engine.dispose()


class SqliteStore:
    """The port on a SQLite file."""

    def __init__(self, url: URL) -> None:
        self._path = Path(url.database or "")
        self._engine = sqlite_engine(url)
        self._writing = self._engine.execution_options(begin="BEGIN IMMEDIATE")
        self._readers = ThreadPoolExecutor(READERS, "reader")
        self._jobs: queue.Queue[_Job | None] = queue.Queue(WAITING)
        self._thread = threading.Thread(target=self._work, name="writer")

    async def start(self) -> None:
        await asyncio.to_thread(self._check)
        self._thread.start()

    async def stop(self) -> None:
        if self._thread.is_alive():
            self._jobs.put(None)
            await asyncio.to_thread(self._thread.join)
        self._readers.shutdown()
        self._engine.dispose()

    async def read(self, work: Callable[[Connection], Answer]) -> Answer:
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._look, work)

    async def write(self, work: Callable[[Connection], Answer]) -> Answer:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Answer] = loop.create_future()
        try:
            self._jobs.put_nowait((work, future, loop))
        except queue.Full:
            raise Busy from None
        return await future

    async def accept(self, arrival: Arrival) -> Held:
        return await self.write(lambda connection: sqlite_accept.accept(connection, arrival))

    async def find(self, question: Question) -> list[Hit]:
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._find, question)

    def _find(self, question: Question) -> list[Hit]:
        with closing(self._engine.raw_connection()) as connection:
            return sqlite_accept.find(connection.driver_connection, question)

    def _check(self) -> None:
        with self._engine.connect() as connection:
            check_version(connection)

    def _look(self, work: Callable[[Connection], Answer]) -> Answer:
        with self._engine.connect() as connection:
            return work(connection)

    def _work(self) -> None:
        with self._writing.connect() as connection:
            while True:
                group = self._next_group()
                if group:
                    self._commit(connection, group)
                if len(group) < GROUP and self._stopping:
                    return

    _stopping = False

    def _next_group(self) -> list[_Job]:
        group: list[_Job] = []
        job = self._jobs.get()
        while job is not None:
            group.append(job)
            if len(group) == GROUP:
                return group
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                return group
        self._stopping = True
        return group

    def _commit(self, connection: Connection, group: list[_Job]) -> None:
        done: list[tuple[_Job, Any, BaseException | None]] = []
        try:
            with connection.begin():
                for job in group:
                    done.append((job, *_one(connection, job[0])))
        except Exception as error:  # noqa: BLE001 - every waiting caller has to hear of it.
            done = [(job, None, error) for job in group]
        for (_, future, loop), answer, error in done:
            loop.call_soon_threadsafe(_resolve, future, answer, error)


def _one(
    connection: Connection, work: Callable[[Connection], Any]
) -> tuple[Any, BaseException | None]:
    """Run one piece of work so that its failure undoes only itself."""
    connection.exec_driver_sql("SAVEPOINT one")
    try:
        answer, error = work(connection), None
    except Exception as failure:  # noqa: BLE001 - handed to the caller, who waits for it.
        connection.exec_driver_sql("ROLLBACK TO one")
        answer, error = None, failure
    connection.exec_driver_sql("RELEASE one")
    return answer, error


def _resolve(future: asyncio.Future[Any], answer: Any, error: BaseException | None) -> None:
    if future.cancelled():
        return  # The caller went away; what was committed stays, and a repeat finds it.
    if error is None:
        future.set_result(answer)
    else:
        future.set_exception(error)
