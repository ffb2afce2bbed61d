"""Submissions through a faulty network, agents and centres killed: each arrives exactly once."""

import asyncio
import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from counter_tui.signin import leave_proof
from tests.faults.proxy import MISHAPS, FaultyNetwork
from tests.store.centre import Pair, paired


def start_agent(pair: Pair) -> subprocess.Popen[bytes]:
    agent = subprocess.Popen(
        [sys.executable, "-m", "counter_tui", "agent", "--key-stdin"],
        stdin=subprocess.PIPE,
        env={**os.environ, "COUNTER_HOME": str(pair.home.path)},
    )
    assert agent.stdin is not None
    agent.stdin.write(f"{pair.home.key.hex()}\n".encode())
    agent.stdin.close()
    return agent


_TERMINAL = """
import sys
from pathlib import Path
from tests.store.homes import make
from counter_tui.bell import ring
from counter_tui.station import read_station, store_path
from counter_tui.store import Store
home, start, count = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
key = bytes.fromhex(sys.stdin.readline())
with Store.open(store_path(home), key) as store:
    station = read_station(home)
    for index in range(start, start + count):
        made = make(station, index)
        store.accept(made)
        print(made.id, flush=True)
        ring(home, "agent", {"do": "outbox"})
"""


def start_terminal(pair: Pair, start: int, count: int) -> subprocess.Popen[str]:
    """A process that accepts made-up people and says each id once it is saved."""
    terminal = subprocess.Popen(
        [sys.executable, "-c", _TERMINAL, str(pair.home.path), str(start), str(count)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert terminal.stdin is not None
    terminal.stdin.write(pair.home.key.hex() + "\n")
    terminal.stdin.close()
    return terminal


class Chaos:
    """Agent and centre, killed now and then and started again."""

    def __init__(self, pair: Pair, network: FaultyNetwork) -> None:
        self._pair, self._network = pair, network
        self._serving = contextlib.ExitStack()

    def start(self) -> None:
        self._start_centre()
        self._agent = start_agent(self._pair)

    def kill_one(self, victim: str) -> None:
        if victim == "agent":
            self._agent.kill()
            self._agent.wait()
            self._agent = start_agent(self._pair)
        else:
            self._serving.close()  # This kills; the centre is not asked.
            self._start_centre()

    def stop(self) -> int:
        self._agent.send_signal(signal.SIGTERM)
        status = self._agent.wait(20)
        self._serving.close()
        return status

    def _start_centre(self) -> None:
        served = self._serving.enter_context(self._pair.kept.served())
        self._network.target = urlsplit(served.url).port or 0


async def submit(
    pair: Pair, wanted: int, kills: int, rate: float, seed: int, first: int = 0
) -> list[str]:
    """Have `wanted` applications accepted and sent through everything; the ids said to be saved."""
    chance = random.Random(seed)  # noqa: S311
    session = pair.home.unlock()
    with pair.home.store() as store:
        leave_proof(store, session, pair.home.station)
    network = FaultyNetwork(0, rate, seed)
    pair.home.point_at(f"http://127.0.0.1:{await network.start()}")
    chaos = Chaos(pair, network)
    await asyncio.to_thread(chaos.start)
    said: list[str] = []
    share = -(-wanted // (kills + 1))
    for begun in range(0, wanted, share):
        terminal = start_terminal(pair, first + begun, min(share, wanted - begun))
        more = begun + share < wanted
        said += await asyncio.to_thread(_told, terminal, chance.uniform(0, 1.5) if more else None)
        if more:
            victim = "agent" if begun // share % 2 else "centre"
            await asyncio.to_thread(chaos.kill_one, victim)
    await _until_waiting(pair, wanted // 10)
    network.rate = 0.0
    await _until_waiting(pair, 0)
    assert await asyncio.to_thread(chaos.stop) == 0
    await network.stop()
    assert network.happened.total() > network.happened["none"] + len(MISHAPS)
    return said


def _told(terminal: subprocess.Popen[str], kill_after: float | None) -> list[str]:
    """The whole lines a terminal said, with it killed some seconds after the first."""
    assert terminal.stdout is not None
    out = terminal.stdout.readline()
    if kill_after is not None:
        time.sleep(kill_after)
        terminal.kill()
    out += terminal.stdout.read()
    terminal.stdout.close()
    terminal.wait()
    return [line for line in out.split("\n")[:-1] if line]


async def _until_waiting(pair: Pair, most: int) -> None:
    for _ in range(1500):
        with pair.home.store() as store:
            waiting = store.outbox.waiting()
        if waiting.total <= most:
            return
        await asyncio.sleep(0.2)
    raise AssertionError(waiting)


def exactly_once(pair: Pair, said: list[str]) -> None:
    """Everything said to be saved is at the centre once; nothing is there twice."""
    held = [row[0].replace("-", "") for row in pair.held()]
    assert len(held) == len(set(held))
    assert {one.replace("-", "") for one in said} <= set(held)
    with pair.home.store() as store:
        rows = store.outbox.list(limit=100_000)
        assert {str(row.key).replace("-", "") for row in rows} == set(held)
        assert {row.state for row in rows} == {"receipted"}
        assert store.audit.verify() is None


async def test_every_submission_arrives_once_through_a_faulty_network(tmp_path: Path) -> None:
    pair = paired(tmp_path)
    said = await submit(pair, wanted=60, kills=2, rate=0.25, seed=7)
    assert len(said) >= 10
    exactly_once(pair, said)


@pytest.mark.soak
@pytest.mark.parametrize("part", range(8))
async def test_ten_thousand_submissions_arrive_once(tmp_path: Path, part: int) -> None:
    """Eight stations with 1,250 each; terminal, agent and centre are killed again and again."""
    pair = paired(tmp_path)
    said: list[str] = []
    first = 0
    while len(said) < 1_250:
        # Killed terminals leave gaps; nobody comes twice.
        wanted = 1_250 - len(said) + 100
        seed = part * 10**6 + first
        said += await submit(pair, wanted, kills=4, rate=0.2, seed=seed, first=first)
        first += wanted
    exactly_once(pair, said)
    print(f"part {part}: {len(said)} said to be saved, all there once")  # noqa: T201
