"""The items line: what it understands, what it says when it does not."""

import pytest

from counter_tui.case.grammar import LEXICON, completions, find, read


def items(line: str) -> list[tuple[str, str, list[tuple[str, str, str, str]]]]:
    return [
        (
            item["document"],
            item["kind"],
            [(e["region"], e["code"], e["entries"], e["validity"]) for e in item["endorsements"]],
        )
        for item in read(line).items
    ]


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("护照 首", [("passport", "first", [])]),
        ("hz s", [("passport", "first", [])]),
        ("护照", [("passport", "first", [])]),
        (
            "续 港澳 G 1年",
            [
                (
                    "hkm_permit",
                    "renew",
                    [("HK", "G", "single", "1y"), ("MO", "G", "single", "1y")],
                )
            ],
        ),
        (
            "港澳 香港 g 2次 3月",
            [("hkm_permit", "endorse", [("HK", "G", "double", "3m")])],
        ),
        ("1", [("passport", "first", [])]),
        ("1d", [("passport", "reissue_lost", [])]),
        ("1x", [("passport", "renew", [])]),
        ("2x", [("hkm_permit", "renew", [])]),
        (
            "港澳首G1年",
            [("hkm_permit", "first", [("HK", "G", "single", "1y"), ("MO", "G", "single", "1y")])],
        ),
        (
            "2sg",
            [("hkm_permit", "first", [("HK", "G", "single", "1y"), ("MO", "G", "single", "1y")])],
        ),
        (
            "港澳 首 香港 G 1年 2次 澳门 L 3月",
            [("hkm_permit", "first", [("HK", "G", "double", "1y"), ("MO", "L", "double", "3m")])],
        ),
        (
            "G 香港 澳门",
            [("hkm_permit", "endorse", [("HK", "G", "single", "1y"), ("MO", "G", "single", "1y")])],
        ),
        (
            "hz bf + tw s T 多次",
            [
                ("passport", "reissue_lost", []),
                ("tw_permit", "first", [("TW", "T", "multiple", "1y")]),
            ],
        ),
    ],
)
def test_a_line_in_words_initials_or_both(line: str, meant: list) -> None:
    assert items(line) == meant
    assert read(line).good


@pytest.mark.parametrize(
    "line",
    [
        *("护照 G", "港澳 签注", "护照 加注 首 港澳 香港", "台湾 香港 G", "foo"),
        *("护照 首 换", "护照 港澳", "首 邮 自取", "2次", "护照 首 2次", "港澳 首 1年", "2xs"),
    ],
)
def test_what_does_not_fit_is_not_taken(line: str) -> None:
    understood = read(line)
    assert not understood.good
    assert understood.unknown or understood.problems


def test_the_way_of_delivery_may_stand_in_the_line() -> None:
    assert read("护照 首 邮").method == "post"
    assert read("护照 首 自取").method == "pickup"


def test_an_unfinished_word_is_completed_by_any_of_its_forms() -> None:
    assert completions("h")[0][0] == "护照 "
    assert "护照 首次 " in [line for line, _ in completions("护照 s")]


def test_every_form_means_one_thing() -> None:
    for word in LEXICON:
        for form in word.forms:
            assert find(form) is word, form


def test_what_is_said_already_is_not_offered_again() -> None:
    offered = [word.slot for _, word in completions("护照 首 ", 40)]
    assert set(offered) == {"method"}
    assert "code" in [word.slot for _, word in completions("港澳 ", 40)]
