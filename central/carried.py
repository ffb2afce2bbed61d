"""An outbox carried by hand, taken in at the centre itself.

The file is what `counter outbox export` wrote: bodies sealed to the centre and, over all of it, the
station's signature, which stands for what a call over the network proves. Each row then goes the
way of the call it would have been, in its clerk's name, so whichever comes second, the file or the
station, gets the same receipt and nothing is held twice.
"""

import asyncio
import hashlib
import json
import re
from dataclasses import asdict, dataclass
from typing import Any, Final
from urllib.parse import quote
from uuid import UUID

from sqlalchemy import Connection, Row, select
from starlette.requests import Request
from starlette.responses import Response

from central.acts import perform
from central.auth.caller import Caller
from central.auth.grants import caller_at
from central.auth.jose import BadToken, public_key, unverified_header, verified
from central.auth.scope import PEOPLE_WRITERS
from central.blobs import LARGEST, BlobFolder
from central.centre import Centre
from central.desk import ACTS
from central.identity import Identity
from central.problems import Problem, not_found
from central.resource import Call
from central.routes.applications import put_application, receipted
from central.routes.blobs import post_blob
from central.sealed import MEDIA_TYPE, opened
from central.storage import chain
from central.storage.schema import clerks, stations

FORMAT: Final = 1
TYPE: Final = "outbox+jws"
PHOTOS_TYPE: Final = "photos+jws"
_SHA256: Final = re.compile("[0-9a-f]{64}")
_ACTS: Final = {act.name: act for act in ACTS}


class NotAnExport(Exception):
    """The file cannot be taken in; the text is a sentence for whoever brought it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row. A refused one (`problem`) still waits at its station."""

    key: str
    number: str
    action: str | None
    receipt: str | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class PhotoOutcome:
    """What became of one photo. A refused one (`problem`) still lies at its station."""

    sha256: str
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a file."""

    station: str
    outcomes: list[Outcome]
    photos: list[PhotoOutcome]

    def receipts(self, identity: Identity) -> dict[str, Any]:
        """What is carried back: `counter outbox receipts` reads it.

        A photo has no receipt of its own, and its station wipes what is held here: so it is signed
        what became of each.
        """
        found = [one.receipt for one in self.outcomes if one.receipt]
        said = {"station": self.station, "photos": [asdict(photo) for photo in self.photos]}
        return {
            "format": FORMAT,
            "centre": identity.name,
            "station": self.station,
            "receipts": found,
            "photos": identity.sign(said, PHOTOS_TYPE),
        }


async def take_in(centre: Centre, content: bytes, by: str) -> Taken:
    """Hold what a file brings; `by` is the id of who took it in. Raises NotAnExport.

    Rows, then photos, go one after the other, each in a transaction of its own: a file that was
    taken in half is taken in again from its beginning, and goes on where it stopped.
    """
    document = _read(content, centre.identity.name)
    code, rows = document["station"], document["rows"]
    jkt = await centre.store.read(lambda connection: _signed_by(connection, document))
    now = centre.now()
    entry = chain.entry("outbox.carried", by, now, count=len(rows), written=document["written_at"])
    await centre.store.write(lambda connection: chain.append(connection, code, entry))
    photos = document.get("photos", [])
    return Taken(
        code,
        [await _one(centre, code, jkt, row) for row in rows],
        [await _photo(centre, code, jkt, photo) for photo in photos],
    )


def _read(content: bytes, name: str) -> dict[str, Any]:
    try:
        document = json.loads(content)
        if document["format"] != FORMAT:
            raise ValueError
        for text in (document["station"], document["centre"], document["written_at"]):
            _text(text)
        if not all(
            isinstance(row, dict) for row in [*document["rows"], *document.get("photos", [])]
        ):
            raise TypeError
    except (ValueError, KeyError, TypeError, RecursionError):
        raise NotAnExport("This file is not an export of an outbox.") from None
    if document["centre"] != name:
        raise NotAnExport("This export is for another centre.")
    return document


def _signed_by(connection: Connection, document: dict[str, Any]) -> str:
    """The thumbprint of the station's key, once its signature holds over the very rows."""
    code = document["station"]
    station = connection.execute(select(stations).where(stations.c.code == code)).one_or_none()
    if station is None:
        raise NotAnExport("The station that wrote this is not one of this centre's.")
    if station.disabled_at is not None:
        # Whoever stole its machine signs as well as its clerks did, and dates it as they like.
        raise NotAnExport(
            "The station that wrote this is switched off, so its signature no longer counts."
            " A supervisor of another station of its district takes the file in there"
            " (counter outbox import FILE), or the station is switched on for it."
        )
    try:
        token = _text(document.get("signature"))
        if unverified_header(token).get("typ") != TYPE:
            raise BadToken("type")
        said = verified(token, public_key(json.loads(station.jwk)))
    except (BadToken, ValueError):
        raise NotAnExport("The station's signature does not hold over this file.") from None
    about = {name: document[name] for name in ("station", "centre", "written_at")}
    about["sha256"] = rows_hash(document["rows"])
    if "photos" in document:
        about["photos"] = rows_hash(document["photos"])
    if said != about:
        raise NotAnExport("The station's signature does not hold over this file.")
    return station.jkt


