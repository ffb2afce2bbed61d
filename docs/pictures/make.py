"""Draws the pictures of the README: `python -m docs.pictures.make`, from made-up people.

The screens run on the office of the tests; what is drawn is what a terminal of 80×24 shows.
"""

import asyncio
import os
from pathlib import Path

os.environ.setdefault("TEXTUAL_COLOR_SYSTEM", "256")

import cairosvg

from tests.screens.desk_office import PIN, Bench, card

HERE = Path(__file__).parent
STEPS = (
    ("sign-in", ()),
    ("home", (*PIN, "enter")),
    ("items", ()),
    ("materials", (*"hz s", "enter", "f4", "1")),
    ("delivery", ("9", "f5", "f8")),
    ("fees", ("f6",)),
    ("case", ("f7",)),
)
"""Each picture and the keys that lead to it from the one before."""


async def draw() -> None:
    """Walk through the first case and write a PNG for each screen."""
    bench = Bench()
    async with bench.app.run_test(size=(80, 24)) as pilot:
        for name, keys in STEPS:
            for key in keys:
                await pilot.press("space" if key == " " else key)
            if name == "items":
                bench.lay(card())
            await pilot.pause(1)
            picture = bench.app.export_screenshot(title="counter")
            picture = picture.replace("Fira Code", "Noto Sans Mono CJK SC")
            cairosvg.svg2png(picture.encode(), write_to=str(HERE / f"{name}.png"), scale=1.0)


if __name__ == "__main__":
    asyncio.run(draw())
