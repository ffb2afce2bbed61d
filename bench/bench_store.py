"""The store and the agent: accepting beside a bare insert, a slow disk, draining, memory."""

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from bench.table import Row
from counter_tui.agent.centre import Centre
from counter_tui.agent.proof import Rights
from counter_tui.agent.service import Agent
from counter_tui.enrolment import station_signer
from counter_tui.keys.jose import KeySigner
from counter_tui.keys.stretch import USUAL
from counter_tui.limits import Limits
from counter_tui.signin import leave_proof
from counter_tui.store import Store, StoreThread
from counter_tui.store.sealed_file import create, transaction
from intake.application import Application
from tests.faults.test_exactly_once import start_agent
from tests.faults.test_power_cut import ACCEPT
from tests.store.centre import Pair, paired
from tests.store.homes import enrolled, make

ROUNDS = 75
EACH = 20
"""Short turns, so that what else the machine does falls on both sides alike."""
DRAINED = 1000
AT_ONCE = 8


def run() -> list[Row]:
    """All of it."""
    with tempfile.TemporaryDirectory() as folder:
        home = enrolled(Path(folder) / "home", cost=USUAL)
        begun = time.perf_counter()
        home.unlock()
        unlocked = (time.perf_counter() - begun) * 1000
        rows = [
            *_accepting(Path(folder)),
            Row("accepted, disk with 20 ms a sync", _slow_disk(Path(folder)), "ms", budget=60),
            Row("PIN to open keys", unlocked, "ms"),
            *asyncio.run(_draining(Path(folder))),
        ]
    return rows


def _accepting(folder: Path) -> list[Row]:
    """Local commits a second, in turns with bare inserts of the same bytes."""
    home = enrolled(folder / "accepting")
    station = home.station
    ours, bare, bytes_only = [], [], []
    connection = create(folder / "bare.db", home.key)
    connection.execute("CREATE TABLE t (id TEXT PRIMARY KEY, body BLOB) STRICT")
    with home.store() as store:
        for turn in range(ROUNDS):
            made = [make(station, turn * EACH + index) for index in range(EACH)]
            bodies = [(str(one.id) + "-", one.body()) for one in made]
            sides: list[tuple[list[float], Callable[[], int]]] = [
                (ours, partial(_accept, store, made)),
                (bare, partial(_insert, connection, made)),
                (bytes_only, partial(_insert_bytes, connection, bodies)),
            ]
            # Each goes first in turn: whoever follows a sync finds a warmer disk.
            first = turn % len(sides)
            for rates, work in sides[first:] + sides[:first]:
                rates.append(_rate(work))
    connection.close()
    return [
        Row(
            "accept (one commit)",
            statistics.median(ours),
            "/s",
            baseline=statistics.median(bare),
            budget=0.6,
            at_least=True,
        ),
        Row(
            "the same beside ready bytes",
            statistics.median(ours),
            "/s",
            baseline=statistics.median(bytes_only),
        ),
    ]


def _accept(store: Store, made: list[Application]) -> int:
    for one in made:
        store.accept(one)
    return len(made)


def _insert(connection: Any, made: list[Application]) -> int:
    """What any program has to do: make the bytes, insert them."""
    for one in made:
        body = one.body()
        with transaction(connection):
            connection.execute("INSERT INTO t VALUES (?, ?)", (str(one.id), body))
    return len(made)


def _insert_bytes(connection: Any, bodies: list[tuple[str, bytes]]) -> int:
    for values in bodies:
        with transaction(connection):
            connection.execute("INSERT INTO t VALUES (?, ?)", values)
    return len(bodies)


def _rate(work: Callable[[], int]) -> float:
    begun = time.perf_counter()
    count = work()
    return count / (time.perf_counter() - begun)


def _slow_disk(folder: Path) -> float:
    home = enrolled(folder / "slow")
    program = ACCEPT.replace(
        "        store.accept(made)\n",
        "        import time; begun = time.perf_counter(); store.accept(made)\n"
        "        print('took', (time.perf_counter() - begun) * 1000, flush=True)\n",
    )
    done = subprocess.run(
        ["strace", "-f", "-o", "/dev/null", "-e", "trace=fsync,fdatasync",
         "-e", "inject=fsync,fdatasync:delay_exit=20000", "--",
         sys.executable, "-c", program, str(home.path), home.key.hex(), "0", "20"],
        capture_output=True, check=True, env={**os.environ, "PYTHONPATH": "."},
    )  # fmt: skip
    took = [float(line.split()[1]) for line in done.stdout.splitlines() if b"took" in line]
    return statistics.median(took)


async def _draining(folder: Path) -> list[Row]:
    pair = paired(folder / "drain")
    session = pair.home.unlock()
    with pair.home.store() as store:
        leave_proof(store, session, pair.home.station)
        for index in range(DRAINED):
            store.accept(make(pair.home.station, index))
    with _quick_centre(pair):
        thread = await StoreThread.open(pair.home.path / "store.db", pair.home.key)
        agent = await Agent.open(
            pair.home.path, thread, pair.home.station, "chengdu", Limits(), _Quiet()
        )
        begun = time.perf_counter()
        summary = await agent.round()
        drained = summary.moved.receipted / (time.perf_counter() - begun)
        await agent.close()
        bare = await _bare_client(pair, thread)
        thread.close()
        process = await asyncio.to_thread(start_agent, pair)
        await asyncio.sleep(4)
        resident = _resident(process.pid)
        process.terminate()
        process.wait()
    return [
        Row(f"drain {DRAINED}", drained, "/s", baseline=bare, budget=0.5, at_least=True),
        Row("agent, resident", resident, "MiB", budget=75),
    ]


@contextmanager
def _quick_centre(pair: Pair) -> Iterator[None]:
    with pair.kept.served() as served:
        pair.home.point_at(served.url)
        yield


async def _bare_client(pair: Pair, thread: StoreThread) -> float:
    """The same calls by httpx alone: nothing claimed, verified, sealed or written down."""
    signer: KeySigner = await thread.call(station_signer)
    trust = pair.home.station.centre
    assert trust is not None
    client = Centre(trust, signer)
    token = await Rights(thread, client, trust).token()
    bodies = [make(pair.home.station, DRAINED + index) for index in range(DRAINED)]
    made = [(str(one.id), one.body()) for one in bodies]
    headers = {"Content-Type": "application/json", "If-None-Match": "*"}
    gate = asyncio.Semaphore(AT_ONCE)
    async with httpx.AsyncClient(trust_env=False) as bare:

        async def put(identifier: str, body: bytes) -> None:
            url = f"{trust.url}/v1/applications/{identifier}"
            async with gate:
                proof = client._proof("PUT", url, token)
                answer = await bare.put(
                    url,
                    content=body,
                    headers={**headers, "DPoP": proof, "Authorization": f"DPoP {token}"},
                )
                assert answer.status_code == 201, answer.text

        begun = time.perf_counter()
        await asyncio.gather(*(put(*one) for one in made))
        rate = len(made) / (time.perf_counter() - begun)
    await client.close()
    return rate


class _Quiet:
    def info(self, event: str, **_: object) -> None: ...

    warning = info


def _resident(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024
