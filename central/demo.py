"""A demonstration's matters: deferrals, drafts, an earlier application, other bureaus' answers.

They follow the day: the same people on the same day get the same matters, however often.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from importlib.resources import files
from typing import Any, Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, insert, select, update

from central.blobs import BlobFolder
from central.identity import Identity
from central.intake_desk import Sending, rows_of
from central.lookups import seed_lookups
from central.rules import Rules
from central.storage import accepting, chain, records
from central.storage.port import NewRecord
from central.storage.schema import blobs as table
from central.storage.schema import open_items
from intake.application import (
    Address,
    Application,
    Evidence,
    PackRef,
    Person,
    PhotoTaken,
    Recipient,
    short_number,
)
from intake.days import CITY
from intake.decide import decide
from intake.facts import Facts
from intake.pack.pack import Pack
from intake.waiver import waiver_proofs

PACK: Final = "chengdu"
CLERK: Final = "C0001"
LOOK_BACK: Final = 40
PRESENT: Final = {"application_form": "present", "photo": "present", "fingerprints": "present"}


class DemoPerson(BaseModel):
    """One made-up person, by the key of the sample card."""

    model_config = ConfigDict(frozen=True)

    key: str
    name: str
    number: str
    sex: str
    birth_date: date
    address: str


@dataclass(frozen=True, slots=True)
class Stage:
    """Where and when the demonstration plays, and who is in it."""

    identity: Identity
    pack: Pack
    station: str
    now: datetime
    people: Mapping[str, DemoPerson]
    photo: PhotoTaken
    """The drawn face of those whose earlier application has a photo."""

    @property
    def today(self) -> date:
        """The city's day."""
        return self.now.astimezone(CITY).date()


def seed(
    connection: Connection,
    identity: Identity,
    rules: Rules,
    station: str,
    now: datetime,
    blobs: BlobFolder,
    people: Sequence[DemoPerson] = (),
) -> dict[str, int]:
    """Put everything in that is not there yet; how much of each there was to put in."""
    script = json.loads((files("central") / "demo.json").read_text("utf-8"))
    known = people or [DemoPerson.model_validate_json(json.dumps(one)) for one in script["people"]]
    pack = next(one for one in rules.packs() if one.name == PACK)
    photo = _photo(connection, blobs, station, now)
    stage = Stage(identity, pack, station, now, {one.key: one for one in known}, photo)
    for name in (chain.CENTRE, station):
        chain.open_chain(connection, name)
    answers = list(_answers(script, stage))
    seed_lookups(connection, identity, answers)
    made = {
        "deferrals": sum(_deferral(connection, stage, one) for one in script["deferrals"]),
        "open": sum(_open(connection, stage, one) for one in script["open"]),
        "earlier": sum(_earlier(connection, stage, one) for one in script["earlier"]),
        "pre_acceptances": sum(_draft(connection, stage, one) for one in script["pre_acceptances"]),
    }
    return {"lookups": len(answers), **made}


def _photo(connection: Connection, blobs: BlobFolder, station: str, now: datetime) -> PhotoTaken:
    """The drawn face as the file of an earlier photo."""
    content = (files("central") / "demo.jpg").read_bytes()
    sha256, media_type = hashlib.sha256(content).hexdigest(), "image/jpeg"
    held = select(table.c.sha256).where(table.c.sha256 == sha256, table.c.station == station)
    if connection.execute(held).first() is None:
        blobs.put_piece(station, sha256, 0, content)
        size = blobs.assemble(station, sha256, 1, media_type)
        connection.execute(
            insert(table).values(
                sha256=sha256,
                station=station,
                district=station[:6],
                size=size,
                media_type=media_type,
                created_at=now,
            )
        )
    return PhotoTaken(sha256=sha256, width=390, height=520)


def _answers(script: Any, stage: Stage) -> Iterator[dict[str, Any]]:
    said = {("registered_functionary", key): "mismatch" for key in stage.people}
    for one in script["lookups"]:
        if len(one["parties"]) == 1:
            said[one["kind"], one["parties"][0]] = one["answer"]
            continue
        parties = [script["firm"] if p == "firm" else _number(stage, p) for p in one["parties"]]
        if None not in parties:
            yield {"kind": one["kind"], "parties": parties, "answer": one["answer"]}
    for (kind, key), answer in said.items():
        number = _number(stage, key)
        if number is not None:
            yield {"kind": kind, "parties": [number], "answer": answer}


def _number(stage: Stage, key: str) -> str | None:
    person = stage.people.get(key)
    return person.number if person else None


def _deferral(connection: Connection, stage: Stage, wanted: Any) -> int:
    """A lost passport whose loss statement follows, accepted so that it is due as wanted."""
    person = stage.people.get(wanted["person"])
    if person is None:
        return 0
    due = stage.today + timedelta(days=wanted["due"])

    def distance(day: date) -> tuple[bool, int]:
        application = _application(stage, person, day, "passport", "reissue_lost", "13800000006")
        (line,) = application.decision.deferrals
        same_side = (line.due_on > stage.today) - (line.due_on < stage.today)
        wanted_side = (due > stage.today) - (due < stage.today)
        return same_side != wanted_side, abs((line.due_on - due).days)

    days = [stage.today - timedelta(days=back) for back in range(1, LOOK_BACK)]
    day = min(days, key=distance)
    application = _application(stage, person, day, "passport", "reissue_lost", "13800000006")
    return _hold(connection, stage, application)


