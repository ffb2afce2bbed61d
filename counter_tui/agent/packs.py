"""The rules as the centre has them: fetched, checked in a child, installed when they are new.

What the agent notes with it, `pack.confirmed`, is when the centre last said which rules hold; the
guard against rules grown too old asks for that.
"""

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from counter_tui.agent.centre import Centre
from counter_tui.agent.proof import Rights
from counter_tui.store import Store, StoreThread

_SECONDS = 60


class PackFetcher:
    """Keeps the pack `name` of one home as new as the centre's."""

    def __init__(
        self,
        home: Path,
        name: str,
        store: StoreThread,
        centre: Centre,
        rights: Rights,
        log: Any,
    ) -> None:
        self.name = name
        self._home, self._store, self._centre = home, store, centre
        self._rights, self._log = rights, log

    async def fetch(self) -> bool:
        """Ask for the pack; True when a new one was installed. Raises Unreachable, NeedsLogin.

        A pack that is refused leaves the one in use, and the reason lies beside it for the screens.
        """
        etag = await self._store.call(lambda store: store.settings.get("pack.etag"))
        answer = await self._centre.get(f"/v1/packs/{self.name}", await self._rights.token(), etag)
        if answer.status == 304:
            await self._store.call(lambda store: _confirm(store, etag))
            return False
        if answer.status != 200:
            self._log.info("not fetched", problem=answer.problem)
            return False
        token = str(answer.document.get("pack"))
        said = await asyncio.to_thread(self._installed, token)
        if "in_use" not in said:
            self._log.warning("pack refused", pack=self.name, problem=said.get("refused"))
            return False
        await self._store.call(lambda store: _confirm(store, answer.etag))
        self._log.info("pack confirmed", pack=self.name, version=said["in_use"])
        return bool(said["new"])

    def _installed(self, token: str) -> dict[str, Any]:
        child = [sys.executable, "-I", "-m", "counter_tui.agent.packs_child"]
        try:
            done = subprocess.run(  # noqa: S603 - our own module, no word of it from outside
                [*child, str(self._home), self.name],
                input=token.encode(),
                capture_output=True,
                timeout=_SECONDS,
                check=True,
            )
            return json.loads(done.stdout)
        except (OSError, subprocess.SubprocessError, ValueError):
            return {"refused": "no-answer"}


def _confirm(store: Store, etag: str | None) -> None:
    store.settings.put("pack.etag", etag)
    store.settings.put("pack.confirmed", store.now().isoformat())
