"""What the terminal needs of keys without the libraries of ciphers: 10 MiB resident."""

import base64
import hashlib
import json
from typing import Any, Protocol

Jwk = dict[str, Any]


class Signer(Protocol):
    """Something that holds a private Ed25519 key: a sealed file's, a card's, a station's."""

    @property
    def public(self) -> Jwk:
        """The public key."""
        ...

    def sign(self, payload: dict[str, Any], typ: str, **header: Any) -> str:
        """A compact JWS over the payload's JSON."""
        ...


def thumbprint(public: Jwk) -> str:
    """RFC 7638, of an Ed25519 or X25519 key."""
    digest = hashlib.sha256(compact({name: public[name] for name in ("crv", "kty", "x")})).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def compact(value: Any) -> bytes:
    """JSON without spaces."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
