"""Every place where we reach behind Textual's public face; what is sent passes `shown` besides.

Textual 8.2.8 re-sends whole regions for one changed cell, lays out on every typed letter, dies of a
foreign byte and prints local variables when it fails. Each cure below names what it replaces; each
has a test that fails when Textual changes there.
"""

import signal
from asyncio import get_running_loop
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterable
from typing import Any, Final
from unicodedata import category

from rich.cells import cached_cell_len, cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual._compositor import CompositorUpdate
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers import linux_driver
from textual.events import Key, Mount, Paste, ScreenResume
from textual.geometry import Size
from textual.message import Message
from textual.reactive import Reactive
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input

from widgets.compositor import TidyCompositor
from widgets.pastes import Pastes
from widgets.shown import UNSEEN, Shown, Veil

SIGNALS: Final = (signal.SIGHUP, signal.SIGTERM)
"""What a lost line and a stopping system send; both must end the program cleanly."""

_ESC: Final = "\x1b"
_INTRODUCERS: Final = "[O"
"""What turns an Esc into the beginning of a function key."""
HERE: Final = Style(underline=True)
"""How the field with the cursor stands out."""

FULL: Final = 15
"""Writes that wait for the terminal; with 30 of them Textual's next one waits too."""

CATCH_UP_SECONDS: Final = 0.2
"""How often a full line is looked at."""

LOOKS: Final = {
    "input--cursor": Style(reverse=True),
    "input--selection": Style(bgcolor="color(6)"),
    "input--placeholder": Style(),
}
"""How the parts of a field look; a style sheet would make a node of each, for every field."""

LONGEST: Final = 200
"""Characters that a field takes; no name, address or number has as many."""

_REPLACEMENT: Final = "�"


def tolerate_foreign_bytes() -> None:
    """Let the driver replace bytes that are no UTF-8 (a GBK terminal, line noise); not die of them.

    Replaces `linux_driver.getincrementaldecoder`, which is strict.
    """

    def lenient(encoding: str) -> Callable[[], Any]:
        return lambda: getincrementaldecoder(encoding)(errors="replace")

    linux_driver.getincrementaldecoder = lenient  # type: ignore[attr-defined]


def forget_texts() -> None:
    """Drop what is remembered by a text that was shown: it names people who have gone, and would
    grow all day."""
    cached_cell_len.cache_clear()
    Segment._split_cells.cache_clear()


class PlainEscape(XTermParser):
    """Takes Esc and the key behind it for two keys, however quickly they follow each other.

    Replaces `XTermParser._sequence_to_key_events`, which makes another character of an Esc and a
    digit that come within `ESCDELAY`: the digit behind a quick Esc would be typed as an infinity
    sign, an Enter would lose its Esc. Replaces `feed`, which takes what follows an Esc within a
    paste for keys.
    """

    def __init__(self, debug: bool = False) -> None:
        super().__init__(debug)
        self._pastes = Pastes()

    def feed(self, data: str) -> Iterable[Message]:
        passed = self._pastes.passed(data)
        # Nothing at all would mean that the terminal is gone.
        return super().feed(passed) if passed or not data else ()

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[Key]:
        if alt or (len(sequence) == 2 and sequence[0] == _ESC and sequence[1] not in _INTRODUCERS):
            yield Key("escape", _ESC)
            yield from super()._sequence_to_key_events(sequence[-1])
        else:
            yield from super()._sequence_to_key_events(sequence)


def keep_escape_apart() -> None:
    """Let the driver read keys as `PlainEscape` does.

    Replaces `linux_driver.XTermParser`.
    """
    linux_driver.XTermParser = PlainEscape  # type: ignore[attr-defined]


def typed(text: str) -> str:
    """`text` as it may stand in a field: no control characters, no marks of direction, and not
    what a lenient decoder put for a foreign byte. Any blank is a space."""
    spaced = (" " if one.isspace() else one for one in text)
    return "".join(one for one in spaced if category(one) not in UNSEEN and one != _REPLACEMENT)


def veil_over(widget: Widget) -> Veil | None:
    """The veil in force over a widget; None while nobody looks on."""
    app = widget.app
    return app.veil if isinstance(app, SafeApp) else None


def display(shown: Iterable[Widget], hidden: Iterable[Widget]) -> bool:
    """Show some widgets and hide others; the screen is laid out once. True when any changed.

    Replaces `DOMNode.display`, of which each setting lays out the screen.
    """
    changed = [(one, "block") for one in shown if not one.display]
    changed += [(one, "none") for one in hidden if one.display]
    for one, rule in changed:
        one.styles.set_rule("display", rule)
        one._nodes.updated()
    for parent in {one.parent for one, _ in changed}:
        if isinstance(parent, Widget) and parent.is_attached:
            _lay_out_next(parent)
    return bool(changed)


def _lay_out_next(parent: Widget) -> None:
    """Have the next picture laid out anew.

    Replaces `Widget.refresh(layout=True)`, which tells the screen by message: until that is read it
    may paint the old picture once more, and what is laid out at once is laid out again for it.
    """
    for one in parent.ancestors_with_self:
        if isinstance(one, Widget):
            one._layout_cache.clear()
            one._clear_arrangement_cache()
            one._layout_updates += 1
    parent.screen._layout_required = True
    parent.screen.check_idle()


