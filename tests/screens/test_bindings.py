"""The table of keys, and the catalogue that says them."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from textual.binding import Binding

from counter_tui.actions import Actions
from counter_tui.app import CounterApp
from counter_tui.bindings import ALL, GO, KEYS, PARTS, Screen, Situation, by_action
from counter_tui.screens.frame import help_lines
from counter_tui.words import Words
from widgets.seams import width_of

LOCALE = Path(__file__).parents[2] / "counter_tui" / "locale"
SAFE = re.compile(
    r"f([1-9]|10)|escape|insert|ctrl\+[cdefklnoprtuwxy]|ctrl\+g( [1-9])?|page(up|down)|"
)
"""Not A, B (screen, tmux), S, Q (flow control), V (paste), Z (suspend), H, I, J, M (other keys)."""


def test_only_keys_that_survive_every_terminal() -> None:
    for key in KEYS:
        assert SAFE.fullmatch(key.key) and SAFE.fullmatch(key.second), key


def test_no_key_means_two_things() -> None:
    names = [key.key for key in KEYS if key.key] + [
        k.second for k in KEYS if k.second[:4] not in ("", "page")
    ]
    assert len(names) == len(set(names))


def test_every_function_key_has_a_second_way() -> None:
    assert all(key.second for key in KEYS if re.fullmatch(r"f\d+", key.key))


def test_every_row_is_bound_and_does_something() -> None:
    bound = {one.key for one in CounterApp.BINDINGS if isinstance(one, Binding)}
    for key in KEYS:
        assert key.key.split()[0] in bound
        assert hasattr(Actions, f"action_{key.action.partition('(')[0]}")


def test_a_key_of_the_case_says_at_home_that_no_case_is_open() -> None:
    assert by_action("accept").reason(Situation("home"))
    assert by_action("accept").reason(Situation("case")) == ""
    assert by_action("accept").reason(Situation("case", obstacle="x")) == "x"
    assert by_action("lock").reason(Situation("case", busy=True))


def test_each_part_has_its_key() -> None:
    assert [key.action for key in KEYS if key.action.startswith("part")] == [
        f"part('{name}')" for name in PARTS
    ]


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_key_bar_fits_eighty_columns(language: str) -> None:
    words = Words(language)
    bar = "".join(f"{key.key.upper()}{words(key.label)} " for key in KEYS if key.bar)
    assert width_of(bar.rstrip()) <= 80


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("screen", sorted(ALL))
def test_the_help_of_every_screen_fits_eighty_columns(language: str, screen: Screen) -> None:
    words = Words(language)
    lines = help_lines(screen, words)
    assert len(lines) > 4
    assert [line for line in lines if width_of(line) > 80] == []


def test_the_desks_digits_count_from_one() -> None:
    """The digit in the table is the digit in front of the question's line."""
    for screen in ALL - {"signin"}:
        desks = [key.key for key in KEYS if key.key.startswith(GO) and screen in key.screens]
        assert desks == [f"{GO}{number}" for number in range(1, len(desks) + 1)]


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_places_in_a_sentence_are_the_same_in_translation(language: str) -> None:
    with (LOCALE / language / "LC_MESSAGES" / "counter.po").open("rb") as file:
        for message in read_po(file):
            if message.id:
                places = re.findall(r"\{\w+\}", str(message.id))
                assert sorted(places) == sorted(re.findall(r"\{\w+\}", str(message.string)))
