"""Labels and fields in two columns, one row each."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from textual.app import ComposeResult
from textual.containers import Container
from textual.widget import Widget

from widgets.choice import Choice
from widgets.rows import Line, Rows
from widgets.seams import SlimInput


class CompletingInput(SlimInput):
    """A line in which Tab finishes the word begun, when there is one."""


class Label(Rows):
    """What a field is called."""

    DEFAULT_CSS = """
    Label { height: 1; }
    """


class Form(Container):
    """Rows of a label and a field. Labels are given as functions, so they follow the language."""

    DEFAULT_CSS = """
    Form {
        layout: grid; grid-size: 2; grid-columns: 18 1fr; grid-rows: 1;
        height: auto; padding: 0 1; scrollbar-size: 0 0;
    }
    """

    def __init__(self, *fields: tuple[Callable[[], str], Widget], **named: Any) -> None:
        super().__init__(**named)
        self._fields = fields
        self._labels = [Label() for _ in fields]

    def compose(self) -> ComposeResult:
        for label, (_, field) in zip(self._labels, self._fields, strict=True):
            yield label
            yield field

    def relabel(self) -> None:
        """Write every label again, in the language in use."""
        for label, (text, _) in zip(self._labels, self._fields, strict=True):
            label.show([text()])

    def label_of(self, field: Widget) -> str:
        """What one of its fields is called."""
        return next((text() for text, one in self._fields if one is field), "")


class NotedForm(Form):
    """Rows of a label, a field and what is said about the field. A row can be left out.

    The field's `name` is the key of its row.
    """

    DEFAULT_CSS = """
    NotedForm { grid-size: 3; grid-columns: 17 27 1fr; }
    NotedForm > Choice { column-span: 2; }
    """

    def __init__(self, *fields: tuple[Callable[[], str], Widget], **named: Any) -> None:
        super().__init__(*fields, **named)
        # A choice needs the room itself and says the note behind its answers.
        self._notes = [None if isinstance(field, Choice) else Label() for _, field in fields]

    def compose(self) -> ComposeResult:
        for label, (_, field), note in zip(self._labels, self._fields, self._notes, strict=True):
            yield label
            yield field
            if note is not None:
                yield note

    def note(self, lines: Mapping[str, Line]) -> None:
        """Say something behind each field named; nothing behind the others."""
        for (_, field), note in zip(self._fields, self._notes, strict=True):
            said = lines.get(field.name or "", "")
            if isinstance(field, Choice):
                field.say(said)
            elif note is not None:
                note.show([said] if said else [])

    def leave_out(self, names: Collection[str]) -> None:
        """Show all rows but those of the fields named."""
        for label, (_, field), note in zip(self._labels, self._fields, self._notes, strict=True):
            shown = (field.name or "") not in names
            # Each setting of `display` lays out the screen, changed or not.
            if field.display != shown:
                label.display = field.display = shown
                if note is not None:
                    note.display = shown
