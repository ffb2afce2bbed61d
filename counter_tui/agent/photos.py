"""Sends photos: in pieces, going on where a cut left off; the centre checks hash and kind."""

import json
from typing import Any, Final

from counter_tui.agent.centre import Centre
from counter_tui.agent.proof import Rights
from counter_tui.store import StoreThread
from counter_tui.store.blobs import Blob

PIECE: Final = 256 * 1024
_PASSING: Final = frozenset({"rate-limited", "unavailable", "unauthenticated"})


class Photos:
    """What applications show, on its way to the centre."""

    def __init__(self, store: StoreThread, centre: Centre, rights: Rights, log: Any) -> None:
        self._store, self._centre, self._rights, self._log = store, centre, rights, log

    async def send(self) -> int:
        """Send what is kept of accepted applications: how many. Raises Unreachable, NeedsLogin."""
        sent = 0
        for blob in await self._store.call(lambda store: store.blobs.to_send()):
            sent += await self._one(blob)
        return sent

    async def _one(self, blob: Blob) -> int:
        problem = await self._refusal(blob)
        if problem is None:
            await self._store.call(lambda store: store.blobs.held(blob.sha256))
            return 1
        self._log.info("photo not held", problem=problem)
        if problem not in _PASSING:
            await self._store.call(lambda store: store.blobs.refused(blob.sha256, problem))
        return 0

    async def _refusal(self, blob: Blob) -> str | None:
        """Send it; the problem's name where the centre refuses."""
        path = f"/v1/blobs/{blob.sha256}"
        there = await self._centre.get(f"{path}/pieces", await self._rights.token())
        arrived = set(there.document.get("pieces", ()))
        pieces = [blob.content[at : at + PIECE] for at in range(0, len(blob.content), PIECE)]
        for index, piece in enumerate(pieces):
            if index in arrived:
                continue
            answer = await self._centre.put_piece(
                f"{path}/pieces/{index}", piece, await self._rights.token()
            )
            if answer.problem:
                return answer.problem
        whole = {"pieces": len(pieces), "media_type": blob.media_type}
        answer = await self._centre.post(
            path,
            json.dumps(whole).encode(),
            await self._rights.token(),
            {"Content-Type": "application/json"},
        )
        return answer.problem
