"""Taking stations and clerks in by their public keys."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select, update

from central.auth.jose import BadToken, public_key
from central.storage import chain
from central.storage.schema import clerks, stations


class EnrolmentError(ValueError):
    """What was given cannot be enrolled; the text says why."""


def read_key(text_or_file: str) -> dict[str, Any]:
    """A public Ed25519 JWK from JSON text or from a file. Raises EnrolmentError."""
    text = text_or_file.strip()
    if not text.startswith("{"):
        try:
            text = Path(text_or_file).read_text(encoding="utf-8")
        except OSError as error:
            raise EnrolmentError(f"{text_or_file}: {error.strerror}") from None
    try:
        return dict(public_key(json.loads(text)).as_dict(private=False))
    except (ValueError, BadToken):
        raise EnrolmentError("the key is not a public Ed25519 JWK") from None


def enrol_station(
    connection: Connection, code: str, name: str, kind: str, jwk: dict[str, Any], now: datetime
) -> None:
    """Take in a station, or give a known one a new key. The first six digits are its district."""
    district = code[:6]
    if not (district.isascii() and district.isdigit() and len(district) == 6):
        raise EnrolmentError("a station's code begins with the six digits of its district")
    key = public_key(jwk)
    values = {
        "name": name,
        "site_kind": kind,
        "district": district,
        "jwk": json.dumps(jwk),
        "jkt": key.thumbprint(),
        "disabled_at": None,
    }
    taken = connection.execute(
        select(stations.c.code).where(stations.c.jkt == key.thumbprint(), stations.c.code != code)
    ).first()
    if taken is not None:
        raise EnrolmentError("another station has this key")
    known = connection.execute(select(stations).where(stations.c.code == code)).one_or_none()
    if known is None:
        connection.execute(insert(stations).values(code=code, revision=1, **values))
    else:
        connection.execute(
            update(stations)
            .where(stations.c.code == code)
            .values(revision=known.revision + 1, **values)
        )
    chain.open_chain(connection, chain.CENTRE)
    chain.open_chain(connection, code)
    _enter(connection, "station.enrolled", now, station=code, jkt=key.thumbprint())


def enrol_clerk(
    connection: Connection,
    identifier: str,
    name: str,
    role: str,
    station: str,
    jwk: dict[str, Any],
    now: datetime,
) -> None:
    """Take in a clerk at a known station, or give a known clerk a new key, role or station."""
    at = connection.execute(select(stations.c.code).where(stations.c.code == station)).first()
    if at is None:
        raise EnrolmentError(f"station {station} is not enrolled")
    key = public_key(jwk)
    values = {
        "name": name,
        "role": role,
        "station": station,
        "jwk": json.dumps(jwk),
        "disabled_at": None,
    }
    known = connection.execute(select(clerks).where(clerks.c.id == identifier)).one_or_none()
    if known is None:
        connection.execute(insert(clerks).values(id=identifier, revision=1, **values))
    else:
        connection.execute(
            update(clerks)
            .where(clerks.c.id == identifier)
            .values(revision=known.revision + 1, **values)
        )
    _enter(
        connection,
        "clerk.enrolled",
        now,
        clerk=identifier,
        station=station,
        role=role,
        jkt=key.thumbprint(),
    )


def _enter(connection: Connection, action: str, now: datetime, **details: str) -> None:
    chain.append(connection, chain.CENTRE, chain.entry(action, "operator", now, **details))
