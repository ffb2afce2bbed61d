"""What every screen has: title, one line for messages, status, key bar, and two boxes."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, cast

from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult
from textual.events import Resize
from textual.geometry import Size
from textual.widget import Widget

from counter_tui.bindings import KEYS, Screen, Situation
from counter_tui.screens.status import status_line
from counter_tui.words import N_, Words
from widgets.box import TextBox, title_line
from widgets.rows import Line, RowList, Rows
from widgets.seams import QuietScreen, width_of

if TYPE_CHECKING:
    from counter_tui.app import CounterApp

SMALLEST = (80, 24)
"""Columns and rows below which the screens do not fit."""


class Frame(QuietScreen):
    """A screen of the counter. Subclasses give `body` and say where they are."""

    place: Screen = "signin"

    DEFAULT_CSS = """
    Frame > #title, Frame > #flash, Frame > #status, Frame > #keys { height: 1; }
    Frame > #body { height: 1fr; padding: 0; }
    Frame > #small { layer: small; width: 100%; height: 100%; visibility: hidden; }
    Frame > #picks { layer: picks; width: 100%; height: 12; margin: 10 0 0 0; visibility: hidden; }
    """

    def __init__(self) -> None:
        super().__init__(id=f"screen-{self.place}")
        self.title_row = Rows(id="title")
        self.flash_row = Rows(id="flash")
        self.status_row = Rows(id="status")
        self.key_row = Rows(id="keys")
        self.box = TextBox(id="box")
        self.picks = Picks(id="picks")
        self.small = Rows(id="small")
        self.window = Size(*SMALLEST)
        self._answers: list[Callable[[], Awaitable[None]] | None] = []

    @property
    def counter(self) -> "CounterApp":
        """The application, by its own type."""
        return cast("CounterApp", self.app)

    @property
    def words(self) -> Words:
        """The language in use."""
        return self.counter.words

    def body(self) -> Widget:
        """The middle of the screen."""
        raise NotImplementedError

    def situation(self) -> Situation:
        """What decides which keys work here."""
        return Situation(self.place)

    def compose(self) -> ComposeResult:
        yield self.title_row
        yield self.body()
        yield self.flash_row
        yield self.status_row
        yield self.key_row
        yield self.box
        yield self.picks
        yield self.small

    def rewrite(self) -> None:
        """Write everything again: the language, the state or the size changed."""
        words = self.words
        self.title_row.show([title_line(self.title_text())])
        self.show_status()
        self.show_keys()
        columns, rows = SMALLEST
        self.small.show(
            [
                words(
                    N_(
                        "The window is {width} by {height}; at least {columns} by {rows} is needed."
                    ),
                    width=self.window.width,
                    height=self.window.height,
                    columns=columns,
                    rows=rows,
                )
            ]
        )

    def show_status(self) -> None:
        """The line that never goes: what waits for the centre, and the reader."""
        self.status_row.show(
            [status_line(self.counter.outbox, self.counter.reader_line, self.words)]
        )

    def commit(self) -> None:
        """What is being typed counts as finished."""

    def relabel(self) -> None:
        """Write labels again in the language in use."""

    def title_text(self) -> str:
        """What the top line says."""
        return self.words(N_("Exit-entry intake"))

    def show_keys(self) -> None:
        """The key bar: what works now, each at its fixed place."""
        situation = self.situation()
        line = Text(end="")
        for key in KEYS:
            if not key.bar:
                continue
            name, label = key.key.upper(), self.words(key.label)
            if key.reason(situation):
                line.append(" " * (width_of(name + label) + 1))
            else:
                line.append(name, Style(bold=True))
                line.append(label + " ")
        self.key_row.show([line])

    def flash(self, text: str, bad: bool = False) -> None:
        """Say one thing in the message line until the next key that says another."""
        style = Style(bold=True, reverse=bad)
        self.flash_row.show([Text(f" {text}", style, end="")] if text else [])

    def close_boxes(self) -> bool:
        """Close what is open over the screen; False when nothing was."""
        opened = self.box.visible or self.picks.visible
        if self.box.visible:
            self.box.close()
        if self.picks.visible:
            self.picks.close()
        return opened

    def ask(self, answers: Sequence[tuple[str, Callable[[], Awaitable[None]] | None]]) -> None:
        """Let the clerk choose one of `answers`: a marked sentence and what it does."""
        self._answers = [action for _, action in answers]
        self.picks.open([f" {self.words(text)}" for text, _ in answers])

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        if event.rows is self.picks:
            event.stop()
            self.picks.close()
            action = self._answers[event.index]
            if action is not None:
                self.counter.call_later(action)

    def open_menu(self) -> None:
        """F9: everything that can be done here."""
        situation = self.situation()
        rows = [key for key in KEYS if self.place in key.screens and key.action != "menu"]
        self._answers = [self._doing(KEYS.index(key)) for key in rows]
        self.picks.open(
            [
                f" {key.key.upper() if key.key[0] == 'f' else key.key:<8}{self.words(key.help)}"
                f"{'  - ' + self.words(key.reason(situation)) if key.reason(situation) else ''}"
                for key in rows
            ]
        )

    def _doing(self, index: int) -> Callable[[], Awaitable[None]]:
        return lambda: self.counter.action_press(index)

    def on_resize(self, event: Resize) -> None:
        self.counter.shown.forget()
        self._fit(event.size)
        self.rewrite()

    def on_screen_resume(self) -> None:
        self._fit(self.app.size)
        self.rewrite()

    def _fit(self, window: Size) -> None:
        """Cover a screen that does not fit its window with the sentence that says so."""
        columns, rows = SMALLEST
        self.window = window
        self.small.visible = window.width < columns or window.height < rows

    def explain(self) -> None:
        """F1: why the line says what it says; here, what the keys do."""
        self.box.open(self.words(N_("Keys on this screen")), self.help_lines())

    def help_lines(self) -> list[str]:
        """One line for each key that is of use here, from the table of keys."""
        lines = []
        for key in KEYS:
            if self.place not in key.screens:
                continue
            name = key.key.replace("ctrl+", "Ctrl+").replace("escape", "Esc")
            second = f" {key.second.replace('ctrl+', 'Ctrl+')}" if key.second else ""
            lines.append(
                f" {name.upper() if name[0] == 'f' else name:<7}{second:<9} {self.words(key.help)}"
            )
        return lines


class Picks(RowList):
    """Lines to choose from over the screen; gives the focus back when it closes."""

    def __init__(self, **named: str) -> None:
        super().__init__(**named)
        self._before: Widget | None = None

    def open(self, lines: Sequence[Line], at: int = 0) -> None:
        """Show `lines` and take the focus."""
        if not self.visible:
            self._before = self.screen.focused
        self.visible = True
        self.show(lines)
        self.move_to(at)
        self.focus()

    def close(self) -> None:
        """Hide and give the focus back."""
        self.visible = False
        if self._before is not None:
            self._before.focus()
