"""A station and its people as the centre meets them: keys, assertions, proofs, applications.

Written apart from the centre: shares no code with it but the domain's models.
"""

import hashlib
import json
import ssl
import time
import uuid
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import uuid6
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from intake.application import Application, PackRef, Person, short_number
from intake.decide import decide
from intake.pack.pack import Pack, load
from intake.reading import read_facts

TRUSTING_NOBODY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""For clients without TLS: reading the authorities of the web takes each of them 25 ms."""
BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def b64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


class Key:
    """An Ed25519 key that writes its own JWS."""

    def __init__(self, private: Ed25519PrivateKey | None = None) -> None:
        self.private = private or Ed25519PrivateKey.generate()
        self.jwk = {
            "kty": "OKP",
            "crv": "Ed25519",
            "x": b64(self.private.public_key().public_bytes_raw()),
        }
        canonical = json.dumps(self.jwk, sort_keys=True, separators=(",", ":"))
        self.jkt = b64(hashlib.sha256(canonical.encode()).digest())

    def sign(self, payload: dict[str, Any], **header: Any) -> str:
        head = {"alg": "Ed25519", **header}
        text = f"{b64(json.dumps(head).encode())}.{b64(json.dumps(payload).encode())}"
        return f"{text}.{b64(self.private.sign(text.encode()))}"


@dataclass
class Clerk:
    id: str
    station: str
    role: str = "clerk"
    key: Key = field(default_factory=Key)

    def assertion(self, audience: str, jkt: str, **change: Any) -> str:
        now = int(time.time())
        claims = {
            "iss": self.id,
            "sub": self.id,
            "aud": audience,
            "station": self.station,
            "iat": now,
            "exp": now + 3600,
            "jti": str(uuid.uuid4()),
            "cnf": {"jkt": jkt},
        }
        return self.key.sign({**claims, **change}, typ="JWT")


@dataclass
class Station:
    code: str
    kind: str = "police_station"
    key: Key = field(default_factory=Key)

    def proof(self, method: str, url: str, token: str | None = None, **change: Any) -> str:
        claims: dict[str, Any] = {
            "htm": method,
            "htu": url.partition("?")[0],
            "iat": int(time.time()),
            "jti": str(uuid.uuid4()),
        }
        if token is not None:
            claims["ath"] = b64(hashlib.sha256(token.encode()).digest())
        return self.key.sign({**claims, **change}, typ="dpop+jwt", jwk=self.key.jwk)


def new_id() -> uuid.UUID:
    return uuid.UUID(str(uuid6.uuid7()))


def identity_number(serial: int, area: str = "510107", born: str = "19580516") -> str:
    """A made-up number with a right check digit."""
    head = f"{area}{born}{serial % 1000:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return head + "10X98765432"[sum(int(d) * w for d, w in zip(head, weights, strict=True)) % 11]


@dataclass
class Seat:
    """A clerk at a station with a token, calling a centre over HTTP."""

    client: httpx.AsyncClient
    station: Station
    clerk: Clerk
    audience: str
    token: str = ""
    refresh: str = ""

    async def sign_in(self, **change: Any) -> httpx.Response:
        at = {"station": self.station.code, **change}
        assertion = self.clerk.assertion(self.audience, self.station.key.jkt, **at)
        return await self.exchange({"grant_type": BEARER, "assertion": assertion})

    async def exchange(self, form: dict[str, str]) -> httpx.Response:
        url = str(self.client.base_url.join("/v1/token"))
        answer = await self.client.post(
            "/v1/token", data=form, headers={"DPoP": self.station.proof("POST", url)}
        )
        if answer.status_code == 200:
            self.token, self.refresh = answer.json()["access_token"], answer.json()["refresh_token"]
        return answer

    def headers(self, method: str, path: str) -> dict[str, str]:
        url = str(self.client.base_url.join(path))
        return {
            "Authorization": f"DPoP {self.token}",
            "DPoP": self.station.proof(method, url, self.token),
        }

    async def call(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        content = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        given = {"Content-Type": "application/json"} if body is not None else {}
        return await self.client.request(
            method,
            path,
            content=content,
            headers={**given, **self.headers(method, path), **(headers or {})},
        )

    async def put(self, path: str, body: Any, **headers: str) -> httpx.Response:
        return await self.call("PUT", path, body, {"If-None-Match": "*", **headers})


def facts(number: str, born: str = "1958-05-16", **change: Any) -> dict[str, Any]:
    """Facts of a routine first passport at a police station; `change` replaces top-level ones."""
    return {
        "accepted_on": "2018-05-16",
        "site": {"code": "510107-ps-014", "kind": "police_station"},
        "applicant": {
            "birth_date": born,
            "number": number,
            "hukou_code": "510107",
            "identity_evidence": "chip",
            "residence_permit": None,
            "registered_functionary": "not_needed",
            "military": False,
            "disability_certificate": None,
        },
        "items": [{"document": "passport", "kind": "first"}],
        "materials": {"application_form": "present", "photo": "present", "fingerprints": "present"},
        "delivery": {"method": "post"},
        **change,
    }


@cache
def pack(name: str = "chengdu") -> Pack:
    folder = Path(__file__).parents[2] / "intake" / "packs"

    def texts(layer: str) -> dict[str, str]:
        return {path.name: path.read_text("utf-8") for path in (folder / layer).glob("*.toml")}

    return load(name, texts)


def application(
    station: str = "510107-ps-014",
    clerk: str = "C1",
    number: str | None = None,
    name: str = "样本甲",
    given: dict[str, Any] | None = None,
    **change: Any,
) -> bytes:
    """The body a station would send: decided by the real rules."""
    serial = next(_serial)
    day = f"{1940 + serial // 28000 % 40}{serial // 336000 % 12 + 1:02}{serial // 1000 % 28 + 1:02}"
    person = number or identity_number(serial, born=day)
    born = f"{person[6:10]}-{person[10:12]}-{person[12:14]}"
    known = read_facts(given or facts(person, born))
    rules, identifier = pack(), new_id()
    now = datetime.now(UTC)
    return (
        Application(
            id=identifier,
            number=short_number(identifier),
            station=station,
            clerk=clerk,
            created_at=now,
            accepted_at=now,
            pack=PackRef(name=rules.name, version=rules.version, sha256=rules.sha256),
            facts=known,
            decision=decide(known, rules),
            person=Person(
                name=name, sex="unstated", birth_date=known.applicant.birth_date, number=person
            ),
        )
        .model_copy(update=change)
        .body()
    )


_serial = count(1)


def id_of(body: bytes) -> str:
    return json.loads(body)["id"]


def path_of(body: bytes) -> str:
    return f"/v1/applications/{id_of(body)}"


def payload_of(token: str) -> dict[str, Any]:
    part = token.split(".")[1]
    return json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def verify(token: str, jwk: dict[str, Any]) -> dict[str, Any]:
    """The payload, if the signature holds."""
    head, _, signature = token.rpartition(".")
    x = urlsafe_b64decode(jwk["x"] + "==")
    Ed25519PublicKey.from_public_bytes(x).verify(
        urlsafe_b64decode(signature + "=" * (-len(signature) % 4)), head.encode()
    )
    return payload_of(token)
