"""Policy packs as stations install them: the resolved bytes, signed."""

from typing import Annotated

from fastapi import Path
from joserfc import jws
from pydantic import BaseModel, ConfigDict
from starlette.responses import Response

from central.auth.scope import EVERYONE
from central.identity import ALGORITHM
from central.problems import not_found
from central.resource import Called, Resource

router = Resource(prefix="/v1/packs", tags=["packs"])

TYPE = "pack+jws"


class PackName(BaseModel):
    """A pack's newest version."""

    model_config = ConfigDict(frozen=True)

    name: str
    version: str
    sha256: str


class Packs(BaseModel):
    """All packs of this centre."""

    items: list[PackName]


class SignedPack(PackName):
    """`pack` is a compact JWS by the pack key; its payload are the canonical bytes."""

    pack: str


@router.offer("GET", "", roles=EVERYONE, answer=Packs)
async def get_packs(call: Called) -> Packs:
    """The newest version of every pack."""
    packs = call.centre.rules.packs()
    return Packs(
        items=[PackName(name=one.name, version=one.version, sha256=one.sha256) for one in packs]
    )


@router.offer("GET", "/{name}", roles=EVERYONE, answer=SignedPack, also={304: "Not changed"})
async def get_pack(
    call: Called, name: Annotated[str, Path(pattern="^[a-z0-9][a-z0-9-]{0,39}$")]
) -> Response:
    """A pack with its signature. `If-None-Match` with its ETag answers 304 while it is the same."""
    pack = next((one for one in call.centre.rules.packs() if one.name == name), None)
    if pack is None:
        raise not_found()
    etag = f'"{pack.sha256}"'
    if call.header("if-none-match") == etag:
        return Response(status_code=304, headers={"ETag": etag})
    key = call.centre.identity.pack
    header = {"alg": ALGORITHM, "typ": TYPE, "kid": key.thumbprint()}
    signed = jws.serialize_compact(header, pack.resolved.canonical(), key, [ALGORITHM])
    answer = SignedPack(name=pack.name, version=pack.version, sha256=pack.sha256, pack=signed)
    return Response(answer.model_dump_json(), 200, {"ETag": etag}, "application/json")
