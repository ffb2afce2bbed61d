"""Bodies on their way in: whole, decoded, and never larger or slower than allowed.

Routes see the decoded bytes; a hash over a body is over these.
"""

import asyncio
import zlib
from contextlib import suppress
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from central.problems import Problem
from central.settings import Limits

LINGER_SECONDS: Final = 2.0
LINGER_BYTES: Final = 64 << 20
"""How much of a refused body is still read, and thrown away, so that the refusal is heard."""


class BodyGuard:
    """ASGI middleware: reads the body under the limits and hands it on in one piece."""

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self._app, self._limits = app, limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        try:
            packed = await self._packed(headers, receive)
        except Problem as problem:
            # What was not read would be taken for the next request.
            problem.headers["Connection"] = "close"
            await problem.response()(scope, receive, _Lingering(receive, send))
            return
        except _Gone:
            return
        try:
            body = self._decoded(headers, packed)
        except Problem as problem:
            await problem.response()(scope, receive, send)
            return
        handed = False

        async def given() -> Message:
            nonlocal handed
            if handed:
                return await receive()
            handed = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self._app(scope, given, send)

    async def _packed(self, headers: dict[bytes, bytes], receive: Receive) -> bytes:
        limit = self._limits.body
        announced = headers.get(b"content-length", b"0")
        if not announced.isdigit() or int(announced) > limit:
            raise Problem("too-large", limit=limit)
        try:
            async with asyncio.timeout(self._limits.body_seconds):
                return await _received(receive, limit)
        except TimeoutError:
            raise Problem("too-slow") from None

    def _decoded(self, headers: dict[bytes, bytes], packed: bytes) -> bytes:
        coding = headers.get(b"content-encoding", b"identity").lower()
        if coding == b"identity" or not packed:
            return packed
        if coding != b"gzip":
            raise Problem("unsupported-type", headers={"Accept-Encoding": "gzip"})
        return _unzipped(packed, self._limits.body)


class _Lingering:
    """An answer to a caller who may still be sending: the connection ends a little after it.

    Bytes that arrive at a closed connection reset it, and the reset takes the answer from a caller
    that has not read it yet: it would see a broken line, and try the same body for ever.
    """

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive, self._send = receive, send

    async def __call__(self, message: Message) -> None:
        if message["type"] != "http.response.body" or message.get("more_body", False):
            await self._send(message)
            return
        await self._send({**message, "more_body": True})
        with suppress(TimeoutError):
            async with asyncio.timeout(LINGER_SECONDS):
                await self._let_go()
        await self._send({"type": "http.response.body"})

    async def _let_go(self) -> None:
        size = 0
        while size < LINGER_BYTES:
            message = await self._receive()
            if message["type"] == "http.disconnect" or not message.get("more_body", False):
                return
            size += len(message.get("body", b""))


class _Gone(Exception):
    """The caller hung up before the body was whole."""


async def _received(receive: Receive, limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _Gone  # Half a body is none; nobody waits for an answer.
        part = message.get("body", b"")
        size += len(part)
        if size > limit:
            raise Problem("too-large", limit=limit)
        parts.append(part)
        if not message.get("more_body", False):
            return parts[0] if len(parts) == 1 else b"".join(parts)


def _unzipped(packed: bytes, limit: int) -> bytes:
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        body = unpacker.decompress(packed, limit + 1)
    except zlib.error:
        raise Problem("invalid", field="", message="not gzip") from None
    if len(body) > limit or unpacker.unconsumed_tail:
        raise Problem("too-large", limit=limit)
    if not unpacker.eof or unpacker.unused_data:
        raise Problem("invalid", field="", message="not one whole gzip member")
    return body
