"""The whole address book: every way to find a unit, and reading the address of a card."""

from collections.abc import Iterator
from typing import BinaryIO

import pytest

from counter_tui.address.book import AddressBook


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AddressBook]:
    opened = AddressBook.open(tmp_path_factory.mktemp("book") / "divisions.tsv", "5101")
    yield opened
    opened.close()


@pytest.mark.parametrize("typed", ["玉林", "武侯玉林", "yulin", "whyl", "wuhouyulin", "510107005"])
def test_a_unit_is_found_by_characters_pinyin_initials_or_code(
    book: AddressBook, typed: str
) -> None:
    found = book.search(typed, 20)
    assert "510107005" in {unit.code for unit in found}
    assert all(len(unit.code) == 9 for unit in found)


def test_a_postcode_finds_the_units_of_its_county(book: AddressBook) -> None:
    assert {unit.postcode for unit in book.search("610041", 50)} == {"610041"}


@pytest.mark.parametrize(
    ("typed", "zone", "counties"),
    [
        ("高新区", "高新区", {"510107", "510116", "510117"}),
        ("gaoxin", "高新区", {"510107", "510116", "510117"}),
        ("天府新区", "天府新区", {"510116"}),
        ("东部新区", "东部新区", {"510185"}),
    ],
)
def test_a_zone_is_an_alias_and_the_code_is_the_statutory_one(
    book: AddressBook, typed: str, zone: str, counties: set[str]
) -> None:
    found = [unit for unit in book.search(typed, 30) if unit.zone]
    assert {unit.zone for unit in found} == {zone}
    assert {unit.code[:6] for unit in found} == counties


@pytest.mark.parametrize(
    ("address", "code", "rest", "sure"),
    [
        ("四川省成都市武侯区玉林街道玉林南路3号", "510107005", "玉林南路3号", True),
        ("四川省成都市武侯区武侯祠大街1号", "510107", "武侯祠大街1号", False),
        ("四川省成都市天府新区华阳街道正东街2号", "510116", "正东街2号", True),
        ("四川南充顺庆区中城街道1号", "511302001", "1号", True),
        ("北京市朝阳区建国路1号", "110105", "建国路1号", False),
        ("新疆维吾尔自治区乌鲁木齐市天山区1号", "650102", "1号", False),
    ],
)
def test_a_cards_address_is_read_as_far_as_it_goes(
    book: AddressBook, address: str, code: str, rest: str, sure: bool
) -> None:
    found = book.parse(address)
    assert found.unit is not None and found.unit.code.startswith(code)
    assert (found.rest, found.sure) == (rest, sure)


def test_what_a_card_leaves_open_is_asked_from_the_right_units(book: AddressBook) -> None:
    units, rest = book.units_of_zone("四川省成都市高新区天府大道1号")
    assert len(units) == 7 and rest == "天府大道1号"
    assert {unit.code[:6] for unit in book.units_in("510107")} == {"510107"}
    county = book.county("510107")
    assert county is not None and county.full_name == "四川省成都市武侯区"
    assert book.county("999999") is None


def test_every_county_is_found_by_its_own_name_and_holds_its_own_units(book: AddressBook) -> None:
    counties = [unit for unit in (book.county(f"51{at:04}") for at in range(100, 3500)) if unit]
    assert len(counties) > 150
    for county in counties:
        found = book.parse(f"{county.full_name}9号").unit
        assert found is not None and found.code == county.code
        units = book.units_in(county.code)
        assert units and {unit.code[:6] for unit in units} == {county.code}
        assert book.unit(units[-1].code) == units[-1]


def test_a_cards_address_is_read_without_reading_the_whole_country(book: AddressBook) -> None:
    """A read of everything takes as long as the keys of a quick clerk are apart."""
    read = 0

    class Counting:
        def __init__(self, file: BinaryIO) -> None:
            self._file = file

        def seek(self, at: int) -> int:
            return self._file.seek(at)

        def read(self, size: int) -> bytes:
            nonlocal read
            read += size
            return self._file.read(size)

    whole = book._file.seek(0, 2)
    file, book._file = book._file, Counting(book._file)  # type: ignore[assignment]
    try:
        book.parse("四川省南充市顺庆区中城街道1号")
    finally:
        book._file = file
    assert 0 < read < whole / 5
