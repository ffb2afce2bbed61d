"""A paste is text, cut into whatever pieces a line cuts it."""

import random

import pytest
from textual._xterm_parser import XTermParser
from textual.events import Key, Paste
from textual.message import Message

from widgets.pastes import BEGIN, END, Pastes
from widgets.seams import PlainEscape

BAIT = "甲\x1b[21~9\r\x1b]52;c;eA==\x07\x9b2J乙\x1b[20"


def read(parser: XTermParser, sent: str, seed: int | None = None) -> list[Message]:
    """What a parser makes of `sent`, cut at random places when there is a seed."""
    chance, found = random.Random(seed), []  # noqa: S311
    while sent:
        size = len(sent) if seed is None else chance.randint(1, 4)
        found += parser.feed(sent[:size])
        sent = sent[size:]
    return found


def test_textual_still_takes_pasted_escapes_for_keys_and_ours_does_not() -> None:
    sent = f"{BEGIN}{BAIT * 3}{END}"
    assert any(isinstance(one, Key) for one in read(XTermParser(), sent))
    assert [type(one) for one in read(PlainEscape(), sent)] == [Paste]


@pytest.mark.parametrize("seed", range(40))
def test_pieces_make_no_difference(seed: int) -> None:
    sent = f"a\x1b[21~{BEGIN}{BAIT}\n丙{END}b{BEGIN}{END}\x1bOPc"
    told = read(PlainEscape(), sent, seed)
    pasted = [one.text for one in told if isinstance(one, Paste)]
    keys = [one.key for one in told if isinstance(one, Key)]
    assert pasted[0] == "甲[21~9\r]52;c;eA==2J乙[20\n丙"
    assert keys == ["a", "f10", "b", "f1", "c"]


def test_nothing_of_a_key_is_held_back() -> None:
    pastes = Pastes()
    for piece in ("\x1b", "[2", "0", "0", "x", "\x1b[20"):
        assert pastes.passed(piece) == piece
