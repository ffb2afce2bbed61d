"""What else stands on the lines of a decision: ids, reasons, flags, sentences."""

from datetime import date

import pytest

from intake import decide
from intake.decision import DeferralLine, ItemDecision
from intake.pack import Texts, load
from intake.pack.calendar import WorkingDays, completed_years
from intake.pack.rows import PlainYearRow, YearRow
from intake.reading import BadFacts
from tests.intake.cases import decided, facts, item, pack
from tests.rules.test_suspension import source

G = item("hkm_permit", "endorse", "G")
LOST = item("passport", "reissue_lost", missing=("loss_statement",))


def rules(line: ItemDecision | DeferralLine) -> list[str]:
    return [reason.rule for reason in line.reasons]


def test_the_pack_that_decided_is_named() -> None:
    decision = decided()
    assert (decision.pack, decision.pack_version) == ("chengdu", pack().version)


@pytest.mark.parametrize(("on", "said"), [("2017-06-30", "2017-07-01"), ("9999-12-30", "calendar")])
def test_a_day_out_of_reach_says_why(on: str, said: str) -> None:
    with pytest.raises(BadFacts, match=said) as caught:
        decided(on=on)
    assert caught.value.field == "accepted_on"


def test_an_accepted_item_names_scope_validity_and_time_an_instant_one_no_time() -> None:
    assert rules(decided(on="2024-03-04").items[0]) == [
        "scope-otherwise",
        "validity-from-16",
        "time-2018",
    ]
    instant = decided(G, on="2024-03-04").items[0]
    assert instant.instant is True and rules(instant) == ["scope-otherwise", "instant-card-hall"]


def test_a_referral_lists_nothing_else() -> None:
    referred = decided(item("hkm_permit", "first", "T"), site="police_station")
    assert (referred.materials, referred.notice, referred.warnings) == ((), (), ())


def test_what_is_missing_stands_in_the_notice_with_its_sentence() -> None:
    decision = decided(LOST, missing=("photo",), identity_evidence="hukou_booklet")
    assert [line.code for line in decision.notice] == ["identity_read", "photo", "loss_statement"]
    asked = {line.code: line.reasons[0].text for line in decision.materials}
    assert all(line.text == asked[line.code] for line in decision.notice)
    # Identity that was not read is a core material: nothing may follow.
    alone = decided(LOST, identity_evidence="hukou_booklet")
    assert (alone.outcome, alone.deferrals) == ("incomplete", ())


def test_flags_are_yes_or_no_and_a_deferral_gives_its_rule() -> None:
    decision = decided(LOST, on="2024-03-04")
    assert rules(decision.deferrals[0]) == ["deferral-secondary"]
    assert [fee.waived for fee in decision.fees] == [False, False]
    away = decided(on="2026-12-12", hukou="110101").items[0]
    assert away.ready_by == date(2027, 1, 1) and away.provisional is False


def test_a_price_has_neither_ground_nor_proof() -> None:
    fee = decided().model_dump(mode="json", by_alias=True)["fees"][0]
    assert sorted(fee) == ["amount", "code", "item", "ledger", "reasons", "waived"]


@pytest.mark.parametrize(
    ("born", "on", "years"),
    [
        ("2004-02-29", "2024-02-28", 19),
        ("2004-02-29", "2025-02-27", 20),
        ("2004-02-29", "2025-02-28", 21),
        ("1996-02-29", "2000-02-28", 3),
        ("1996-02-29", "2000-02-29", 4),
        ("2096-02-29", "2100-02-28", 4),
        ("2096-02-29", "2101-02-28", 5),
    ],
)
def test_leap_birthdays_in_every_sort_of_year(born: str, on: str, years: int) -> None:
    assert completed_years(date.fromisoformat(born), date.fromisoformat(on), "02-28") == years


def test_a_year_without_a_table_that_no_day_was_counted_in_makes_nothing_provisional() -> None:
    note = {"source": "a test", "confidence": "low"}
    plain = PlainYearRow(id="plain", off=("01-01",), weekend=(6, 7), **note)
    year = YearRow(id="y2028", year=2028, published=True, **note)
    days = WorkingDays([year], plain)
    # 2027-12-31 is a Friday: the last working day of its year.
    assert days.due(date(2027, 12, 31), 1, "working_day").provisional is False
    assert days.due(date(2027, 12, 30), 1, "working_day").provisional is True


def test_a_deferral_of_its_own_goes_before_the_general_one() -> None:
    own = """
[[deferral]]
id = "deferral-loss"
codes = ["loss_statement"]
days = 3
unit = "calendar_day"
channels = ["window"]
on_expiry = "terminate"
extensions = 0
source = "a test"
confidence = "low"
text = { zh = "三日内补交", en = "Within three days" }
"""

    def texts(name: str) -> Texts:
        found = dict(source(name))
        return {**found, "own.toml": own} if name == "chengdu" else found

    both = facts(LOST, item("hkm_permit", "endorse", "T", missing=("kinship_proof",)))
    lines = decide(both, load("chengdu", texts)).deferrals
    assert [(line.code, line.due_on.isoformat()) for line in lines] == [
        ("loss_statement", "2018-05-19"),
        ("kinship_proof", "2018-05-23"),
    ]


@pytest.mark.parametrize(
    ("on", "ready"),
    [
        ("2017-09-22", "2017-10-12"),  # 30 September works
        ("2018-09-21", "2018-10-08"),  # 24 September off; 29 and 30 work
        ("2019-01-28", "2019-02-11"),  # 2 and 3 February work
        ("2020-04-24", "2020-05-07"),  # 26 April works, 1 to 5 May off
        ("2021-02-05", "2021-02-20"),  # 7 and 20 February work
        ("2022-09-30", "2022-10-14"),  # 8 and 9 October work
        ("2023-09-28", "2023-10-13"),  # 7 and 8 October work
        ("2024-09-13", "2024-09-25"),  # 14 September works, 16 and 17 off
        ("2025-09-26", "2025-10-13"),  # 28 September and 11 October work
        ("2026-09-18", "2026-09-29"),  # 20 September works, 25 off
        ("2026-12-23", "2027-01-04"),  # one day into the year without a table
        ("2027-04-30", "2027-05-11"),  # a Friday: 1 and 2 May are a weekend, 3 May works
        ("2027-09-30", "2027-10-12"),  # only 1 to 3 October off
    ],
)
def test_a_long_holiday_of_every_year(on: str, ready: str) -> None:
    (line,) = decided(on=on).items
    assert str(line.ready_by) == ready
    assert line.provisional is (ready > "2027")
