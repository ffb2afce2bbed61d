"""Sign-in: a clerk's signed assertion, or a refresh token, for an access token."""

from typing import Annotated
from urllib.parse import parse_qs

from fastapi import APIRouter, Header, Request
from pydantic import BaseModel, ConfigDict
from uuid6 import uuid7

from central.auth.caller import ACCESS_SECONDS
from central.auth.grants import Reused, Session, by_assertion, by_refresh, subject_of
from central.auth.jose import BadToken
from central.auth.proof import prove
from central.centre import Centre
from central.problems import Problem, unauthenticated
from central.resource import address_of, problem_responses

BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"

router = APIRouter(tags=["sign-in"])


class Tokens(BaseModel):
    """RFC 6749's answer. The access token is bound to the station's key."""

    model_config = ConfigDict(frozen=True)

    access_token: str
    token_type: str
    expires_in: int
    refresh_token: str


_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "required": ["grant_type"],
                    "properties": {
                        "grant_type": {"type": "string", "enum": [BEARER, "refresh_token"]},
                        "assertion": {"type": "string"},
                        "refresh_token": {"type": "string"},
                    },
                }
            }
        },
    },
    "x-headers": ["DPoP"],
}


@router.post(
    "/v1/token",
    openapi_extra=_FORM,
    responses=problem_responses(
        (
            "unauthenticated",
            "invalid",
            "rate-limited",
            "locked-out",
            "too-large",
            "unsupported-type",
        )
    ),
)
async def token(request: Request, dpop: Annotated[str | None, Header()] = None) -> Tokens:
    """Exchange an RFC 7523 assertion or a refresh token, with a DPoP proof by the station's key."""
    centre: Centre = request.app.state.centre
    moment = centre.clock()
    form = _form(await request.body())
    client = request.client.host if request.client else ""
    try:
        address = address_of(request, centre)
        jkt = prove(dpop or "", "POST", address, moment, centre.seen)
        session = await _session(centre, form, jkt)
    except BadToken as bad:
        centre.by_address.take(client, moment)
        centre.log.warning("sign-in refused", problem=str(bad))
        raise unauthenticated("invalid_grant") from None
    access = centre.tokens.issue(session.caller, moment, str(uuid7()))
    return Tokens(
        access_token=access,
        token_type="DPoP",  # noqa: S106 - the name of a scheme
        expires_in=ACCESS_SECONDS,
        refresh_token=session.refresh_token,
    )


async def _session(centre: Centre, form: dict[str, str], jkt: str) -> Session:
    now = centre.now()
    if form.get("grant_type") == BEARER:
        assertion = form.get("assertion", "")
        # Counted a clerk and station key, so that nobody can lock a clerk out from elsewhere.
        who = f"{subject_of(assertion)}@{jkt}"
        centre.sign_ins.check(who, now.timestamp())
        try:
            session = await centre.store.write(
                lambda connection: by_assertion(
                    connection, assertion, jkt, centre.identity.name, now
                )
            )
        except BadToken:
            if centre.sign_ins.failed(who, now.timestamp()):
                centre.log.warning("sign-in locked")
            raise
        centre.sign_ins.succeeded(who)
        return session
    if form.get("grant_type") == "refresh_token":
        continued = await centre.store.write(
            lambda connection: by_refresh(connection, form.get("refresh_token", ""), jkt, now)
        )
        if isinstance(continued, Reused):
            centre.log.warning("refresh token reused", clerk=continued.clerk)
            raise BadToken("reused")
        return continued
    raise Problem("invalid", field="grant_type", message="not a grant this centre knows")


def _form(body: bytes) -> dict[str, str]:
    try:
        fields = parse_qs(body.decode(), strict_parsing=True, max_num_fields=10)
    except ValueError:
        raise Problem("invalid", field="", message="not a form") from None
    return {name: values[0] for name, values in fields.items() if len(values) == 1}
