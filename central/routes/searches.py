"""Finding applications: by number, by name prefix, by the person's identity number."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection, and_, or_, select

from central.auth.scope import PEOPLE_READERS, within
from central.model import Clean, PersonNumber, Shape
from central.paging import cursor_of, place_of
from central.problems import Problem
from central.resource import Called, Resource
from central.storage.schema import applications as table
from central.storage.schema import open_items

router = Resource(prefix="/v1/searches", tags=["search"])


class Search(Shape):
    """Exactly one of the three. In a body, because addresses are written to logs."""

    number: Annotated[str, Field(pattern=r"^[0-9A-Z]{4}-?[0-9A-Z]{4}-?[0-9A-Z]$")] | None = None
    """An application's number."""
    name_prefix: Annotated[Clean, Field(min_length=1, max_length=40)] | None = None
    person: PersonNumber | None = None
    """An identity number, whole."""
    limit: Annotated[int, Field(ge=1, le=100)] = 20
    cursor: Annotated[str, Field(max_length=400)] | None = None


class Found(BaseModel):
    """One application in a list: enough to choose, not more."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    number: str
    station: str
    received_at: str
    outcome: str
    name: str
    open_items: list[str]


class Results(BaseModel):
    """One page of what was found; `next` is the cursor of the following one."""

    items: list[Found]
    next: str | None


@router.offer("POST", "", roles=PEOPLE_READERS, body=Search, answer=Results)
async def search(call: Called) -> Results:
    """Applications in the caller's jurisdiction. Searching is limited, and searches by a person's
    number are put into the audit."""
    question = call.take(Search)
    given = [question.number, question.name_prefix, question.person]
    if sum(one is not None for one in given) != 1:
        raise Problem("invalid", field="", message="one of number, name_prefix, person")
    call.centre.by_searcher.take(call.caller.clerk, call.now.timestamp())
    wanted = _narrowed(call, question).limit(question.limit)

    def look(connection: Connection) -> list[Found]:
        return found_of(connection, list(connection.execute(wanted)))

    def look_and_enter(connection: Connection) -> list[Found]:
        found = look(connection)
        person = call.centre.identity.person_key(question.person or "").hex()
        call.enter(connection, "person.searched", person=person, found=len(found))
        return found

    if question.person is not None:
        found = await call.write(look_and_enter)
    else:
        found = await call.read(look)
    last = found[-1] if len(found) == question.limit else None
    return Results(
        items=found, next=cursor_of(last.name, str(last.id)) if last is not None else None
    )


def found_of(connection: Connection, rows: list[Any]) -> list[Found]:
    """Rows of applications as they are listed, with what is still open of each."""
    still = _open(connection, [row.id for row in rows])
    return [
        Found(
            id=row.id,
            number=row.number,
            station=row.station,
            received_at=row.received_at.isoformat(),
            outcome=row.outcome,
            name=row.name,
            open_items=still.get(row.id, []),
        )
        for row in rows
    ]


def _narrowed(call: Called, question: Search) -> Any:
    wanted: Any = select(
        table.c.id,
        table.c.number,
        table.c.station,
        table.c.received_at,
        table.c.outcome,
        table.c.name,
    ).where(within(call.caller, table.c.station, table.c.district))
    if question.number is not None:
        bare = question.number.replace("-", "")
        wanted = wanted.where(table.c.number == f"{bare[:4]}-{bare[4:8]}-{bare[8]}")
    elif question.person is not None:
        person = call.centre.identity.person_key(question.person)
        wanted = wanted.where(table.c.person_key == person)
    else:
        prefix = question.name_prefix or ""
        # A range, not LIKE: both databases walk the index, and nothing in a name is a pattern.
        wanted = wanted.where(table.c.name >= prefix, table.c.name < prefix + chr(0x10FFFF))
    after = place_of(question.cursor, 2)
    if after is not None:
        try:
            identifier = UUID(after[1])
        except ValueError:
            raise Problem("invalid", field="cursor", message="not a cursor of this list") from None
        wanted = wanted.where(
            or_(
                table.c.name > after[0],
                and_(table.c.name == after[0], table.c.id > identifier),
            )
        )
    return wanted.order_by(table.c.name, table.c.id)


def _open(connection: Connection, ids: list[UUID]) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = {}
    rows = connection.execute(
        select(open_items.c.application_id, open_items.c.item_key)
        .where(open_items.c.application_id.in_(ids), open_items.c.closed_at.is_(None))
        .order_by(open_items.c.item)
    )
    for row in rows:
        found.setdefault(row.application_id, []).append(row.item_key)
    return found
