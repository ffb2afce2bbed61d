"""What a caller gets to see; what is not theirs is not there, and trying is logged."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, and_, select

from central.auth.scope import covers
from central.problems import not_found
from central.resource import Call
from central.storage import records
from central.storage.schema import application_ids, applications

with_hash = select(applications, application_ids.c.sha256).join(
    application_ids,
    and_(
        applications.c.received_on == application_ids.c.received_on,
        applications.c.id == application_ids.c.id,
    ),
)
"""Applications with the hash of their bytes; the join names the partition."""


def visible_application(connection: Connection, call: Call, identifier: UUID) -> Row[Any]:
    """The row of an application the caller may see. Raises Problem `not-found`."""
    row = connection.execute(with_hash.where(application_ids.c.id == identifier)).one_or_none()
    return _visible(call, row)


def visible_record(connection: Connection, call: Call, identifier: UUID, kind: str) -> Row[Any]:
    """A record of one kind the caller may see. Raises Problem `not-found`."""
    return _visible(call, records.find(connection, identifier, kind))


def _visible(call: Call, row: Row[Any] | None) -> Row[Any]:
    if row is None:
        raise not_found()
    if not covers(call.caller, row.station, row.district):
        call.centre.log.warning(
            "out of jurisdiction", clerk=call.caller.clerk, station=call.caller.station
        )
        raise not_found()
    return row
