"""The centre: accepting beside a bare endpoint, a city's clerks, search, memory."""

import asyncio
import itertools
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path

import httpx
from sqlalchemy import Connection

from bench.city import CREATE, Visits, city, enrolled, seated, signed
from bench.cores import Cores, watched
from bench.lean_client import LeanClient
from bench.table import Row
from central.settings import settings_for
from central.storage.partitions import make_partitions
from central.upkeep import write
from tests.central.centres import Cluster, Kept, command
from tests.central.conftest import PEOPLE, STATIONS, settle
from tests.central.people import Clerk, Seat, path_of

FULL = os.environ.get("BENCH_FULL") == "1"
SECONDS = 180 if FULL else 10
CLERKS = 1150 if FULL else 230
ROWS = 1_000_000 if FULL else 100_000
MONTHS = 24
PUTS = 3000 if FULL else 1000
AT_ONCE = 16
AT_LEAST = 0.6
"""The share of a bare endpoint's throughput that accepting has to reach."""


def run() -> list[Row]:
    """All rows; `BENCH_FULL=1` takes the city's size and three minutes."""
    rows: list[Row] = []
    cluster = Cluster()
    try:
        for kind in ("SQLite", "PostgreSQL"):
            folder = Path(tempfile.mkdtemp(prefix="counter-bench-"))
            address = f"sqlite:///{folder}/c.db" if kind == "SQLite" else cluster.database("bench")
            kept = Kept(address, folder)
            command("migrate", *kept.where)
            settle(kept)
            rows += _one(kind, kept, cluster)
            shutil.rmtree(folder)
    finally:
        cluster.remove()
    return rows


def _one(kind: str, kept: Kept, cluster: Cluster) -> list[Row]:
    database = {"database": cluster.process} if kind == "PostgreSQL" else {}
    bare = {how: _bare(how, kind, kept, cluster) for how in ("plain", "lean")}
    people = enrolled(kept, CLERKS)
    if kind == "PostgreSQL":
        _fill(kept, ROWS)
    with kept.served() as served:
        pid = served.process.pid
        memory = _memory(pid)
        visits, processes = Visits(), {"centre": pid, **database}
        rate, cores = asyncio.run(_accepting(served.url, served.name, visits, **processes))
        seats = asyncio.run(seated(served.url, served.name, people))
        outcome, shares = asyncio.run(city(served.url, seats, SECONDS, visits, **processes))
        found = asyncio.run(_searching(served.url, served.name)) if database else []
    what, each = f"{kind}: {CLERKS} clerks {SECONDS} s", 1000 / PUTS
    core = f"{kind}: core time an accept"
    rows = [
        Row(f"{kind}: idle memory of a worker", memory, "MB", budget=90),
        Row(f"{kind}: accept, {AT_ONCE} at once", rate, "1/s", bare["plain"][0], AT_LEAST, True),
        Row(f"{kind}: the same beside the bare driver", rate, "1/s", bare["lean"][0]),
        Row(core, each * cores.seconds["centre"], "ms", bare["plain"][1] * each, 1 / AT_LEAST),
        Row(f"{what}, submission p95", _p95(outcome.submissions), "ms", budget=100),
        Row(f"{what}, search p95", _p95(outcome.searches), "ms", budget=100),
        Row(f"{what}, errors", outcome.errors, "", budget=0),
        *(Row(f"{what}, a core for the {who}", shares.share(who), "%") for who in shares.seconds),
    ]
    if found:
        rows.append(Row(f"search in {ROWS:,}, p95", _p95(found), "ms", budget=20))
    return rows


def _bare(how: str, kind: str, kept: Kept, cluster: Cluster) -> tuple[float, float]:
    """Rows a second of a bare endpoint, and the seconds of a core it took."""
    sqlite = kind == "SQLite"
    address = f"sqlite:///{kept.folder}/{how}.db" if sqlite else cluster.database(how)
    program = [sys.executable, "-m", "bench.bare_endpoint", how, address]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            url = json.loads(process.stdout.readline())["url"]
            rate, cores = asyncio.run(_accepting(url, None, Visits(), centre=process.pid))
        finally:
            process.kill()
    return rate, cores.seconds["centre"]


