"""Every place where we reach behind Textual's public face, in one file.

Textual 8.2.8 re-sends whole regions for one changed cell, lays out on every typed letter, dies of a
foreign byte and prints local variables when it fails. Each cure below names what it replaces; each
has a test that fails when Textual changes there.
"""

import signal
from asyncio import get_running_loop
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, Final, Protocol

from rich.cells import cell_len, get_character_cell_size, set_cell_size
from rich.style import Style
from rich.text import Text
from textual._compositor import ChopsUpdate, Compositor, CompositorUpdate, LayoutUpdate
from textual.app import App
from textual.drivers import linux_driver
from textual.geometry import Region, Size
from textual.reactive import Reactive
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input

SIGNALS: Final = (signal.SIGHUP, signal.SIGTERM)
"""What a lost line and a stopping system send; both must end the program cleanly."""

_REPLACEMENT: Final = "�"


def tolerate_foreign_bytes() -> None:
    """Let the driver replace bytes that are no UTF-8 (a GBK terminal, line noise); not die of them.

    Replaces `linux_driver.getincrementaldecoder`, which is strict.
    """

    def lenient(encoding: str) -> Callable[[], Any]:
        return lambda: getincrementaldecoder(encoding)(errors="replace")

    linux_driver.getincrementaldecoder = lenient  # type: ignore[attr-defined]


class Veil(Protocol):
    """What stands in people's place while somebody looks on who must not see them."""

    def text(self, line: str) -> str:
        """A line as it may be shown."""
        ...

    def typed(self, value: str, here: bool) -> str:
        """A field as it may be shown; `here`: the cursor is in it."""
        ...

    def found(self, line: str) -> Iterable[tuple[int, int]]:
        """Where something of a person stands in a line that is about to be sent."""
        ...


def veil_over(widget: Widget) -> Veil | None:
    """The veil in force over a widget; None while nobody looks on."""
    app = widget.app
    return app.veil if isinstance(app, SafeApp) else None


class TidyCompositor(Compositor):
    """Does not cut what is in sight at the edges of what is covered.

    Replaces `Compositor.cuts`, which cuts every line at every widget's edge, covered or not; a wide
    character that lies across such an edge becomes two blanks.
    """

    @property
    def cuts(self) -> list[list[int]]:
        if self._cuts is None:
            width, height = self.size
            cuts = [{0, width} for _ in range(height)]
            spans: list[list[tuple[int, int]]] = [[] for _ in range(height)]
            # Front to back: a line of a widget that lies behind one other shows nothing.
            for region, clip in self.visible_widgets.values():
                x, y, wide, high = Region.intersection(region, clip)
                for line in range(y, y + high) if wide else ():
                    if not any(left <= x and x + wide <= right for left, right in spans[line]):
                        spans[line].append((x, x + wide))
                        cuts[line] |= {x, x + wide}
            self._cuts = [sorted(line) for line in cuts]
        return self._cuts


class QuietScreen(Screen):
    """A screen that does not repaint as a whole when the focus moves.

    Replaces the reactive `Screen.focused`, which repaints.
    """

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._compositor = TidyCompositor()

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    DEFAULT_CSS = """
    QuietScreen { overflow: hidden; scrollbar-size: 0 0; layers: base box picks finger small; }
    """


class SlimInput(Input):
    """A one-line input that repaints itself only: typing does not lay out the screen.

    Replaces the effect of `Input._watch_value` setting `virtual_size`, a layout reactive.
    """

    about_people = True
    """Whether what is typed here may be about a person; False only where it never is."""

    DEFAULT_CSS = """
    SlimInput { height: 1; border: none; padding: 0; scrollbar-size: 0 0; }
    SlimInput:focus { border: none; }
    """

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        # A blinking cursor sends 1.5 kB a second for ever.
        self.cursor_blink = False

    @property
    def _value(self) -> Text:
        veil = veil_over(self) if self.about_people and not self.password else None
        if veil is None:
            return super()._value
        return Text(veil.typed(self.value, self.has_focus), no_wrap=True, overflow="ignore", end="")

    async def _watch_value(self, value: str) -> None:  # type: ignore[override]
        size = Size(self.content_width, 1)
        self.set_reactive(Widget.virtual_size, size)  # type: ignore[arg-type]
        self._suggestion = ""
        self.post_message(self.Changed(self, value, None))
        if self._initial_value:
            self.cursor_position = len(value)
            self._initial_value = False
        else:
            self.selection = self.selection
        self.refresh()

    def insert_text_at_cursor(self, text: str) -> None:
        """Insert typed text, without what a lenient decoder put for a foreign byte."""
        super().insert_text_at_cursor(text.replace(_REPLACEMENT, ""))


