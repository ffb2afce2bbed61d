"""A question over the lower half of the screen, mounted once: a choice, a line to type, a finder.

Each is awaited in a worker and answers None when it was closed without an answer. Opening it sends
its own cells only.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import TypeVar

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import Key
from textual.widget import Widget
from textual.widgets import Input

from widgets.box import title_line
from widgets.form import Form
from widgets.rows import Line, RowList, Rows
from widgets.seams import SlimInput

Given = TypeVar("Given", int, str)

DIGITS = "123456789"
"""What chooses the first lines of a question."""

Entry = tuple[Line, str]
"""A line to choose, and the words it is found by besides its own text."""


class Dialog(Vertical):
    """One question at a time; gives the focus back when it closes."""

    DEFAULT_CSS = """
    Dialog {
        layer: picks; width: 100%; height: 12; margin: 10 0 0 0; visibility: hidden;
        scrollbar-size: 0 0; overflow: hidden;
    }
    Dialog > #dialog-title { height: 1; }
    Dialog > RowList { height: 1fr; }
    """

    def __init__(self) -> None:
        super().__init__(id="dialog")
        self._title = Rows(id="dialog-title")
        self._told = Rows(id="dialog-told")
        self._label = ""
        self.line = SlimInput(id="dialog-line", select_on_focus=False)
        self._form = Form((lambda: self._label, self.line))
        self.rows = RowList(id="dialog-rows")
        self._entries: Sequence[Entry] = ()
        self._found: list[int] = []
        self._told_lines: list[Line] = []
        self._fault: Callable[[str], str] = lambda text: ""
        self._before: Widget | None = None
        self._answer: asyncio.Future[int | str | None] | None = None

    def compose(self) -> ComposeResult:
        yield self._title
        yield self._told
        yield self._form
        yield self.rows

    # Asking

    async def choose(
        self, title: str, lines: Sequence[Line], at: int = 0, told: Sequence[Line] = ()
    ) -> int | None:
        """Let one of `lines` be chosen, the cursor on line `at` first; its index.

        `told` is read above them. The digit in front of a line chooses it at once.
        """
        self._entries = [(numbered(at, line), "") for at, line in enumerate(lines, 1)]
        if not self._open(title, told, None):
            return None
        self._filter("")
        self.rows.move_to(at)
        self.rows.focus()
        return await self._answered(int)

    async def find(self, title: str, label: str, entries: Sequence[Entry]) -> int | None:
        """Let an entry be found by typing part of it and chosen; its index."""
        self._entries = entries
        if not self._open(title, (), label):
            return None
        self._filter("")
        self.line.focus()
        return await self._answered(int)

    async def ask(
        self,
        title: str,
        told: Sequence[Line],
        label: str,
        value: str = "",
        fault: Callable[[str], str] = lambda text: "",
    ) -> str | None:
        """Let a line be typed, `value` standing there first; `told` is read above it.

        Where `fault` answers a sentence, Enter shows that in the place of the last one told and
        typing goes on behind a blank, as for a text of several lines.
        """
        self._entries = ()
        if not self._open(title, told, label):
            return None
        self._told_lines, self._fault = [*told], fault
        self._filter("")
        self.line.value = value
        self.line.cursor_position = len(value)
        self.line.focus()
        return await self._answered(str)

    async def ask_secret(self, title: str, told: Sequence[Line], label: str) -> str | None:
        """Let a PIN be typed; it does not show."""
        self.line.password = True
        return await self.ask(title, told, label)

    def close(self) -> None:
        """Close without an answer."""
        self._end(None)

    # Inside

    def _open(self, title: str, told: Sequence[Line], label: str | None) -> bool:
        """Show the question; False on a screen that is not there yet, where nobody can answer."""
        if not self.is_attached:
            return False
        if self._answer is not None:
            self._end(None)
        if self.screen.focused not in (self.line, self.rows):
            self._before = self.screen.focused
        self._answer = asyncio.get_running_loop().create_future()
        self._title.show([title_line(title)])
        self._told.show(told)
        self._told.styles.height = len(told)
        self._told.display = bool(told)
        # What finds an entry is about the entries.
        self.line.about_people = not self._entries
        self._label = label or ""
        self._form.relabel()
        self._form.display = label is not None
        self.visible = True
        return True

    async def _answered(self, kind: type[Given]) -> Given | None:
        assert self._answer is not None
        answer = await self._answer
        assert answer is None or isinstance(answer, kind)
        return answer

    def _end(self, answer: int | str | None) -> None:
        waiting, self._answer = self._answer, None
        self.visible = False
        with self.prevent(Input.Changed):
            self.line.value = ""
        self.line.password = False
        if self._before is not None and self._before.is_attached:
            self._before.focus()
        self._before = None
        if waiting is not None and not waiting.done():
            waiting.set_result(answer)

    def _filter(self, typed: str) -> None:
        words = typed.casefold().split()
        self._found = [
            index
            for index, (line, known) in enumerate(self._entries)
            if all(word in f"{line} {known}".casefold() for word in words)
        ]
        self.rows.show([self._entries[index][0] for index in self._found])
        self.rows.move_to(0)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if self._entries:
            self._filter(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if self._entries:
            if self._found:
                self._end(self._found[self.rows.cursor])
        elif fault := self._fault(event.value):
            self._told.show([*self._told_lines[:-1], fault])
            self.line.value = f"{event.value} "
            self.line.cursor_position = len(self.line.value)
        else:
            self._end(event.value)

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        event.stop()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        self._end(self._found[event.index])

    async def on_key(self, event: Key) -> None:
        steps = {"up": -1, "down": 1}
        if event.key in steps and self.line.has_focus and self._entries:
            event.stop()
            event.prevent_default()
            self.rows.move_to(self.rows.cursor + steps[event.key])
        elif self.rows.has_focus and event.is_printable:
            # Whatever stands under the question must not take it for its own.
            event.stop()
            at = DIGITS.find(event.character or "?")
            if not self._form.display and 0 <= at < len(self._found):
                self._end(self._found[at])


def numbered(number: int, line: Line) -> Line:
    """A line to choose behind the digit that chooses it; the tenth and later ones have none."""
    digit = DIGITS[number - 1] if number <= len(DIGITS) else " "
    return Text.assemble(f" {digit}", line, end="") if isinstance(line, Text) else f" {digit}{line}"
