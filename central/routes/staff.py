"""Clerks and stations: who they are, and switching them off."""

from typing import Annotated, Any

from fastapi import Path
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, Row, Table, select, update
from starlette.responses import Response

from central.auth.scope import EVERYONE, MANAGERS, SUPERVISORS, covers
from central.model import Shape
from central.problems import Problem, not_found
from central.resource import Call, Called, Resource
from central.storage.schema import clerks, refresh_families, stations

router = Resource(prefix="/v1", tags=["staff"])

Identifier = Annotated[str, Path(pattern="^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]


class Clerk(BaseModel):
    """A clerk, without keys."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    role: str
    station: str
    enabled: bool
    revision: int


class Clerks(BaseModel):
    """Clerks in the caller's jurisdiction."""

    items: list[Clerk]


class StationShown(BaseModel):
    """A station, without keys."""

    model_config = ConfigDict(frozen=True)

    code: str
    name: str
    site_kind: str
    district: str
    enabled: bool
    revision: int


class Stations(BaseModel):
    """Stations in the caller's jurisdiction."""

    items: list[StationShown]


class Switch(Shape):
    """On or off. Off: no new sign-in and no renewed token; what is out ends within ten minutes."""

    enabled: bool


CHANGES: dict[str, Any] = {
    "roles": SUPERVISORS,
    "body": Switch,
    "refusals": ("precondition-failed", "precondition-required", "state-conflict", "unavailable"),
    "headers": ("If-Match",),
}


@router.offer("GET", "/me", roles=EVERYONE, answer=Clerk)
async def get_me(call: Called) -> Response:
    """Who the caller is."""
    row = await call.read(lambda c: _clerk(c, call.caller.clerk))
    if row is None:
        raise not_found()
    return _answer(_shown(row), row)


@router.offer("GET", "/clerks", roles=MANAGERS, answer=Clerks)
async def get_clerks(call: Called) -> Clerks:
    """The clerks of the caller's jurisdiction."""
    rows = await call.read(lambda c: list(c.execute(_with_district().order_by(clerks.c.id))))
    return Clerks(items=[_shown(row) for row in rows if _covered(call, row)])


@router.offer("GET", "/clerks/{id}", roles=MANAGERS, answer=Clerk)
async def get_clerk(id: Identifier, call: Called) -> Response:
    """One clerk."""
    row = await call.read(lambda c: _clerk(c, id))
    if row is None or not _covered(call, row):
        raise not_found()
    return _answer(_shown(row), row)


@router.offer("PATCH", "/clerks/{id}", answer=Clerk, **CHANGES)
async def patch_clerk(id: Identifier, call: Called) -> Response:
    """Switch a clerk off or on. Nobody switches themselves."""
    switch = call.take(Switch)

    def work(connection: Connection) -> Row[Any]:
        row = _clerk(connection, id)
        if row is None or not _covered(call, row):
            raise not_found()
        if row.id == call.caller.clerk:
            raise Problem("state-conflict", state="own account")
        _switch(connection, call, clerks, clerks.c.id == id, row, switch)
        if not switch.enabled:
            connection.execute(
                update(refresh_families)
                .where(refresh_families.c.clerk == id, refresh_families.c.revoked_at.is_(None))
                .values(revoked_at=call.now)
            )
        call.enter(connection, "clerk.switched", clerk=id, enabled=switch.enabled)
        changed = _clerk(connection, id)
        assert changed is not None
        return changed

    row = await call.write(work)
    return _answer(_shown(row), row)


@router.offer("GET", "/stations", roles=MANAGERS, answer=Stations)
async def get_stations(call: Called) -> Stations:
    """The stations of the caller's jurisdiction."""
    rows = await call.read(lambda c: list(c.execute(select(stations).order_by(stations.c.code))))
    seen = (row for row in rows if covers(call.caller, row.code, row.district))
    return Stations(items=[_station(row) for row in seen])


@router.offer("GET", "/stations/{code}", roles=EVERYONE, answer=StationShown)
async def get_station(code: Identifier, call: Called) -> Response:
    """One station."""
    row = await call.read(lambda c: _one_station(c, code))
    if row is None or not covers(call.caller, row.code, row.district):
        raise not_found()
    return _answer(_station(row), row)


@router.offer("PATCH", "/stations/{code}", answer=StationShown, **CHANGES)
async def patch_station(code: Identifier, call: Called) -> Response:
    """Switch a station off, when its machine was stolen, or on."""
    switch = call.take(Switch)

    def work(connection: Connection) -> Row[Any]:
        row = _one_station(connection, code)
        if row is None or not covers(call.caller, row.code, row.district):
            raise not_found()
        _switch(connection, call, stations, stations.c.code == code, row, switch)
        call.enter(connection, "station.switched", station=code, enabled=switch.enabled)
        changed = _one_station(connection, code)
        assert changed is not None
        return changed

    row = await call.write(work)
    return _answer(_station(row), row)


def _switch(
    connection: Connection, call: Call, table: Table, which: Any, row: Row[Any], switch: Switch
) -> None:
    wanted = call.header("if-match")
    if wanted is None:
        raise Problem("precondition-required")
    done = connection.execute(
        update(table)
        .where(which, table.c.revision == row.revision)
        .values(revision=row.revision + 1, disabled_at=None if switch.enabled else call.now)
    )
    if wanted != f'"{row.revision}"' or done.rowcount != 1:
        raise Problem("precondition-failed")


def _with_district() -> Any:
    return select(clerks, stations.c.district).join(stations, stations.c.code == clerks.c.station)


def _clerk(connection: Connection, identifier: str) -> Row[Any] | None:
    return connection.execute(_with_district().where(clerks.c.id == identifier)).one_or_none()


def _one_station(connection: Connection, code: str) -> Row[Any] | None:
    return connection.execute(select(stations).where(stations.c.code == code)).one_or_none()


def _covered(call: Call, row: Row[Any]) -> bool:
    return covers(call.caller, row.station, row.district)


def _shown(row: Row[Any]) -> Clerk:
    return Clerk(
        id=row.id,
        name=row.name,
        role=row.role,
        station=row.station,
        enabled=row.disabled_at is None,
        revision=row.revision,
    )


def _station(row: Row[Any]) -> StationShown:
    return StationShown(
        code=row.code,
        name=row.name,
        site_kind=row.site_kind,
        district=row.district,
        enabled=row.disabled_at is None,
        revision=row.revision,
    )


def _answer(shown: BaseModel, row: Row[Any]) -> Response:
    headers = {"ETag": f'"{row.revision}"'}
    return Response(shown.model_dump_json(), 200, headers, "application/json")
