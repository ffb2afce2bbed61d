"""A small picture drawn in signs: by colours where the line has them, else in shades of letters."""

from collections.abc import Callable
from functools import partial
from typing import Final

from rich.color import Color
from rich.style import Style
from rich.text import Text

from counter_tui.photo.photos import Preview
from widgets.rows import Line
from widgets.shown import Able

Pixel = tuple[int, int, int]
Brush = Callable[[Pixel, Pixel], tuple[str, Style]]
"""Two pixels, one over the other, as one sign."""

_SHADES: Final = " ░▒▓█"
_LETTERS: Final = " .:-=+*#%@"
"""The same in signs that every terminal has and draws one column wide."""
_PLAIN: Final = Style()


def brush(able: Able, colours: int) -> Brush:
    """The finest that a terminal with so many colours shows."""
    if not able.colours or colours < 256:
        return partial(_shade, _SHADES if able.wide_signs else _LETTERS)
    return _halves if able.wide_signs else _ground


def drawn(picture: Preview, brush: Brush) -> list[Line]:
    """The picture in lines: a sign for every two pixels."""
    wide, high = picture.size

    def pixel(x: int, y: int) -> Pixel:
        at = (y * wide + x) * 3
        return picture.pixels[at], picture.pixels[at + 1], picture.pixels[at + 2]

    lines: list[Line] = []
    for y in range(0, high - 1, 2):
        line = Text(end="")
        for x in range(wide):
            line.append(*brush(pixel(x, y), pixel(x, y + 1)))
        lines.append(line)
    return lines


def _halves(upper: Pixel, lower: Pixel) -> tuple[str, Style]:
    return "▀", Style(color=_colour(upper), bgcolor=_colour(lower))


def _ground(upper: Pixel, lower: Pixel) -> tuple[str, Style]:
    """A blank on the colour between both."""
    red, green, blue = ((one + other) // 2 for one, other in zip(upper, lower, strict=True))
    return " ", Style(bgcolor=_colour((red, green, blue)))


def _shade(shades: str, upper: Pixel, lower: Pixel) -> tuple[str, Style]:
    grey = (sum(upper) + sum(lower)) // 6
    return shades[grey * len(shades) // 256], _PLAIN


def _colour(pixel: Pixel) -> Color:
    return Color.from_ansi(
        16 + sum(part * 6 // 256 * by for part, by in zip(pixel, (36, 6, 1), strict=True))
    )
