"""One worker as a process: small when idle, at once when asked, and stopping loses no call."""

import asyncio
import socket
import time
from pathlib import Path

import httpx
import pytest
import uvicorn
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from central import patience
from tests.central.centres import Kept
from tests.central.conftest import seated
from tests.central.people import TRUSTING_NOBODY, application, path_of, verify

MOST_IDLE_KIB = 90_000_000 // 1024


def resident(pid: int) -> int:
    """KiB of a process in memory."""
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1])


async def test_an_idle_worker_is_small_and_answers_at_once(kept: Kept) -> None:
    """Head and body are two writes: the second, held back for an acknowledgement, takes 40 ms."""
    with kept.served() as served:
        async with httpx.AsyncClient(base_url=served.url, verify=TRUSTING_NOBODY) as client:
            taken = []
            for _ in range(40):
                began = time.perf_counter()
                assert (await client.get("/healthz")).status_code == 200
                taken.append(time.perf_counter() - began)
        # The kernel acknowledges the first few at once; then only one that waits is slow each time.
        assert sorted(taken[20:])[4] < 0.03
        assert resident(served.process.pid) <= MOST_IDLE_KIB


async def test_a_stop_finishes_what_is_under_way(enrolled: Kept) -> None:
    """SIGTERM: bodies that are still arriving are accepted, new connections are not."""
    with enrolled.served() as served:
        host, port = served.url.removeprefix("http://").split(":")
        async with seated(served.url, served.name) as seat:
            keys = (await seat.client.get("/v1/jwks")).json()["keys"]
            bodies = [application() for _ in range(8)]
            lines = [await asyncio.open_connection(host, int(port)) for _ in bodies]
            for body, (_, writer) in zip(bodies, lines, strict=True):
                headers = {
                    "Host": f"{host}:{port}",
                    "If-None-Match": "*",
                    "Content-Type": "application/json",
                    "Content-Length": str(len(body)),
                    **seat.headers("PUT", path_of(body)),
                }
                head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
                writer.write(f"PUT {path_of(body)} HTTP/1.1\r\n{head}\r\n".encode() + body[:100])
                await writer.drain()
            await asyncio.sleep(0.3)
            stopping = asyncio.create_task(asyncio.to_thread(served.stop))
            await asyncio.sleep(0.5)
            with pytest.raises(OSError):
                await asyncio.open_connection(host, int(port))
            for body, (reader, writer) in zip(bodies, lines, strict=True):
                writer.write(body[100:])
                answer = await reader.read()
                assert answer.startswith(b"HTTP/1.1 201"), answer
                receipt = answer.rpartition(b'"receipt":"')[2].rstrip(b'"}').decode()
                assert verify(receipt, keys[0])["id"] in path_of(body)
                writer.close()
            assert await stopping == 0
    with enrolled.served() as again:
        async with seated(again.url, again.name) as seat:
            for body in bodies:
                assert (await seat.call("GET", path_of(body))).content == body


async def test_a_head_that_never_ends_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Security test 20: connections that say nothing, or go on and on. With less patience."""
    monkeypatch.setattr(patience, "HEAD_SECONDS", 1.0)

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        await Response(b"here")(scope, receive, send)

    config = uvicorn.Config(answer, http=patience.PatientProtocol, lifespan="off", log_config=None)
    server, listener = uvicorn.Server(config), socket.create_server(("127.0.0.1", 0))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    held = [await asyncio.open_connection(*listener.getsockname()) for _ in range(50)]
    began = time.monotonic()
    for number, (_, writer) in enumerate(held):
        if number % 2:
            writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n")
    reader, writer = await asyncio.open_connection(*listener.getsockname())
    async with asyncio.timeout(10):
        for _ in range(6):  # Who asks is not hung up on, however long the connection lives.
            writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            await reader.readuntil(b"here")
            await asyncio.sleep(0.25)
        assert {await reader.read() for reader, _ in held} == {b""}
    assert time.monotonic() - began > 1
    for _, one in [*held, (reader, writer)]:
        one.close()
    server.should_exit = True
    await serving