def _open(connection: Connection, stage: Stage, wanted: Any) -> int:
    person = stage.people.get(wanted["person"])
    if person is None:
        return 0
    day = stage.today - timedelta(days=3)
    application = _application(
        stage, person, day, wanted["document"], wanted["kind"], "13800000002"
    )
    return _hold(connection, stage, application)


def _earlier(connection: Connection, stage: Stage, wanted: Any) -> int:
    """One that was posted, delivered and closed long ago."""
    person = stage.people.get(wanted["person"])
    if person is None:
        return 0
    day = stage.today - timedelta(days=wanted["days"])
    application = _application(
        stage, person, day, wanted["document"], wanted["kind"], wanted["phone"]
    )
    photo = stage.photo.model_copy(update={"taken_on": day})
    application = application.model_copy(update={"photo": photo})
    if not _hold(connection, stage, application):
        return 0
    ended = application.accepted_at + timedelta(days=12)
    connection.execute(
        update(open_items)
        .where(open_items.c.application_id == application.id)
        .values(closed_at=ended, closed_as="issued")
    )
    for row in records.of_application(connection, application.id, "parcel"):
        way = {
            "handed_over": (ended - timedelta(days=2)).isoformat(),
            "delivered": ended.isoformat(),
        }
        detail = {**way, "ems_number": "EA123456785CN"}
        records.change(connection, row, state="delivered", detail=detail)
    return 1


def _draft(connection: Connection, stage: Stage, wanted: Any) -> int:
    person = stage.people.get(wanted["person"])
    if person is None:
        return 0
    expires = stage.today + timedelta(days=wanted["days"])
    body = {
        "number": person.number,
        "name": wanted["name"] or person.name,
        "phone": wanted["phone"],
        "items": [{"document": wanted["document"], "kind": wanted["kind"]}],
        "channel": wanted["channel"],
        "expires_on": expires.isoformat(),
        "note": None,
    }
    text = json.dumps(body, ensure_ascii=False)
    made = datetime.combine(stage.today - timedelta(days=1), time(20, 15), CITY)
    record = NewRecord(
        kind="pre-acceptance",
        id=_id(made, f"draft:{person.number}"),
        station=stage.station,
        district=stage.station[:6],
        state="open",
        sha256=records.sha256_of(text),
        created_at=made,
        created_by=wanted["channel"],
        body=text,
        person_key=stage.identity.person_key(person.number),
        due_on=expires,
    )
    if records.find(connection, record.id) is not None:
        return 0
    records.create(connection, record)
    return 1


def _hold(connection: Connection, stage: Stage, application: Application) -> int:
    sending = Sending(stage.station[:6], CLERK, application.accepted_at + timedelta(minutes=1))
    body = application.body()
    return accepting.take_over(
        connection, rows_of(application, body, stage.identity, sending, None)
    )


def _application(
    stage: Stage, person: DemoPerson, day: date, document: str, kind: str, phone: str
) -> Application:
    at = datetime.combine(day, time(10, 30), CITY)
    facts = Facts.model_validate(
        {
            "accepted_on": day,
            "site": {"code": stage.station, "kind": "police_station"},
            "applicant": {
                "birth_date": person.birth_date,
                "number": person.number,
                "hukou_code": person.number[:6],
                "identity_evidence": "chip",
                "residence_permit": None,
                "registered_functionary": "not_needed",
                "military": False,
                "disability_certificate": None,
            },
            "items": [
                {
                    "document": document,
                    "kind": kind,
                    "materials": {"current_document": "present"} if kind == "renew" else {},
                }
            ],
            "materials": PRESENT,
            "delivery": {"method": "post"},
        }
    )
    decision = decide(facts, stage.pack)
    evidence = Evidence(kind="chip", read_at=at, reader="virtual")
    identifier = _id(at, f"{document}:{kind}:{person.number}")
    return Application(
        id=identifier,
        number=short_number(identifier),
        station=stage.station,
        clerk=CLERK,
        created_at=at,
        accepted_at=at,
        pack=PackRef(name=stage.pack.name, version=stage.pack.version, sha256=stage.pack.sha256),
        facts=facts,
        decision=decision,
        person=Person.model_validate(person.model_dump(exclude={"key"})),
        evidence=evidence,
        phone=phone,
        recipient=_recipient(person, phone, stage.today),
        waivers=waiver_proofs(facts, decision, CLERK, at, evidence, lambda _: ""),
    )


def _recipient(person: DemoPerson, phone: str, as_of: date) -> Recipient:
    address = Address(
        division_code="510105",
        division_name="四川省成都市青羊区",
        code_system="MCA",
        as_of=as_of,
        detail="清江东路59号6栋2单元801号",
        postcode="610072",
    )
    return Recipient(name=person.name, phone=phone, address=address)


def _id(at: datetime, what: str) -> UUID:
    """A UUIDv7 that is the same for the same thing."""
    random = int.from_bytes(hashlib.sha256(what.encode()).digest()[:10], "big")
    value = int(at.timestamp() * 1000) << 80 | random
    value = value & ~(0xF << 76) | 7 << 76
    return UUID(int=value & ~(3 << 62) | 2 << 62)
