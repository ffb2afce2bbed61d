"""Machine readable zones: the public specimens, in every form they are printed and scanned in."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.mrz import MrzError, access_key, check_digit, parse

TODAY = date(2026, 11, 23)
SPECIMEN = "POCHNZHENGJIAN<<YANGBEN<<<<<<<<<<<<<<<<<<<<<"
PASSPORT = SPECIMEN + "\nEF12608921CHN8503208F2901178NGKELMPONBPJB978"
DIPLOMAT = (
    "PDCHNYANG<<ZHAO<<<<<<<<<<<<<<<<<<<<<<<<<<<<<\nDE00000003CHN8509037F2611158NBOONFNB<<<<A912"
)
HOME_RETURN = "CRH1234567830002212119F8108038\nNGKELMPONBPJLBLOAABA1234567842\nZHENG<JIAN<<YANG<BEN"
TAIWANESE = "CT00000000<00262006084F8108038\nNGKELMPONBPJLBLOAABR0000000001\nZHENG<JIAN<<YANG<BEN"
CARD_1999 = "C<CHN" + "<" * 25 + "\n9209013F0106164H10101010003120\nZHENG<<YANG"


def lines(text: str, width: int) -> str:
    return "\n".join(line.ljust(width, "<") for line in text.splitlines())


@pytest.mark.parametrize(
    ("text", "code", "number", "birth", "expiry", "sex", "chinese"),
    [
        (PASSPORT, "PO", "EF1260892", (1985, 3, 20), (2029, 1, 17), "female", "证件样"),
        (DIPLOMAT, "PD", "DE0000000", (1985, 9, 3), (2026, 11, 15), "female", "杨昭"),
        (
            "CSC000000004<2404200<8108038<6",
            *("CS", "C00000000", (1981, 8, 3), (2024, 4, 20), "unstated", None),
        ),
        (
            "CDL000000007<2508197<8208031<6",
            *("CD", "L00000000", (1982, 8, 3), (2025, 8, 19), "unstated", None),
        ),
        (
            lines(HOME_RETURN, 30),
            *("CR", "H12345678", (1981, 8, 3), (2022, 12, 11), "female", "证件样本"),
        ),
        (
            lines(TAIWANESE, 30),
            *("CT", "00000000", (1981, 8, 3), (2020, 6, 8), "female", "证件样本"),
        ),
        (
            lines(CARD_1999, 30),
            *("C", "H1010101000", (1992, 9, 1), (2001, 6, 16), "female", None),
        ),
    ],
)
def test_specimens(
    text: str,
    code: str,
    number: str,
    birth: tuple[int, int, int],
    expiry: tuple[int, int, int],
    sex: str,
    chinese: str | None,
) -> None:
    mrz = parse(text, TODAY)
    assert (mrz.code, mrz.number, mrz.sex, mrz.name_chinese) == (code, number, sex, chinese)
    assert (mrz.birth_date, mrz.expiry_date) == (date(*birth), date(*expiry))
    assert mrz.failed_checks == ()
    assert parse(text.replace("\n", ""), TODAY) == mrz
    assert parse("\x02" + text.lower().replace("\n", "\r\n") + "\r\x03", TODAY) == mrz


def test_a_cut_chinese_name_is_known_to_be_cut() -> None:
    assert parse(PASSPORT, TODAY).name_cut and not parse(DIPLOMAT, TODAY).name_cut


def test_one_line_keys_have_birth_before_expiry() -> None:
    printed = "CSC000000004<2404200<8108038<6"
    assert access_key(printed, TODAY).mrz == "C00000000" + "4" + "8108038" + "2404200"


def test_the_ninety_characters_of_an_exit_permit_are_no_td1() -> None:
    hidden = "NGKELMPONBPJZHENGJIAN<<YANGBENF<<9<<<<510"
    mrz = parse("CSC000000004<2404200<8108038<6" + hidden.ljust(60, "<"), TODAY)
    assert (mrz.name, mrz.name_chinese, mrz.sex) == ("ZHENGJIAN YANGBEN", "证件样", "female")
    assert mrz.lines[0] == "CSC000000004<2404200<8108038<6"
    assert mrz.key == parse(mrz.lines[0], TODAY).key


@pytest.mark.parametrize(
    ("text", "number", "key"),
    [
        (
            "I<UTOD231458907<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6ERIKSSON<<ANNA<MARIA"
            "<<<<<<<<<<",
            "D23145890",
            "D23145890774081221204159",
        ),
        (
            "I<UTOD23145890<7349<<<<<<<<<<<3407127M9507122UTO<<<<<<<<<<<2STEVENSON<<PETER<JOHN"
            "<<<<<<<<<",
            "D23145890734",
            "D23145890734934071279507122",
        ),
        (
            "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<D231458907UTO7408122F1204159<<<<<<<6",
            "D23145890",
            "D23145890774081221204159",
        ),
    ],
)
def test_other_states_small_forms(text: str, number: str, key: str) -> None:
    mrz = parse(text, TODAY)
    assert (mrz.number, mrz.key, mrz.failed_checks) == (number, key, ())


@pytest.mark.parametrize(
    "text",
    [
        PASSPORT.splitlines()[1],
        "EF1260892,850320,290117",
        "ef1260892 , 1985-03-20 , 2029-01-17",
        "EF1260892,19850320,20290117",
        access_key(PASSPORT, TODAY).mrz or "",
    ],
)
def test_less_than_a_zone_is_enough_for_a_key(text: str) -> None:
    assert access_key(text, TODAY) == access_key(PASSPORT, TODAY)


def test_six_digits_are_a_card_access_number() -> None:
    assert access_key("500540", TODAY).can == "500540"


@pytest.mark.parametrize(
    "text",
    [PASSPORT.splitlines()[0], "", "XX", "EF1260892,85,29", "E,850320", "<" * 88 + "!", "A" * 31],
)
def test_what_is_no_key(text: str) -> None:
    with pytest.raises(MrzError):
        access_key(text, TODAY)


def test_wrong_check_digits_are_named() -> None:
    wrong = PASSPORT.replace("8503208F", "8503209F")
    assert parse(wrong, TODAY).failed_checks == ("birth", "composite")


def test_nobody_is_born_tomorrow() -> None:
    born = parse(PASSPORT.replace("CHN8503208", "UTO2711240"), TODAY).birth_date
    assert born == date(1927, 11, 24)


@given(st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<\n ", max_size=120))
def test_any_text_is_a_zone_or_an_error(text: str) -> None:
    for read in (parse, access_key):
        try:
            read(text, TODAY)
        except MrzError as error:
            assert len(text.strip()) < 6 or text not in str(error)


def test_check_digit_of_the_standard() -> None:
    assert check_digit("520727") == "3" and check_digit("AB2134<<<") == "5"
