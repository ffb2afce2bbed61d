"""JWS as it is used here: Ed25519 only, the kind of token always checked."""

import json
from functools import lru_cache
from typing import Any, Final

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

ALGORITHMS: Final = ["Ed25519"]
KEYS: Final = 2000
"""Stations' keys that are remembered."""
LEEWAY: Final = 120.0
"""Seconds by which a station's clock may be off."""


class BadToken(Exception):
    """Not a token that holds here. The text is a short code, never the token."""


def unverified_header(token: str) -> dict[str, Any]:
    """The header of a compact JWS, for choosing the key. Raises BadToken."""
    try:
        header = jws.extract_compact(token.encode()).headers()
    except (JoseError, ValueError, TypeError, UnicodeError, RecursionError):
        raise BadToken("malformed") from None
    if header.get("alg") not in ALGORITHMS:
        raise BadToken("algorithm")
    return header


def unverified_claims(token: str) -> dict[str, Any]:
    """The payload before its signature is checked: only for finding whose key to check with."""
    try:
        return _object(jws.extract_compact(token.encode()).payload)
    except (JoseError, ValueError, TypeError, UnicodeError, RecursionError):
        raise BadToken("malformed") from None


def verified(token: str, key: OKPKey) -> dict[str, Any]:
    """The claims of a compact JWS signed by `key`. Raises BadToken."""
    try:
        signed = jws.deserialize_compact(token, key, algorithms=ALGORITHMS)
    except (JoseError, ValueError, TypeError, RecursionError):
        raise BadToken("signature") from None
    return _object(signed.payload)


def public_key(jwk: object) -> OKPKey:
    """A public Ed25519 key from its JWK. Raises BadToken for anything else, a private key too."""
    return named_key(jwk)[0]


def named_key(jwk: object) -> tuple[OKPKey, str]:
    """The same, with its thumbprint (RFC 7638)."""
    if not isinstance(jwk, dict) or jwk.get("kty") != "OKP" or jwk.get("crv") != "Ed25519":
        raise BadToken("key")
    if "d" in jwk:
        raise BadToken("private key")
    try:
        return _named(jwk["x"])
    except (JoseError, ValueError, TypeError, KeyError):
        raise BadToken("key") from None


@lru_cache(KEYS)
def _named(x: str) -> tuple[OKPKey, str]:
    # A station shows the same key with every call.
    key = OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": x})
    return key, key.thumbprint()


def number(claims: dict[str, Any], name: str) -> float:
    """A NumericDate claim. Raises BadToken when it is missing or no number."""
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadToken(name)
    return float(value)


def string(claims: dict[str, Any], name: str) -> str:
    """A text claim of reasonable length. Raises BadToken."""
    value = claims.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= 256:
        raise BadToken(name)
    return value


def _object(payload: bytes | None) -> dict[str, Any]:
    try:
        claims = json.loads(payload or b"")
    except ValueError:
        raise BadToken("payload") from None
    if not isinstance(claims, dict):
        raise BadToken("payload")
    return claims