Cell = tuple[str, Style | None]
"""One column: its character (empty for the right half of a wide one) and its style."""


class Shown:
    """What stands on the terminal, cell by cell; turns an update into the cells that differ.

    Replaces `CompositorUpdate.render_segments`: Textual sends whole dirty regions.
    """

    def __init__(self) -> None:
        self._rows: list[list[Cell] | None] = []
        self.veil: Veil | None = None

    def forget(self) -> None:
        """Send everything next time: the terminal was cleared, resized or disturbed."""
        self._rows = []

    def difference(
        self, update: CompositorUpdate, render: Callable[[str, Style | None], str]
    ) -> str:
        """The escape sequences that bring the terminal from what it shows to `update`."""
        sent: list[str] = []
        cursor = (-1, -1)
        for y, x, strips in _pieces(update):
            while len(self._rows) <= y:
                self._rows.append(None)
            fresh = _cells(strips)
            if self.veil is not None:
                fresh = _hidden(fresh, self.veil)
            row = self._rows[y]
            if row is None or x + len(fresh) > len(row):
                # Unknown beyond what is painted now: send this piece whole.
                known = row or []
                row = known + [("\0", None)] * (x + len(fresh) - len(known))
                self._rows[y] = row
            for start, end in _runs(row, x, fresh):
                if cursor != (y, start):
                    sent.append(f"\x1b[{y + 1};{start + 1}H")
                to_the_end = end == len(row)
                sent.extend(_painted(fresh[start - x : end - x], render, to_the_end))
                cursor = (-1, -1) if to_the_end else (y, end)
            row[x : x + len(fresh)] = fresh
        return "".join(sent)


def _pieces(update: CompositorUpdate) -> Iterable[tuple[int, int, Iterable[Strip]]]:
    """`update` as (row, column, strips side by side)."""
    if isinstance(update, LayoutUpdate):
        for y, strips in enumerate(update.strips, update.region.y):
            yield y, update.region.x, strips
    elif isinstance(update, ChopsUpdate):
        for y, x1, x2 in update.spans:
            for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
                if strip is not None and x <= x2 and end > x1:
                    yield y, x, (strip,)
    else:
        raise TypeError(f"no way to show {type(update).__name__}")


def _cells(strips: Iterable[Strip]) -> list[Cell]:
    cells: list[Cell] = []
    for strip in strips:
        for text, style, control in strip:
            if control:
                continue
            style = _bare(style)
            if text.isascii():
                cells.extend((character, style) for character in text)
                continue
            for character in text:
                width = get_character_cell_size(character)
                if width:
                    cells.append((character, style))
                    cells.extend([("", style)] * (width - 1))
    return cells


def _hidden(cells: list[Cell], veil: Veil) -> list[Cell]:
    """The cells with a bar over what the veil still finds of people: nothing gets past this."""
    places = [place for place, (character, _) in enumerate(cells) if character]
    text = "".join(cells[place][0] for place in places)
    if not text.strip():
        return cells
    hidden = list(cells)
    for start, end in veil.found(text):
        first, last = places[start], places[end] if end < len(places) else len(cells)
        for place in range(first, last):
            hidden[place] = ("#", hidden[place][1])
    return hidden


@lru_cache(maxsize=1024)
def _bare(style: Style | None) -> Style | None:
    """The style as a terminal needs it: nothing for its own default look."""
    if style is None:
        return None
    colour = style.color if style.color and not style.color.is_default else None
    ground = style.bgcolor if style.bgcolor and not style.bgcolor.is_default else None
    bare = style.without_color.clear_meta_and_links() + Style(color=colour, bgcolor=ground)
    return None if bare == _PLAIN else bare


_PLAIN: Final = Style().without_color

_BLANKS: Final = 12
"""From so many blanks on, erasing is shorter than sending them."""

_GAP: Final = 6
"""Equal cells between two changes that cost no more to send than a cursor movement."""


