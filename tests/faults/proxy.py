"""A network between station and centre that fails in every way a network can.

Each connection draws one mishap: refused, cut in the request, the answer lost after the centre has
committed, the answer halved, delayed, the request sent twice, or somebody else's page.
"""

import asyncio
import contextlib
import random
from collections import Counter
from typing import Final

MISHAPS: Final = ("refuse", "cut", "lose", "halve", "delay", "replay", "portal")
_PORTAL: Final = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\nConnection: close\r\n\r\n"
    b"login"
)


class FaultyNetwork:
    """Listens on a free port and passes on to `target`, with mishaps by chance `rate`."""

    def __init__(self, target: int, rate: float, seed: int) -> None:
        self.target, self.rate = target, rate
        self.happened: Counter[str] = Counter()
        self._chance = random.Random(seed)  # noqa: S311
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()

    async def start(self) -> int:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        for connection in self._open:
            connection.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        this = asyncio.current_task()
        assert this is not None
        self._open.add(this)
        try:
            await self._carry(reader, writer)
        finally:
            self._open.discard(this)
            writer.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while True:
                request = await _message(reader)
                mishap = (
                    self._chance.choice(MISHAPS) if self._chance.random() < self.rate else "none"
                )
                self.happened[mishap] += 1
                if not await self._pass_on(mishap, request, writer):
                    break

    async def _pass_on(self, mishap: str, request: bytes, writer: asyncio.StreamWriter) -> bool:
        """False when the connection is over."""
        if mishap == "refuse":
            return False
        if mishap == "portal":
            writer.write(_PORTAL)
            await writer.drain()
            return False
        if mishap == "cut":
            await self._half(request)
            return False
        if mishap == "delay":
            await asyncio.sleep(0.2)
        if mishap == "replay":
            await self._ask(request)
        answer = await self._ask(request)
        if mishap == "lose":
            return False
        if mishap == "halve":
            writer.write(answer[: len(answer) // 2])
            await writer.drain()
            return False
        writer.write(answer)
        await writer.drain()
        return True

    async def _half(self, request: bytes) -> None:
        _, writer = await asyncio.open_connection("127.0.0.1", self.target)
        writer.write(request[: len(request) // 2])
        await writer.drain()
        writer.close()

    async def _ask(self, request: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.target)
        try:
            writer.write(request)
            await writer.drain()
            return await _message(reader)
        finally:
            writer.close()


async def _message(reader: asyncio.StreamReader) -> bytes:
    """One HTTP/1.1 message with its body."""
    head = await reader.readuntil(b"\r\n\r\n")
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return head + await reader.readexactly(int(value))
        if name.lower() == b"transfer-encoding":
            body = b""
            while True:
                size = await reader.readline()
                part = await reader.readexactly(int(size, 16) + 2)
                body += size + part
                if int(size, 16) == 0:
                    return head + body
    return head
