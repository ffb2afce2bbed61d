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
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import httpx
from sqlalchemy import Connection

from bench.lean_client import LeanClient
from bench.table import Row
from central.enrolment import enrol_clerk
from central.settings import settings_for
from central.upkeep import write
from intake.application import short_number
from tests.central.centres import Cluster, Kept, command
from tests.central.conftest import PEOPLE, STATIONS, settle
from tests.central.people import Clerk, Seat, application, identity_number, new_id, path_of

FULL = os.environ.get("BENCH_FULL") == "1"
SECONDS = 180 if FULL else 10
CLERKS = 1150 if FULL else 115
ROWS = 1_000_000 if FULL else 100_000
PUTS = 3000 if FULL else 800
AT_ONCE = 16
CREATE = {"If-None-Match": "*", "Content-Type": "application/json"}

BARE = """
import json, sys, uuid
from contextlib import asynccontextmanager
from fastapi import FastAPI, Request
from sqlalchemy import Column, LargeBinary, MetaData, String, Table, event, insert
from sqlalchemy.ext.asyncio import create_async_engine
import socket, uvicorn
metadata = MetaData()
rows = Table(
    "bare_rows", metadata,
    Column("id", String(36), primary_key=True), Column("body", LargeBinary),
)
waiting = {"timeout": 60} if sys.argv[1].startswith("sqlite") else {}
engine = create_async_engine(sys.argv[1], connect_args=waiting)
if sys.argv[1].startswith("sqlite"):
    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection, _):
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.close()
@asynccontextmanager
async def running(app):
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    print(json.dumps({"url": f"http://127.0.0.1:{listener.getsockname()[1]}"}), flush=True)
    yield
app = FastAPI(lifespan=running)
@app.put("/v1/applications/{id}", status_code=201)
async def put(id: str, request: Request):
    body = await request.body()
    async with engine.begin() as connection:
        await connection.execute(insert(rows).values(id=id, body=body))
    return {"receipt": id}
listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
listener.bind(("127.0.0.1", 0))
config = uvicorn.Config(app, log_config=None, access_log=False)
uvicorn.Server(config).run(sockets=[listener])
"""


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
    rows: list[Row] = []
    clerks = _enrolled(kept)
    with ExitStack() as stack:
        served = stack.enter_context(kept.served())
        memory = _memory(served.process.pid)
        rows.append(Row(f"{kind}: idle memory of a worker", memory, "MB", budget=90))
        ours = asyncio.run(_accepting(served.url, served.name))
        bare = _bare(kind, kept, cluster)
        rows.append(
            Row(
                f"{kind}: accept, {AT_ONCE} at once",
                ours,
                "1/s",
                baseline=bare,
                budget=0.6,
                at_least=True,
            )
        )
        puts, searches, errors = asyncio.run(_city(served.url, served.name, clerks))
        what = f"{kind}: {CLERKS} clerks {SECONDS} s"
        rows.append(Row(f"{what}, submission p95", _p95(puts), "ms", budget=100))
        rows.append(Row(f"{what}, search p95", _p95(searches), "ms", budget=100))
        rows.append(Row(f"{what}, errors", errors, "", budget=0))
        if kind == "PostgreSQL":
            _fill(kept, ROWS)
            found = asyncio.run(_searching(served.url, served.name))
            rows.append(Row(f"search in {ROWS:,}, p95", _p95(found), "ms", budget=20))
    return rows


def _enrolled(kept: Kept) -> list[Clerk]:
    clerks = [Clerk(f"B{n:04}", STATIONS["here"].code) for n in range(CLERKS)]
    settings = settings_for(kept.database, kept.folder / "identity.json")

    def everybody(connection: Connection) -> None:
        for clerk in clerks:
            now, jwk = datetime.now(UTC), clerk.key.jwk
            enrol_clerk(connection, clerk.id, clerk.id, "clerk", clerk.station, jwk, now)

    write(settings, everybody)
    return clerks


