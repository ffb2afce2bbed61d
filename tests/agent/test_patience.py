"""A centre that is busy, sick or refuses is left alone, and holds nobody up."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from counter_tui.agent.centre import Answer, Unreachable
from tests.agent.stations import accepted, agent_of, look, signed_in
from tests.store.centre import Pair
from tests.store.homes import CLERK


async def test_a_refused_proof_is_shown_once_so_that_nobody_is_locked_out(pair: Pair) -> None:
    signed_in(pair)
    accepted(pair, *range(1, 30))
    with pair.centre():
        async with agent_of(pair) as (agent, thread):
            good = await thread.call(lambda store: store.secrets.get("assertion"))
            await thread.call(
                lambda store: store.secrets.put("assertion", good[:-9] + b"AAAAAAAAA")
            )
            for _ in range(8):
                assert (await agent.round()).moved.needs_login
            # The centre locks a clerk out after five failures; this was one.
            signed_in(pair)
            assert (await agent.round()).moved.receipted == 29


async def test_a_proof_that_ran_out_is_not_shown_at_all(pair: Pair) -> None:
    signed_in(pair)
    accepted(pair, 1)
    with pair.centre() as served:
        async with agent_of(pair) as (agent, thread):
            past = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
            await thread.call(
                lambda store: store.settings.put("assertion.of", {"clerk": CLERK, "until": past})
            )
            assert (await agent.round()).moved.needs_login == 1
    assert served.url


class Sick:
    """A centre that answers every application in one way, and counts."""

    def __init__(self, answer: Answer) -> None:
        self.answer, self.calls = answer, 0

    async def put(self, *_: Any) -> Answer:
        self.calls += 1
        await asyncio.sleep(0)
        return self.answer


async def test_the_centre_is_left_alone_for_as_long_as_it_asks(pair: Pair) -> None:
    signed_in(pair)
    accepted(pair, *range(1, 60))
    busy = Sick(Answer(429, {}, "rate-limited", retry_after=timedelta(seconds=40)))
    with pair.centre():
        async with agent_of(pair) as (agent, _):
            agent._centre.put_application = busy.put  # type: ignore[method-assign]
            first = await agent.round()
            assert first.moved.wait_seconds == 40
            assert busy.calls <= 16, "the rest of the outbox waits as well"
            calls = busy.calls
            second = await agent.round()
            assert 30 < second.moved.wait_seconds <= 40
            assert busy.calls == calls
    rows = look(pair, lambda store: store.outbox.list())
    assert {row.state for row in rows} == {"queued"}


async def test_a_centre_that_fails_at_everything_is_not_stormed(pair: Pair) -> None:
    signed_in(pair)
    accepted(pair, *range(1, 200))
    sick = Sick(Answer(503, {}, "unavailable"))
    with pair.centre():
        async with agent_of(pair) as (agent, _):
            agent._centre.put_application = sick.put  # type: ignore[method-assign]
            summary = await agent.round()
    assert sick.calls <= 32
    assert summary.moved.wait_seconds > 0
    assert summary.waiting == 199


async def test_rows_that_always_fail_hold_nobody_up(pair: Pair) -> None:
    signed_in(pair)
    bad = set(accepted(pair, *range(1, 25)))
    accepted(pair, *range(30, 60))
    with pair.centre():
        async with agent_of(pair) as (agent, thread):
            put = agent._centre.put_application

            async def failing(id: str, *more: Any) -> Answer:
                if id in bad:
                    raise Unreachable("slow")
                return await put(id, *more)

            agent._centre.put_application = failing  # type: ignore[method-assign]
            moved = 0
            for _ in range(12):
                moved += (await agent.round()).moved.receipted
                await thread.call(lambda store: store.sending.reachable_again())
    assert moved == 30
    assert look(pair, lambda store: store.outbox.waiting().total) == 24
