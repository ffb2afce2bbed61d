"""The store on a thread of its own, for callers on an event loop.

A slow disk holds that thread, never the keys.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Self, TypeVar

from counter_tui.store.database import Clock, utc_now
from counter_tui.store.store import Store

Result = TypeVar("Result")


class StoreThread:
    """Runs one Store on one thread. Calls are done in the order they were made."""

    def __init__(self, pool: ThreadPoolExecutor, store: Store) -> None:
        self._pool, self._store = pool, store

    @classmethod
    async def open(cls, path: Path, key: bytes, clock: Clock = utc_now) -> Self:
        """Open the store on its thread. Raises what `Store.open` raises."""
        pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")
        try:
            store = await asyncio.wrap_future(pool.submit(Store.open, path, key, clock))
        except BaseException:
            pool.shutdown(wait=False)
            raise
        return cls(pool, store)

    async def call(self, work: Callable[[Store], Result]) -> Result:
        """`await thread.call(lambda store: store.drafts.save(...))`.

        The work is done even when the caller is cancelled: what was typed is saved.
        """
        return await asyncio.shield(asyncio.wrap_future(self._pool.submit(work, self._store)))

    def close(self) -> None:
        """Finish every call made so far, close the store, end the thread. Blocks."""
        self._pool.submit(self._store.close)
        self._pool.shutdown(wait=True)
