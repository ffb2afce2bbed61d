"""What a key may want later, imported while nobody types."""

import asyncio
from collections.abc import Callable
from importlib import import_module
from typing import Final

from counter_tui.screens.registry import SCREENS

QUIET_SECONDS: Final = 0.4
"""So long no key must have come; who types on and on holds up one module at a time."""
BESIDES: Final = ("counter_tui.overview", "encodings.gb18030")
"""What the screens import or look up as they are used."""


async def import_ahead(idle: Callable[[], float]) -> None:
    """Import the screens that were not shown yet, one by one, and come to an end.

    On a thread: a key that comes meanwhile waits for one module at most. `idle` says for how many
    seconds none came.
    """
    for module in (*BESIDES, *(made.partition(":")[0] for made in SCREENS.values())):
        await asyncio.sleep(max(0.0, QUIET_SECONDS - idle()))
        await asyncio.to_thread(import_module, module)
