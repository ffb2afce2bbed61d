"""Signatures and sealing: Ed25519 JWS for all that is signed, X25519 JWE for what is sealed."""

import json
from functools import lru_cache
from typing import Any, Final

from joserfc import jwe, jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from counter_tui.keys.plain import Jwk, compact

ALGORITHM: Final = "Ed25519"
SEALING: Final = {"alg": "ECDH-ES+A256KW", "enc": "A256GCM"}


class BadSignature(ValueError):
    """Not signed by a key that is trusted here."""


class KeySigner:
    """Signs with a key in memory."""

    def __init__(self, private: Jwk) -> None:
        self._key = OKPKey.import_key(private)
        self._public = public_part(self._key)

    @property
    def public(self) -> Jwk:
        return self._public

    def sign(self, payload: dict[str, Any], typ: str, **header: Any) -> str:
        protected = {"alg": ALGORITHM, "typ": typ, **header}
        return jws.serialize_compact(protected, compact(payload), self._key, [ALGORITHM])


def new_key() -> Jwk:
    """A fresh private Ed25519 key."""
    return OKPKey.generate_key("Ed25519").as_dict(private=True)


def public_part(key: OKPKey) -> Jwk:
    """The members that make the public key, and no others."""
    shown = key.as_dict(private=False)
    return {name: shown[name] for name in ("kty", "crv", "x")}


def verify(token: str, keys: list[Jwk], typ: str) -> dict[str, Any]:
    """The payload of a compact JWS of kind `typ` signed by one of `keys`. Raises BadSignature."""
    try:
        signed = jws.extract_compact(token.encode())
        header = signed.headers()
        if header.get("typ") != typ:
            raise BadSignature("kind")
        for public in keys:
            key, thumbprint = _imported(public["crv"], public["x"])
            if header.get("kid") in (None, thumbprint, public.get("kid")):
                if not jws.validate_compact(signed, key, [ALGORITHM]):
                    raise BadSignature("signature")
                payload = json.loads(signed.payload or b"")
                if isinstance(payload, dict):
                    return payload
    except BadSignature:
        raise
    except (JoseError, ValueError, TypeError, KeyError, RecursionError):
        raise BadSignature("signature") from None
    raise BadSignature("unknown key")


def seal(body: bytes, seal_key: Jwk) -> str:
    """A compact JWE that only the holder of the private `seal_key` opens."""
    key, _ = _imported(seal_key["crv"], seal_key["x"])
    return jwe.encrypt_compact(SEALING, body, key, list(SEALING.values()))


def unseal(token: str, private: Jwk) -> bytes:
    """Open what `seal` closed. Raises BadSignature."""
    try:
        opened = jwe.decrypt_compact(token, OKPKey.import_key(private), list(SEALING.values()))
    except (JoseError, ValueError, TypeError):
        raise BadSignature("sealed") from None
    return opened.plaintext or b""


@lru_cache(maxsize=16)
def _imported(crv: str, x: str) -> tuple[OKPKey, str]:
    """A public key ready for use and its thumbprint: draining needs the same a thousand times."""
    key = OKPKey.import_key({"kty": "OKP", "crv": crv, "x": x})
    return key, key.thumbprint()
