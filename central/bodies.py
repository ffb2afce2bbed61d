"""Bodies on their way in: whole, decoded, and never larger or slower than allowed.

Routes see the decoded bytes; a hash over a body is over these.
"""

import asyncio
import zlib

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from central.problems import Problem
from central.settings import Limits


class BodyGuard:
    """ASGI middleware: reads the body under the limits and hands it on in one piece."""

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self._app, self._limits = app, limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            body = await self._body(scope, receive)
        except Problem as problem:
            # What was not read would be taken for the next request.
            problem.headers["Connection"] = "close"
            await problem.response()(scope, receive, send)
            return
        except _Gone:
            return
        handed = False

        async def given() -> Message:
            nonlocal handed
            if handed:
                return await receive()
            handed = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self._app(scope, given, send)

    async def _body(self, scope: Scope, receive: Receive) -> bytes:
        headers = dict(scope["headers"])
        limit = self._limits.body
        announced = headers.get(b"content-length", b"0")
        if not announced.isdigit() or int(announced) > limit:
            raise Problem("too-large", limit=limit)
        coding = headers.get(b"content-encoding", b"identity").lower()
        try:
            async with asyncio.timeout(self._limits.body_seconds):
                received = await _received(receive, limit)
        except TimeoutError:
            raise Problem("too-slow") from None
        if coding == b"identity" or not received:
            return received
        if coding != b"gzip":
            raise Problem("unsupported-type", headers={"Accept-Encoding": "gzip"})
        return _unzipped(received, limit)


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
