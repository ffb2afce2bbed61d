"""A slip as lines of a fixed number of columns: what receipt printers and text files show."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from counter_tui.slips.slip import Block, Slip

Style = Literal["normal", "title", "heading", "barcode"]

_LABEL = 10
"""Columns of a label beside its value."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line. A `title` is drawn twice as wide, a `barcode` as bars with its text beneath."""

    text: str
    style: Style = "normal"


def columns_of(text: str) -> int:
    """Columns on paper: one for what GB18030 writes in one byte, two for the rest."""
    return sum(1 if len(sign.encode("gb18030", "replace")) == 1 else 2 for sign in text)


def laid_out(slip: Slip, columns: int) -> Iterator[Line]:
    """The slip, wrapped at `columns`."""
    for block in slip.blocks:
        yield from _block(block, columns)


def as_lines(slip: Slip, columns: int) -> list[str]:
    """The slip as plain lines; bars are their text in the middle."""
    return [
        _centred(line.text.strip(), columns) if line.style in ("title", "barcode") else line.text
        for line in laid_out(slip, columns)
    ]


def _block(block: Block, columns: int) -> Iterator[Line]:
    match block.kind:
        case "title":
            for text in wrapped(block.text, columns // 2):
                yield Line(_centred(text, columns // 2), "title")
        case "heading":
            yield Line("")
            for text in wrapped(block.text, columns):
                yield Line(text, "heading")
        case "line":
            for text in wrapped(block.text, columns - block.indent):
                yield Line(" " * block.indent + text)
        case "pair":
            yield from _pair(block, columns)
        case "gap":
            yield Line("")
        case "rule":
            yield Line("-" * columns)
        case "barcode":
            yield Line(block.text, "barcode")
        case "signature":
            yield Line("")
            label = f"{block.label}: "
            yield Line(label + "_" * max(columns - columns_of(label), 4))


def _pair(block: Block, columns: int) -> Iterator[Line]:
    width = max(_LABEL, columns_of(block.label) + 1)
    label = block.label + " " * (width - columns_of(block.label))
    for number, text in enumerate(wrapped(block.text, max(columns - width, 12))):
        yield Line((" " * width if number else label) + text)


def wrapped(text: str, columns: int, measure: Callable[[str], int] = columns_of) -> list[str]:
    """`text` in pieces of at most `columns`: between words, or anywhere beside a Chinese sign.

    `measure` says how many columns a text takes where signs have another width than on paper.
    """
    lines, line = [], ""
    for piece in _pieces(text):
        if line and measure(line + piece.rstrip()) > columns:
            lines.append(line.rstrip())
            line = ""
        line += piece if line else piece.lstrip()
        while measure(line.rstrip()) > columns:
            cut = _fitting(line, columns, measure)
            lines.append(line[:cut])
            line = line[cut:]
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


_CLOSING = "，。；：、！？）》”’"


def _pieces(text: str) -> Iterator[str]:
    piece = ""
    for sign in text:
        if columns_of(sign) == 2:
            # Punctuation that closes stays with what it closes.
            if piece and sign not in _CLOSING:
                yield piece
                piece = ""
            piece += sign
        elif sign == " ":
            yield piece + sign
            piece = ""
        else:
            if piece and columns_of(piece[-1]) == 2:
                yield piece
                piece = ""
            piece += sign
    if piece:
        yield piece


def _fitting(text: str, columns: int, measure: Callable[[str], int]) -> int:
    used = 0
    for index, sign in enumerate(text):
        used += measure(sign)
        if used > columns:
            return max(index, 1)
    return len(text)


def _centred(text: str, columns: int) -> str:
    return " " * max((columns - columns_of(text)) // 2, 0) + text
