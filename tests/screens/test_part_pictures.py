"""Every part as it stands on the screen, in both languages, beside the text kept for it.

`python -m tests.screens.test_part_pictures` writes the texts anew; look at the difference.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot

from devices.records import IdCard
from tests.screens.desk_office import Bench, card, screen_text
from tests.screens.keystrokes import CHILD, MOTHER, SIZE
from tests.screens.test_screens import settle, signed_in

KEPT = Path(__file__).parent / "pictures"
WALK: tuple[tuple[str, tuple[str | IdCard, ...]], ...] = (
    ("items-empty", (CHILD,)),
    ("items-typed", tuple("1 s+ga s ")),
    ("items-taken", ("g", "enter")),
    ("item-form", ("down", "down", "enter")),
    ("materials-open", ("escape", "f4")),
    ("materials-checked", ("9", MOTHER, "enter")),
    ("identity-minor", ("f2",)),
    ("delivery-township", ("f8",)),
    ("delivery-phone", ("enter", "1", "2", "tab")),
    ("delivery-ready", ("shift+tab", *"13800005678", "tab")),
    ("fees-two-ledgers", ("f6",)),
    ("accept-not-yet", ("f7",)),
    ("why", ("f1",)),
    ("accept-ready", ("escape", "9")),
    ("items-elsewhere", ("escape", card(), *"ga", "space", *"sw", "enter")),
    ("fees-waived", ("down", "delete", "1", "enter", "f6")),
    ("identity-by-hand", ("escape", "ctrl+n", *"ab", "enter", *"510107195805169987", "enter")),
)
"""What is pressed (or laid) before each picture."""


async def pictures(language: str) -> AsyncIterator[tuple[str, str]]:
    """Name and text of each: the person, the parts' state, the part, the rules' answer."""
    bench = Bench(language)
    async with bench.app.run_test(size=SIZE) as pilot:
        await signed_in(bench, pilot)
        for name, steps in WALK:
            await _do(bench, pilot, steps)
            yield name, "\n".join(screen_text(bench.app).split("\n")[1:21]) + "\n"


async def _do(bench: Bench, pilot: Pilot, steps: tuple[str | IdCard, ...]) -> None:
    for step in steps:
        if isinstance(step, IdCard):
            bench.lay(step)
            await settle(pilot)
        else:
            await pilot.press("space" if step == " " else step)
    await settle(pilot)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
async def test_every_part_stands_as_it_was_looked_at(language: str) -> None:
    async for name, text in pictures(language):
        kept = (KEPT / f"{name}.{language}.txt").read_text("utf-8")
        assert text == kept, name
        assert max(cell_len(line) for line in text.split("\n")) <= SIZE[0]
        assert "~" not in text, f"{name}: something is cut"


async def _write() -> None:
    KEPT.mkdir(exist_ok=True)
    for language in ("zh_CN", "en"):
        async for name, text in pictures(language):
            (KEPT / f"{name}.{language}.txt").write_text(text, "utf-8")


if __name__ == "__main__":
    os.environ.pop("NO_COLOR", None)
    asyncio.run(_write())
