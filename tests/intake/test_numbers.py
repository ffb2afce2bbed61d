"""Identity, document, postal and telephone numbers against published and recomputed vectors."""

from datetime import date

import pytest

from intake import numbers
from intake.documents import number_fits
from intake.facts import Document
from intake.postal_numbers import postcode_ok, s10_check, telephone, tracking_number_ok
from tests.intake.cases import pack

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    "number",
    [
        "110101198108030003",
        "110101199003074610",
        "810000199001010019",
        "830000199001010020",
        "931586198001010028",
        "11010519491231002X",
        "11010519491231002x",
    ],
)
def test_right_numbers(number: str) -> None:
    read = numbers.citizen(number, TODAY)
    assert read.ok and read.doubts == ()


@pytest.mark.parametrize(
    ("number", "faults"),
    [
        ("110101198108030004", ("check",)),
        ("11010119810803000", ("form",)),
        ("1101011981080300031", ("form",)),
        ("110101198108O30003", ("form",)),
        ("１１０１０１１９８１０８０３０００３", ("form",)),
        ("", ("form",)),
        ("110101198102300006", ("birth_date",)),
        ("110101202712310008", ("birth_date",)),
        ("110101189912310009", ("birth_date",)),
    ],
)
def test_wrong_numbers(number: str, faults: tuple[str, ...]) -> None:
    if faults == ("birth_date",):
        number = number[:17] + numbers.citizen_check(number[:17])
    assert numbers.citizen(number, TODAY).faults == faults


def test_every_single_slip_is_noticed() -> None:
    number = "110101199003074610"
    for place in range(17):
        for digit in "0123456789":
            slipped = number[:place] + digit + number[place + 1 :]
            assert numbers.citizen_check_ok(slipped) is (slipped == number)


def test_no_list_of_places_is_asked_and_a_province_is_only_doubted() -> None:
    for place in ("460100", "440301", "500101", "429004", "659004"):
        digits = f"{place}19600101001"
        assert numbers.citizen(digits + numbers.citizen_check(digits), TODAY).doubts == ()
    digits = "99010119600101001"[:17]
    read = numbers.citizen("99" + digits[2:] + numbers.citizen_check(digits), TODAY)
    assert read.ok and read.doubts == ("province",)


def test_cross_checks() -> None:
    number = "110101198108030003"
    assert numbers.citizen(number, TODAY).sex == "female"
    assert numbers.citizen("110101199003074610", TODAY).sex == "male"
    read = numbers.citizen(number, TODAY, date(1981, 8, 4), "male")
    assert read.ok and read.doubts == ("birth_date_differs", "sex_differs")
    assert numbers.citizen(number, TODAY, date(1981, 8, 3), "female").doubts == ()
    assert numbers.citizen(number, date(1981, 8, 3)).ok
    assert numbers.citizen(number, date(1981, 8, 2)).faults == ("birth_date",)


def test_what_a_number_says() -> None:
    for digit in "0123456789":
        digits = f"1101011990030700{digit}"
        read = numbers.citizen(digits + numbers.citizen_check(digits), TODAY)
        assert read.ok and read.birth_date == date(1990, 3, 7)
        assert read.sex == ("male" if digit in "13579" else "female")
    assert numbers.citizen("no number", TODAY) == numbers.Identity(None, None, ("form",))
    oldest = "11010119000101001"
    assert numbers.citizen(oldest + numbers.citizen_check(oldest), TODAY).ok


def test_a_foreigners_card_of_2023_names_its_province_second() -> None:
    for begin, doubts in (("931", ()), ("911", ()), ("910", ()), ("909", ("province",))):
        digits = f"{begin}58619800101002"
        read = numbers.citizen(digits + numbers.citizen_check(digits), TODAY)
        assert read.ok and read.doubts == doubts, begin


def test_first_generation() -> None:
    assert numbers.from_first_generation("110105491231002") == "11010519491231002X"
    with pytest.raises(ValueError, match="15 digits"):
        numbers.from_first_generation("11010549123100")


