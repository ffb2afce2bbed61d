"""What stands on the terminal, cell by cell, and the few bytes that change it.

The second place where we reach behind Textual's public face (`seams` is the first): Textual sends
whole regions for one changed cell. Here everything passes that is sent, so here is also the last
gate before the line: a veil over people, letters for signs that a terminal would draw too wide, no
colours where there are none.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Protocol
from unicodedata import category, east_asian_width

from rich.cells import get_character_cell_size
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.strip import Strip


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


UNSEEN: Final = frozenset({"Cc", "Cf", "Cs"})
"""Unicode's categories of what is no sign: control, direction and format, halves of a pair."""

Cell = tuple[str, Style | None]
"""One column: its character (empty for the right half of a wide one) and its style."""


@dataclass(frozen=True, slots=True)
class Able:
    """What the terminal and the line to it can do."""

    colours: bool = True
    wide_signs: bool = True
    """Whether signs of ambiguous width (─ … ×) take one column, as they are counted."""
    bars: bool = True
    """Whether a bar goes on behind its text to the end of the line; on a slow line it does not."""


class Shown:
    """What stands on the terminal, cell by cell; turns an update into the cells that differ.

    Replaces `CompositorUpdate.render_segments`: Textual sends whole dirty regions.
    """

    def __init__(self) -> None:
        self._rows: list[list[Cell] | None] = []
        self.veil: Veil | None = None
        self.able = Able()

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
            fresh = _cells(strips, self.able)
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


def _cells(strips: Iterable[Strip], able: Able) -> list[Cell]:
    cells: list[Cell] = []
    for strip in strips:
        for text, style, control in strip:
            if control:
                continue
            style = _bare(style, able.colours)
            if not able.wide_signs:
                text = _narrow(text)
            if not able.bars and style is not None and style.reverse and text[-1:] == " ":
                # A bar ends with its text; the rest of the line is erased, not sent.
                said = text.rstrip(" ")
                cells.extend(_plain_cells(f"{said} " if said else "", style))
                cells.extend([(" ", None)] * (len(text) - len(said) - bool(said)))
                continue
            cells.extend(_plain_cells(text, style))
    return cells


def _plain_cells(text: str, style: Style | None) -> Iterable[Cell]:
    if text.isascii() and text.isprintable():
        yield from ((character, style) for character in text)
        return
    for character in text:
        width = get_character_cell_size(character)
        if width:
            # Whatever way it came: nothing here is an order to the terminal.
            yield (" " if category(character) in UNSEEN else character, style)
            yield from [("", style)] * (width - 1)


def _narrow(text: str) -> str:
    """The text without signs of ambiguous width, each a letter in its place."""
    if text.isascii():
        return text
    return "".join(_LETTERS.get(one, "*") if east_asian_width(one) == "A" else one for one in text)


_LETTERS: Final = {
    **dict.fromkeys("─━═╌╍┄┅┈┉‐–—―", "-"),
    **dict.fromkeys("│┃║╎╏┆┇┊┋", "|"),
    **dict.fromkeys("┌┐└┘├┤┬┴┼╭╮╰╯╔╗╚╝╠╣╦╩╬", "+"),
    **dict.fromkeys("“”″", '"'),
    **dict.fromkeys("‘’′", "'"),
    **dict.fromkeys("→►▶", ">"),
    **dict.fromkeys("←◄◀", "<"),
    **dict.fromkeys("…·", "."),
    **dict.fromkeys("×", "x"),
    **dict.fromkeys("÷", "/"),
    **dict.fromkeys("↑▲", "^"),
    **dict.fromkeys("↓▼", "v"),
    **dict.fromkeys("√", "v"),
    **dict.fromkeys("°", "o"),
}


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
def _bare(style: Style | None, colours: bool) -> Style | None:
    """The style as a terminal needs it: nothing for its own default look."""
    if style is None:
        return None
    if not colours:
        bare = style.without_color.clear_meta_and_links()
        return None if bare == _PLAIN else bare
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
