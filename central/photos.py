"""Photos used again: the very file of an earlier application of the person, and not too old."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from central.centre import Centre
from central.problems import Problem
from central.seen import with_hash
from central.storage.schema import application_ids, blobs
from intake.application import Application, PhotoTaken
from intake.pack.layers import PackError
from intake.photos import as_reused, reusable_by


def check_reuse(connection: Connection, centre: Centre, application: Application) -> None:
    """Raise Problem `invalid` unless the application may use the earlier photo it names.

    An earlier application that is not here is passed over: a station that was without a network
    sends several at once, in no order.
    """
    photo = application.photo
    if photo is None or photo.reused_from is None:
        return
    row = _row(connection, photo.reused_from)
    if row is None:
        return
    if row.person_key != centre.identity.person_key(application.facts.applicant.number):
        raise _wrong("not an application of this person")
    if photo != as_reused(Application.model_validate_json(row.body)):
        raise _wrong("not the photo of that application")
    on, born = application.facts.accepted_on, application.facts.applicant.birth_date
    try:
        until = reusable_by(photo, born, on, centre.rules.pack(application.pack))
    except PackError:
        raise _wrong("the pack has no rule for photos") from None
    if until is None or until < on:
        raise _wrong("too old to be used again")


def earlier_photo(
    connection: Connection, application: Application
) -> tuple[PhotoTaken | None, bool]:
    """An application's photo as a later one would carry it, and whether its file is held here."""
    photo = as_reused(application)
    if photo is None:
        return None, False
    held = connection.execute(select(blobs.c.sha256).where(blobs.c.sha256 == photo.sha256))
    return photo, held.first() is not None


def _row(connection: Connection, identifier: UUID) -> Row[Any] | None:
    return connection.execute(with_hash.where(application_ids.c.id == identifier)).one_or_none()


def _wrong(message: str) -> Problem:
    return Problem("invalid", field="photo.reused_from", message=message)
