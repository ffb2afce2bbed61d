"""Pseudonyms: stable within a session, worth nothing outside it, and nothing slips through."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from counter_tui.support.mask import Kind, Pseudonyms
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


def test_sentences_lose_the_people_met_and_every_number() -> None:
    mask = Pseudonyms()
    for person in PEOPLE[:25]:
        mask.of(Kind.NAME, person.name)
        mask.of(Kind.ADDRESS, person.address)
    for person in PEOPLE[:25]:
        told = mask.scrub(f"{person.name}（{person.number}）住 {person.address}，电话 13800138000")
        assert person.name not in told and person.address not in told
        assert person.number not in told and "13800138000" not in told
    # A number is known by its shape alone.
    for person in PEOPLE[25:]:
        assert person.number[6:14] not in mask.scrub(f"x {person.number}, y")


def test_numbers_in_groups_and_phones_with_a_country_code_are_seen() -> None:
    mask = Pseudonyms()
    for text in (
        "510107 19580516 1235",
        "510107-19580516-1235",
        "51010719580516123x",
        "+86 138 0013 8000",
        "138-0013-8000",
        "E12345678",
        "CA1234567",
    ):
        assert not any(
            len(part) > 3 for part in mask.scrub(f"在 {text} 后").split("-") if part.isdigit()
        )
        assert text not in mask.scrub(f"在 {text} 后")


def test_amounts_dates_and_rules_stay() -> None:
    text = "2018-05-16 应收 160 元，第 12 条，510107 区，邮编 610041，postage-waiver-age"
    assert Pseudonyms().scrub(text) == text


@given(st.text(max_size=30), st.sampled_from(Kind))
def test_a_pseudonym_holds_nothing_of_its_value(value: str, kind: Kind) -> None:
    made = Pseudonyms(b"k" * 16).of(kind, value)
    assert made == "" or (made.isascii() and len(made) <= 8 and made.startswith(f"{kind}-"))
