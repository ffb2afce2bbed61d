"""What the parts have in common."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, cast

from rich.text import Text
from textual.containers import Vertical
from textual.events import Blur
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from counter_tui.case.case import Case
from counter_tui.case.faults import doubts, faults
from counter_tui.decision_text import DecisionLine
from counter_tui.screens.columns import BAD, OPEN
from counter_tui.words import Words
from widgets.form import Form
from widgets.seams import SlimInput, veil_over

if TYPE_CHECKING:
    from counter_tui.app import CounterApp
    from counter_tui.screens.case import CaseScreen


class Field(SlimInput):
    """A field: `name` is its path in the draft. Masked while the cursor is elsewhere."""

    class Committed(Message):
        """The clerk has finished with the field."""

        def __init__(self, field: "Field", moved_on: bool) -> None:
            super().__init__()
            self.field, self.moved_on = field, moved_on

    def __init__(self, name: str, mask: Callable[[str], str] | None = None, **named: Any) -> None:
        super().__init__(name=name, id=name.replace(".", "-"), **named)
        self._mask = mask
        self.revealed = False

    @property
    def _value(self) -> Text:
        if self._mask and not self.has_focus and not self.revealed and veil_over(self) is None:
            return Text(self._mask(self.value), no_wrap=True, overflow="ignore", end="")
        return super()._value

    def put(self, value: str) -> None:
        """Show `value` unless the clerk is typing here."""
        # `has_focus` follows when the widget has got round to it; the screen knows at once.
        if self.screen.focused is not self and value != self.value:
            with self.prevent(Input.Changed):
                self.value = value

    def on_blur(self, event: Blur) -> None:
        self.post_message(self.Committed(self, moved_on=True))

    async def action_submit(self) -> None:
        self.post_message(self.Committed(self, moved_on=False))


class Part(Vertical):
    """One part. `part` is its name in `bindings.PARTS`."""

    part = ""

    DEFAULT_CSS = """
    Part { height: 1fr; scrollbar-size: 0 0; overflow: hidden; }
    """

    @property
    def counter(self) -> "CounterApp":
        """The application, by its own type."""
        return cast("CounterApp", self.app)

    @property
    def stage(self) -> "CaseScreen":
        """The screen that takes intents."""
        return cast("CaseScreen", self.screen)

    @property
    def words(self) -> Words:
        """The language in use."""
        return self.counter.words

    def put(self, case: Case) -> None:
        """Show the case as it is now."""
        raise NotImplementedError

    def enter(self, field: str = "") -> None:
        """Put the cursor on `field`, or where work begins."""
        named = self.field(field)
        for widget in (*((named,) if named else ()), *self.walk_children(Widget)):
            if widget.focusable and widget.display:
                self.screen.set_focus(widget)
                return

    def field(self, name: str) -> Widget | None:
        """The field or choice of that name; None when it is not here."""
        return next((one for one in self.walk_children(Widget) if name and one.name == name), None)

    def why(self, case: Case) -> tuple[str, Sequence[DecisionLine]]:
        """The name of what the cursor is on, and the lines of the decision that speak of it."""
        return "", ()

    def fault_notes(self, case: Case) -> dict[str, Text]:
        """What is wrong with, or odd about, the fields of the case: said behind each."""
        draft, words = case.draft, self.words
        notes = {
            path: Text(f"? {words(text, code=draft.recipient.usual_postcode)}", OPEN, end="")
            for path, text in doubts(draft, case.today).items()
        }
        wrong = faults(draft, case.today).items()
        return notes | {path: Text(f"! {words(text)}", BAD, end="") for path, text in wrong}

    def relabel(self) -> None:
        """Write labels again in the language in use."""
        for form in self.walk_children(Form):
            form.relabel()