def _bare(kind: str, kept: Kept, cluster: Cluster) -> float:
    if kind == "SQLite":
        address = f"sqlite+aiosqlite:///{kept.folder}/bare.db"
    else:
        address = cluster.database("bare").replace("postgresql", "postgresql+asyncpg")
    process = subprocess.Popen(
        [sys.executable, "-c", BARE, address], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        url = json.loads(process.stdout.readline())["url"]
        return asyncio.run(_accepting(url, None))
    finally:
        process.kill()
        process.wait()


async def _accepting(url: str, audience: str | None) -> float:
    """PUTs a second; bodies and proofs are made before the clock starts."""
    who = Clerk("C1", "", "clerk", PEOPLE["C1"])
    async with httpx.AsyncClient(base_url=url, timeout=60) as client:
        seat = Seat(client, STATIONS["here"], who, audience or "")
        if audience:
            await seat.sign_in()
        sends = []
        for _ in range(PUTS):
            body = application()
            proof = seat.headers("PUT", path_of(body)) if audience else {}
            sends.append((path_of(body), body, {**CREATE, **proof}))
    todo = iter(sends)
    lines = [LeanClient(url) for _ in range(AT_ONCE)]

    async def one(line: LeanClient) -> None:
        for path, body, headers in todo:
            status, answer = await line.call("PUT", path, body, headers)
            assert status == 201, answer

    began = time.perf_counter()
    await asyncio.gather(*(one(line) for line in lines))
    taken = time.perf_counter() - began
    for line in lines:
        line.close()
    return PUTS / taken


class Visits:
    """Bodies for many people at little cost: one real application with other ids and numbers."""

    def __init__(self) -> None:
        self._person = identity_number(0, born="19580516")
        self._text = application(number=self._person).decode()
        known = json.loads(self._text)
        self._id, self._number = known["id"], known["number"]
        self._serial = itertools.count(1)

    def next(self) -> bytes:
        """Another person's application."""
        serial, identifier = next(self._serial), new_id()
        area = f"5101{serial // 1000 % 90 + 10}"
        person = identity_number(serial, area=area, born="19580516")
        text = self._text.replace(self._id, str(identifier))
        text = text.replace(self._number, short_number(identifier))
        return text.replace(self._person, person).encode()


async def _city(
    url: str, audience: str, clerks: list[Clerk]
) -> tuple[list[float], list[float], int]:
    """Clerks who each submit every 10 s and search every 5 s, each over a line of their own."""
    puts: list[float] = []
    searches: list[float] = []
    errors = 0
    visits = Visits()
    async with httpx.AsyncClient(base_url=url, timeout=60) as client:
        seats = [Seat(client, STATIONS["here"], who, audience) for who in clerks]
        for seat in seats:
            await seat.sign_in()
        ends = time.perf_counter() + SECONDS

        async def timed(
            line: LeanClient, seat: Seat, method: str, path: str, body: bytes, into: list[float]
        ) -> None:
            nonlocal errors
            headers = {**CREATE, **seat.headers(method, path)}
            began = time.perf_counter()
            status, _ = await line.call(method, path, body, headers)
            into.append((time.perf_counter() - began) * 1000)
            errors += status not in (200, 201)

        async def clerk(seat: Seat) -> None:
            line = LeanClient(url)
            await asyncio.sleep(random.uniform(0, 5))  # noqa: S311
            turn = random.randrange(2)  # noqa: S311
            while time.perf_counter() < ends:
                body = visits.next().replace(b'"C1"', f'"{seat.clerk.id}"'.encode())
                if turn % 2:
                    await timed(line, seat, "PUT", path_of(body), body, puts)
                number = json.dumps({"number": json.loads(body)["number"]}).encode()
                await timed(line, seat, "POST", "/v1/searches", number, searches)
                turn += 1
                await asyncio.sleep(5)
            line.close()

        await asyncio.gather(*(clerk(seat) for seat in seats))
    return puts, searches, errors


def _fill(kept: Kept, count: int) -> None:
    """Rows as accepting makes them, put in by the database itself."""
    statement = f"""
        INSERT INTO applications SELECT gen_random_uuid(), CURRENT_DATE - (n % 60),
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
    subprocess.run([*sql, "ANALYZE"], check=True)


async def _searching(url: str, audience: str) -> list[float]:
    taken = []
    async with httpx.AsyncClient(base_url=url, timeout=30) as client:
        who = Clerk("S1", "", "supervisor", PEOPLE["S1"])
        seat = Seat(client, STATIONS["here"], who, audience)
        await seat.sign_in()
        for n in range(100):
            digest = f"{uuid.uuid4().hex[:2]}"
            prefix = {"name_prefix": random.choice("王李张刘陈") + digest}  # noqa: S311
            number = {"number": f"{uuid.uuid4().hex[:8].upper()}0"}
            began = time.perf_counter()
            answer = await seat.call("POST", "/v1/searches", prefix if n % 2 else number)
            taken.append((time.perf_counter() - began) * 1000)
            assert answer.status_code == 200, answer.text
            await asyncio.sleep(0.2 if n > 25 else 0)
    return taken


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def _memory(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024
