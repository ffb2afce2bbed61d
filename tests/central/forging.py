"""Credentials that are not enough, each wrong in one way only."""

import hashlib
import hmac
import json
import time
import uuid
from collections.abc import Callable
from functools import cached_property
from typing import Any

from joserfc import jws
from joserfc.jwk import OKPKey

from tests.central.conftest import STATIONS, Town
from tests.central.people import Key, b64

Headers = dict[str, str]


class Forger:
    """Makes tokens with the centre's own key, as no forger could, so that one thing is wrong."""

    def __init__(self, town: Town) -> None:
        self.seat, self._town = town.clerk, town

    @cached_property
    def key(self) -> OKPKey:
        identity = json.loads((self._town.kept.folder / "identity.json").read_text())
        return OKPKey.import_key(identity["signing"][0])

    def claims(self, **change: Any) -> dict[str, Any]:
        now, name = int(time.time()), self._town.served.name
        right = {
            "iss": name, "aud": name, "sub": "C1", "role": "clerk", "station": "510107-ps-014",
            "district": "510107", "site_kind": "police_station", "iat": now, "exp": now + 600,
            "jti": str(uuid.uuid4()), "cnf": {"jkt": self.seat.station.key.jkt},
        }  # fmt: skip
        return {**right, **change}

    def token(self, **change: Any) -> str:
        header = {"alg": "Ed25519", "typ": "at+jwt", "kid": self.key.thumbprint()}
        return jws.serialize_compact(
            header, json.dumps(self.claims(**change)), self.key, algorithms=["Ed25519"]
        )

    def with_header(self, **header: Any) -> str:
        """A token whose header says another algorithm, signed as that one would be."""
        full = {"typ": "at+jwt", "kid": self.key.thumbprint(), **header}
        text = f"{b64(json.dumps(full).encode())}.{b64(json.dumps(self.claims()).encode())}"
        secret = json.dumps(self.key.as_dict(private=False)).encode()
        signature = hmac.digest(secret, text.encode(), hashlib.sha256)
        return f"{text}.{b64(signature) if header['alg'] != 'none' else ''}"

    def using(self, token: str, method: str, url: str, proof: str | None = None) -> Headers:
        own = self.seat.station.proof(method, url, token)
        return {"Authorization": f"DPoP {token}", "DPoP": proof or own}


Make = Callable[[Forger, str, str], Headers]


def _by(key: Key, forger: Forger, method: str, url: str) -> Headers:
    station = type(forger.seat.station)("510107-ps-014", key=key)
    return forger.using(
        forger.seat.token, method, url, station.proof(method, url, forger.seat.token)
    )


CREDENTIALS: dict[str, Make] = {
    "nothing": lambda f, m, u: {},
    "token without proof": lambda f, m, u: {"Authorization": f"DPoP {f.seat.token}"},
    "proof without token": lambda f, m, u: {"DPoP": f.seat.station.proof(m, u, f.seat.token)},
    "bearer": lambda f, m, u: {
        **f.using(f.seat.token, m, u), "Authorization": f"Bearer {f.seat.token}",
    },
    "expired": lambda f, m, u: f.using(f.token(exp=int(time.time()) - 1), m, u),
    "wrong audience": lambda f, m, u: f.using(f.token(aud="another"), m, u),
    "wrong issuer": lambda f, m, u: f.using(f.token(iss="another"), m, u),
    "role of nobody": lambda f, m, u: f.using(f.token(role="owner"), m, u),
    "bound to nothing": lambda f, m, u: f.using(f.token(cnf=None), m, u),
    "alg none": lambda f, m, u: f.using(f.with_header(alg="none"), m, u),
    "HS for the public key": lambda f, m, u: f.using(f.with_header(alg="HS256"), m, u),
    "RS": lambda f, m, u: f.using(f.with_header(alg="RS256"), m, u),
    "refresh token": lambda f, m, u: f.using(f.seat.refresh, m, u),
    "other station's key": lambda f, m, u: _by(STATIONS["near"].key, f, m, u),
    "unknown key": lambda f, m, u: _by(Key(), f, m, u),
    "proof for another method": lambda f, m, u: f.using(
        f.seat.token, m, u, f.seat.station.proof("HEAD", u, f.seat.token)
    ),
    "proof for another address": lambda f, m, u: f.using(
        f.seat.token, m, u, f.seat.station.proof(m, u + "/x", f.seat.token)
    ),
}  # fmt: skip
