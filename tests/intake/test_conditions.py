"""Each word of the conditions' vocabulary by itself."""

from datetime import date
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from counter_tui import packs
from intake.pack import Texts, load
from intake.pack.calendar import completed_years
from intake.pack.conditions import Condition, compile_all
from tests.intake.cases import facts, item

READ: TypeAdapter[Condition] = TypeAdapter(Condition)
DAY = date(2018, 5, 16)
NUMBER = "110101198108030003"
FORM = r"\d{18}[1-7][1-4]"
VIEW: dict[str, Any] = {
    "accepted_on": DAY,
    "number": NUMBER,
    "proved": False,
    "age": 60,
    "kind": "first",
    "hukou_code": "510107",
    "none": None,
    "codes": ("L", "G"),
    "empty": (),
    "today": DAY,
    "yesterday": date(2018, 5, 15),
    "disability_certificate": NUMBER + "41",
}


def holds(view: dict[str, Any] | None = None, **condition: Any) -> bool:
    return READ.validate_python(condition).compile()({**VIEW, **(view or {})})


@pytest.mark.parametrize(
    ("test", "fact", "values", "expected"),
    [
        ("is", "kind", ["first"], True),
        ("is", "kind", ["renew"], False),
        ("is", "kind", ["renew", "first"], True),
        ("is_not", "kind", ["renew"], True),
        ("is_not", "kind", ["renew", "first"], False),
        ("starts_with", "hukou_code", ["52", "5101"], True),
        ("starts_with", "hukou_code", ["52"], False),
        ("starts_with", "none", ["52"], False),
        ("some_in", "codes", ["G", "S"], True),
        ("some_in", "codes", ["S"], False),
        ("some_in", "empty", ["S"], False),
        ("some_outside", "codes", ["L"], True),
        ("some_outside", "codes", ["L", "G", "S"], False),
        ("some_outside", "empty", ["L"], False),
        ("all_in", "codes", ["L", "G", "S"], True),
        ("all_in", "codes", ["L"], False),
        ("all_in", "empty", ["L"], False),
    ],
)
def test_values(test: str, fact: str, values: list[str], expected: bool) -> None:
    assert holds(test=test, fact=fact, values=values) is expected


def test_numbers_and_days() -> None:
    assert holds(test="at_least", fact="age", value=60)
    assert not holds(test="at_least", fact="age", value=61)
    assert holds(test="below", fact="age", value=61)
    assert not holds(test="below", fact="age", value=60)
    assert [holds(test="in_force", fact=f) for f in ("none", "today", "yesterday")] == [
        True,
        True,
        False,
    ]


OLD = {"test": "at_least", "fact": "age", "value": 60}
RENEW = {"test": "is", "fact": "kind", "values": ["renew"]}
FIRST = {"test": "is", "fact": "kind", "values": ["first"]}


@pytest.mark.parametrize(
    ("group", "of", "expected"),
    [
        ("any_of", [OLD, RENEW], True),
        ("any_of", [RENEW], False),
        ("none_of", [RENEW], True),
        ("none_of", [OLD, RENEW], False),
        ("not_all", [OLD, RENEW], True),
        ("not_all", [OLD, FIRST], False),
    ],
)
def test_groups(group: str, of: list[dict[str, Any]], expected: bool) -> None:
    assert holds(test=group, of=of) is expected


def test_the_applicants_certificate() -> None:
    def certified(**view: Any) -> bool:
        return holds(view, test="certificate_of_applicant", pattern=FORM)

    wide = NUMBER.translate({ord("0") + n: 0xFF10 + n for n in range(10)})
    assert certified()
    assert certified(proved=True, disability_certificate=None)
    assert not certified(disability_certificate=None)
    assert not certified(disability_certificate=NUMBER)
    assert not certified(number="110101199003074610")
    wrong = NUMBER[:17] + "4"
    assert not certified(number=wrong, disability_certificate=wrong + "41")
    assert not certified(number=wide, disability_certificate=wide + "41")


@pytest.mark.parametrize("count", range(6))
def test_all_conditions_of_a_row_must_hold(count: int) -> None:
    right = [READ.validate_python(OLD)] * count
    assert compile_all(tuple(right))(VIEW)
    for place in range(count):
        some = [*right[:place], READ.validate_python(RENEW), *right[place + 1 :]]
        assert not compile_all(tuple(some))(VIEW)


@pytest.mark.parametrize(
    "bad",
    [
        {"test": "is", "fact": "age", "values": []},
        {"test": "was", "fact": "age", "values": [1]},
        {"test": "at_least", "fact": "age", "value": "60"},
        {"test": "any_of", "of": []},
        {"test": "certificate_of_applicant", "pattern": "("},
        {"test": "is", "fact": "age", "values": [1], "else": 2},
    ],
)
def test_what_is_no_condition(bad: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        READ.validate_python(bad)


@pytest.mark.parametrize(
    ("year", "day", "years"),
    [
        (2000, 28, 95),
        (2000, 29, 96),
        (2100, 28, 196),
        (2100, 27, 195),
        (1908, 28, 3),
        (1908, 29, 4),
    ],
)
def test_leap_years(year: int, day: int, years: int) -> None:
    assert completed_years(date(1904, 2, 29), date(year, 2, day), "02-28") == years


LOST_SLOWLY = """
[[deferral]]
id = "deferral-loss"
codes = ["loss_statement"]
days = 30
unit = "calendar_day"
channels = ["post"]
on_expiry = "refuse"
extensions = 0
source = "a test"
confidence = "low"
text = { zh = "三十日", en = "30 days" }
"""


@pytest.mark.parametrize("file", ["a.toml", "z.toml"])
def test_a_deferral_row_of_its_own_goes_before_the_general_one(file: str) -> None:
    from intake import decide

    def source(name: str) -> Texts:
        texts = dict(packs.shipped(name))
        return {**texts, file: LOST_SLOWLY} if name == "chengdu" else texts

    wanted = (
        item("passport", "reissue_lost", missing=("loss_statement",)),
        item("hkm_permit", "endorse", "T", missing=("kinship_proof",)),
    )
    first, second = decide(facts(*wanted), load("chengdu", source)).deferrals
    assert (str(first.due_on), first.on_expiry, first.channels) == (
        "2018-06-15",
        "refuse",
        ("post",),
    )
    assert (str(second.due_on), second.on_expiry) == ("2018-05-23", "terminate")
    assert [line.reasons[0].rule for line in (first, second)] == [
        "deferral-loss",
        "deferral-secondary",
    ]


SOONER_FOR_SOME = """
[[deferral]]
id = "deferral-elderly"
codes = ["loss_statement"]
days = 2
unit = "working_day"
channels = ["proxy"]
on_expiry = "terminate"
extensions = 0
source = "a test"
confidence = "low"
text = { zh = "2个工作日", en = "2 working days" }
when = [{ test = "at_least", fact = "age", value = 60 }]
"""


def test_a_deferral_row_holds_for_those_it_names() -> None:
    from intake import decide

    def source(name: str) -> Texts:
        texts = dict(packs.shipped(name))
        return {**texts, "a.toml": SOONER_FOR_SOME} if name == "chengdu" else texts

    lost, rules = (
        item("passport", "reissue_lost", missing=("loss_statement",)),
        load("chengdu", source),
    )
    due = {
        born: str(decide(facts(lost, born=born), rules).deferrals[0].due_on)
        for born in ("1958-05-16", "1958-05-17")
    }
    assert due == {"1958-05-16": "2018-05-18", "1958-05-17": "2018-05-23"}
