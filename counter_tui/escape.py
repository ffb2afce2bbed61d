"""Esc ends what a command waits for, when a person sits at its terminal."""

import asyncio
import os
import select
import sys
import termios
import tty
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, Final, TypeVar

ESCAPE: Final = b"\x1b"
ALONE_SECONDS: Final = 0.03
"""An arrow key begins with Esc as well, but more bytes follow at once."""

T = TypeVar("T")


async def until_escape(work: Coroutine[Any, Any, T]) -> T:
    """The result of `work`. Raises asyncio.CancelledError when Esc is pressed before.

    Does nothing of its own when standard input is not a terminal.
    """
    if not sys.stdin.isatty():
        return await work
    task, source = asyncio.ensure_future(work), sys.stdin.fileno()
    before = termios.tcgetattr(source)

    def pressed() -> None:
        if _is_escape(source):
            task.cancel()

    tty.setcbreak(source)
    loop = asyncio.get_running_loop()
    loop.add_reader(source, pressed)
    try:
        return await task
    finally:
        loop.remove_reader(source)
        with suppress(termios.error):
            termios.tcsetattr(source, termios.TCSADRAIN, before)


def _is_escape(source: int) -> bool:
    if os.read(source, 64) != ESCAPE:
        return False
    return not select.select([source], [], [], ALONE_SECONDS)[0]
