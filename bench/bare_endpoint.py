"""The baseline of accepting: an endpoint that validates nothing and commits one row.

`python -m bench.bare_endpoint plain|lean ADDRESS` serves it on the same server with the centre's
settings. `plain` is how one writes it with our libraries; `lean` takes the driver alone, one
statement and nothing else.
"""

import asyncio
import json
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiosqlite
import asyncpg
import uvicorn
from fastapi import FastAPI, Request
from sqlalchemy import Column, LargeBinary, MetaData, String, Table, event, insert, make_url
from sqlalchemy.ext.asyncio import create_async_engine

Keep = Callable[[str, bytes], Awaitable[None]]
DURABLE = ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL")


async def plain(address: str) -> Keep:
    """SQLAlchemy's asynchronous engine, a transaction a call."""
    sqlite = address.startswith("sqlite")
    driver = "sqlite+aiosqlite" if sqlite else "postgresql+asyncpg"
    waiting: dict[str, Any] = {"timeout": 60} if sqlite else {}
    engine = create_async_engine(make_url(address).set(drivername=driver), connect_args=waiting)
    metadata = MetaData()
    columns = (Column("id", String(36), primary_key=True), Column("body", LargeBinary))
    rows = Table("bare_rows", metadata, *columns)

    if sqlite:

        @event.listens_for(engine.sync_engine, "connect")
        def prepare(connection: Any, _: object) -> None:
            cursor = connection.cursor()
            for statement in DURABLE:
                cursor.execute(statement)
            cursor.close()

    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)

    async def keep(identifier: str, body: bytes) -> None:
        async with engine.begin() as connection:
            await connection.execute(insert(rows).values(id=identifier, body=body))

    return keep


async def lean(address: str) -> Keep:
    """The driver alone: one prepared statement that commits by itself."""
    if not address.startswith("sqlite"):
        pool = await asyncpg.create_pool(address, min_size=8, max_size=8)
        await pool.execute("CREATE TABLE lean_rows (id text PRIMARY KEY, body bytea)")

        async def insert_row(identifier: str, body: bytes) -> None:
            await pool.execute("INSERT INTO lean_rows VALUES ($1, $2)", identifier, body)

        return insert_row
    connection = await aiosqlite.connect(make_url(address).database or "", isolation_level=None)
    for statement in (*DURABLE, "CREATE TABLE lean_rows (id TEXT PRIMARY KEY, body BLOB)"):
        await connection.execute(statement)

    async def keep(identifier: str, body: bytes) -> None:
        await connection.execute("INSERT INTO lean_rows VALUES (?, ?)", (identifier, body))

    return keep


def main(kind: str, address: str) -> None:
    """Serve until killed; prints the address as the centre does."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    kept: list[Keep] = []

    @asynccontextmanager
    async def running(_: FastAPI) -> AsyncIterator[None]:
        kept.append(await (plain if kind == "plain" else lean)(address))
        print(json.dumps({"url": f"http://127.0.0.1:{listener.getsockname()[1]}"}), flush=True)
        yield

    app = FastAPI(lifespan=running)

    @app.put("/v1/applications/{identifier}", status_code=201)
    async def put(identifier: str, request: Request) -> dict[str, str]:
        await kept[0](identifier, await request.body())
        return {"receipt": identifier}

    config = uvicorn.Config(app, loop="asyncio", http="httptools", ws="none", log_config=None)
    config.access_log = False
    asyncio.run(uvicorn.Server(config).serve(sockets=[listener]))


if __name__ == "__main__":
    main(*sys.argv[1:])
