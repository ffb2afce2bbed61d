"""The centre's writer on SQLite: one thread, and all who wait in one commit."""

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Column, Connection, Integer, MetaData, Table, event, func, make_url, select

from central.settings import settings_for
from central.storage.migrate import migrate
from central.storage.sqlite import SqliteStore


async def test_all_who_wait_are_committed_at_once_and_fail_alone(tmp_path: Path) -> None:
    """Finding 7: a commit for each arrival, in turn for the file's lock, is what makes it slow."""
    url = f"sqlite:///{tmp_path / 'central.db'}"
    migrate(settings_for(url))
    store = SqliteStore(make_url(url))
    commits: list[str] = []
    event.listen(store._writing, "commit", lambda connection: commits.append("commit"))
    await store.start()
    begun, go = threading.Event(), threading.Event()

    seen = Table("seen", MetaData(), Column("one", Integer, primary_key=True))

    def first(connection: Connection) -> int:
        seen.create(connection)
        begun.set()
        go.wait(10)
        return -1

    def work(index: int) -> Callable[[Connection], int]:
        def write(connection: Connection) -> int:
            # Every tenth is one that was there before.
            connection.execute(seen.insert().values(one=index - index % 10 // 9))
            return index

        return write

    try:
        waiting = [asyncio.ensure_future(store.write(first))]
        await asyncio.to_thread(begun.wait, 10)
        waiting += [asyncio.ensure_future(store.write(work(one))) for one in range(100)]
        await asyncio.sleep(0)
        go.set()
        answers = await asyncio.gather(*waiting, return_exceptions=True)
        count = await store.read(
            lambda c: c.execute(select(func.count()).select_from(seen)).scalar()
        )
    finally:
        await store.stop()
    assert len(commits) == 2, "the one under way, and all the others"
    assert [one for one in answers if isinstance(one, int)] == [-1] + [
        one for one in range(100) if one % 10 != 9
    ]
    assert count == 90
