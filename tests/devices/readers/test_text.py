"""Text from hardware: nothing a terminal would obey comes through, no rare name is lost."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.text import clean

HOSTILE = {
    "样\x1b]52;c;aGk=\x07本": "样本",
    "样\x1b[2J\x1b[31m本": "样本",
    "样\x9b31m本": "样本",
    "样\u202e本\u2066\u200b": "样本",
    "a\r\nb\tc": "a b c",
    "\ud800样\udfff": "样",
    "\x1bPq#0\x1b\\本": "本",
    "\x1b": "",
}
KEPT = ["𠮷野", "㐅", "\ue000", "葛\U000e0100", "[/x]", "ZHENGJIAN, YANGBEN", "买买提·艾力"]


@pytest.mark.parametrize(("text", "wanted"), HOSTILE.items())
def test_hostile_text_is_made_harmless(text: str, wanted: str) -> None:
    assert clean(text) == wanted


@pytest.mark.parametrize("text", KEPT)
def test_names_stay_as_they_are(text: str) -> None:
    assert clean(text) == text


@given(st.text(alphabet=st.characters(exclude_categories=[])))
def test_nothing_a_terminal_obeys_is_ever_left(text: str) -> None:
    left = clean(text)
    assert not any(unicodedata.category(one) in ("Cc", "Cs") for one in left)
    assert not any(unicodedata.bidirectional(one) in _TURNING for one in left)
    assert clean(left) == left


_TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
