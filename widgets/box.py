"""A box over the screen, mounted once and shown or hidden; opening it sends only its own cells."""

from collections.abc import Sequence
from typing import Any

from rich.cells import cell_len, set_cell_size
from rich.style import Style
from rich.text import Text
from textual.events import Key
from textual.strip import Strip
from textual.widget import Widget

from widgets.rows import Line, RowList


def title_line(text: str, right: str = "", width: int = 200) -> Text:
    """A heading, bold and reversed over the whole width; `right` ends at column `width`.

    Where both do not fit, `text` is cut and ends in `~`: `right` says what is looked for there.
    """
    room = max(0, width - 3 - cell_len(right)) if right else width
    text = (
        set_cell_size(text, room) if cell_len(text) <= room else f"{set_cell_size(text, room - 1)}~"
    )
    return Text(f" {text} {right} ", Style(bold=True, reverse=True), end="")


class TextBox(RowList):
    """Lines to read, over the lower part of the screen; arrows and paging move through them.

    It has the keys while it is open and gives them back when it closes.
    """

    DEFAULT_CSS = """
    TextBox {
        layer: box; width: 100%; height: 14; margin: 8 0 0 0; visibility: hidden;
    }
    """

    def __init__(self, **named: Any) -> None:
        super().__init__(**named)
        self._before: Widget | None = None
        self._head: Line = ""

    def open(self, title: str, lines: Sequence[Line], right: str = "") -> None:
        """Show `lines` under `title`; `right` stands at the end of the title's line."""
        if not self.visible:
            self._before = self.screen.focused
        self._head = title_line(title, right, self.screen.size.width)
        self._cursor = self._first = 0
        self.show(lines)
        self._strips.clear()
        self.visible = True
        self.refresh()
        self.screen.set_focus(self)

    def close(self) -> None:
        """Hide the box."""
        self.visible = False
        if self._before is not None and self._before.is_attached:
            self.screen.set_focus(self._before)
        self._before = None

    def scroll_lines(self, step: int) -> None:
        """Move on by `step` lines, as far as there is anything to see."""
        last = max(0, len(self.lines) - self._room)
        first = max(0, min(self._first + step, last))
        if first != self._first:
            self._first = first
            self._strips.clear()
            self.refresh()

    @property
    def _room(self) -> int:
        return max(1, self.size.height - 2)

    @property
    def first(self) -> int:
        return self._first - 1

    def move_to(self, index: int) -> None:
        """There is no cursor here."""

    def is_marked(self, index: int) -> bool:
        return False

    def _painted(self, index: int) -> Strip:
        row = index - self.first
        if row == 0:
            return self._strip_of(self._head)
        if row == self.size.height - 1:
            seen = min(len(self.lines), self._first + self._room)
            more = f" {self._first + 1}-{seen}/{len(self.lines)}  " if self.lines else ""
            return self._strip_of(Text(more, Style(dim=True), end=""))
        return super()._painted(index)

    async def on_key(self, event: Key) -> None:
        steps = {
            "up": -1,
            "down": 1,
            "pageup": -self._room,
            "pagedown": self._room,
            "home": -len(self.lines),
            "end": len(self.lines),
        }
        if event.key in steps:
            self.scroll_lines(steps[event.key])
        elif event.key == "enter":
            self.close()
        event.stop()
        event.prevent_default()
