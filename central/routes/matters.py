"""What a card should bring up: everything a person has open, in one answer."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, Row, and_, select

from central.auth.scope import PEOPLE_WRITERS, covers, within
from central.model import PersonNumber, Shape
from central.photos import earlier_photo
from central.resource import Call, Called, Resource
from central.routes.created import drafts_of
from central.routes.records import Record
from central.routes.searches import Found, found_of
from central.storage import records
from central.storage.schema import applications, open_items
from central.storage.schema import records as table
from intake.application import Application, PhotoTaken

router = Resource(prefix="/v1/matters", tags=["search"])

UNSETTLED = ("open", "extended", "received", "rejected")
MOST = 20


class PersonQuestion(Shape):
    """Who is meant. In a body, because addresses are written to logs."""

    number: PersonNumber


class OpenItem(BaseModel):
    """An item that is open somewhere in the city: the same again is a possible duplicate."""

    model_config = ConfigDict(frozen=True)

    item_key: str
    application: UUID
    number: str
    station: str
    since: str
    visible: bool
    """Whether the caller may read that application."""


class Earlier(Found):
    """An earlier application, and what of it can be used again."""

    photo: PhotoTaken | None
    """Its photo as a later application would carry it; the day decides, by the pack."""
    photo_held: bool
    """Whether the photo's file is here."""
    phone: bool
    address: bool
    """Whether it has a telephone number, and a postal address."""


class Matters(BaseModel):
    """A person's open matters, and earlier applications to take things over from."""

    model_config = ConfigDict(frozen=True)

    pre_acceptances: list[Record]
    deferrals: list[Record]
    open_items: list[OpenItem]
    applications: list[Earlier]


@router.offer("POST", "", roles=PEOPLE_WRITERS, body=PersonQuestion, answer=Matters)
async def post_matters(call: Called) -> Matters:
    """What the person at the counter has open. Limited like a search, and put into the audit.

    Open items cover the city; deferrals and applications the caller's jurisdiction.
    """
    question = call.take(PersonQuestion)
    call.centre.by_searcher.take(call.caller.clerk, call.now.timestamp())
    person = call.centre.identity.person_key(question.number)

    def look(connection: Connection) -> Matters:
        drafts = [records.shown(row) for row in drafts_of(connection, person, call.today)]
        found = Matters.model_validate(
            {
                "pre_acceptances": drafts,
                "deferrals": _deferrals(connection, call, person),
                "open_items": _open_items(connection, call, person),
                "applications": _applications(connection, call, person),
            }
        )
        call.enter(connection, "person.searched", person=person.hex(), found=_size(found))
        return found

    return await call.write(look)


def _deferrals(connection: Connection, call: Call, person: bytes) -> list[dict[str, Any]]:
    wanted = select(table).where(
        table.c.person_key == person,
        table.c.kind == "deferral",
        table.c.state.in_(UNSETTLED),
        within(call.caller, table.c.station, table.c.district),
    )
    return [records.shown(row) for row in connection.execute(wanted.order_by(table.c.due_on))]


def _open_items(connection: Connection, call: Call, person: bytes) -> list[OpenItem]:
    wanted = (
        select(
            open_items.c.item_key,
            applications.c.id,
            applications.c.number,
            applications.c.station,
            applications.c.district,
            applications.c.received_at,
        )
        .join(applications, applications.c.id == open_items.c.application_id)
        .where(and_(open_items.c.person_key == person, open_items.c.closed_at.is_(None)))
        .order_by(applications.c.received_at.desc())
        .limit(MOST)
    )
    return [
        OpenItem(
            item_key=row.item_key,
            application=row.id,
            number=row.number,
            station=row.station,
            since=row.received_at.isoformat(),
            visible=covers(call.caller, row.station, row.district),
        )
        for row in connection.execute(wanted)
    ]


def _applications(connection: Connection, call: Call, person: bytes) -> list[Earlier]:
    wanted = (
        select(applications)
        .where(
            applications.c.person_key == person,
            within(call.caller, applications.c.station, applications.c.district),
        )
        .order_by(applications.c.received_at.desc())
        .limit(MOST)
    )
    rows = list(connection.execute(wanted))
    return [
        _earlier(connection, row, found)
        for row, found in zip(rows, found_of(connection, rows), strict=True)
    ]


def _earlier(connection: Connection, row: Row[Any], found: Found) -> Earlier:
    application = Application.model_validate_json(row.body)
    photo, held = earlier_photo(connection, application)
    return Earlier(
        **found.model_dump(),
        photo=photo,
        photo_held=held,
        phone=application.phone is not None,
        address=application.recipient is not None,
    )


def _size(found: Matters) -> int:
    lists = (found.pre_acceptances, found.deferrals, found.open_items, found.applications)
    return sum(map(len, lists))
