"""Lines of text that repaint only the lines that changed, and a list to move about in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.events import Key, Resize
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from widgets.seams import QuietFocus, veil_over
from widgets.shown import Veil

Line = Text | str
"""One line to show; a `str` is shown as it is, never as markup."""

CURSOR = Style(reverse=True, bold=True)
"""The cursor's mark: reverse video shows on every terminal, with and without colour."""


class Rows(QuietFocus, Widget):
    """As many lines as it is high. Lines that stay the same are not sent again."""

    DEFAULT_CSS = """
    Rows { height: 1fr; scrollbar-size: 0 0; }
    """

    def __init__(self, lines: Sequence[Line] = (), **named: Any) -> None:
        super().__init__(**named)
        self._lines: list[Line] = list(lines)
        self._strips: dict[int, Strip] = {}
        self._own_style: Style | None = None

    @property
    def rich_style(self) -> Style:
        """Kept as long as what was painted in it; it is made of all that the widget lies in."""
        if self._own_style is None:
            self._own_style = super().rich_style
        return self._own_style

    @property
    def lines(self) -> list[Line]:
        """What is shown; do not change it in place."""
        return self._lines

    def show(self, lines: Sequence[Line]) -> None:
        """Show `lines` instead, from the first row down."""
        old, self._lines = self._lines, list(lines)
        for row in range(max(len(old), len(self._lines))):
            if row >= len(old) or row >= len(self._lines) or not _same(old[row], self._lines[row]):
                self.repaint_line(row)

    def repaint_line(self, index: int) -> None:
        """Forget how line `index` was painted and paint it again."""
        self._strips.pop(index, None)
        row = index - self.first
        if 0 <= row < self.size.height:
            self.refresh(Region(0, row, self.size.width, 1))
        elif not self.size.height:
            # Hidden now: what Textual keeps of the line must not come back with the widget.
            self.refresh()

    @property
    def first(self) -> int:
        """Index of the line in the top row."""
        return 0

    def is_marked(self, index: int) -> bool:
        """Whether line `index` is under the cursor."""
        return False

    def render_line(self, y: int) -> Strip:
        index = y + self.first
        strip = self._strips.get(index)
        if strip is None or strip.cell_length != self.size.width:
            strip = self._strips[index] = self._painted(index)
        return strip

    def _painted(self, index: int) -> Strip:
        if not 0 <= index < len(self._lines):
            return Strip.blank(self.size.width, self.rich_style)
        strip = self._strip_of(self._lines[index])
        return self._marked(strip) if self.is_marked(index) else strip

    def _strip_of(self, line: Line) -> Strip:
        veil = veil_over(self)
        if veil is not None:
            line = _veiled(line, veil)
        strip = Strip(self._segments(line)).adjust_cell_length(self.size.width)
        return strip.apply_style(self.rich_style)

    def _segments(self, line: Line) -> list[Segment]:
        if isinstance(line, str):
            return [Segment(line)]
        if not line.spans:
            # `Text.render` leaves the text's own style out when no part has another.
            return [Segment(line.plain, self.app.console.get_style(line.style))]
        return [one for one in line.render(self.app.console) if one.text != "\n"]

    def _marked(self, strip: Strip) -> Strip:
        """The line under the cursor: a mark in its first column; a whole bar costs bytes."""
        rest = strip.crop(1, strip.cell_length)
        return Strip([Segment(">", self.rich_style + CURSOR), *rest])

    def on_resize(self, event: Resize) -> None:
        self._strips.clear()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._strips.clear()
        self._own_style = None


def _veiled(line: Line, veil: Veil) -> Line:
    """The line without people. Where something was hidden, it has one style throughout."""
    plain = line if isinstance(line, str) else line.plain
    hidden = veil.text(plain)
    if hidden == plain:
        return line
    return hidden if isinstance(line, str) else Text(hidden, line.style, end="")


def _same(one: Line, other: Line) -> bool:
    if isinstance(one, str) or isinstance(other, str):
        return type(one) is type(other) and one == other
    return one.plain == other.plain and one.spans == other.spans and one.style == other.style


class RowList(Rows, can_focus=True):
    """Lines with a cursor: arrows, Home and End move it, Enter chooses the line."""

    @dataclass
    class Moved(Message):
        """The cursor stands on line `index` now."""

        rows: "RowList"
        index: int

        @property
        def control(self) -> "RowList":
            return self.rows

    @dataclass
    class Chosen(Message):
        """Enter was pressed on line `index`."""

        rows: "RowList"
        index: int

        @property
        def control(self) -> "RowList":
            return self.rows

    def __init__(self, lines: Sequence[Line] = (), **named: Any) -> None:
        super().__init__(lines, **named)
        self._cursor = 0
        self._first = 0

    @property
    def first(self) -> int:
        return self._first

    @property
    def cursor(self) -> int:
        """Index of the line under the cursor; 0 when there is none."""
        return self._cursor

    def show(self, lines: Sequence[Line]) -> None:
        super().show(lines)
        self.move_to(self._cursor)

    def move_to(self, index: int) -> None:
        """Put the cursor on line `index`, or the nearest there is."""
        index = max(0, min(index, len(self.lines) - 1))
        # Before the first layout nothing has a height; then everything is taken to fit.
        height = self.size.height or len(self.lines) or 1
        first = min(max(self._first, index - height + 1), index, max(0, len(self.lines) - height))
        old, self._cursor = self._cursor, index
        if first != self._first:
            self._first = first
            self._strips.clear()
            self.refresh()
        elif old != index:
            self.repaint_line(old)
            self.repaint_line(index)
        if old != index:
            self.post_message(self.Moved(self, index))

    def is_marked(self, index: int) -> bool:
        return self.has_focus and index == self._cursor

    def on_focus(self) -> None:
        self.repaint_line(self._cursor)

    def on_blur(self) -> None:
        self.repaint_line(self._cursor)

    async def on_key(self, event: Key) -> None:
        steps = {
            "up": -1,
            "down": 1,
            "home": -len(self.lines),
            "end": len(self.lines),
        }
        if event.key == "up" and not self._cursor:
            # Beyond the first line; whoever stands above may take the cursor.
            return
        if event.key in steps:
            event.stop()
            event.prevent_default()
            self.move_to(self._cursor + steps[event.key])
        elif event.key == "enter" and self.lines:
            event.stop()
            event.prevent_default()
            self.post_message(self.Chosen(self, self._cursor))
