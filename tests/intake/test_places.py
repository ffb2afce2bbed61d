"""The network of places, their hours, photo rules and limits: rows that somebody reads."""

from collections import Counter
from datetime import date, datetime, time

from intake import photos, sites
from intake.facts import SiteKind
from tests.intake.cases import pack

DAY = date(2018, 5, 16)


def test_one_centre_22_halls_219_police_stations() -> None:
    rows = pack().resolved.sites
    assert Counter(row.kind for row in rows) == {
        SiteKind.CITY_CENTRE: 1,
        SiteKind.DISTRICT_HALL: 22,
        SiteKind.POLICE_STATION: 219,
    }
    assert len({row.id for row in rows}) == 242
    assert all(row.confidence == "assumption" for row in rows)


def test_the_own_districts_halls_come_first_then_the_nearest() -> None:
    near = sites.nearest(pack(), "510107-ps-014", DAY, limit=4)
    assert [row.district for row in near[:2]] == ["510107", "510107"]
    assert near[2].district == "510105"  # the next district to the north
    assert sites.nearest(pack(), "510118-ps-001", DAY)[0].id == "510118-hall-01"
    centre = sites.nearest(pack(), "510107-ps-014", DAY, SiteKind.CITY_CENTRE)
    assert [row.id for row in centre] == ["510100-centre"]
    assert len(sites.nearest(pack(), None, DAY)) == 3
    assert sites.site(pack(), "nowhere") is None


def test_opening_hours_are_not_working_days() -> None:
    hall, police = sites.site(pack(), "510107-hall-01"), sites.site(pack(), "510107-ps-014")
    assert hall is not None and police is not None
    saturday, holiday, swapped = date(2018, 5, 19), date(2018, 10, 1), date(2018, 9, 29)
    assert not pack().working_days.is_working_day(saturday)
    assert sites.is_open(pack(), hall, datetime(2018, 5, 19, 10, 0))
    assert not sites.is_open(pack(), police, datetime(2018, 5, 19, 10, 0))
    assert sites.hours(pack(), hall, holiday) == []
    assert sites.closes_at(pack(), hall, saturday) == time(16)
    assert sites.closes_at(pack(), hall, swapped) == time(17)  # a working Saturday
    assert sites.closes_at(pack(), police, holiday) is None
    assert sites.is_open(pack(), police, datetime(2018, 5, 16, 9, 0))
    assert not sites.is_open(pack(), police, datetime(2018, 5, 16, 17, 0))
    assert not sites.is_open(pack(), police, datetime(2018, 5, 16, 8, 59))


def test_photos() -> None:
    row = photos.rules(pack(), DAY)
    assert photos.faults(photos.Photo(354, 472, 20 * 1024), row) == []
    assert photos.faults(photos.Photo(480, 640, 80 * 1024), row) == []
    assert photos.faults(photos.Photo(353, 472, 20 * 1024 - 1), row) == ["width", "kilobytes"]
    assert photos.faults(photos.Photo(480, 641, 80 * 1024 + 1), row) == ["height", "kilobytes"]
    assert photos.faults(photos.Photo(400, 600, 30_000), row) == ["ratio"]
    assert photos.reusable_until(DAY, 59, row) == date(2019, 5, 16)
    assert photos.reusable_until(DAY, 60, row) == date(2023, 5, 15)


def test_limits() -> None:
    assert pack().limit("log", DAY) == 180
    assert pack().limit("nothing", DAY) is None
