"""A second person's approval: a supervisor's signature over the hash of the very body."""

import json
from datetime import datetime
from typing import Final

from joserfc.jwk import OKPKey
from sqlalchemy import Connection, insert, select

from central.auth.caller import Caller
from central.auth.jose import (
    BadToken,
    number,
    string,
    unverified_claims,
    unverified_header,
    verified,
)
from central.problems import Problem
from central.storage.schema import approvals, clerks, stations

TYPE: Final = "approval+jws"
FRESH_SECONDS: Final = 600.0


def spend(
    connection: Connection,
    token: str | None,
    caller: Caller,
    action: str,
    sha256: str,
    now: datetime,
) -> str:
    """The supervisor who approved `action` over the body with this hash; once only.

    Raises Problem `approval-required` or `approval-refused` with a short `reason`.
    """
    if token is None:
        raise Problem("approval-required", action=action, sha256=sha256)
    supervisor, jti = _refusing(connection, token, caller, action, sha256, now)
    if _used_for(connection, jti) is not None:
        raise Problem("approval-refused", reason="replay")
    _use(connection, jti, supervisor, sha256, now)
    return supervisor


def confirm(connection: Connection, token: str, caller: Caller, sha256: str, now: datetime) -> str:
    """The same for accepting an application, whose body can only ever be held once anyway.

    So the approval may come again with the same body, when its answer was lost.
    """
    supervisor, jti = _refusing(connection, token, caller, "accept", sha256, now)
    used = _used_for(connection, jti)
    if used is None:
        _use(connection, jti, supervisor, sha256, now)
    elif used != sha256:
        raise Problem("approval-refused", reason="replay")
    return supervisor


def _used_for(connection: Connection, jti: str) -> str | None:
    used = select(approvals.c.body_sha256).where(approvals.c.jti == jti)
    return connection.execute(used).scalar_one_or_none()


def _use(connection: Connection, jti: str, supervisor: str, sha256: str, now: datetime) -> None:
    connection.execute(
        insert(approvals).values(jti=jti, supervisor=supervisor, body_sha256=sha256, used_at=now)
    )


def _refusing(
    connection: Connection, token: str, caller: Caller, action: str, sha256: str, now: datetime
) -> tuple[str, str]:
    try:
        return _check(connection, token, caller, action, sha256, now)
    except BadToken as bad:
        raise Problem("approval-refused", reason=str(bad)) from None


def _check(
    connection: Connection, token: str, caller: Caller, action: str, sha256: str, now: datetime
) -> tuple[str, str]:
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
    if claims.get("sha256") != sha256:
        raise BadToken("body")
    if claims.get("action") != action:
        raise BadToken("action")
    if abs(now.timestamp() - number(claims, "iat")) > FRESH_SECONDS:
        raise BadToken("time")
    jti = string(claims, "jti")
    if len(jti) > 64:
        raise BadToken("jti")
    return row.id, jti
