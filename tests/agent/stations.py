"""A station and its agent as the tests of the agent handle them."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from counter_tui.agent.service import Agent, Summary
from counter_tui.limits import Limits
from counter_tui.signin import leave_proof
from counter_tui.store import Store, StoreThread
from tests.store.centre import Pair
from tests.store.homes import make


class Quiet:
    """A log that keeps nothing."""

    def info(self, event: str, **_: object) -> None: ...

    warning = info


@asynccontextmanager
async def agent_of(pair: Pair) -> AsyncIterator[tuple[Agent, StoreThread]]:
    thread = await StoreThread.open(pair.home.path / "store.db", pair.home.key)
    agent = await Agent.open(
        pair.home.path, thread, pair.home.station, "chengdu", Limits(), Quiet()
    )
    try:
        yield agent, thread
    finally:
        await agent.close()
        thread.close()


async def one_round(pair: Pair) -> Summary:
    async with agent_of(pair) as (agent, _):
        return await agent.round()


def signed_in(pair: Pair) -> None:
    session = pair.home.unlock()
    with pair.home.store() as store:
        leave_proof(store, session, pair.home.station)


def accepted(pair: Pair, *indexes: int) -> list[str]:
    with pair.home.store() as store:
        return [str(store.accept(make(pair.home.station, index)).key) for index in indexes]


def look(pair: Pair, what: Callable[[Store], Any]) -> Any:
    with pair.home.store() as store:
        return what(store)
