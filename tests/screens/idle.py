"""Waiting until an application does nothing: as sure as Textual's own, and quicker."""

import asyncio
from time import process_time
from typing import Any

import pytest

LOOK_SECONDS = 0.005
SOON_SECONDS = 0.02
"""What Textual waits for at least: longer than the time from a change to its painting."""
_AT_WORK = 0.05


async def idle(min_sleep: float = 0.0, max_sleep: float = 1.0) -> None:
    """Wait until nothing is worked at, and nothing is due soon (which Textual does not look at)."""
    loop: Any = asyncio.get_running_loop()
    began = loop.time()
    while (now := loop.time()) < began + max_sleep:
        worked = process_time()
        await asyncio.sleep(LOOK_SECONDS)
        soon = loop.time() + SOON_SECONDS
        due = any(not one.cancelled() and one.when() < soon for one in loop._scheduled)
        quiet = process_time() - worked < LOOK_SECONDS * _AT_WORK
        if quiet and not due and now >= began + min_sleep:
            return


@pytest.fixture(autouse=True)
def no_idle_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key takes the screen's time, not twice the 20 ms or more of Textual's looks."""
    monkeypatch.setattr("textual.app.wait_for_idle", idle)
    monkeypatch.setattr("textual.pilot.wait_for_idle", idle)
