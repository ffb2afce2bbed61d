"""A mark beside one place of the screen, with a word about it."""

from rich.style import Style
from rich.text import Text

from widgets.rows import Rows
from widgets.seams import width_of


class Finger(Rows):
    """Points at a cell; lies over everything else and takes no keys."""

    DEFAULT_CSS = """
    Finger { layer: finger; height: 1; width: 1; visibility: hidden; }
    """

    def point(self, row: int, column: int, text: str) -> None:
        """Point at a cell, from whichever side there is room for `text`."""
        columns, rows = self.screen.size
        row, column = min(row, rows - 1), min(column, columns - 1)
        right = f"<{text} "
        width = width_of(right)
        if column + 1 + width <= columns:
            self._stand(column + 1, row, right)
        else:
            left = f" {text}>"
            self._stand(max(0, column - width_of(left)), row, left)

    def _stand(self, column: int, row: int, text: str) -> None:
        self.styles.width = width_of(text)
        self.styles.offset = (column, row)
        self.show([Text(text, Style(bold=True, reverse=True), end="")])
        self.visible = True

    def put_down(self) -> bool:
        """Point no more; False when it did not."""
        was, self.visible = self.visible, False
        return was
