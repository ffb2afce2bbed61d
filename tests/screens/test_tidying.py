"""What a case left behind goes in the next quiet second."""

import asyncio
import gc
import time
import weakref
from collections.abc import Iterator

import pytest
from rich.cells import cached_cell_len, cell_len
from textual.app import App

from counter_tui import tidying
from counter_tui.tidying import Tidying


class Circle:
    """Something that only the collector can free."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def collected_only_when_told() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()
    gc.unfreeze()


async def gone(left: "weakref.ref[Circle]", seconds: float = 2.0) -> bool:
    for _ in range(int(seconds / 0.02)):
        if left() is None:
            return True
        await asyncio.sleep(0.02)
    return False


async def test_nothing_is_tidied_while_keys_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tidying, "QUIET_SECONDS", 0.05)
    idle = 0.0
    async with App[None]().run_test() as pilot:
        one = Tidying(pilot.app, lambda: idle)
        left = weakref.ref(Circle())
        one.soon()
        assert not await gone(left, 0.3)
        idle = 1.0
        assert await gone(left)


async def test_no_text_of_the_case_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tidying, "QUIET_SECONDS", 0.05)
    async with App[None]().run_test() as pilot:
        name = "样本戊" * 4
        cell_len(name)
        left = weakref.ref(Circle())
        Tidying(pilot.app, lambda: 1.0).soon()
        assert await gone(left)
        before = cached_cell_len.cache_info().misses
        cached_cell_len(name)
        assert cached_cell_len.cache_info().misses > before


async def test_what_came_to_stay_is_looked_through_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tidying, "QUIET_SECONDS", 0.05)
    took: list[float] = []

    def watch(phase: str, _: dict[str, int]) -> None:
        took.append(time.thread_time() if phase == "start" else time.thread_time() - took.pop())

    async with App[None]().run_test() as pilot:
        stays = [[number] for number in range(500_000)]
        one = Tidying(pilot.app, lambda: 1.0)
        gc.callbacks.append(watch)
        try:
            for _ in range(2):
                left = weakref.ref(Circle())
                one.soon()
                assert await gone(left)
        finally:
            gc.callbacks.remove(watch)
        assert len(stays) == 500_000
    # No key waits as long as one frame for it.
    assert took[1] < 0.03 and took[1] < took[0] / 2
