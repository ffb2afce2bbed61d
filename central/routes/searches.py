"""Finding applications: by number, by name prefix, by the person's identity number."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection, select
from starlette.responses import Response

from central.auth.scope import PEOPLE_READERS, reach
from central.model import Clean, PersonNumber, Shape
from central.paging import cursor_of, place_of
from central.problems import Problem
from central.resource import Called, Resource
from central.storage.finding import By, Question
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
async def search(call: Called) -> Response:
    """Applications in the caller's jurisdiction. Searching is limited, and searches by a person's
    number are put into the audit."""
    search = call.take(Search)
    question = _question(call, search)
    call.centre.by_searcher.take(call.caller.clerk, call.now.timestamp())
    hits = await call.centre.store.find(question)
    if isinstance(question.value, bytes):
        person, count = question.value.hex(), len(hits)
        await call.write(lambda c: call.enter(c, "person.searched", person=person, found=count))
    found = [
        Found(
            id=one.id,
            number=one.number,
            station=one.station,
            received_at=one.received_at.isoformat(),
            outcome=one.outcome,
            name=one.name,
            open_items=list(one.open_items),
        )
        for one in hits
    ]
    more = len(hits) == search.limit
    results = Results(
        items=found, next=cursor_of(hits[-1].name, str(hits[-1].id)) if more else None
    )
    return Response(results.model_dump_json(), media_type="application/json")


def _question(call: Called, search: Search) -> Question:
    """Raises Problem `invalid` unless exactly one thing is looked for."""
    by: By
    match (search.number, search.name_prefix, search.person):
        case (str(number), None, None):
            bare = number.replace("-", "")
            by, value = "number", f"{bare[:4]}-{bare[4:8]}-{bare[8]}"
        case (None, str(prefix), None):
            by, value = "name", prefix
        case (None, None, str(person)):
            by, value = "person_key", call.centre.identity.person_key(person)
        case _:
            raise Problem("invalid", field="", message="one of number, name_prefix, person")
    after = place_of(search.cursor, 2)
    try:
        behind = None if after is None else (after[0], UUID(after[1]))
    except ValueError:
        raise Problem("invalid", field="cursor", message="not a cursor of this list") from None
    return Question(by, value, *reach(call.caller), behind, search.limit)


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