async def _accepting(
    url: str, audience: str | None, visits: Visits, **processes: int
) -> tuple[float, Cores]:
    """PUTs a second from three stations; requests are written before the clock starts."""
    seats: list[Seat] = []
    async with httpx.AsyncClient(base_url=url, timeout=60) as client:
        for place, name in (("here", "C1"), ("near", "C2"), ("far", "C3")):
            who = Clerk(name, STATIONS[place].code, "clerk", PEOPLE[name])
            seats.append(Seat(client, STATIONS[place], who, audience or ""))
            if audience:
                assert (await seats[-1].sign_in()).status_code == 200
    lines = [LeanClient(url) for _ in range(AT_ONCE)]
    requests = []
    for seat in itertools.islice(itertools.cycle(seats), PUTS + AT_ONCE):
        body, *_ = visits.next(seat.station.code, seat.clerk.id)
        path = path_of(body)
        proof = signed(seat, url, "PUT", path, time.time()) if audience else {}
        requests.append(lines[0].written("PUT", path, body, {**CREATE, **proof}))
    todo = iter(requests)

    async def one(line: LeanClient, count: int) -> None:
        for request in itertools.islice(todo, count):
            status, answer = await line.exchange(request)
            assert status == 201, answer

    await asyncio.gather(*(one(line, 1) for line in lines))
    with watched(**processes) as cores:
        await asyncio.gather(*(one(line, PUTS) for line in lines))
    for line in lines:
        line.close()
    return PUTS / cores.taken, cores


def _fill(kept: Kept, count: int) -> None:
    """Rows as accepting makes them over two years, put in by the database itself."""
    now = datetime.now(UTC)
    first = now.date().replace(year=now.year - MONTHS // 12, day=1)
    settings = settings_for(kept.database, kept.folder / "identity.json")

    def months(connection: Connection) -> None:
        make_partitions(connection, first, MONTHS)

    write(settings, months)
    statement = f"""
        INSERT INTO applications SELECT gen_random_uuid(), CURRENT_DATE - (n % {MONTHS * 30}),
            substr(upper(md5(n::text)), 1, 4) || '-' || substr(upper(md5(n::text)), 5, 4) || '-0',
            CASE n % 4 WHEN 0 THEN '510107-ps-014' ELSE '510107-ps-' || (n % 219) END,
            '510107', 'C1', 'C1', 1000000 + n, now(), 'k', 'accept',
            substr('王李张刘陈杨黄赵吴周', n % 10 + 1, 1) || md5(n::text),
            sha256(n::text::bytea), sha256(n::text::bytea)
        FROM generate_series(1, {int(count)}) n
    """  # noqa: S608
    port = kept.database.rpartition(":")[2].partition("/")[0]
    name = kept.database.rpartition("/")[2]
    sql = ["psql", "-q", "-h", "127.0.0.1", "-p", port, "-U", "counter", name, "-c"]
    subprocess.run([*sql, statement], check=True)
    subprocess.run([*sql, "VACUUM ANALYZE"], check=True)


async def _searching(url: str, audience: str) -> list[float]:
    """Milliseconds of a supervisor's searches, who sees a whole district, and of a clerk's."""
    taken: list[float] = []
    async with httpx.AsyncClient(base_url=url, timeout=30) as client:
        people = (("S1", "supervisor"), ("C1", "clerk"))
        seats = [
            Seat(
                client,
                STATIONS["here"],
                Clerk(name, STATIONS["here"].code, role, PEOPLE[name]),
                audience,
            )
            for name, role in people
        ]
        for seat in seats:
            assert (await seat.sign_in()).status_code == 200
        line = LeanClient(url)
        for n in range(200):
            digest = uuid.uuid4().hex
            prefix = {"name_prefix": random.choice("王李张刘陈") + digest[: n % 3]}  # noqa: S311
            number = {"number": f"{digest[:8].upper()}0"}
            body = json.dumps(prefix if n % 4 < 2 else number).encode()
            headers = signed(seats[n % 2], url, "POST", "/v1/searches", time.time())
            request = line.written("POST", "/v1/searches", body, headers)
            began = time.perf_counter()
            status, answer = await line.exchange(request)
            taken.append((time.perf_counter() - began) * 1000)
            assert status == 200, answer
            await asyncio.sleep(0.1)
        line.close()
    return taken


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def _memory(pid: int) -> float:
    """Resident, in millions of bytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) * 1024 / 1e6