def rows_hash(rows: list[dict[str, Any]]) -> str:
    """SHA-256, in hex, of the rows as canonical JSON."""
    text = json.dumps(rows, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


async def _one(centre: Centre, code: str, jkt: str, row: dict[str, Any]) -> Outcome:
    key, number, action = (str(row.get(name) or "") for name in ("key", "number", "action"))
    about = key, number, action or None
    try:
        if row["origin"] != code:
            # Its own station alone can vouch for it.
            raise not_found()
        caller = await centre.store.read(lambda c: _caller(c, _text(row["clerk"]), code, jkt))
        call = _call(centre, caller, row)
        response = await _send(call, UUID(row["key"]), UUID(row["application"]), row["action"])
    except Problem as problem:
        return Outcome(*about, problem=problem.name)
    except (KeyError, TypeError, ValueError):
        return Outcome(*about, problem="invalid")
    return Outcome(*about, receipt=json.loads(bytes(response.body))["receipt"])


async def _photo(centre: Centre, code: str, jkt: str, photo: dict[str, Any]) -> PhotoOutcome:
    sha256 = str(photo.get("sha256") or "")
    try:
        if not _SHA256.fullmatch(sha256):
            raise ValueError
        caller = await centre.store.read(lambda c: _caller(c, _text(photo["clerk"]), code, jkt))
        content = opened(_photo_call(centre, caller, photo)).body
        limit = centre.settings.limits.piece
        pieces = [content[at : at + limit] for at in range(0, len(content), limit)]
        whole = {"pieces": len(pieces), "media_type": photo["media_type"]}
        call = _photo_call(centre, caller, photo, json.dumps(whole).encode())
        if len(content) > LARGEST:
            raise Problem("too-large", limit=LARGEST)
        folder = BlobFolder(centre.settings.blobs)
        for index, piece in enumerate(pieces):
            await asyncio.to_thread(folder.put_piece, code, sha256, index, piece)
        await post_blob(sha256, call)
    except Problem as problem:
        return PhotoOutcome(sha256, problem.name)
    except (KeyError, TypeError, ValueError):
        return PhotoOutcome(sha256, "invalid")
    return PhotoOutcome(sha256)


def _photo_call(
    centre: Centre, caller: Caller, photo: dict[str, Any], body: bytes | None = None
) -> Call:
    """The call with the sealed photo, or with `body`."""
    headers = [] if body is not None else [(b"content-type", MEDIA_TYPE.encode())]
    request = Request({"type": "http", "method": "POST", "path": "/", "headers": headers})
    given = _text(photo["sealed"]).encode("ascii") if body is None else body
    return Call(request, centre, caller, centre.now(), given)


async def _send(call: Call, key: UUID, application: UUID, action: str | None) -> Response:
    if action is None:
        return await put_application(key, call)
    if action not in _ACTS:
        raise not_found()
    return receipted(call, await perform(call, _ACTS[action], application))


def _caller(connection: Connection, name: str, code: str, jkt: str) -> Caller:
    """The clerk who accepted; one who has left since is still the one."""
    found: Row[Any] | None = connection.execute(
        select(clerks).where(clerks.c.id == name)
    ).one_or_none()
    if found is None:
        raise Problem("invalid", field="clerk", message="not a clerk of this centre")
    try:
        caller = caller_at(connection, found, code, jkt)
    except BadToken:
        raise Problem("invalid", field="clerk", message="not a clerk of this station") from None
    if caller.role not in PEOPLE_WRITERS:
        raise not_found()
    return caller


def _call(centre: Centre, caller: Caller, row: dict[str, Any]) -> Call:
    """The call that the station would have made."""
    headers = {
        "content-type": MEDIA_TYPE,
        "if-none-match": "*",
        "idempotency-key": _text(row["key"]),
    }
    if row["approval"] is not None:
        headers["approval"] = _text(row["approval"])
    if row["override"] is not None:
        headers["override-duplicate"] = quote(_text(row["override"]))
    raw = [(name.encode(), value.encode("ascii")) for name, value in headers.items()]
    request = Request({"type": "http", "method": "PUT", "path": "/", "headers": raw})
    return Call(request, centre, caller, centre.now(), _text(row["sealed"]).encode("ascii"))


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError
    return value
