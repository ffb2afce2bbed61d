"""Scans and photos: content-addressed, in pieces, resumable, seen only where they were sent."""

import asyncio
from typing import Annotated, Literal

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection, insert, select
from starlette.responses import FileResponse, Response

from central.auth.scope import PEOPLE_READERS, PEOPLE_WRITERS, covers
from central.blobs import BlobFolder
from central.model import Shape
from central.problems import Problem, not_found
from central.resource import Call, Called, Resource
from central.storage.schema import blobs

router = Resource(prefix="/v1/blobs", tags=["blobs"])

Name = Annotated[str, Path(pattern="^[0-9a-f]{64}$")]
Index = Annotated[int, Path(ge=0, le=255)]


class Pieces(BaseModel):
    """Which pieces have arrived; send the others."""

    model_config = ConfigDict(frozen=True)

    pieces: list[int]


class Whole(Shape):
    """What the pieces make: how many there are and what kind of file."""

    pieces: Annotated[int, Field(ge=1, le=256)]
    media_type: Literal["image/jpeg", "image/png", "application/pdf"]


class Blob(BaseModel):
    """A file that is here whole and was checked."""

    model_config = ConfigDict(frozen=True)

    sha256: str
    size: int
    media_type: str


@router.offer(
    "PUT",
    "/{sha256}/pieces/{index}",
    roles=PEOPLE_WRITERS,
    answer=Pieces,
    refusals=("state-conflict",),
)
async def put_piece(sha256: Name, index: Index, call: Called) -> Pieces:
    """One piece of at most 256 KiB; the same again is fine."""
    limit = call.centre.settings.limits.piece
    if not 0 < len(call.body) <= limit:
        raise Problem("too-large", limit=limit)
    folder, station = _folder(call), call.caller.station
    await asyncio.to_thread(folder.put_piece, station, sha256, index, call.body)
    return Pieces(pieces=await asyncio.to_thread(folder.pieces, station, sha256))


@router.offer("GET", "/{sha256}/pieces", roles=PEOPLE_WRITERS, answer=Pieces)
async def get_pieces(sha256: Name, call: Called) -> Pieces:
    """Where to go on after a cut."""
    pieces = await asyncio.to_thread(_folder(call).pieces, call.caller.station, sha256)
    return Pieces(pieces=pieces)


@router.offer(
    "POST",
    "/{sha256}",
    roles=PEOPLE_WRITERS,
    body=Whole,
    answer=Blob,
    status=201,
    also={200: "Here already"},
    refusals=("blob-refused", "state-conflict", "unavailable"),
)
async def post_blob(sha256: Name, call: Called) -> Response:
    """Put the pieces together. Refused unless hash and type fit and nothing else is inside."""
    whole = call.take(Whole)
    station = call.caller.station
    known = await call.read(lambda connection: _mine(connection, sha256, station))
    if known is not None:
        return Response(known.model_dump_json(), 200, media_type="application/json")
    folder = _folder(call)
    size = await asyncio.to_thread(folder.assemble, station, sha256, whole.pieces, whole.media_type)
    made = Blob(sha256=sha256, size=size, media_type=whole.media_type)

    def work(connection: Connection) -> Blob:
        before = _mine(connection, sha256, station)
        if before is not None:
            return before
        connection.execute(
            insert(blobs).values(
                sha256=sha256,
                station=station,
                district=call.caller.district,
                size=size,
                media_type=whole.media_type,
                created_at=call.now,
            )
        )
        call.enter(connection, "blob.held", sha256=sha256)
        return made

    blob = await call.write(work)
    return Response(blob.model_dump_json(), 201, media_type="application/json")


@router.offer("GET", "/{sha256}", roles=PEOPLE_READERS, answer=None)
async def get_blob(sha256: Name, call: Called) -> Response:
    """The file. Knowing its hash is not enough: its station must be in the caller's scope."""

    def look(connection: Connection) -> str | None:
        rows = connection.execute(select(blobs).where(blobs.c.sha256 == sha256))
        seen = (row for row in rows if covers(call.caller, row.station, row.district))
        return next((row.media_type for row in seen), None)

    media_type = await call.read(look)
    path = _folder(call).whole(sha256)
    if media_type is None or not await asyncio.to_thread(path.is_file):
        raise not_found()
    headers = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
    return FileResponse(path, headers=headers, media_type=media_type)


def _folder(call: Call) -> BlobFolder:
    return BlobFolder(call.centre.settings.blobs)


def _mine(connection: Connection, sha256: str, station: str) -> Blob | None:
    row = connection.execute(
        select(blobs).where(blobs.c.sha256 == sha256, blobs.c.station == station)
    ).one_or_none()
    if row is None:
        return None
    return Blob(sha256=row.sha256, size=row.size, media_type=row.media_type)
