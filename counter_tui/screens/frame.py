"""What every screen has: title, one line for messages, status, key bar, a box to read, a dialog."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, cast

from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult
from textual.events import Resize
from textual.geometry import Size
from textual.widget import Widget

from counter_tui.bindings import GO, KEYS, Screen, Situation
from counter_tui.screens.columns import cell, wrapped
from counter_tui.screens.status import status_line
from counter_tui.words import N_, Words, spellings
from widgets.box import TextBox, title_line
from widgets.choice import Choice
from widgets.dialog import Dialog
from widgets.finger import Finger
from widgets.form import Form
from widgets.rows import Rows
from widgets.seams import QuietScreen, SlimInput, width_of

if TYPE_CHECKING:
    from counter_tui.app import CounterApp

SMALLEST = (80, 24)
"""Columns and rows below which the screens do not fit."""


class Frame(QuietScreen):
    """A screen of the counter. Subclasses give `body` and say where they are."""

    place: Screen = "signin"
    f1_label = N_("Help")
    """What F1 does here, for the key bar."""

    DEFAULT_CSS = """
    Frame > #title, Frame > #flash, Frame > #status, Frame > #keys { height: 1; }
    Frame > #body { height: 1fr; padding: 0; }
    Frame > #small { layer: small; width: 100%; height: 100%; visibility: hidden; }
    """

    def __init__(self) -> None:
        super().__init__(id=f"screen-{self.place}")
        self.title_row = Rows(id="title")
        self.flash_row = Rows(id="flash")
        self.status_row = Rows(id="status")
        self.key_row = Rows(id="keys")
        self.box = TextBox(id="box")
        self.dialog = Dialog()
        self.finger = Finger(id="finger")
        self.small = Rows(id="small")
        self.window = Size(*SMALLEST)

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
        yield self.dialog
        yield self.finger
        yield self.small

    def rewrite(self) -> None:
        """Write everything again: the language, the state or the size changed."""
        words = self.words
        self.counter.meet_case()
        told, where = words(N_("Exit-entry intake")), self.title_text()
        title = self.counter.banner or (f"{told} · {where}" if where else told)
        right = self.counter.whereabouts
        if where and width_of(title) + width_of(right) + 4 > self.window.width:
            # What is in sight is worth more of the line than what the program is.
            title = self.counter.banner or where
        self.title_row.show([title_line(title, right, self.window.width)])
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

    @property
    def subject(self) -> str:
        """Id of the case or application in sight, for the audit; empty when there is none."""
        return ""

    def commit(self) -> None:
        """What is being typed counts as finished."""

    def field_called(self, said: str) -> Widget | None:
        """The field of that name or label; what is in sight comes first."""
        fields = self.query("Choice, SlimInput").results()
        called = [one for one in fields if said in (one.name, _label_of(one))]
        return min(called, key=lambda one: not is_in_sight(one), default=None)

    def name_of(self, field: str) -> str:
        """What a field is called on this screen; as it was said when it is not here."""
        found = self.field_called(field)
        return (found and _label_of(found)) or field

    def value_of(self, field: str, value: str) -> str:
        """How `value` reads in that field: an answer by its label."""
        found = self.field_called(field)
        return found.label(value) if isinstance(found, Choice) else value

    def put_proposed(self, field: str, value: str) -> bool:
        """Put `value` into a field, as if the clerk had; False when it is not in sight here."""
        found = self.field_called(field)
        if found is None or not is_in_sight(found):
            return False
        if isinstance(found, Choice):
            return found.pick(found.meant(value))
        assert isinstance(found, SlimInput)
        found.focus()
        found.value = value
        found.cursor_position = len(value)
        return True

    def relabel(self) -> None:
        """Write labels again in the language in use."""

    def title_text(self) -> str:
        """What this screen is, for the top line."""
        return ""

    def show_keys(self) -> None:
        """The key bar: what works now, each at its fixed place."""
        situation = self.situation()
        line = Text(end="")
        for key in KEYS:
            if not key.bar:
                continue
            label = self.words(self.f1_label if key.action == "why" else key.label)
            name = key.key.upper()
            if key.reason(situation):
                line.append(" " * (width_of(name + label) + 1))
            else:
                line.append(name, Style(bold=True))
                line.append(label + " ")
        self.key_row.show([line])

    def flash(self, text: str, bad: bool = False) -> None:
        """Say one thing in the message line until the next key that says another."""
        style = Style(bold=True, reverse=bad)
        lines = wrapped(text, self.window.width - 2)
        if len(lines) != len(self.flash_row.lines):
            # What is in sight above gives way to a sentence that needs more lines.
            self.flash_row.styles.height = max(1, len(lines))
        self.flash_row.show([Text(f" {line}", style, end="") for line in lines])

    def close_boxes(self) -> bool:
        """Close what is open over the screen; False when nothing was."""
        opened = self.box.visible or self.dialog.visible
        if self.box.visible:
            self.box.close()
        if self.dialog.visible:
            self.dialog.close()
        return opened

    def ask(
        self,
        answers: Sequence[tuple[str, Callable[[], Awaitable[None]] | None]],
        title: str = "",
    ) -> None:
        """Let the clerk choose one of `answers`: a marked sentence and what it does."""
        self.run_worker(
            self._ask(answers, title or self.words(N_("Choose"))), group="ask", exclusive=True
        )

    async def _ask(
        self, answers: Sequence[tuple[str, Callable[[], Awaitable[None]] | None]], title: str
    ) -> None:
        lines = [f" {self.words(text)}" for text, _ in answers]
        chosen = await self.dialog.choose(title, lines)
        action = None if chosen is None else answers[chosen][1]
        if action is not None:
            self.counter.call_later(action)

    def on_store_moved(self) -> None:
        """The store moved behind the screen: an answer came, or a row of the outbox went."""

    def open_menu(self) -> None:
        """F9: everything that can be done here, found by name, pinyin or initials."""
        self.run_worker(self._menu(), group="ask", exclusive=True)

    async def _menu(self) -> None:
        situation = self.situation()
        rows = [key for key in KEYS if self.place in key.screens and key.action != "menu"]
        # Read at once, in some milliseconds: a thread would let keys typed behind F9 go astray.
        spelled = spellings()
        entries = []
        for key in rows:
            help, reason = self.words(key.help), self.words(key.reason(situation))
            line = f" {key_name(key.key):<9}{help}{'  - ' + reason if reason else ''}"
            line = cell(line, self.window.width).rstrip()
            entries.append((line, f"{spelled.get(help, '')} {key.help}"))
        title = self.words(N_("Everything that can be done here"))
        chosen = await self.dialog.find(title, self.words(N_("Find")), entries)
        if chosen is not None:
            await self.counter.action_press(KEYS.index(rows[chosen]))

    @property
    def likely_desk(self) -> str:
        """The action of the desk that is probably wanted from here; empty when none is."""
        return ""

    def open_desks(self) -> None:
        """Ctrl+G: the desks, each with its digit."""
        self.run_worker(self._desks(), group="ask", exclusive=True)

    async def _desks(self) -> None:
        rows = [key for key in KEYS if key.key.startswith(GO) and self.place in key.screens]
        likely = [at for at, key in enumerate(rows) if key.action == self.likely_desk]
        lines = [f" {self.words(key.help)}" for key in rows]
        title = self.words(N_("Go to"))
        chosen = await self.dialog.choose(title, lines, next(iter(likely), 0))
        if chosen is not None:
            await self.counter.action_press(KEYS.index(rows[chosen]))

    def on_resize(self, event: Resize) -> None:
        if self._is_new and event.size == self.window:
            # It has come into sight at that size, and nothing is there yet to be sent again.
            return
        self.counter.shown.forget()
        self.fit(event.size)
        self.rewrite()

    def on_screen_resume(self) -> None:
        # The library calls a handler of this name of every class there is; the work is done once.
        self.come_into_sight()

    def come_into_sight(self) -> None:
        """Show what is so now; called each time that the screen is shown."""
        self.fit(self.app.size)
        self.rewrite()

    def fit(self, window: Size) -> None:
        """Cover a screen that does not fit its window with the sentence that says so."""
        columns, rows = SMALLEST
        self.window = window
        self.small.visible = window.width < columns or window.height < rows

    def explain(self) -> None:
        """F1: why the line says what it says; here, what the keys do."""
        self.box.open(self.words(N_("Keys on this screen")), self.help_lines())

    def help_lines(self) -> list[str]:
        """One line for each key that is of use here."""
        return help_lines(self.place, self.words)


def help_lines(place: Screen, words: Words) -> list[str]:
    """One line for each key that is of use on a screen, from the table of keys."""
    lines = []
    for key in KEYS:
        if place in key.screens:
            names = " ".join(filter(None, (key_name(key.key), key_name(key.second))))
            lines.append(f" {names:<10}  {words(key.help)}")
    return lines


def key_name(key: str) -> str:
    """A key as its cap says."""
    names = {"escape": "Esc", "pageup": "PgUp", "pagedown": "PgDn", "insert": "Ins", "": ""}
    modifier, _, letter = key.rpartition("+")
    return names.get(key, f"{modifier.title()}+{letter.upper()}" if modifier else key.upper())


def _label_of(field: Widget) -> str:
    form = next((one for one in field.ancestors if isinstance(one, Form)), None)
    return form.label_of(field) if form is not None else ""


def is_in_sight(field: Widget, within: Widget | None = None) -> bool:
    """Whether a field is shown, or would be if `within` were."""
    for one in field.ancestors_with_self:
        if one is within:
            break
        if not one.display:
            return False
    return True
