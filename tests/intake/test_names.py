"""Pinyin as documents spell it; the readings are pypinyin's, the surnames ours."""

import pytest

from counter_tui.pinyin import suggestion
from intake.names import passport_spelling, split_name, suggest


@pytest.mark.parametrize(
    ("name", "surname", "given"),
    [
        ("吕秀女", "LYU", "XIUNYU"),
        ("仇英", "QIU", "YING"),
        ("单田芳", "SHAN", "TIANFANG"),
        ("解晓东", "XIE", "XIAODONG"),
        ("查良镛", "ZHA", "LIANGYONG"),
        ("曾国藩", "ZENG", "GUOFAN"),
        ("欧阳娜娜", "OUYANG", "NANA"),
        ("尉迟恭", "YUCHI", "GONG"),
        ("余雪", "YU", "XUE"),
        ("略", "LYUE", ""),
        ("任 明", "REN", "MING"),
        ("买买提·吐尔逊", "", "MAIMAITITUERXUN"),
        ("买买提•吐尔逊", "", "MAIMAITITUERXUN"),
        ("买买提・吐尔逊", "", "MAIMAITITUERXUN"),
        ("阚明", "KAN", "MING"),
        ("薄明", "BO", "MING"),
        ("卜明", "BU", "MING"),
        ("繁明", "PO", "MING"),
        ("乜明", "NIE", "MING"),
    ],
)
def test_suggestions(name: str, surname: str, given: str) -> None:
    found = suggestion(name)
    assert (found.surname, found.given) == (surname, given)


def test_heteronyms_are_marked_unsure() -> None:
    assert "乐" in suggestion("王乐").unsure
    assert suggestion("单田芳").unsure == ()


def test_a_character_without_a_reading_is_left_to_the_clerk() -> None:
    found = suggest("王一", lambda text: [["wang"] if c == "王" else [] for c in text])
    assert (found.surname, found.given, found.unknown) == ("WANG", "", ("一",))
    assert suggestion("王\ue000").unknown == ("\ue000",)


def test_what_follows_a_character_without_a_reading_is_still_spelled() -> None:
    found = suggest("〇一二", lambda text: [["er"] if c == "二" else [] for c in text])
    assert (found.surname, found.given, found.unknown) == ("", "ER", ("〇", "一"))


def test_splitting_and_spelling() -> None:
    assert split_name("欧阳") == ("欧", "阳")
    assert split_name("欧阳修") == ("欧阳", "修")
    assert split_name("") == ("", "")
    assert [passport_spelling(p) for p in ("lü", "lv", "LU:", "nü", "lüe", "ju")] == [
        "LYU",
        "LYU",
        "LYU",
        "NYU",
        "LYUE",
        "JU",
    ]
