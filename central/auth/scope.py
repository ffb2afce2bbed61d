"""What a caller may see: own station, own district, the city. Nothing else exists for them."""

from typing import Final

from sqlalchemy import Column, ColumnElement, false, true

from central.auth.caller import Caller, Role
from central.storage.finding import Reach

PEOPLE_READERS: Final[tuple[Role, ...]] = ("clerk", "supervisor", "auditor")
PEOPLE_WRITERS: Final[tuple[Role, ...]] = ("clerk", "supervisor")
EVERYONE: Final[tuple[Role, ...]] = ("clerk", "supervisor", "support", "auditor")
MANAGERS: Final[tuple[Role, ...]] = ("supervisor", "support", "auditor")
SUPERVISORS: Final[tuple[Role, ...]] = ("supervisor",)
AUDITORS: Final[tuple[Role, ...]] = ("auditor",)


def whole_city(caller: Caller) -> bool:
    """Whether the caller's jurisdiction is everything."""
    return caller.role in ("auditor", "support") or (
        caller.role == "supervisor" and caller.site_kind == "city_centre"
    )


def covers(caller: Caller, station: str, district: str) -> bool:
    """Whether something of `station` in `district` lies in the caller's jurisdiction."""
    if whole_city(caller):
        return True
    if caller.role == "supervisor":
        return district == caller.district
    return caller.role == "clerk" and station == caller.station


def reach(caller: Caller) -> tuple[Reach, str]:
    """The same for finding: how far the caller sees, and from where."""
    if whole_city(caller):
        return "city", ""
    if caller.role == "supervisor":
        return "district", caller.district
    return "station", caller.station


def within(caller: Caller, station: Column[str], district: Column[str]) -> ColumnElement[bool]:
    """The same as a condition on the columns that say where a row belongs."""
    if whole_city(caller):
        return true()
    if caller.role == "supervisor":
        return district == caller.district
    return station == caller.station if caller.role == "clerk" else false()
