"""A client that costs next to nothing: what is measured is the server, not the caller beside it."""

import asyncio
from collections.abc import Mapping
from urllib.parse import urlsplit


class LeanClient:
    """One connection, kept open, one call at a time. Only answers with a Content-Length."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "", parts.port or 80
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    def written(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> bytes:
        """A whole request, so that it can be made before the clock starts."""
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\n{lines}"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    async def exchange(self, request: bytes) -> tuple[int, bytes]:
        """Send a request; status and body of the answer."""
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._host, self._port)
        reader, writer = self._streams
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        status = int(head.split(b" ", 2)[1])
        begin = head.lower().index(b"content-length:") + 15
        length = int(head[begin : head.index(b"\r\n", begin)])
        return status, await reader.readexactly(length)

    def close(self) -> None:
        """Hang up."""
        if self._streams is not None:
            self._streams[1].close()
