"""Labels and fields in two columns, one row each."""

from collections.abc import Callable
from typing import Any

from textual.app import ComposeResult
from textual.containers import Container
from textual.widget import Widget

from widgets.rows import Rows
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
