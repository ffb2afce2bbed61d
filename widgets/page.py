"""Lines to read in a part of the screen, that may be more than it is high."""

from collections.abc import Sequence
from typing import Any

from rich.style import Style
from rich.text import Text
from textual.strip import Strip

from widgets.rows import Line, Rows


class Page(Rows):
    """Shows as many lines as fit; where there are more, its last row says which ones these are.

    The screen decides which keys turn it: `turn(1)` and `turn(-1)`.
    """

    def __init__(self, **named: Any) -> None:
        super().__init__(**named)
        self._first = 0

    @property
    def first(self) -> int:
        return self._first

    def show(self, lines: Sequence[Line]) -> None:
        super().show(lines)
        self._move_to(self._first)
        if self.size.height:
            self.repaint_line(self._first + self.size.height - 1)

    def to_top(self) -> None:
        """Back to the first line."""
        self._move_to(0)

    def turn(self, pages: int) -> None:
        """Move on by so many times what is seen, as far as there is anything to see."""
        self._move_to(self._first + pages * self._room)

    def _move_to(self, first: int) -> None:
        first = max(0, min(first, len(self.lines) - self._room))
        if first != self._first:
            self._first = first
            self._strips.clear()
            self.refresh()

    @property
    def _is_cut(self) -> bool:
        return len(self.lines) > self.size.height

    @property
    def _room(self) -> int:
        return max(1, self.size.height - self._is_cut)

    def render_line(self, y: int) -> Strip:
        if not self._is_cut or y < self._room:
            return super().render_line(y)
        seen = min(len(self.lines), self._first + self._room)
        more = f" {self._first + 1}-{seen}/{len(self.lines)}  PgUp PgDn"
        return self._strip_of(Text(more, Style(dim=True), end=""))
