"""The made-up people: formally right, on both sides of each boundary, the same every time."""

from datetime import date

from devices.virtual.cards import ResidentCard
from devices.virtual.people import (
    check_character,
    citizen_number,
    crowd,
    icao_digit,
    sample_people,
)

TODAY = date(2026, 11, 23)


def full_years(birth: date, today: date) -> int:
    """Age at `today`, birthdays included."""
    return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))


def test_check_characters_agree_with_published_numbers() -> None:
    for number in ("110101198108030003", "110101199003074610", "931586198001010028"):
        assert check_character(number[:17]) == number[17]
    assert icao_digit("CAN11008108031") == "0"
    assert icao_digit("USA31018001012") == "5"


def test_samples_are_the_same_for_a_seed_and_fit_on_their_cards() -> None:
    people = sample_people(TODAY)
    assert people == sample_people(TODAY)
    assert people != sample_people(TODAY, seed=5)
    assert len({person.key for person in people}) == len(people)
    for person in people:
        assert len(person.card.text_block()) == 256
        assert "样本" in person.card.name or "SAMPLE" in person.card.name
        if isinstance(person.card, ResidentCard):
            assert person.card.number[14:17] in ("996", "997", "998", "999")
            assert check_character(person.card.number[:17]) == person.card.number[17]


def test_ages_stand_on_both_sides_of_each_boundary() -> None:
    for today in (TODAY, date(2024, 2, 29), date(2018, 5, 16)):
        ages = {person.key: full_years(person.card.birth, today) for person in sample_people(today)}
        assert (ages["fifty-nine"], ages["sixty"]) == (59, 60)
        assert (ages["fifteen"], ages["sixteen"]) == (15, 16)
        assert ages["infant"] == 0


def test_the_disabled_sample_holds_a_certificate_with_its_own_number() -> None:
    disabled = next(person for person in sample_people(TODAY) if person.key == "disabled")
    assert disabled.disability_certificate == disabled.card.number + "42"


def test_places_lie_in_and_out_of_the_province() -> None:
    regions = {person.key: person.card.number[:2] for person in sample_people(TODAY)}
    assert regions["plain"] == regions["mianyang"] == "51"
    assert regions["chongqing"] != "51"


def test_a_crowd_has_no_twins() -> None:
    people = crowd(1000, TODAY)
    assert len({person.number for person in people}) == 1000
    assert citizen_number("510107", TODAY, "1") != citizen_number("510107", TODAY, "1", second=True)
