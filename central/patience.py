"""The server's patience with callers: a request's head comes in time and in bounds, or the
connection ends.

uvicorn waits for ever for the first byte and for the rest of a head, and keeps all that came of it;
a few thousand such connections would keep everybody else out.
"""

import asyncio
from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_SECONDS: Final = 15.0
MOST_UNFINISHED: Final = 32 << 10
"""Bytes of a head, a trailer or a chunk's line that may come before it ends."""


class PatientProtocol(HttpToolsProtocol):
    """HTTP/1.1 with an end to waiting for a request's head, and to its length."""

    _waiting: asyncio.TimerHandle | None = None
    _unfinished = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """There is nothing to wait for any more."""
        self._came()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes; refuse a caller whose head does not end."""
        self._unfinished += len(data)
        super().data_received(data)
        if self._unfinished > MOST_UNFINISHED and not self.transport.is_closing():
            self.send_400_response("Head too long.")

    def on_message_begin(self) -> None:
        """The first byte of a head is here: the rest has to come in time."""
        super().on_message_begin()
        self._watch()

    def on_headers_complete(self) -> None:
        """The head is whole."""
        self._came()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A part of the body is here."""
        self._unfinished = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is whole."""
        self._unfinished = 0
        super().on_message_complete()

    def _watch(self) -> None:
        if self._waiting is None:
            self._waiting = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _came(self) -> None:
        self._unfinished = 0
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
