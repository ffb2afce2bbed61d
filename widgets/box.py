"""A box over the screen, mounted once and shown or hidden; opening it sends only its own cells."""

from collections.abc import Sequence

from rich.style import Style
from rich.text import Text

from widgets.rows import Line, Rows


def title_line(text: str, width: int = 200) -> Text:
    """A heading: bold and reversed over the whole width."""
    return Text(f" {text}".ljust(width), Style(bold=True, reverse=True), end="")


class TextBox(Rows):
    """Lines to read, over the lower part of the screen."""

    DEFAULT_CSS = """
    TextBox {
        layer: box; width: 100%; height: 12; margin: 10 0 0 0; visibility: hidden;
    }
    """

    def open(self, title: str, lines: Sequence[Line]) -> None:
        """Show `lines` under `title`."""
        self.show([title_line(title), *lines])
        self.visible = True

    def close(self) -> None:
        """Hide the box."""
        self.visible = False
