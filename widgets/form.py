"""Labels, fields and notes in columns, one row each."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from textual.app import ComposeResult
from textual.containers import Container
from textual.geometry import Offset, Region, Size, Spacing
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget

from widgets.choice import Choice
from widgets.rows import Line, Rows
from widgets.seams import SlimInput, display


class CompletingInput(SlimInput):
    """A line in which Tab finishes the word begun, when there is one."""


class Columns(Layout):
    """The labels in one widget at the left, the notes in one at the right, fields between them.

    A widget for each label and note costs 33 KiB and a task of its own: half a case's memory, and
    half the time that a part takes to lay out.
    """

    name = "columns"

    def __init__(self, labels: int, fields: int | None) -> None:
        """Columns of cells: the labels', and the fields' where notes follow."""
        self._labels, self._fields = labels, fields

    def arrange(
        self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True
    ) -> ArrangeResult:
        """Place what is displayed of a form, from its first row down."""
        assert isinstance(parent, Form)
        fields = [one for one in children if one not in parent.texts]
        beside = max(0, size.width - self._labels)
        width = beside if self._fields is None else min(self._fields, beside)
        columns = [
            Region(0, 0, min(self._labels, size.width), len(fields)),
            Region(self._labels + width, 0, beside - width, len(fields)),
        ]
        # A choice needs the room itself; it lies over the notes, which are silent in its row.
        rows = [
            Region(self._labels, row, beside if isinstance(field, Choice) else width, 1)
            for row, field in enumerate(fields)
        ]
        regions = zip((*parent.texts, *fields), (*columns[: len(parent.texts)], *rows), strict=True)
        return [WidgetPlacement(region, Offset(), Spacing(), widget) for widget, region in regions]


class Form(Container):
    """Rows of a label and a field. Labels are given as functions, so they follow the language.

    A row can be left out. A field's `name` is the key of its row.
    """

    DEFAULT_CSS = """
    Form { height: auto; padding: 0 1; scrollbar-size: 0 0; }
    Form > Rows { height: 1; }
    """
    label_columns = 18
    field_columns: int | None = None

    def __init__(
        self,
        *fields: tuple[Callable[[], str], Widget],
        label_columns: int | None = None,
        **named: Any,
    ) -> None:
        super().__init__(**named)
        self._fields = fields
        self._labels = Rows()
        self.texts: tuple[Rows, ...] = (self._labels,)
        """The columns of text beside the fields."""
        self._columns = Columns(label_columns or self.label_columns, self.field_columns)

    def compose(self) -> ComposeResult:
        yield from self.texts
        for _, field in self._fields:
            yield field

    @property
    def layout(self) -> Layout:
        # A style takes only layouts that Textual knows by name.
        return self._columns

    @property
    def shown(self) -> list[tuple[Callable[[], str], Widget]]:
        """The rows that are not left out."""
        return [(text, field) for text, field in self._fields if field.display]

    def relabel(self) -> None:
        """Write every label again, in the language in use."""
        self._labels.show([text() for text, _ in self.shown])

    def label_of(self, field: Widget) -> str:
        """What one of its fields is called."""
        return next((text() for text, one in self._fields if one is field), "")

    def leave_out(self, names: Collection[str]) -> None:
        """Show all rows but those of the fields named."""
        fields = [field for _, field in self._fields]
        hidden = [field for field in fields if field.name in names]
        if display([field for field in fields if field not in hidden], hidden):
            self.relabel()


class NotedForm(Form):
    """Rows of a label, a field and what is said about the field."""

    label_columns = 17
    field_columns = 27

    def __init__(self, *fields: tuple[Callable[[], str], Widget], **named: Any) -> None:
        super().__init__(*fields, **named)
        self._notes = Rows()
        self.texts = (self._labels, self._notes)

    def note(self, lines: Mapping[str, Line]) -> None:
        """Say something behind each field named; nothing behind the others."""
        beside: list[Line] = []
        for _, field in self._fields:
            said = lines.get(field.name or "", "")
            # A choice says the note behind its answers.
            if isinstance(field, Choice):
                field.say(said)
                said = ""
            if field.display:
                beside.append(said)
        self._notes.show(beside)
