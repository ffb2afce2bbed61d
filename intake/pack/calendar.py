"""Working days (工作日) and calendar days, counted from the day after acceptance.

Opening hours are another calendar (`intake.sites`): a Saturday opening makes no working day.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from intake.pack.rows import PlainYearRow, Unit, YearRow

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Due:
    """A date; `provisional` when working days were counted into a year without its table."""

    on: date
    provisional: bool


class WorkingDays:
    """The working-day calendar of a pack: its year tables, and the plain rule for other years."""

    def __init__(self, years: Iterable[YearRow], plain: PlainYearRow) -> None:
        self._tables = {row.year: row for row in years if row.published}
        self._plain = plain
        self._days: dict[int, list[date]] = {}

    def published(self, year: int) -> bool:
        """Whether the State Council's table of `year` is in the pack."""
        return year in self._tables

    def is_working_day(self, day: date) -> bool:
        """Whether offices work on `day`, by the year table or, without one, by the plain rule."""
        days = self._working_days(day.year)
        at = bisect_left(days, day)
        return at < len(days) and days[at] == day

    def due(self, start: date, days: int, unit: Unit) -> Due:
        """The last day of a period of `days` that starts on the day after `start`.

        Raises OverflowError beyond the year 9999.
        """
        if unit == "calendar_day":
            return Due(start + days * _DAY, provisional=False)
        year, left = start.year, days
        provisional = False
        while True:
            working = self._working_days(year)
            begin = bisect_right(working, start)
            if begin < len(working):
                provisional = provisional or not self.published(year)
            if begin + left <= len(working):
                return Due(working[begin + left - 1], provisional)
            left -= len(working) - begin
            year += 1
            if year > date.max.year:
                raise OverflowError("no calendar reaches that far")

    def unusual(self, start: date, end: date) -> tuple[list[date], list[date]]:
        """After `start`, up to `end`: weekdays that are off, and weekend days that are worked."""
        off: list[date] = []
        worked: list[date] = []
        day = start
        while day < end:
            day += _DAY
            weekend = day.isoweekday() in self._plain.weekend
            if weekend == self.is_working_day(day):
                (worked if weekend else off).append(day)
        return off, worked

    def _working_days(self, year: int) -> list[date]:
        found = self._days.get(year)
        if found is None:
            found = self._days[year] = list(self._count(year))
        return found

    def _count(self, year: int) -> Iterable[date]:
        table = self._tables.get(year)
        off = frozenset(table.off if table else ())
        on = frozenset(table.on if table else ())
        weekend = self._plain.weekend
        for day in _year(year):
            if day in on:
                yield day
            elif day.isoweekday() in weekend or day in off:
                continue
            elif table is not None or day.strftime("%m-%d") not in self._plain.off:
                yield day


def _year(year: int) -> Iterable[date]:
    day = date(year, 1, 1)
    while day.year == year:
        yield day
        if day == date.max:
            return
        day += _DAY


def completed_years(born: date, on: date, leap_birthday: Literal["02-28", "03-01"]) -> int:
    """Age (周岁): completed years, the birthday included.

    `leap_birthday` is when someone born on 29 February completes a year in a common year.
    """
    birthday = (born.month, born.day)
    if birthday == (2, 29) and not _is_leap(on.year) and leap_birthday == "02-28":
        birthday = (2, 28)
    return on.year - born.year - ((on.month, on.day) < birthday)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
