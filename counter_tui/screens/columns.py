"""Aligned columns and the few styles of the case screen. Every colour has a word beside it."""

from collections.abc import Iterable, Sequence
from typing import Final

from rich.style import Style
from rich.text import Text

from widgets.seams import padded, width_of

GOOD: Final = Style(color="green")
OPEN: Final = Style(color="yellow", bold=True)
BAD: Final = Style(color="red", bold=True)
INFO: Final = Style(color="cyan")
QUIET: Final = Style(dim=True)
STRONG: Final = Style(bold=True)
PLAIN: Final = Style()
HEADING: Final = Style(color="cyan", underline=True)

STATUS_STYLES: Final = {
    "present": GOOD,
    "verified": GOOD,
    "deferred": OPEN,
    "missing": BAD,
}
"""Materials by state."""

Cell = tuple[str, int] | tuple[str, int, Style]
"""A text, its width in columns (0: as wide as it is), and how it looks."""


def cell(text: str, width: int) -> str:
    """`text` in exactly `width` columns; what does not fit ends in `~`."""
    if width_of(text) <= width:
        return text + " " * (width - width_of(text))
    kept, used = "", 0
    for character in text:
        size = width_of(character)
        if used + size > width - 1:
            break
        kept += character
        used += size
    return f"{kept}~" + " " * (width - 1 - used)


def spread(texts: Sequence[str], widths: Sequence[int], growing: int, window: int) -> str:
    """One line of a list: each text cut and filled to its column, the last one to the window's end.

    The widths are those of a window of 80 columns; column `growing` gets half of what it has more.
    """
    more = max(0, window - 80) // 2
    wide = [width + more * (at == growing) for at, width in enumerate(widths)]
    *most, last = texts
    room = window - 1 - sum(wide)
    return " " + "".join(map(padded, most, wide)) + cell(last, room).rstrip()


def row(*cells: Cell) -> Text:
    """One line of cells, each one column from the next."""
    line = Text(" ", end="")
    for one in cells:
        text, width = one[0], one[1]
        style = one[2] if len(one) == 3 else PLAIN
        line.append(cell(text, width) if width else text, style)
        line.append(" ")
    return line


def heading(*cells: Cell, width: int = 78) -> Text:
    """The names of columns, underlined across the screen."""
    line = row(*((text, size) for text, size, *_ in cells))
    plain = cell(line.plain[1:], width - 1)
    return Text(" ", end="").append(plain, HEADING)


def says(text: str, style: Style = PLAIN, indent: int = 1) -> Text:
    """A plain line."""
    return Text(" " * indent, end="").append(text, style)


def wrapped(text: str, width: int) -> list[str]:
    """`text` in lines of at most `width` columns; Chinese breaks anywhere, words at spaces."""
    lines, line, used = [], "", 0
    for word in _breakable(text):
        size = width_of(word)
        if used + size > width and line:
            lines.append(line.rstrip())
            line, used = "", 0
            word = word.lstrip()
            size = width_of(word)
        line += word
        used += size
    return [*lines, line.rstrip()] if line.strip() else lines


def _breakable(text: str) -> Iterable[str]:
    piece = ""
    for character in text:
        if character == " " or not character.isascii():
            if piece:
                yield piece
            piece = ""
            yield character
        else:
            piece += character
    if piece:
        yield piece
