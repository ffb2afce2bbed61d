"""Offering a route: who may call it, what it takes, what it answers and how it may refuse.

Routes are declared with this one function, so the contract (OpenAPI), the gate and the test
matrix come from the same lines.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel
from sqlalchemy import Connection

from central.auth.caller import Caller, Role
from central.auth.jose import BadToken
from central.auth.proof import prove
from central.centre import Centre
from central.model import parse
from central.problems import MEDIA_TYPE, STATUS, TITLES, not_found, unauthenticated
from central.storage import chain
from intake.days import city_day

Body = TypeVar("Body", bound=BaseModel)
Answer = TypeVar("Answer")

ALWAYS = (
    "unauthenticated",
    "not-found",
    "rate-limited",
    "too-large",
    "unsupported-type",
    "invalid",
)


class ProblemDocument(BaseModel):
    """RFC 9457. Switch on `type`."""

    type: str
    title: str
    status: int


@dataclass(frozen=True, slots=True)
class Call:
    """One authorised call."""

    request: Request
    centre: Centre
    caller: Caller
    now: datetime
    body: bytes

    @property
    def sha256(self) -> str:
        """Hash of the body as it came (decoded)."""
        return hashlib.sha256(self.body).hexdigest()

    def take(self, model: type[Body]) -> Body:
        """The body as `model`. Raises Problem `invalid`."""
        return parse(model, self.body)

    def header(self, name: str) -> str | None:
        """A request header."""
        return self.request.headers.get(name)

    @property
    def today(self) -> date:
        """The city's day."""
        return city_day(self.now)

    async def read(self, work: Callable[[Connection], Answer]) -> Answer:
        """Run `work` on a consistent view."""
        return await self.centre.store.read(work)

    async def write(self, work: Callable[[Connection], Answer]) -> Answer:
        """Run `work` in a transaction."""
        return await self.centre.store.write(work)

    def enter(self, connection: Connection, action: str, **details: Any) -> None:
        """Put what was done into the caller's station's audit chain, in the same transaction."""
        payload = chain.entry(action, self.caller.clerk, self.now, role=self.caller.role, **details)
        chain.append(connection, self.caller.station, payload)


async def authorised(request: Request, roles: Sequence[Role]) -> Call:
    """Check token, proof and role. Raises Problem; a role that may not is told nothing is there."""
    centre: Centre = request.app.state.centre
    moment = centre.clock()
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    proof = request.headers.get("dpop")
    try:
        if scheme.lower() != "dpop" or not token or proof is None:
            raise BadToken("missing")
        caller = centre.tokens.check(token, moment)
        address = address_of(request, centre)
        if prove(proof, request.method, address, moment, centre.seen, token) != caller.jkt:
            raise BadToken("key")
    except BadToken:
        client = request.client.host if request.client else ""
        centre.by_address.take(client, moment)
        raise unauthenticated() from None
    request.state.caller = caller
    centre.by_station.take(caller.station, moment)
    if caller.role not in roles:
        raise not_found()
    return Call(request, centre, caller, centre.now(), await request.body())


def address_of(request: Request, centre: Centre) -> str:
    """The address that was called, as the station wrote it."""
    if centre.settings.public_url is not None:
        return centre.settings.public_url.rstrip("/") + request.url.path
    return str(request.url)


class Resource(APIRouter):
    """A router whose every route has its gate and its full contract."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.bodies: dict[str, type[BaseModel]] = {}
        """The bodies its routes take, by name, for the contract."""

    def offer(
        self,
        method: str,
        path: str,
        *,
        roles: Sequence[Role],
        answer: type[BaseModel] | None,
        body: type[BaseModel] | None = None,
        status: int = 200,
        also: dict[int, str] | None = None,
        refusals: Sequence[str] = (),
        headers: Sequence[str] = (),
        media_type: str = "application/json",
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Decorate a route.

        `also`: further good statuses with their meaning; `headers`: request headers it reads.
        """

        async def gate(request: Request) -> None:
            request.state.call = await authorised(request, roles)

        def declare(endpoint: Callable[..., Any]) -> Callable[..., Any]:
            if body is not None:
                self.bodies[body.__name__] = body
            self.add_api_route(
                path,
                endpoint,
                methods=[method],
                status_code=status,
                response_model=answer,
                response_model_exclude_none=False,
                dependencies=[Depends(gate)],
                responses={**_good(also or {}, answer), **problem_responses((*ALWAYS, *refusals))},
                openapi_extra={
                    "x-roles": list(roles),
                    "x-body": body.__name__ if body else None,
                    "x-headers": list(headers),
                    "x-media-type": media_type,
                },
            )
            return endpoint

        return declare


def _good(also: dict[int, str], answer: type[BaseModel] | None) -> dict[int | str, dict[str, Any]]:
    """Further good statuses: the same answer, or none at 304. By reference, to be built once."""
    if answer is None:
        return {status: {"description": text} for status, text in also.items()}
    schema = {"$ref": f"#/components/schemas/{answer.__name__}"}
    content = {"content": {"application/json": {"schema": schema}}}
    return {
        status: {"description": text, **({} if status == 304 else content)}
        for status, text in also.items()
    }


async def current_call(request: Request) -> Call:
    """The call the gate has let in."""
    return request.state.call


Called = Annotated[Call, Depends(current_call)]


def problem_responses(names: Sequence[str]) -> dict[int | str, dict[str, Any]]:
    """OpenAPI responses for problems, grouped by status."""
    grouped: dict[int, list[str]] = {}
    for name in dict.fromkeys(names):
        grouped.setdefault(STATUS[name], []).append(name)
    return {status: _problems(*group) for status, group in grouped.items()}


@cache
def _problems(*names: str) -> dict[str, Any]:
    # Every route has most of them: kept once.
    return {
        "description": "; ".join(f"`{name}`: {TITLES[name]}" for name in names),
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
