"""From a sent application to one that can be held: whose it is, what it opens, what it brings."""

import hashlib
import json
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import unquote
from uuid import UUID, uuid5

from sqlalchemy import Connection, select

from central.auth.scope import covers
from central.desk import parcels
from central.identity import Identity
from central.photos import check_reuse
from central.problems import Problem
from central.resource import Call
from central.storage import chain
from central.storage.port import Arrival, NewRecord
from central.storage.schema import clerks, stations
from intake.application import Application
from intake.facts import item_key


async def arrival_of(call: Call, application: Application, approver: str | None) -> Arrival:
    """Check what only the centre can check and put the application into rows. Raises Problem."""
    kind, district = await _place(call, application)
    if application.facts.site.kind not in (kind, "mobile_visit"):
        raise Problem("invalid", field="facts.site.kind", message=f"this station is a {kind}")
    call.centre.rules.check(application)
    if application.photo is not None and application.photo.reused_from is not None:
        await call.read(lambda connection: check_reuse(connection, call.centre, application))
    sending = Sending(district, call.caller.clerk, call.now, approver)
    reason = _reason(call.header("override-duplicate"))
    return rows_of(application, call.body, call.centre.identity, sending, reason)


@dataclass(frozen=True, slots=True)
class Sending:
    """How an application came: to which district, sent by whom and when, approved by whom."""

    district: str
    by: str
    at: datetime
    approver: str | None = None


def rows_of(
    application: Application,
    body: bytes,
    identity: Identity,
    sending: Sending,
    override: str | None,
) -> Arrival:
    """A checked application put into rows; `override` is why it is no duplicate."""
    person = identity.person_key(application.facts.applicant.number)
    accepted = [one.index for one in application.decision.items if one.outcome == "accept"]
    wanted = {item_key(application.facts.items[index]): index for index in accepted}
    sha256 = hashlib.sha256(body).hexdigest()
    return Arrival(
        id=application.id,
        sha256=sha256,
        number=application.number,
        station=application.station,
        district=sending.district,
        clerk=application.clerk,
        sent_by=sending.by,
        received_at=sending.at,
        kid=identity.kid,
        outcome=application.decision.outcome,
        name=application.person.name if application.person else "",
        person_key=person,
        body=body,
        items=tuple((index, key) for key, index in wanted.items()),
        children=tuple(_children(application, sending.district, person, sending.at)),
        override=override is not None,
        audit=chain.entry(
            "application.held",
            application.clerk,
            sending.at,
            application=str(application.id),
            sha256=sha256,
            sent_by=sending.by,
            override=override,
            approved_by=sending.approver,
        ),
        station_head=application.audit_head,
    )


def child_id(application: UUID, kind: str, index: int) -> UUID:
    """The id of what comes with an application: a station can work it out before it has sent."""
    return uuid5(application, f"{kind}:{index}")


async def _place(call: Call, application: Application) -> tuple[str, str]:
    """Kind and district of the application's station, which has to lie in the caller's scope."""
    caller = call.caller
    own = application.station == caller.station and application.clerk == caller.clerk
    if own and caller.role == "clerk":
        return caller.site_kind, caller.district  # The token says so; no need to look it up.

    def look(connection: Connection) -> tuple[str, str]:
        station = connection.execute(
            select(stations).where(stations.c.code == application.station)
        ).one_or_none()
        if station is None or not covers(caller, station.code, station.district):
            raise Problem("invalid", field="station", message="not a station you may send for")
        # A clerk who has left is still the one who accepted: known is enough.
        known = connection.execute(select(clerks.c.id).where(clerks.c.id == application.clerk))
        if known.first() is None:
            raise Problem("invalid", field="clerk", message="not a clerk of this centre")
        return station.site_kind, station.district

    return await call.read(look)


def _reason(header: str | None) -> str | None:
    """The reason in an `Override-Duplicate` header: UTF-8, percent-encoded or not."""
    if header is None:
        return None
    try:
        reason = unquote(header.encode("latin-1").decode(), errors="strict").strip()
    except UnicodeError:
        reason = ""
    if not 2 <= len(reason) <= 200 or any(unicodedata.category(c)[0] == "C" for c in reason):
        raise Problem("invalid", field="Override-Duplicate", message="a reason of 2 to 200 signs")
    return reason


def _children(
    application: Application, district: str, person: bytes, now: datetime
) -> list[NewRecord]:
    """The deferrals, parcels and waivers an application brings with it."""

    def child(
        kind: str, index: int, state: str, body: Any, due_on: date | None, detail: Any
    ) -> NewRecord:
        text = _compact(body)
        return NewRecord(
            kind=kind,
            id=child_id(application.id, kind, index),
            application_id=application.id,
            station=application.station,
            district=district,
            person_key=person,
            state=state,
            due_on=due_on,
            sha256=hashlib.sha256(text.encode()).hexdigest(),
            created_at=now,
            created_by=application.clerk,
            body=text,
            detail=_compact(detail),
        )

    decision = application.decision
    about = {
        "about": {
            "number": application.number,
            "name": application.person.name if application.person else "",
            "phone": application.phone,
        }
    }
    # The person's number too, so that a station without a network knows the card again.
    whose = {"about": {**about["about"], "person": application.facts.applicant.number}}
    lines = [(one.model_dump(mode="json", exclude={"reasons"}), one) for one in decision.deferrals]
    posted = parcels.bodies(decision, application.recipient)
    waivers = [waiver.model_dump(mode="json") for waiver in application.waivers]
    return [
        *(
            child("deferral", n, "open", body, one.due_on, whose)
            for n, (body, one) in enumerate(lines)
        ),
        *(child("parcel", n, "planned", body, None, about) for n, body in enumerate(posted)),
        *(child("waiver", n, "granted", body, None, {}) for n, body in enumerate(waivers)),
    ]


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
