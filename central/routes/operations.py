"""For those who run the centre: health, figures, public keys. None of it needs a token."""

from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel
from sqlalchemy import text
from starlette.responses import Response

from central.centre import Centre
from central.problems import Problem
from central.resource import problem_responses

router = APIRouter(tags=["operations"])


class State(BaseModel):
    """`ok` when the question is answered with yes."""

    state: str


class KeySet(BaseModel):
    """RFC 7517."""

    keys: list[dict[str, Any]]


@router.get("/healthz")
async def healthz() -> State:
    """Whether the process answers."""
    return State(state="ok")


@router.get("/readyz", responses=problem_responses(("unavailable",)))
async def readyz(request: Request) -> State:
    """Whether the process can do its work: the database answers and no stop is under way."""
    centre: Centre = request.app.state.centre
    if not centre.ready:
        raise Problem("unavailable")
    try:
        await centre.store.read(lambda connection: connection.execute(text("SELECT 1")).scalar())
    except Exception as error:  # noqa: BLE001 - not ready, for whatever reason.
        centre.log.error("database does not answer", error=error)
        raise Problem("unavailable") from None
    return State(state="ok")


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
async def metrics(request: Request) -> Response:
    """Figures for Prometheus. A proxy before the centre keeps this address to itself."""
    centre: Centre = request.app.state.centre
    return Response(centre.metrics.text(), media_type="text/plain; version=0.0.4")


@router.get("/v1/jwks")
async def jwks(request: Request) -> KeySet:
    """The centre's public signing keys. Stations pin them at enrolment."""
    centre: Centre = request.app.state.centre
    return KeySet(keys=centre.identity.jwks()["keys"])
