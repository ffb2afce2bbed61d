"""The places of the network: which are near, and when they are open.

Opening hours are a calendar of their own. They follow the working days but never make one.
"""

import math
from datetime import date, datetime, time
from typing import Final

from intake.facts import SiteKind
from intake.pack.pack import Pack
from intake.pack.rows import HoursRow, SiteRow

_HALL: Final = SiteKind.DISTRICT_HALL


def site(pack: Pack, code: str) -> SiteRow | None:
    """The place with this code, or None."""
    return next((row for row in pack.resolved.sites if row.id == code), None)


def nearest(
    pack: Pack, code: str | None, on: date, kind: SiteKind = _HALL, limit: int = 3
) -> list[SiteRow]:
    """Where to send people from the place `code`: places of `kind`, the same district first.

    The others follow by distance; a place without a position counts as standing at its district's
    hall. From an unknown place the order is that of the pack.
    """
    found = [row for row in pack.resolved.sites if row.kind is kind and row.holds_on(on)]
    start = site(pack, code) if code else None
    if start is not None:
        here = start.position or _position_of_district(pack, start.district)
        found.sort(key=lambda row: (row.district != start.district, _distance(here, row.position)))
    return found[:limit]


def _position_of_district(pack: Pack, district: str) -> tuple[int, int] | None:
    halls = (s for s in pack.resolved.sites if s.kind is _HALL and s.district == district)
    return next((hall.position for hall in halls), None)


def _distance(here: tuple[int, int] | None, there: tuple[int, int] | None) -> float:
    if here is None or there is None:
        return math.inf
    north = there[0] - here[0]
    east = (there[1] - here[1]) * math.cos(math.radians(here[0] / 1000))
    return math.hypot(north, east)


def hours(pack: Pack, place: SiteRow, day: date) -> list[HoursRow]:
    """When `place` is open on `day`, in order; empty: closed all day."""
    working = pack.working_days.is_working_day(day)
    rows = [
        row
        for row in pack.resolved.opening_hours
        if row.profile == place.hours
        and row.holds_on(day)
        and (working if not row.weekdays else not working and day.isoweekday() in row.weekdays)
    ]
    return sorted(rows, key=lambda row: row.opens)


def is_open(pack: Pack, place: SiteRow, at: datetime) -> bool:
    """Whether `place` is open at `at` (its own local time); the closing minute is closed."""
    return any(row.opens <= at.time() < row.closes for row in hours(pack, place, at.date()))


def closes_at(pack: Pack, place: SiteRow, day: date) -> time | None:
    """The last moment of `day` for handing something in; None when closed all day."""
    rows = hours(pack, place, day)
    return rows[-1].closes if rows else None