class QuietScreen(Screen):
    """A screen that does not repaint as a whole when the focus moves.

    Replaces the reactive `Screen.focused`, which repaints; and the effect of
    `Screen._on_screen_resume` reading the styles of every widget again, 35 ms in which no key is
    heard, though nothing that they depend on has changed since they were mounted: the rules that
    another screen brings with it are for its own widgets. Replaces `_screen_resized`, which lays
    out a new screen once for being there and once for its size, and `_on_timer_update`, which
    paints what it has laid out and then all of it again.
    """

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._compositor = TidyCompositor()
        self._styled_for: object = None
        self._is_new = True

    @property
    def _looks(self) -> object:
        """What the styles of its widgets depend on."""
        return self.app.theme, self.app.pseudo_classes, self.app.classes

    def _on_mount(self, event: Mount) -> None:
        # Each widget's styles were read as it was mounted.
        self._styled_for = self._looks

    def _on_screen_resume(self, event: ScreenResume) -> None:
        # Textual's own comes behind this one.
        now = self._looks
        event.refresh_styles = event.refresh_styles and now != self._styled_for
        self._styled_for = now

    def _screen_resized(self, size: Size) -> None:
        # The first word of its size comes of the layout itself, and what lies under a new screen is
        # told with it. A terminal that says its size again may be another one.
        new, self._is_new = self._is_new, False
        if size != self._compositor.size or (self.app.screen is self and not new):
            super()._screen_resized(size)

    def _on_timer_update(self) -> None:
        if self._layout_required and self._repaint_required:
            self._repaint_required = False
            self._dirty_widgets.add(self)
        super()._on_timer_update()

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    DEFAULT_CSS = """
    QuietScreen { overflow: hidden; scrollbar-size: 0 0; layers: base box picks finger small; }
    """


class QuietFocus:
    """A widget that draws the cursor itself: no style sheet is read again as it comes and goes.

    Replaces `Widget.watch_has_focus`.
    """

    def watch_has_focus(self, has_focus: bool) -> None:
        """Painted anew it is anyway."""


class SlimInput(QuietFocus, Input):
    """A one-line input that repaints itself only: typing does not lay out the screen.

    Replaces the effect of `Input._watch_value` setting `virtual_size`, a layout reactive, and the
    four nodes that `Input.COMPONENT_CLASSES` brings, made anew as often as styles are read again.
    """

    about_people = True
    """Whether what is typed here may be about a person; False only where it never is."""

    DEFAULT_CSS = """
    SlimInput { height: 1; border: none; padding: 0; scrollbar-size: 0 0; }
    SlimInput:focus { border: none; }
    """

    def __init__(self, *args: Any, **named: Any) -> None:
        # What has no validators is told each time that it is valid, and its styles are read again.
        super().__init__(*args, validate_on=(), **named)
        # A blinking cursor sends 1.5 kB a second for ever.
        self.cursor_blink = False

    @classmethod
    def _get_component_classes(cls) -> frozenset[str]:  # type: ignore[override]
        return frozenset()

    def get_component_rich_style(
        self, *names: str, partial: bool = False, default: Style | None = None
    ) -> Style:
        return Style.combine(LOOKS[name] for name in names)

    @property
    def _value(self) -> Text:
        veil = veil_over(self) if self.about_people and not self.password else None
        if veil is None:
            return super()._value
        return Text(veil.typed(self.value, self.has_focus), no_wrap=True, overflow="ignore", end="")

    def render_line(self, y: int) -> Strip:
        strip = super().render_line(y)
        return strip.apply_style(HERE) if self.has_focus else strip

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

    def replace(self, text: str, start: int, end: int) -> None:
        """Put typed or pasted text into the line: no orders to a terminal, no page by mistake."""
        room = max(0, LONGEST - len(self.value) + abs(end - start))
        super().replace(typed(text[:LONGEST])[:room], start, end)

    def _on_paste(self, event: Paste) -> None:
        """Every line that was copied, one behind the other; a stock input drops all but the first.

        Replaces `Input._on_paste`.
        """
        lines = (line.strip() for line in event.text.expandtabs(1).splitlines())
        text = "".join(sign for sign in " ".join(filter(None, lines)) if sign.isprintable())
        self.replace(text, *sorted(self.selection))
        event.prevent_default()
        event.stop()


class SafeApp(App[None]):
    """An application that tells nobody's data when it fails, ends cleanly and sends few bytes.

    Replaces `App._display`, which waits for a stalled line and stops everything with it, and
    `App._fatal_error`; adds signal handling that Textual leaves to luck.
    """

    ENABLE_COMMAND_PALETTE = False

    def __init__(self) -> None:
        super().__init__()
        self.shown = Shown()
        self._behind = False
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
            loop.add_signal_handler(one, lambda number=one: self.hang_up(128 + number))

    def hang_up(self, status: int) -> None:
        """End because of a signal, with this exit status."""
        self.exit(return_code=status)

    def repaint(self) -> None:
        """Send the whole screen again."""
        self.shown.forget()
        self.screen.refresh()

    @property
    def line_is_full(self) -> bool:
        """Whether the terminal takes nothing just now; one more write could hold the program."""
        thread = getattr(self._driver, "_writer_thread", None)
        return thread is not None and thread._queue.qsize() >= FULL

    def bell(self) -> None:
        """Ring, where it would be heard."""
        if not self.line_is_full:
            super().bell()

    def _catch_up(self) -> None:
        """Send what changed while the line was full, once it takes something again."""
        if self.line_is_full:
            self.set_timer(CATCH_UP_SECONDS, self._catch_up)
        else:
            self._behind = False
            self.screen.refresh()

    def _display(self, screen: Screen, renderable: Any) -> None:
        if self.line_is_full:
            if not self._behind:
                self._behind = True
                self.set_timer(CATCH_UP_SECONDS, self._catch_up)
            return
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
