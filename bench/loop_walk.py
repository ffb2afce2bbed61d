"""A clerk's walk through the whole terminal of a real station, its event loop watched."""

import tempfile
import time
from itertools import islice
from pathlib import Path
from typing import Final

from bench.watched_loop import Step, steps_of
from counter_tui.address.book import FILE, AddressBook
from devices.virtual.samv import VirtualReader
from tests.bytes.conftest import F
from tests.bytes.pty_app import PtyApp
from tests.e2e.conftest import Demo
from tests.e2e.day import adults

ITEMS: Final = ("1", "\r", "\r", "9", "\r")
"""A first passport, all papers there."""
LOOKS: Final = (
    *(F[one] for one in ("f2", "f3", "f4", "f5", "f6", "f7")),
    *(F["f1"], F["f1"], "\x1b", F["f9"], "s", "\x1b", "\x14", "\x14", "\x19", "\x1b"),
    *("\x07", "\x1b", "\x12", F["f4"]),
)
"""Every part, why and what if, the menu, the other language, read back, desks, reveal."""
POSTED: Final = (F["f8"], "\r", *"13800005678", "\r", "9")
DESKS: Final = (
    *("\x07", "\x1b", "\x071", "z", "\x1b", "\x1b", "\x072", "\x1b", "\x073", "\x1b"),
    *("\x0f", "\x1b", F["f9"], "\x1b", "\x04", "\x1b", "\x05", "\x1b", "\x0e", "\x1b"),
)
"""Each desk and each list, a document's key, support, a case by hand."""
SETTLED_SECONDS: Final = 3.0
"""After the first frame and after the home screen: what is got ready in a pause is ready."""


def walked() -> tuple[list[Step], list[Step]]:
    """The longer steps from the first frame to home, and those of two cases and every desk."""
    with tempfile.TemporaryDirectory() as folder, VirtualReader() as reader:
        demo = Demo(Path(folder) / "home", "--reader", f"samv:{reader.path}")
        AddressBook.open(demo.home / FILE).close()
        file = Path(folder) / "steps"
        command = ["-m", "bench.watched_loop", str(file), "run", "--config", demo.says["config"]]
        try:
            with PtyApp(command, variables={"COUNTER_HOME": str(demo.home)}) as app:
                app.wait_for("PIN")
                first_frame = time.monotonic()
                app.read(0.3)
                app.send(f"{demo.says['pin']}\r")
                app.wait_for("请将身份证放在", 60)
                app.read(SETTLED_SECONDS, 60)
                home = time.monotonic()
                for looks, card in zip((LOOKS, ()), islice(adults(), 2), strict=True):
                    reader.lay(card)
                    app.wait_for("芯片已读")
                    app.read(0.5)
                    for keys in (*ITEMS, *looks, *POSTED):
                        _press(app, keys)
                    app.send(F["f10"])
                    app.wait_for("已受理")
                    reader.take()
                    for keys in DESKS:
                        _press(app, keys)
        finally:
            demo.stop()
        steps = steps_of(file)
    return [one for one in steps if first_frame < one.at < home], [
        one for one in steps if one.at >= home
    ]


def _press(app: PtyApp, keys: str) -> None:
    """As a clerk does; behind an Esc the terminal waits for the rest of a function key."""
    app.press(keys, 0.4 if keys == "\x1b" else 0.12)
