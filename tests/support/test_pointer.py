"""Messages of a supporter: made by the door, read by the terminal; nothing else gets through."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter_tui.clean import clean
from counter_tui.support import door
from counter_tui.support.place import Place
from counter_tui.support.pointer import LONGEST_TEXT, Pointer, Pointing, Proposal, parse


@given(st.binary(max_size=300))
def test_no_datagram_upsets_the_terminal(data: bytes) -> None:
    assert parse(data) is None


@given(st.text(max_size=300))
def test_text_is_cleaned_and_cut(text: str) -> None:
    sent = door.message(["point", "3", "9"], lambda: text)
    got = parse(json.dumps(sent).encode())
    assert isinstance(got, Pointing)
    assert len(got.text) <= LONGEST_TEXT and got.text == clean(got.text)


@pytest.mark.parametrize(
    "value",
    [
        {"do": "point", "row": -1, "column": 0, "text": ""},
        {"do": "point", "row": 1, "column": 10**9, "text": ""},
        {"do": "propose", "field": "../x", "value": "1"},
        {"do": "propose", "field": "a" * 41, "value": "1"},
        {"do": "arrive", "who": 7},
        {"do": "type", "keys": "rm"},
        [],
        None,
    ],
)
def test_what_is_not_of_the_protocol_is_nothing(value: object) -> None:
    assert parse(json.dumps(value).encode()) is None


@pytest.mark.parametrize(
    "words", [["point"], ["point", "a", "b"], ["point", "-1", "2"], ["propose"], ["sh", "-c", "id"]]
)
def test_the_door_knows_two_words(words: list[str]) -> None:
    assert door.message(words, lambda: "x") is None


def test_through_the_socket(tmp_path: Path) -> None:
    place = Place(tmp_path, "nobody")
    assert not door.send(str(tmp_path), {"do": "point"}), "nobody listens yet"
    pointer = Pointer(place)
    try:
        assert pointer.receive() is None
        assert door.send(str(tmp_path), {"do": "nonsense"})
        assert door.send(str(tmp_path), {"do": "propose", "field": "phone", "value": "x" * 1900})
        sent = door.message(["propose", "Street,", "number"], lambda: "post")
        assert sent is not None and door.send(str(tmp_path), sent)
        got = [pointer.receive(), pointer.receive(), pointer.receive()]
        assert got == [
            Proposal("phone", "x" * LONGEST_TEXT),
            Proposal("Street, number", "post"),
            None,
        ]
        assert "post" not in repr(got[1])
        assert place.pointer.stat().st_mode & 0o777 == 0o660
    finally:
        pointer.close()
    assert not place.pointer.exists()
