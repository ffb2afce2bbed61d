"""Measures the line while the program runs, and tells the application what it is like."""

from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING, Final

from textual.events import CursorPosition

from counter_tui.line import QUERY, WIDTH_QUERY, Line

if TYPE_CHECKING:
    from counter_tui.app import CounterApp

_TRIES: Final = 3


class Soundings:
    """Asks the terminal twice: at the empty screen for width, after the first frame for speed."""

    def __init__(self, app: "CounterApp", line: Line, changed: Callable[[], None]) -> None:
        self._app, self._changed = app, changed
        self.line = line
        self._asked_width = False
        self._asked_at = 0.0
        self._took: list[float] = []

    def ask_width(self) -> None:
        """Before the first frame, while the screen is empty."""
        self._asked_width = True
        self._write(WIDTH_QUERY)

    def ask_speed(self) -> None:
        """After the first frame, when nothing keeps the answer waiting."""
        self._asked_at = monotonic()
        self._write(QUERY)

    def heard(self, event: CursorPosition) -> None:
        """The terminal said where its cursor stands."""
        before = self.line
        if self._asked_width:
            self._asked_width = False
            if event.y == 0 and event.x in (1, 2):
                self.line = self.line.drawn(event.x)
        elif self._asked_at:
            self._took.append((monotonic() - self._asked_at) * 1000)
            self._asked_at = 0.0
            self.line = self.line.measured(min(self._took))
            if self.line.slow and len(self._took) < _TRIES:
                # A busy machine answers late too; the quickest of a few tells the line.
                self.ask_speed()
        if self.line != before:
            self._changed()

    def _write(self, text: str) -> None:
        driver = self._app._driver
        if driver is not None and not self._app.is_headless:
            driver.write(text)
            driver.flush()
