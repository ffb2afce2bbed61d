"""A field with a few fixed answers, changed by arrows, space or the answer's number."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich.style import Style
from rich.text import Text
from textual.events import Key
from textual.message import Message

from widgets.rows import CURSOR, Line, Rows


class Choice(Rows, can_focus=True):
    """Shows all answers on one line, the chosen one in brackets."""

    DEFAULT_CSS = """
    Choice { height: 1; }
    """

    @dataclass
    class Picked(Message):
        """The clerk picked `value`."""

        choice: "Choice"
        value: str

        @property
        def control(self) -> "Choice":
            return self.choice

    def __init__(self, values: Sequence[str], **named: Any) -> None:
        super().__init__(**named)
        self._values = tuple(values)
        self._labels: tuple[str, ...] = self._values
        self._value = self._values[0]
        self._note: Line = ""

    @property
    def value(self) -> str:
        """The chosen answer."""
        return self._value

    def label(self, value: str) -> str:
        """What the answer `value` is called here; itself when it is none."""
        return dict(zip(self._values, self._labels, strict=True)).get(value, value)

    def meant(self, said: str) -> str:
        """The answer with that label; what was said when none has it."""
        return dict(zip(self._labels, self._values, strict=True)).get(said, said)

    def put(self, value: str, labels: Sequence[str]) -> None:
        """Show `value` as chosen, with one label an answer; nothing is posted."""
        self._value, self._labels = value, tuple(labels)
        self._draw()

    def say(self, note: Line) -> None:
        """Say something behind the answers."""
        self._note = note
        self._draw()

    def _draw(self) -> None:
        line = Text(end="")
        for number, (value, label) in enumerate(
            zip(self._values, self._labels, strict=True), start=1
        ):
            chosen = value == self._value
            # An answer that is a letter is picked by that letter.
            said = label if value == label and len(value) == 1 else f"{number} {label}"
            text = f"[{said}]" if chosen else f" {said} "
            here = CURSOR if self.has_focus else Style(bold=True)
            line.append(text, here if chosen else Style())
        if self._note:
            line.append("  ")
            line.append(self._note)
        self.show([line])

    def on_focus(self) -> None:
        self._draw()

    def on_blur(self) -> None:
        self._draw()

    def on_key(self, event: Key) -> None:
        at = self._values.index(self._value) if self._value in self._values else 0
        steps = {"left": at - 1, "right": at + 1, "space": at + 1}
        if event.key in steps:
            picked = steps[event.key] % len(self._values)
        elif event.key.isdigit() and 1 <= int(event.key) <= len(self._values):
            picked = int(event.key) - 1
        elif event.key.upper() in self._values:
            # Answers that are letters themselves, such as the codes of endorsements.
            picked = self._values.index(event.key.upper())
        else:
            return
        event.stop()
        event.prevent_default()
        self.pick(self._values[picked])

    def pick(self, value: str) -> bool:
        """Choose `value`, as a key would; False when it is none of the answers."""
        if value not in self._values:
            return False
        if value != self._value:
            self._value = value
            self._draw()
            self.post_message(self.Picked(self, value))
        return True
