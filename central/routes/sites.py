"""The network of places: one centre, the districts' halls, the police stations' points."""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import Query
from pydantic import BaseModel, ConfigDict
from starlette.responses import Response

from central.auth.scope import EVERYONE
from central.resource import Called, Resource
from intake.facts import SiteKind
from intake.pack.pack import Pack

Kind = Literal["police_station", "district_hall", "city_centre"]

router = Resource(prefix="/v1/sites", tags=["sites"])

NETWORK = "chengdu"
"""The pack whose sites make the network."""


class Site(BaseModel):
    """One place: the row of the policy pack, with its place in the tree and opening hours."""

    model_config = ConfigDict(frozen=True)

    code: str
    kind: SiteKind
    parent: str | None
    name: dict[str, str]
    row: dict[str, Any]
    hours: list[dict[str, Any]]


class Sites(BaseModel):
    """All places, or those of a kind or district."""

    items: list[Site]


@router.offer("GET", "", roles=EVERYONE, answer=Sites, also={304: "Not changed"})
async def get_sites(
    call: Called,
    kind: Annotated[
        Literal["police_station", "district_hall", "city_centre"] | None, Query()
    ] = None,
    district: Annotated[str | None, Query(pattern="^[0-9]{6}$")] = None,
) -> Response:
    """The tree of places on this day; its ETag changes with the policy pack."""
    pack = next(one for one in call.centre.rules.packs() if one.name == NETWORK)
    etag = f'"{pack.sha256[:16]}.{call.now.date()}"'
    if call.header("if-none-match") == etag:
        return Response(status_code=304, headers={"ETag": etag})
    found = [
        site
        for site in _tree(pack, call.now.date())
        if kind in (None, site.kind) and district in (None, site.row["district"])
    ]
    text = Sites(items=found).model_dump_json()
    return Response(text, 200, {"ETag": etag}, "application/json")


def _tree(pack: Pack, day: date) -> list[Site]:
    rows = [row for row in pack.resolved.sites if row.holds_on(day)]
    hours = [row for row in pack.resolved.opening_hours if row.holds_on(day)]
    centre = next((row.id for row in rows if row.kind is SiteKind.CITY_CENTRE), None)
    halls = {row.district: row.id for row in rows if row.kind is SiteKind.DISTRICT_HALL}
    parents = {
        SiteKind.CITY_CENTRE: lambda _: None,
        SiteKind.DISTRICT_HALL: lambda _: centre,
        SiteKind.POLICE_STATION: lambda row: halls.get(row.district, centre),
        SiteKind.MOBILE_VISIT: lambda row: halls.get(row.district, centre),
    }
    return [
        Site(
            code=row.id,
            kind=row.kind,
            parent=parents[row.kind](row),
            name={"zh": row.name.zh, "en": row.name.en},
            row=row.model_dump(mode="json", by_alias=True, exclude={"name"}),
            hours=[
                one.model_dump(mode="json", by_alias=True, exclude={"source", "text"})
                for one in hours
                if one.profile == row.hours
            ],
        )
        for row in rows
    ]
