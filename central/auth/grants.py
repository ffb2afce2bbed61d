"""From a clerk's signed assertion, or a refresh token, to who may call."""

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from joserfc.jwk import OKPKey
from sqlalchemy import Connection, Row, insert, select, update
from uuid6 import uuid7

from central.auth.caller import Caller
from central.auth.jose import (
    LEEWAY,
    BadToken,
    number,
    string,
    unverified_claims,
    unverified_header,
    verified,
)
from central.storage import chain
from central.storage.schema import clerks, refresh_families, stations

SESSION: Final = timedelta(hours=12)
FOREIGN_TYPES: Final = (
    "dpop+jwt",
    "at+jwt",
    "receipt+jws",
    "approval+jws",
    "checkpoint+jws",
    "outbox+jws",
    "photos+jws",
)
"""Other kinds of token that the same keys sign; none of them is an assertion."""


@dataclass(frozen=True, slots=True)
class Session:
    """Who may call, and the refresh token that continues it."""

    caller: Caller
    refresh_token: str


@dataclass(frozen=True, slots=True)
class Reused:
    """A refresh token came twice: the family has ended, and whoever holds the other one with it."""

    clerk: str


def subject_of(assertion: str) -> str:
    """The clerk an assertion claims to be from, before anything is believed. Raises BadToken."""
    return string(unverified_claims(assertion), "sub")


def by_assertion(
    connection: Connection, assertion: str, jkt: str, audience: str, now: datetime
) -> Session:
    """Open a session for an RFC 7523 assertion that came with a proof by key `jkt`.

    The assertion may come again until it ends: its answer may have been lost, and it is of no use
    without the station's key. Raises BadToken.
    """
    if unverified_header(assertion).get("typ") in FOREIGN_TYPES:
        raise BadToken("type")
    clerk = _clerk(connection, subject_of(assertion))
    claims = verified(assertion, OKPKey.import_key(json.loads(clerk.jwk)))
    if claims.get("iss") != clerk.id or claims.get("sub") != clerk.id:
        raise BadToken("issuer")
    if not _names(claims.get("aud"), audience):
        raise BadToken("audience")
    issued, ends, moment = number(claims, "iat"), number(claims, "exp"), now.timestamp()
    if issued > moment + LEEWAY or ends <= moment - LEEWAY:
        raise BadToken("time")
    if ends - issued > SESSION.total_seconds():
        raise BadToken("too long")
    string(claims, "jti")
    confirmation = claims.get("cnf")
    if not isinstance(confirmation, dict) or confirmation.get("jkt") != jkt:
        raise BadToken("confirmation")
    caller = caller_at(connection, clerk, string(claims, "station"), jkt)
    family, token = uuid7(), secrets.token_urlsafe(32)
    expires = min(now + SESSION, datetime.fromtimestamp(ends, UTC))
    connection.execute(
        insert(refresh_families).values(
            id=UUID(str(family)),
            clerk=caller.clerk,
            station=caller.station,
            current_hash=_hash(token),
            expires_at=expires,
        )
    )
    _enter(connection, caller, "session.opened", now)
    return Session(caller, f"{family}.{token}")


def by_refresh(
    connection: Connection, refresh_token: str, jkt: str, now: datetime
) -> Session | Reused:
    """Continue a session; the old refresh token is spent. Raises BadToken."""
    name, _, secret = refresh_token.partition(".")
    try:
        family = UUID(name)
    except ValueError:
        raise BadToken("malformed") from None
    row = connection.execute(
        select(refresh_families).where(refresh_families.c.id == family).with_for_update()
    ).one_or_none()
    if row is None or row.revoked_at is not None or row.expires_at <= now:
        raise BadToken("ended")
    caller = caller_at(connection, _clerk(connection, row.clerk), row.station, jkt)
    this_family = refresh_families.c.id == family
    if not secrets.compare_digest(row.current_hash, _hash(secret)):
        connection.execute(update(refresh_families).where(this_family).values(revoked_at=now))
        _enter(connection, caller, "session.reuse", now)
        return Reused(caller.clerk)
    token = secrets.token_urlsafe(32)
    connection.execute(
        update(refresh_families).where(this_family).values(current_hash=_hash(token))
    )
    return Session(caller, f"{family}.{token}")


def _clerk(connection: Connection, identifier: str) -> Row[Any]:
    row = connection.execute(select(clerks).where(clerks.c.id == identifier)).one_or_none()
    if row is None or row.disabled_at is not None:
        raise BadToken("clerk")
    return row


def caller_at(connection: Connection, clerk: Row[Any], code: str, jkt: str) -> Caller:
    """The clerk at station `code`. Supervisors may sign in anywhere in their jurisdiction."""
    at = connection.execute(select(stations).where(stations.c.code == code)).one_or_none()
    home = connection.execute(select(stations).where(stations.c.code == clerk.station)).one()
    if at is None or at.disabled_at is not None or at.jkt != jkt:
        raise BadToken("station")
    city = clerk.role in ("support", "auditor") or home.site_kind == "city_centre"
    roams = clerk.role != "clerk" and (city or at.district == home.district)
    if at.code != home.code and not roams:
        raise BadToken("station")
    return Caller(clerk.id, clerk.role, at.code, home.district, home.site_kind, jkt)


def _names(audience: object, name: str) -> bool:
    return audience == name or (isinstance(audience, list) and name in audience)


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _enter(connection: Connection, caller: Caller, action: str, now: datetime) -> None:
    chain.append(connection, caller.station, chain.entry(action, caller.clerk, now))
