"""Everybody at once, and everything killed: the account is exact afterwards."""

import asyncio
import contextlib
import json
import random
from collections import Counter
from pathlib import Path

import httpx
import pytest

from tests.central.centres import Cluster, Kept
from tests.central.conftest import PEOPLE, STATIONS, Town, seated, settle
from tests.central.people import (
    TRUSTING_NOBODY,
    Clerk,
    Seat,
    application,
    id_of,
    path_of,
    payload_of,
)


@pytest.mark.parametrize("count", [80, pytest.param(800, marks=pytest.mark.soak)])
async def test_simultaneous_puts_of_one_id(town: Town, count: int) -> None:
    """Two bodies under one id: one wins, everybody else gets its receipt or a clear no."""
    # Security test 12, at the same moment.
    body = application()
    other = body.replace("样本甲".encode(), "样本乙".encode())
    limits = httpx.Limits(max_connections=100)
    async with httpx.AsyncClient(base_url=town.served.url, timeout=60, limits=limits) as client:
        seat = Seat(client, town.clerk.station, town.clerk.clerk, "", town.clerk.token)
        answers = await asyncio.gather(
            *(seat.put(path_of(body), other if n % 2 else body) for n in range(count))
        )
    counted = Counter(answer.status_code for answer in answers)
    assert counted == {201: 1, 200: count // 2 - 1, 409: count // 2}, counted
    receipts = {a.json()["receipt"] for a in answers if a.status_code != 409}
    assert len(receipts) == 1


class Load:
    """A station that sends its outbox until it has every receipt, whatever happens."""

    def __init__(self, count: int) -> None:
        self.bodies = [application() for _ in range(count)]
        self.receipts: dict[str, dict[str, object]] = {}
        self._more = asyncio.Condition()

    async def reached(self, count: int) -> None:
        """Wait until that many (or all) are receipted."""
        async with asyncio.timeout(60), self._more:
            await self._more.wait_for(lambda: len(self.receipts) >= min(count, len(self.bodies)))

    async def send_all(self, url: list[str], audience: str) -> None:
        waiting = asyncio.Queue[bytes]()
        for body in self.bodies:
            waiting.put_nowait(body)
        await asyncio.gather(*(self._worker(waiting, url, audience) for _ in range(8)))

    async def _worker(self, waiting: asyncio.Queue[bytes], url: list[str], name: str) -> None:
        while len(self.receipts) < len(self.bodies):
            if not waiting.empty():
                with contextlib.suppress(httpx.HTTPError):
                    await self._connected(waiting, url[0], name)
            await asyncio.sleep(random.random() / 20)  # noqa: S311

    async def _connected(self, waiting: asyncio.Queue[bytes], url: str, name: str) -> None:
        """Send over one connection until something goes wrong; what it went wrong with waits."""
        who = Clerk("C1", "", "clerk", PEOPLE["C1"])
        async with httpx.AsyncClient(base_url=url, timeout=5, verify=TRUSTING_NOBODY) as client:
            seat = Seat(client, STATIONS["here"], who, name)
            (await seat.sign_in()).raise_for_status()
            while not waiting.empty():
                body = waiting.get_nowait()
                try:
                    await self._receipted(seat, body)
                except httpx.HTTPError:
                    waiting.put_nowait(body)
                    raise

    async def _receipted(self, seat: Seat, body: bytes) -> None:
        answer = await seat.put(path_of(body), body)
        assert answer.status_code in (200, 201, 401, 503, 500), answer.text
        answer.raise_for_status()
        said = payload_of(answer.json()["receipt"])
        assert self.receipts.setdefault(id_of(body), said) == said
        async with self._more:
            self._more.notify_all()


async def account(kept: Kept, load: Load) -> None:
    """What the centre holds is what was sent, once each; the audit agrees."""
    with kept.served() as served:
        async with seated(served.url, served.name) as seat:
            said: list[dict[str, object]] = []
            while True:
                path = f"/v1/receipts?limit=500&since={len(said)}"
                page = (await seat.call("GET", path)).json()["receipts"]
                said += map(payload_of, page)
                if len(page) < 500:
                    break
    assert [one["seq"] for one in said] == list(range(1, len(load.bodies) + 1))
    assert {one["id"]: one for one in said} == load.receipts


@pytest.mark.parametrize("count", [60, pytest.param(1500, marks=pytest.mark.soak)])
async def test_the_server_is_killed_under_load(enrolled: Kept, count: int) -> None:
    kept = enrolled
    load, url = Load(count), [""]
    with contextlib.ExitStack() as stack:
        served = stack.enter_context(kept.served())
        url[0] = served.url
        sending = asyncio.create_task(load.send_all(url, served.name))
        for _ in range(3):
            await load.reached(len(load.receipts) + count // 5)
            served.kill()
            served = stack.enter_context(kept.served())
            url[0] = served.url
        await sending
    await account(kept, load)


@pytest.mark.parametrize(
    ("count", "kills"), [(60, 1), pytest.param(3000, 5, marks=pytest.mark.soak)]
)
async def test_the_database_is_killed_under_load(
    cluster: Cluster, tmp_path: Path, count: int, kills: int
) -> None:
    """With SIGKILL to all of it; the worker says so, and goes on when the database is back."""
    kept = Kept(cluster.database(f"killed{count}"), tmp_path)
    await asyncio.to_thread(settle, kept)
    load = Load(count)
    with kept.served() as served:
        sending = asyncio.create_task(load.send_all([served.url], served.name))
        for _ in range(kills):
            await load.reached(len(load.receipts) + count // (6 * kills))
            await asyncio.to_thread(cluster.kill)
            assert (await _ready(served.url)) == 503
            await asyncio.to_thread(cluster.start)
        await sending
        assert (await _ready(served.url)) == 200
        assert served.stop() == 0
    await account(kept, load)
    lines = [json.loads(line) for line in served.log.read_text().splitlines()]
    assert all("样本" not in json.dumps(line, ensure_ascii=False) for line in lines)


async def _ready(url: str) -> int:
    async with httpx.AsyncClient(base_url=url, verify=TRUSTING_NOBODY) as client:
        return (await client.get("/readyz")).status_code
