"""When it is ready and until when a material may follow, with dates counted by hand."""

from datetime import date, timedelta

import chinese_calendar
import pytest

from intake.facts import Facts
from intake.pack.calendar import completed_years
from tests.intake.cases import AWAY, PERMIT, decided, item, pack

ENDORSE = item("hkm_permit", "endorse", "T")
LOST = item("passport", "reissue_lost", missing=("loss_statement",))


@pytest.mark.parametrize(
    ("on", "wanted", "ready"),
    [
        ("2018-05-16", item(), "2018-05-30"),  # 10 working days
        ("2018-05-16", ENDORSE, "2018-05-25"),  # 7
        ("2018-05-16", item("passport", "annotate"), "2018-05-30"),
        ("2018-08-30", item(), "2018-09-13"),
        ("2018-08-31", item(), "2018-09-14"),  # Friday, the last day of 10
        ("2018-08-31", ENDORSE, "2018-09-11"),
        ("2018-09-01", item(), "2018-09-11"),  # Saturday, the first day of 7
        ("2018-09-01", ENDORSE, "2018-09-11"),
        ("2018-09-01", item("passport", "annotate"), "2018-09-11"),
        ("2018-09-28", item(), "2018-10-12"),  # 29 and 30 September work, 1 to 7 October off
        ("2018-02-12", ENDORSE, "2018-02-27"),  # 15 to 21 February off, 24 works
        ("2020-01-23", item(), "2020-02-11"),  # the holiday that was made longer
        ("2020-01-17", item(), "2020-02-04"),  # Sunday 19 January works
        ("2025-01-24", item(), "2025-02-10"),  # 26 January and 8 February work
        ("2026-02-13", item(), "2026-03-02"),  # 14 and 28 February work
    ],
)
def test_working_days(on: str, wanted: dict[str, object], ready: str) -> None:
    (line,) = decided(wanted, on=on).items
    assert (str(line.ready_by), line.provisional) == (ready, False)


@pytest.mark.parametrize(
    ("on", "ready"),
    [
        ("2018-04-29", "2018-05-29"),
        ("2018-04-30", "2018-05-30"),
        ("2018-05-01", "2018-05-21"),
        ("2018-09-11", "2018-10-01"),  # not moved off the holiday
        ("2019-04-01", "2019-04-21"),
        ("2026-12-25", "2027-01-14"),  # calendar days are never provisional
    ],
)
@pytest.mark.parametrize("wanted", [item(), ENDORSE])
def test_other_province_calendar_days(on: str, ready: str, wanted: dict[str, object]) -> None:
    (line,) = decided(wanted, on=on, hukou=AWAY, residence_permit=PERMIT).items
    assert (str(line.ready_by), line.provisional) == (ready, False)


@pytest.mark.parametrize(
    ("on", "ready", "provisional"),
    [
        ("2026-12-22", "2026-12-31", False),
        ("2026-12-23", "2027-01-04", True),  # 1 January is a Friday off, then the weekend
        ("2026-12-25", "2027-01-06", True),
        ("2027-03-26", "2027-04-06", True),  # no Qingming in an unpublished year
        ("2027-04-30", "2027-05-11", True),  # 1 and 2 May are a weekend, no days in lieu
        ("2028-04-28", "2028-05-11", True),  # 1 and 2 May are Monday and Tuesday
        ("2028-09-29", "2028-10-12", True),  # 2 and 3 October are Monday and Tuesday
        ("2027-12-31", "2028-01-11", True),
    ],
)
def test_unpublished_years(on: str, ready: str, provisional: bool) -> None:
    (line,) = decided(item(), on=on).items
    assert (str(line.ready_by), line.provisional) == (ready, provisional)


@pytest.mark.parametrize(
    ("on", "due", "provisional"),
    [
        ("2018-05-16", "2018-05-23", False),
        ("2018-09-28", "2018-10-10", False),
        ("2026-12-24", "2026-12-31", False),
        ("2026-12-25", "2027-01-04", True),
    ],
)
def test_deferral_is_due_in_five_working_days(on: str, due: str, provisional: bool) -> None:
    decision = decided(LOST, on=on)
    (deferral,) = decision.deferrals
    assert (str(deferral.due_on), deferral.provisional) == (due, provisional)
    assert deferral.channels == ("window", "post", "online", "proxy")
    assert (deferral.on_expiry, deferral.code, deferral.item) == ("terminate", "loss_statement", 0)
    assert decision.outcome == "accept_with_deferral"
    assert decision.items[0].ready_by is None and not decision.items[0].provisional


def test_a_null_ready_date_is_not_provisional() -> None:
    (line,) = decided(item(), on="2026-12-30", missing=("photo",)).items
    assert (line.ready_by, line.provisional) == (None, False)


@pytest.mark.parametrize(
    ("born", "on", "years"),
    [
        ("1958-05-17", "2018-05-16", 59),
        ("1958-05-16", "2018-05-16", 60),
        ("1958-05-15", "2018-05-16", 60),
        ("2002-05-17", "2018-05-16", 15),
        ("2002-05-16", "2018-05-16", 16),
        ("1960-02-29", "2020-02-28", 59),
        ("1960-02-29", "2020-02-29", 60),
        ("2004-02-29", "2022-02-27", 17),
        ("2004-02-29", "2022-02-28", 18),
        ("2004-02-29", "2022-03-01", 18),
        ("2018-05-16", "2018-05-16", 0),
    ],
)
def test_completed_years(born: str, on: str, years: int) -> None:
    assert completed_years(date.fromisoformat(born), date.fromisoformat(on), "02-28") == years


def test_a_pack_may_choose_1_march() -> None:
    born, day = date(2004, 2, 29), date(2022, 2, 28)
    assert completed_years(born, day, "03-01") == 17
    assert completed_years(born, day + timedelta(1), "03-01") == 18


@pytest.mark.parametrize("year", range(2017, 2027))
def test_year_tables_agree_with_the_calendar_library(year: int) -> None:
    days = pack().working_days
    assert days.published(year)
    day = date(year, 1, 1)
    while day.year == year:
        assert days.is_working_day(day) == chinese_calendar.is_workday(day), day
        day += timedelta(1)


def test_the_changed_holiday_of_2020() -> None:
    days = pack().working_days
    assert not days.is_working_day(date(2020, 1, 31))
    assert not days.is_working_day(date(2020, 2, 1))
    assert days.is_working_day(date(2020, 1, 19))
    assert days.is_working_day(date(2020, 2, 3))


def test_no_table_beyond_2026() -> None:
    assert not pack().working_days.published(2027)
    assert not pack().working_days.published(2016)


def test_facts_hold_days_only() -> None:
    assert Facts.model_fields["accepted_on"].annotation is date