@pytest.mark.parametrize("number", ["CAN110081080310", "USA310180010125"])
def test_foreigner_2017(number: str) -> None:
    assert numbers.foreigner_2017(number, TODAY).ok


def test_foreigner_2017_faults() -> None:
    read = numbers.foreigner_2017("CAN110081080319", TODAY)
    assert read.faults == ("check",) and read.birth_date == date(1981, 8, 3)
    assert read.sex == "male"
    assert numbers.foreigner_2017("can110081080310", TODAY).faults == ("form",)
    young = numbers.foreigner_2017("CAN110020080310", TODAY)
    assert young.birth_date == date(2020, 8, 3)
    today = numbers.foreigner_2017("CAN110026112410", TODAY)
    assert today.birth_date == TODAY
    tomorrow = numbers.foreigner_2017("CAN110026112520", TODAY)
    assert (tomorrow.birth_date, tomorrow.sex) == (date(1926, 11, 25), "female")
    never = numbers.foreigner_2017("CAN1100810230" + "10", TODAY)
    assert never.birth_date is None and "birth_date" in never.faults
    assert numbers.foreigner_2017("", TODAY) == numbers.Identity(None, None, ("form",))
    # The check digit tells nothing of the sex, the sequence digit before it does.
    assert numbers.foreigner_2017("CAN110081080321", TODAY).sex == "female"


def test_old_number_of_a_new_card() -> None:
    found = numbers.old_foreigner_number("931586198001010028", "PAK", "000")
    assert found == "PAK310080010103"


@pytest.mark.parametrize(
    ("document", "number", "fits"),
    [
        (Document.PASSPORT, "G12345678", True),
        (Document.PASSPORT, "E12345678", True),
        (Document.PASSPORT, "EJ1234567", True),
        (Document.PASSPORT, "EO1234567", False),
        (Document.PASSPORT, "EI1234567", False),
        (Document.PASSPORT, "E1234567", False),
        (Document.HKM_PERMIT, "C12345678", True),
        (Document.HKM_PERMIT, "CA1234567", True),
        (Document.HKM_PERMIT, "W12345678", True),
        (Document.HKM_PERMIT, "L12345678", False),
        (Document.TW_PERMIT, "L12345678", True),
        (Document.TW_PERMIT, "T12345678", True),
        (Document.TW_PERMIT, "C12345678", False),
    ],
)
def test_document_numbers(document: Document, number: str, fits: bool) -> None:
    assert number_fits(pack(), document, number, TODAY) is fits


@pytest.mark.parametrize(
    ("number", "right"),
    [
        ("EA473124829CN", True),
        ("EA123456785CN", True),
        ("EA000000005CN", True),
        ("EA100000017CN", True),
        ("EA473124828CN", False),
        ("ea473124829cn", False),
        ("1234567890123", True),
        ("123456789012", False),
        ("12345678901234", False),
    ],
)
def test_tracking_numbers(number: str, right: bool) -> None:
    assert tracking_number_ok(number) is right


def test_s10_special_remainders() -> None:
    assert s10_check("00000000") == "5"
    assert s10_check("10000001") == "7"
    assert {s10_check(f"{n:08}") for n in range(200)} == set("0123456789")


def test_postcodes() -> None:
    assert postcode_ok("610041") and not postcode_ok("61004") and not postcode_ok("６１００４１")


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("13812345678", "13812345678"),
        ("138 1234 5678", "13812345678"),
        ("138-1234-5678", "13812345678"),
        ("+86 138 1234 5678", "13812345678"),
        ("+86-13812345678", "13812345678"),
        ("008613812345678", "13812345678"),
        ("8613812345678", "13812345678"),
        ("12812345678", None),
        ("1381234567", None),
        ("028-86407999", "028-86407999"),
        ("(028)86407999", "02886407999"),
        ("028-86407999-123", "028-86407999-123"),
        ("86407999", None),
        ("", None),
    ],
)
def test_telephones(text: str, plain: str | None) -> None:
    assert telephone(text) == plain
