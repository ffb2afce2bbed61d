"""The city's calendar days. A moment is in UTC everywhere else; a due date is a day here."""

from datetime import date, datetime, timedelta, timezone
from typing import Final

CITY: Final = timezone(timedelta(hours=8))
"""One time for the whole country, without summer time."""


def city_time(at: datetime) -> datetime:
    """What the clocks of the city show at `at` (aware). Whatever people read goes through here."""
    return at.astimezone(CITY)


def city_day(at: datetime) -> date:
    """The day it is in the city at `at` (aware)."""
    return city_time(at).date()
