"""The second terminal: shows what the first one rings, and nothing when that falls silent."""

import shutil
import signal
import sys
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any, Final, NoReturn

from counter_tui.bell import Bell, ring
from counter_tui.clean import clean
from counter_tui.mirror.view import LINES
from counter_tui.words import N_, Words

NAME: Final = "mirror"
SILENCE_SECONDS: Final = 12.0
"""The first terminal rings more often than this while something is shown."""

_ENTER, _LEAVE = "\x1b[?1049h\x1b[?25l", "\x1b[2J\x1b[H\x1b[?25h\x1b[?1049l"


def feed(home: Path, title: str, page: list[str], more: str = "") -> bool:
    """Show a page on the second terminal; an empty one clears it. False when there is none."""
    return ring(home, NAME, {"title": title, "lines": page, "more": more})


def run(home: Path, words: Words) -> NoReturn:
    """Show until the terminal goes or a signal comes."""
    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGHUP, _end)
    with Bell(home, NAME) as bell, suppress(KeyboardInterrupt, BrokenPipeError):
        try:
            _put(_ENTER)
            shown: list[str] | None = None
            while True:
                message = bell.wait(SILENCE_SECONDS)
                rows = _rows(message, words)
                if rows != shown:
                    _paint(rows)
                    shown = rows
        finally:
            _put(_LEAVE)
    sys.exit(0)


def _end(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _rows(message: dict[str, Any] | None, words: Words) -> list[str]:
    lines = message.get("lines") if message else None
    if not message or not isinstance(lines, list) or not lines:
        return ["", "", "   " + words(N_("Exit-entry intake")), "", "   " + words(N_("Welcome"))]
    rows = ["", f"  {clean(str(message.get('title', '')))}", ""]
    for line in lines[: LINES + 1]:
        rows += [f"  {clean(str(line))}", ""]
    return [*rows, f"  {clean(str(message.get('more', '')))}"]


def _paint(rows: list[str]) -> None:
    height = shutil.get_terminal_size().lines
    _put("\x1b[2J\x1b[H" + "\r\n".join(rows[:height]))


def _put(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
