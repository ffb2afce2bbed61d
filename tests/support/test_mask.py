"""Pseudonyms and the veil: stable in a session, worth nothing after it; nothing slips through."""

import re
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from counter_tui.case import masking
from counter_tui.support.mask import Kind, Pseudonyms
from counter_tui.support.veil import MOST, Veil
from devices.virtual.people import crowd

PEOPLE = crowd(50, date(2026, 11, 24))


def test_the_same_value_has_the_same_pseudonym_however_it_is_written() -> None:
    mask = Pseudonyms(b"k" * 16)
    plain = mask.of(Kind.NUMBER, "510107195805161235")
    assert mask.of(Kind.NUMBER, "510107 19580516 1235") == plain
    assert mask.of(Kind.NUMBER, "510107195805161236") != plain
    assert mask.of(Kind.PHONE, "510107195805161235") != plain
    assert Pseudonyms().of(Kind.NUMBER, "510107195805161235") != plain
    assert mask.of(Kind.NAME, "") == ""


def veil() -> Veil:
    met = Veil()
    met.meet(
        [{"name": one.name, "number": one.number, "address": one.address} for one in PEOPLE[:25]]
    )
    return met


def test_sentences_lose_the_people_met_and_every_number() -> None:
    hides = veil()
    for person in PEOPLE[:25]:
        told = hides.text(f"{person.name}（{person.number}）住 {person.address}，电话 13800138000")
        assert person.name not in told and person.address not in told
        assert person.number not in told and "13800138000" not in told
    # A number is known by its shape alone.
    for person in PEOPLE[25:]:
        assert person.number[6:14] not in hides.text(f"x {person.number}, y")


def test_what_masking_leaves_is_hidden_too() -> None:
    hides = veil()
    for person in PEOPLE:
        masked = (masking.name(person.name), masking.number(person.number))
        told = hides.text(f" 11-24 09:00  {masked[0]}  {masked[1]}  普通护照")
        assert "*" not in told and "普通护照" in told and "11-24 09:00" in told


def test_an_address_broken_over_two_lines_is_still_found() -> None:
    hides = veil()
    for person in PEOPLE[:25]:
        cut = len(person.address) - 6
        for line in (person.address[:cut], person.address[cut:]):
            street = line[-6:]
            assert street not in hides.text(f" {line}")


def test_numbers_in_groups_and_phones_with_a_country_code_are_seen() -> None:
    hides = Veil()
    for text in (
        "510107 19580516 1235",
        "510107-19580516-1235",
        "51010719580516123x",
        "+86 138 0013 8000",
        "138-0013-8000",
        "E12345678",
        "CA1234567",
    ):
        assert text not in hides.text(f"在 {text} 后")
        assert not re.search(r"\d{4}", hides.text(f"在 {text} 后"))


def test_amounts_dates_rules_and_application_numbers_stay() -> None:
    hides = veil()
    hides.meet([{"number": "7K2Q-9M4X-C"}])
    text = "2018-05-16 应收 160 元，第 12 条，510107 区，邮编 610041，7K2Q-9M4X-C，postage-waiver"
    assert hides.text(text) == text


def test_a_short_sound_is_no_part_of_a_word() -> None:
    hides = Veil()
    hides.meet({"surname_pinyin": "LI", "given_pinyin": "MING"})
    assert hides.text("LIMIT LI") == "LIMIT " + hides.text("LI")
    assert "LI" not in hides.text("LI MING").split()


def test_the_last_gate_finds_only_people() -> None:
    hides = veil()
    one = PEOPLE[0]
    assert [*hides.found(" 待上报 0  F9菜单  2018-05-16")] == []
    assert [*hides.found(f" {hides.text(one.name)} {hides.text(one.number)}")] == []
    ((start, end),) = hides.found(f"x {one.name} y")
    assert (start, end) == (2, 2 + len(one.name))


def test_many_people_are_met_without_end() -> None:
    hides = Veil()
    for number in range(MOST + 100):
        hides.meet({"name": f"样本{number}号"})
    assert "样本0号" in hides.text("样本0号") and f"样本{MOST}号" not in hides.text(f"样本{MOST}号")


@given(st.text(max_size=30), st.sampled_from(Kind))
def test_a_pseudonym_holds_nothing_of_its_value(value: str, kind: Kind) -> None:
    made = Pseudonyms(b"k" * 16).of(kind, value)
    assert made == "" or (made.isascii() and len(made) <= 8 and made.startswith(f"{kind}-"))
