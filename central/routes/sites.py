"""The network of places: one centre, the districts' halls, the police stations' points."""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import Query
from pydantic import BaseModel, ConfigDict
from starlette.responses import Response

from central.auth.scope import EVERYONE
from central.resource import Called, Resource
from intake.facts import Document, SiteKind
from intake.pack.conditions import Is
from intake.pack.pack import Pack
from intake.pack.rows import ScopeRow, SiteRow

Kind = Literal["police_station", "district_hall", "city_centre"]

router = Resource(prefix="/v1/sites", tags=["sites"])

NETWORK = "chengdu"
"""The pack whose sites make the network."""


class Site(BaseModel):
    """One place: the row of the policy pack, with its place in the tree and opening hours.

    `position` in 1/1000 degree north and east; `position_is` says whether it is its own or, where
    that is not known, the hall's of its district.
    """

    model_config = ConfigDict(frozen=True)

    code: str
    kind: SiteKind
    parent: str | None
    name: dict[str, str]
    position: tuple[int, int] | None
    position_is: Literal["own", "hall"] | None
    row: dict[str, Any]
    hours: list[dict[str, Any]]


class NotServed(BaseModel):
    """Something a kind of place does not serve, by a rule of the pack."""

    model_config = ConfigDict(frozen=True)

    rule: str
    outcome: str
    refer_to: str | None
    text: dict[str, str]


class Serves(BaseModel):
    """What a kind of place serves: these documents, but for the exceptions."""

    model_config = ConfigDict(frozen=True)

    documents: list[Document]
    exceptions: list[NotServed]


class Sites(BaseModel):
    """All places, or those of a kind or district, and what each kind serves."""

    items: list[Site]
    serves: dict[SiteKind, Serves]


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
    etag = f'"{pack.sha256[:16]}.{call.today}"'
    if call.header("if-none-match") == etag:
        return Response(status_code=304, headers={"ETag": etag})
    found = [
        site
        for site in _tree(pack, call.today)
        if kind in (None, site.kind) and district in (None, site.row["district"])
    ]
    serves = {kind: _serves(pack, call.today, kind) for kind in SiteKind}
    text = Sites(items=found, serves=serves).model_dump_json()
    return Response(text, 200, {"ETag": etag}, "application/json")


def _tree(pack: Pack, day: date) -> list[Site]:
    rows = [row for row in pack.resolved.sites if row.holds_on(day)]
    hours = [row for row in pack.resolved.opening_hours if row.holds_on(day)]
    centre = next((row.id for row in rows if row.kind is SiteKind.CITY_CENTRE), None)
    halls = {row.district: row.id for row in rows if row.kind is SiteKind.DISTRICT_HALL}
    stands = {row.id: row.position for row in rows}
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
            **_position(row, stands.get(halls.get(row.district, ""))),
            row=row.model_dump(mode="json", by_alias=True, exclude={"name", "position"}),
            hours=[
                one.model_dump(mode="json", by_alias=True, exclude={"source", "text"})
                for one in hours
                if one.profile == row.hours
            ],
        )
        for row in rows
    ]


def _position(row: SiteRow, hall: tuple[int, int] | None) -> dict[str, Any]:
    if row.position is not None:
        return {"position": row.position, "position_is": "own"}
    return {"position": hall, "position_is": "hall" if hall else None}


def _serves(pack: Pack, day: date, kind: SiteKind) -> Serves:
    """The scope rules of `day` that name this kind of place and send people elsewhere."""
    exceptions = [
        NotServed(
            rule=row.id,
            outcome=row.outcome,
            refer_to=row.refer_to,
            text={"zh": row.text.zh, "en": row.text.en},
        )
        for row in pack.resolved.scope
        if row.holds_on(day) and row.outcome != "accept" and _names(row, kind)
    ]
    return Serves(documents=list(Document), exceptions=exceptions)


def _names(row: ScopeRow, kind: SiteKind) -> bool:
    """Whether a rule is about places of this kind (or about every place)."""
    return all(
        kind in one.values for one in row.when if isinstance(one, Is) and one.fact == "site_kind"
    )
