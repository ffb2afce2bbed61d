"""What is said at a field of what was typed there, and how an input method's signs are read."""

from datetime import date

import pytest

from counter_tui.case.draft import Draft
from counter_tui.case.faults import faults
from counter_tui.case.fields import text_of, with_text
from counter_tui.case.grammar import read

TODAY = date(2026, 1, 1)
BY_HAND = Draft(id="x", created_at="2026-01-01T09:00:00+08:00", evidence="temporary_card")


@pytest.mark.parametrize(
    ("path", "typed", "kept"),
    [
        ("phone", "１３８００００１１１１", "13800001111"),
        ("recipient.phone", " 138 0000 1111\n", "13800001111"),
        ("person.number", "５１０１０７１９９６０１０１９９７２", "510107199601019972"),
        ("recipient.postcode", "６１００４１", "610041"),
        ("residence_valid_to", "２０２６－０１－３１", "2026-01-31"),
        ("person.surname_pinyin", "ｌü", "LYU"),
        ("recipient.detail", "武侯祠大街１号（东）", "武侯祠大街１号（东）"),
    ],
)
def test_full_width_is_read_as_it_is_meant(path: str, typed: str, kept: str) -> None:
    draft = with_text(BY_HAND, path, typed)
    assert text_of(draft, path) == kept
    assert path not in faults(draft, TODAY)


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        ("person.name", "张三3"),
        ("person.name", "<b>"),
        ("recipient.name", "61"),
        ("guardian.name", "母亲＠"),
        ("person.surname_pinyin", "999"),
        ("person.given_pinyin", "三"),
        ("phone", "abc<>&[red]13"),
        ("recipient.postcode", "61"),
    ],
)
def test_nonsense_is_said_at_its_field(path: str, typed: str) -> None:
    assert path in faults(with_text(BY_HAND, path, typed), TODAY)


@pytest.mark.parametrize(
    "name", ["欧阳𠮷", "买买提·吐尔逊", "O'NEILL-SMITH", "阿卜杜拉（小）", "Ana Mª"]
)
def test_a_name_as_names_are_is_none(name: str) -> None:
    assert "person.name" not in faults(with_text(BY_HAND, "person.name", name), TODAY)


def test_the_items_line_reads_full_width_too() -> None:
    assert read("２ｓｇ").items == read("2sg").items
    assert len(read("护照 首，港澳 首").items) == 2
