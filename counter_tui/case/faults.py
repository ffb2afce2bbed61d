"""What is wrong with typed values, field by field, and what only looks odd."""

import re
from datetime import date
from typing import Final

from counter_tui.case.draft import Draft
from counter_tui.clean import half_width
from counter_tui.words import N_
from intake.numbers import citizen
from intake.postal_numbers import postcode_ok, telephone

ADULT: Final = 18
SHORTEST_DETAIL: Final = 4
_DIVISION: Final = re.compile(r"\d{4}(\d{2})?")
_CERTIFICATE: Final = re.compile(r"\d{17}[\dX][1-7][1-4](B[1-9]\d?)?")
_PINYIN: Final = re.compile(r"[A-Z]+(?:[ '][A-Z]+)*")
_NO_NAME: Final = re.compile(r"[\d!-&*+/:-@\[-`{-~]")
"""Digits and signs that no name has; blank, dot, hyphen, apostrophe and brackets may be."""
_SAME_POST: Final = 4
"""Leading digits that the postcodes of one county have in common."""

NUMBER_FAULTS: Final = {
    "form": N_("18 digits; only the last may be X"),
    "check": N_("a digit is wrong (check digit)"),
    "birth_date": N_("its birth date is no real day"),
}


def faults(draft: Draft, today: date) -> dict[str, str]:
    """Field path to the sentence that is said at the field; each stands in the way."""
    found: dict[str, str] = {}
    if draft.evidence != "chip":
        _number(found, "person.number", draft.person.number, today)
        if draft.number_again and draft.number_again != draft.person.number:
            found["number_again"] = N_("not the same as above")
    for path, number in _others(draft):
        _number(found, path, number, today)
        if path not in found and number == draft.person.number:
            found[path] = N_("this is the applicant's number")
    for path, name in _names(draft):
        if name and _NO_NAME.search(half_width(name)):
            found[path] = N_("a name has no digits and no such signs")
    for path, pinyin in (
        ("person.surname_pinyin", draft.person.surname_pinyin),
        ("person.given_pinyin", draft.person.given_pinyin),
    ):
        if pinyin and not _PINYIN.fullmatch(pinyin):
            found[path] = N_("letters A to Z only")
    for path, phone in (
        ("phone", draft.phone),
        ("recipient.phone", draft.recipient.phone),
        ("guardian.phone", draft.guardian.phone),
        ("emergency_phone", draft.emergency_phone),
    ):
        if phone and telephone(phone) is None:
            found[path] = N_("neither mobile nor land line")
    if draft.recipient.postcode and not postcode_ok(draft.recipient.postcode):
        found["recipient.postcode"] = N_("a postcode has 6 digits")
    if draft.hukou_code and not re.fullmatch(r"\d{6}", draft.hukou_code):
        found["hukou_code"] = N_("a division code has 6 digits")
    if draft.residence_place and not _DIVISION.fullmatch(draft.residence_place):
        found["residence_place"] = N_("a division code has 6 digits")
    if draft.residence_valid_to and _day(draft.residence_valid_to) is None:
        found["residence_valid_to"] = N_("write the day as 2026-01-31")
    return found


def doubts(draft: Draft, today: date) -> dict[str, str]:
    """Field path to a sentence to think about; nothing is stopped."""
    found: dict[str, str] = {}
    for path, number in _others(draft):
        if citizen(number, today).ok and _age(number, today) < ADULT:
            found[path] = N_("this person is under 18")
    to = draft.recipient
    if (
        to.postcode
        and to.usual_postcode
        and to.postcode[:_SAME_POST] != to.usual_postcode[:_SAME_POST]
    ):
        found["recipient.postcode"] = N_("usual in this county: {code}")
    if to.detail and len(to.detail) < SHORTEST_DETAIL:
        found["recipient.detail"] = N_("short for a street and number")
    elif (
        to.detail
        and to.division_name
        and to.detail[:2] in ("四川", "成都")
        and to.detail[:2] in to.division_name
    ):
        found["recipient.detail"] = N_("the line above says that already")
    number = draft.disability_certificate
    if number and not _CERTIFICATE.fullmatch(number):
        found["disability_certificate"] = N_("20 digits: number, kind, degree")
    elif number and number[:18] != draft.person.number:
        found["disability_certificate"] = N_("not this applicant's certificate")
    return found


def _names(draft: Draft) -> list[tuple[str, str]]:
    """The names that somebody typed; a chip's are as they are."""
    typed = [
        ("guardian.name", draft.guardian.name if draft.guardian.evidence != "chip" else ""),
        ("agent.name", draft.agent.name if draft.agent.evidence != "chip" else ""),
        ("recipient.name", draft.recipient.name),
        ("emergency_name", draft.emergency_name),
    ]
    if draft.evidence != "chip":
        typed.append(("person.name", draft.person.name))
    known = {draft.person.name, draft.guardian.name} if draft.evidence == "chip" else set()
    return [(path, name) for path, name in typed if name not in known]


def _others(draft: Draft) -> list[tuple[str, str]]:
    numbers = (("guardian.number", draft.guardian.number), ("agent.number", draft.agent.number))
    return [(path, number) for path, number in numbers if number]


def _number(found: dict[str, str], path: str, number: str, today: date) -> None:
    wrong = citizen(number, today).faults if number else ()
    if wrong:
        found[path] = NUMBER_FAULTS[wrong[0]]


def _age(number: str, today: date) -> int:
    born = citizen(number, today).birth_date
    return 0 if born is None else age_on(born, today)


def age_on(born: date, today: date) -> int:
    """Completed years, for the eye and for what is asked for; the rules count for themselves."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
