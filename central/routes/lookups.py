"""Asking other bureaus' registers, for one application and one purpose, audited."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from central.auth.scope import PEOPLE_WRITERS
from central.lookups import Kind, LookupResult, ask, subject
from central.model import PersonNumber, Shape
from central.resource import Called, Resource

router = Resource(prefix="/v1/lookups", tags=["look-ups"])


class Question(Shape):
    """What is to be confirmed about whom, and for which application (also one not accepted yet)."""

    kind: Kind
    application: UUID
    number: PersonNumber
    related: PersonNumber | Annotated[str, Field(pattern="^[0-9A-Z]{18}$")] | None = None
    """The relative of a kinship, the ward of a guardianship, the firm of a business."""


class LookupAnswer(BaseModel):
    """The fact, not the record."""

    model_config = ConfigDict(frozen=True)

    kind: Kind
    answer: LookupResult
    checked_at: str
    application: UUID


@router.offer("POST", "", roles=PEOPLE_WRITERS, body=Question, answer=LookupAnswer)
async def post_lookup(call: Called) -> LookupAnswer:
    """Ask one register. `unavailable` is an answer: fall back to paper or deferral openly."""
    question = call.take(Question)
    call.centre.by_searcher.take(call.caller.clerk, call.now.timestamp())
    identity = call.centre.identity
    about = subject(identity, *filter(None, (question.number, question.related)))
    answer = await ask(call.centre.adapters, question.kind, about)

    def enter(connection: Connection) -> None:
        call.enter(
            connection,
            "lookup.asked",
            kind=question.kind,
            answer=answer,
            application=str(question.application),
            person=identity.person_key(question.number).hex(),
        )

    await call.write(enter)
    call.centre.metrics.lookups.labels(question.kind, answer).inc()
    return LookupAnswer(
        kind=question.kind,
        answer=answer,
        checked_at=call.now.isoformat(),
        application=question.application,
    )
