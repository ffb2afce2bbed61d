"""Drafts are kept behind the keys: every change is saved, the newest state of a draft only."""

import asyncio
from collections.abc import Callable
from typing import Final

from counter_tui.case import masking
from counter_tui.case.draft import Draft
from counter_tui.failure import Failure
from counter_tui.office import Office

AFTER_PAINTING_SECONDS: Final = 0.3
"""How long the place of the cursor may wait to be kept; what is typed never waits."""

PATIENCE_SECONDS: Final = 1.0
"""How long the next key waits for a slow disk."""


class Keeping:
    """Saves drafts one after the other; `flush` waits for all of them."""

    def __init__(self, office: Office, complain: Callable[[Failure], None]) -> None:
        self._office, self._complain = office, complain
        self._unsaved: dict[str, Draft] = {}
        self._saving: asyncio.Task[None] | None = None
        self._soon: asyncio.TimerHandle | None = None

    def keep(self, draft: Draft) -> None:
        """Save `draft` now."""
        self._unsaved[draft.id] = draft
        self._start()

    def keep_soon(self, draft: Draft) -> None:
        """Save `draft`, of which only the cursor's place is new, once the screen is painted."""
        self._unsaved[draft.id] = draft
        if self._soon is None:
            loop = asyncio.get_running_loop()
            self._soon = loop.call_later(AFTER_PAINTING_SECONDS, self._start)

    def forget(self, id: str) -> None:
        """A draft that is none any more is not saved again."""
        self._unsaved.pop(id, None)

    async def flush(self) -> None:
        """Wait until everything typed so far is on the disk."""
        if self._unsaved:
            self._start()
        if self._saving is not None:
            await self._saving

    async def settle(self) -> None:
        """Wait for the save under way, `PATIENCE_SECONDS` at most."""
        if self._saving is not None and not self._saving.done():
            await asyncio.wait((self._saving,), timeout=PATIENCE_SECONDS)

    def _start(self) -> None:
        if self._soon is not None:
            self._soon.cancel()
            self._soon = None
        if self._saving is None or self._saving.done():
            self._saving = asyncio.get_running_loop().create_task(self._save())

    async def _save(self) -> None:
        while self._unsaved:
            draft = self._unsaved.pop(next(iter(self._unsaved)))
            try:
                await self._office.save(draft.id, draft.to_json(), masking.name(draft.person.name))
            except Failure as failure:
                self._complain(failure)