def _runs(row: list[Cell], x: int, fresh: list[Cell]) -> Iterable[tuple[int, int]]:
    """The stretches [start, end) of columns that differ, never cutting a wide character."""
    start = end = -1
    for offset, cell in enumerate(fresh):
        column = x + offset
        if row[column] == cell:
            continue
        if start >= 0 and column - end > _GAP:
            yield _whole(row, x, fresh, start, end)
            start = column
        elif start < 0:
            start = column
        end = column + 1
    if start >= 0:
        yield _whole(row, x, fresh, start, end)


def _whole(row: list[Cell], x: int, fresh: list[Cell], start: int, end: int) -> tuple[int, int]:
    while start > x and (fresh[start - x][0] == "" or row[start][0] == ""):
        start -= 1
    last = x + len(fresh)
    while end < last and (fresh[end - x][0] == "" or row[end][0] == ""):
        end += 1
    return start, end


def _painted(
    cells: list[Cell], render: Callable[[str, Style | None], str], to_the_end: bool
) -> Iterable[str]:
    text, current = "", cells[0][1]
    for character, style in cells:
        if style != current:
            yield _sent(text, current, render, False)
            text, current = "", style
        text += character
    yield _sent(text, current, render, to_the_end)


def _sent(
    text: str, style: Style | None, render: Callable[[str, Style | None], str], to_the_end: bool
) -> str:
    """One stretch of one style; a long blank tail is erased, not sent."""
    blanks = len(text) - len(text.rstrip(" ")) if style is None else 0
    if blanks < _BLANKS:
        return render(text, style)
    erase = "\x1b[K" if to_the_end else f"\x1b[{blanks}X\x1b[{blanks}C"
    return render(text[:-blanks], style) + erase


class SafeApp(App[None]):
    """An application that tells nobody's data when it fails, ends cleanly and sends few bytes.

    Replaces `App._display`, `App._fatal_error`; adds signal handling that Textual leaves to luck.
    """

    ENABLE_COMMAND_PALETTE = False

    def __init__(self) -> None:
        super().__init__()
        self.shown = Shown()
        self._veil: Veil | None = None

    @property
    def veil(self) -> Veil | None:
        """What hides people now; None while nobody looks on."""
        return self._veil

    @veil.setter
    def veil(self, veil: Veil | None) -> None:
        """Paint every screen anew, with or without people."""
        self._veil = self.shown.veil = veil
        for screen in (*self._installed_screens.values(), *self.screen_stack):
            if isinstance(screen, Screen) and screen.is_mounted:
                for widget in screen.walk_children(Widget):
                    widget.notify_style_update()
                    widget.refresh()

    def on_failure(self, error: BaseException | None) -> str:
        """Log `error` without its text and return the one line that is shown for it."""
        return f"error {type(error).__name__}"

    def listen_to_signals(self) -> None:
        """End with 128 + the signal's number when the line is lost or the system stops us."""
        loop = get_running_loop()
        for one in SIGNALS:
            loop.add_signal_handler(one, lambda number=one: self.exit(return_code=128 + number))

    def repaint(self) -> None:
        """Send the whole screen again."""
        self.shown.forget()
        self.screen.refresh()

    def _display(self, screen: Screen, renderable: Any) -> None:
        if isinstance(renderable, CompositorUpdate) and not self.is_headless:
            renderable = _Difference(renderable, self.shown)
        super()._display(screen, renderable)  # type: ignore[arg-type]

    def _fatal_error(self) -> None:
        line = self.on_failure(self._exception)
        self._exit_renderables.append(line)
        self._close_messages_no_wait()


class _Difference(CompositorUpdate):
    """An update that renders as its difference to what is shown."""

    def __init__(self, update: CompositorUpdate, shown: Shown) -> None:
        self._update, self._shown = update, shown

    def render_segments(self, console: Any) -> str:
        system = console._color_system

        def render(text: str, style: Style | None) -> str:
            return style.render(text, color_system=system) if style else text

        return self._shown.difference(self._update, render)

    def __rich_console__(self, console: Any, options: Any) -> Any:
        return self._update.__rich_console__(console, options)  # type: ignore[attr-defined]


def width_of(text: str) -> int:
    """How many columns `text` takes on the terminal."""
    return cell_len(text)


def padded(text: str, width: int) -> str:
    """`text` cut and filled to `width` columns, one of them left blank at the end."""
    return set_cell_size(set_cell_size(text, min(cell_len(text), width - 1)), width)
