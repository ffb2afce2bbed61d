"""A photo's preview on every kind of terminal: a face is never one even block."""

from unicodedata import east_asian_width

import pytest
from rich.text import Text

from counter_tui.photo.photos import Preview
from counter_tui.screens.picture import brush, drawn
from widgets.shown import Able

DARK, LIGHT = bytes((20, 20, 20)), bytes((240, 240, 240))
PICTURE = Preview((DARK * 4 + LIGHT * 4) * 4, (8, 4))
"""Dark at the left, light at the right."""


def _signs(able: Able, colours: int) -> list[Text]:
    lines = drawn(PICTURE, brush(able, colours))
    assert all(isinstance(line, Text) for line in lines)
    return [line for line in lines if isinstance(line, Text)]


@pytest.mark.parametrize("colours", [0, 16, 256])
@pytest.mark.parametrize("wide_signs", [True, False])
def test_without_colours_the_signs_themselves_differ(colours: int, wide_signs: bool) -> None:
    lines = _signs(Able(colours=False, wide_signs=wide_signs), colours)

    assert [len(line) for line in lines] == [8, 8]
    assert all(line.plain[0] != line.plain[7] and not line.spans for line in lines)


@pytest.mark.parametrize("colours", [0, 16, 256])
def test_a_terminal_with_doubtful_widths_gets_no_sign_of_doubtful_width(colours: int) -> None:
    for line in _signs(Able(wide_signs=False), colours):
        assert all(east_asian_width(sign) == "Na" for sign in line.plain)
        left, right = line[0], line[7]
        assert (left.plain, left.spans) != (right.plain, right.spans)


def test_with_256_colours_each_sign_shows_two_pixels() -> None:
    over = Preview(DARK * 2 + LIGHT * 2, (2, 2))
    (line,) = drawn(over, brush(Able(), 256))

    assert isinstance(line, Text)
    assert line.plain == "▀▀"
    colours = {(style.color, style.bgcolor) for _, _, style in line.spans if style}  # type: ignore[union-attr]
    assert len(colours) == 1
    ((upper, lower),) = colours
    assert upper != lower
