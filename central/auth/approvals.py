"""A second person's approval: a supervisor's signature over the hash of the very body."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from joserfc.jwk import OKPKey
from sqlalchemy import Connection, Row, insert, select

from central.auth.jose import (
    BadToken,
    number,
    string,
    unverified_claims,
    unverified_header,
    verified,
)
from central.problems import Problem
from central.resource import Call
from central.sealed import sent_again
from central.storage.schema import approvals, clerks, stations

TYPE: Final = "approval+jws"
FRESH_SECONDS: Final = 600.0
RESENT_SECONDS: Final = 9 * 86400.0
"""For what repairs a restored centre, and for what waited at a station without a network: stations
keep sealed bodies for 7 days, and may be late."""


@dataclass(frozen=True, slots=True)
class _Given:
    """Who approved, the approval's own id, when it was signed, and for which application."""

    supervisor: str
    jti: str
    signed_at: float
    application: str | None


def spend(connection: Connection, call: Call, action: str, held: Row[Any] | None) -> str:
    """The supervisor who approved `action` over the body of `call`; once only.

    An approval that names the application (`held`) serves no other. It was given at the counter,
    before acceptance, and may have waited there for the network with what it approves.
    Raises Problem `approval-required` or `approval-refused` with a short `reason`.
    """
    token = call.header("approval")
    if token is None:
        raise Problem("approval-required", action=action, sha256=call.sha256)
    given = _refusing(connection, token, call, action)
    if _used_for(connection, given.jti) is not None:
        raise Problem("approval-refused", reason="replay")
    if given.application is None:
        _must_be_fresh(given.signed_at, call)
    elif held is None or given.application != str(held.id):
        raise Problem("approval-refused", reason="application")
    else:
        _must_precede_acceptance(given.signed_at, call, held)
    _use(connection, given, call)
    return given.supervisor


def confirm(connection: Connection, token: str, call: Call) -> str:
    """The same for accepting an application, whose body can only ever be held once anyway.

    So the approval may come again with the same body, however late, when its answer was lost.
    """
    given = _refusing(connection, token, call, "accept")
    used = _used_for(connection, given.jti)
    if used is None:
        _must_be_fresh(given.signed_at, call)
        _use(connection, given, call)
    elif used != call.sha256:
        raise Problem("approval-refused", reason="replay")
    return given.supervisor


def _used_for(connection: Connection, jti: str) -> str | None:
    used = select(approvals.c.body_sha256).where(approvals.c.jti == jti)
    return connection.execute(used).scalar_one_or_none()


def _use(connection: Connection, given: _Given, call: Call) -> None:
    connection.execute(
        insert(approvals).values(
            jti=given.jti,
            supervisor=given.supervisor,
            body_sha256=call.sha256,
            used_at=call.now,
        )
    )


def _must_be_fresh(signed_at: float, call: Call) -> None:
    age = call.now.timestamp() - signed_at
    if not -FRESH_SECONDS <= age <= (RESENT_SECONDS if sent_again(call) else FRESH_SECONDS):
        raise Problem("approval-refused", reason="time")


def _must_precede_acceptance(signed_at: float, call: Call, held: Row[Any]) -> None:
    accepted = datetime.fromisoformat(json.loads(held.body)["accepted_at"]).timestamp()
    if signed_at > accepted + FRESH_SECONDS or call.now.timestamp() - signed_at > RESENT_SECONDS:
        raise Problem("approval-refused", reason="time")


def _refusing(connection: Connection, token: str, call: Call, action: str) -> _Given:
    try:
        return _check(connection, token, call, action)
    except BadToken as bad:
        raise Problem("approval-refused", reason=str(bad)) from None


def _check(connection: Connection, token: str, call: Call, action: str) -> _Given:
    """What a valid approval says. Raises BadToken."""
    caller = call.caller
    if unverified_header(token).get("typ") != TYPE:
        raise BadToken("type")
    name = string(unverified_claims(token), "sub")
    row = connection.execute(
        select(clerks, stations.c.district, stations.c.site_kind)
        .join(stations, stations.c.code == clerks.c.station)
        .where(clerks.c.id == name)
    ).one_or_none()
    if row is None or row.disabled_at is not None or row.role != "supervisor":
        raise BadToken("supervisor")
    claims = verified(token, OKPKey.import_key(json.loads(row.jwk)))
    if row.id == caller.clerk:
        raise BadToken("same person")
    if row.district != caller.district and row.site_kind != "city_centre":
        raise BadToken("jurisdiction")
    if claims.get("sha256") != call.sha256:
        raise BadToken("body")
    if claims.get("action") != action:
        raise BadToken("action")
    jti = string(claims, "jti")
    if len(jti) > 64:
        raise BadToken("jti")
    about = string(claims, "application") if "application" in claims else None
    return _Given(row.id, jti, number(claims, "iat"), about)
