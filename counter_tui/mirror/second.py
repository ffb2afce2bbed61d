"""The second terminal: shows what the first one rings, and nothing when that falls silent."""

import os
import select
import signal
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic
from types import FrameType
from typing import Any, Final, NoReturn

from counter_tui.bell import Bell, is_heard, ring
from counter_tui.clean import clean
from counter_tui.failure import ClearNo
from counter_tui.mirror.view import LINES
from counter_tui.printing.lines import columns_of
from counter_tui.words import LANGUAGES, N_, Words

NAME: Final = "mirror"
SILENCE_SECONDS: Final = 12.0
"""The first terminal rings more often than this while something is shown."""
GLANCE_SECONDS: Final = 1.0
"""How often the one who shows is looked at meanwhile: a stopped process rings nothing and lives."""

_ENTER, _LEAVE = "\x1b[?1049h\x1b[?25l", "\x1b[2J\x1b[H\x1b[?25h\x1b[?1049l"


class AlreadyShown(ClearNo):
    """One second terminal at a time: a bell has one hearer."""

    def __init__(self) -> None:
        super().__init__(
            N_("The applicant's view stands on another terminal already; end that one first.")
        )


def feed(home: Path, words: Words, title: str, page: list[str], more: str = "") -> bool:
    """Show a page on the second terminal; an empty one clears it. False when there is none."""
    said = {"title": title, "lines": page, "more": more, "language": words.language}
    return ring(home, NAME, said)


def run(home: Path, words: Words) -> NoReturn:
    """Show until the terminal goes or a signal comes. Raises AlreadyShown."""
    if is_heard(home, NAME):
        raise AlreadyShown
    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGHUP, _end)
    with Bell(home, NAME) as bell, _deaf_keys(), suppress(KeyboardInterrupt, BrokenPipeError):
        try:
            _put(_ENTER)
            _Second(bell, words).show()
        finally:
            _put(_LEAVE)
    sys.exit(0)


@contextmanager
def _deaf_keys() -> Iterator[None]:
    """Let keys pressed at this terminal do nothing but Ctrl+C: not appear, not stop the view.

    Nor are they read as commands by the shell that comes after it.
    """
    try:
        before = termios.tcgetattr(sys.stdin)
    except termios.error:
        # Not on a terminal: nobody presses a key.
        yield
        return
    deaf = [*before[:6], [*before[6]]]
    deaf[3] &= ~(termios.ECHO | termios.ICANON)
    for key in (termios.VSUSP, termios.VQUIT):
        deaf[6][key] = b"\0"
    termios.tcsetattr(sys.stdin, termios.TCSAFLUSH, deaf)
    try:
        yield
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSAFLUSH, before)


class _Second:
    """What stands on the second terminal, and the process that had it shown."""

    def __init__(self, bell: Bell, words: Words) -> None:
        self._bell, self._words = bell, words
        self._message: dict[str, Any] | None = None
        self._shower: int | None = None
        """A descriptor that becomes readable when that process is no more."""
        self._resized, woken = os.pipe()
        os.set_blocking(woken, False)
        signal.signal(signal.SIGWINCH, lambda _number, _frame: None)
        signal.set_wakeup_fd(woken, warn_on_full_buffer=False)

    def show(self) -> NoReturn:
        """Paint whatever comes; the welcome when nothing comes any more, or nobody is there."""
        painted: list[str] | None = None
        silent_at = monotonic()
        while True:
            rows = self._rows()
            if rows != painted:
                _put("\x1b[2J\x1b[H" + "\r\n".join(rows))
                painted = rows
            watched = [self._bell, self._resized, *filter(None, [self._shower])]
            left = silent_at - monotonic()
            pause = max(0.0, min(left, GLANCE_SECONDS)) if self._message else None
            ready, _, _ = select.select(watched, [], [], pause)
            if self._bell in ready:
                self._take(self._bell.wait(0))
                silent_at = monotonic() + SILENCE_SECONDS
            elif self._resized in ready:
                os.read(self._resized, 64)
            elif self._shower in ready or left <= 0 or _holds_still(self._bell.rung_by):
                # The terminal was killed, or holds still: nobody is left to clear this.
                self._take(None)

    def _take(self, message: dict[str, Any] | None) -> None:
        if self._shower is not None:
            os.close(self._shower)
            self._shower = None
        shows = message is not None and isinstance(message.get("lines"), list) and message["lines"]
        language = message.get("language") if message else None
        if language in LANGUAGES and language != self._words.language:
            self._words = Words(language)
        if shows:
            try:
                self._shower = os.pidfd_open(self._bell.rung_by)
            except OSError:
                shows = False
        self._message = message if shows else None

    def _rows(self) -> list[str]:
        """The screen's rows, as many and as wide as the terminal has now."""
        columns, height = _size()
        words, message = self._words, self._message
        if message is None:
            shown = [
                "",
                "",
                f"   {words(N_('Exit-entry intake'))}",
                "",
                f"   {words(N_('Welcome'))}",
            ]
            return [row for line in shown for row in _fitted(line, columns)][:height]
        head = _fitted(f"  {clean(str(message.get('title', '')))}", columns)
        foot = _fitted(f"  {clean(str(message.get('more', '')))}", columns)
        lines = [
            _fitted(f"  {clean(str(line))}", columns) for line in message["lines"][: LINES + 1]
        ]
        airy = ["", *head, "", *(row for line in lines for row in [*line, ""]), *foot]
        if len(airy) <= height:
            return airy
        # Rather close together than the last of it out of sight.
        return [*head, *(row for line in lines for row in line), *foot][:height]


def _holds_still(process: int) -> bool:
    """Whether a process was stopped, and so will clear nothing."""
    try:
        state = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state in ("T", "t")


def _size() -> tuple[int, int]:
    """Columns and rows by the terminal's own word, whatever a login shell left behind."""
    try:
        return os.get_terminal_size(sys.stdout.fileno())
    except OSError:
        return 80, 24


def _fitted(line: str, columns: int) -> list[str]:
    """The line in rows that the terminal does not break by itself, and so between two signs."""
    rows = [""]
    for sign in line:
        # The last column stays free: what stands there makes some terminals go on below.
        if columns_of(rows[-1] + sign) >= max(columns, 8):
            rows.append("    ")
        rows[-1] += sign
    return rows


def _end(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _put(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
