"""Proof of possession (DPoP, RFC 9449): the caller has the station's private key, now, for this."""

import hashlib
from base64 import urlsafe_b64encode
from collections import OrderedDict
from typing import Final
from urllib.parse import urlsplit

from central.auth.jose import (
    LEEWAY,
    BadToken,
    named_key,
    number,
    string,
    unverified_header,
)
from central.auth.jose import verified as verified_claims

REMEMBERED: Final = 200_000


class SeenOnce:
    """Proof ids that were used, for as long as the proof itself would hold. One worker's memory."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, float] = OrderedDict()

    def first(self, jti: str, now: float) -> bool:
        """Whether `jti` is new; it no longer is afterwards."""
        while self._seen:
            oldest = next(iter(self._seen))
            if self._seen[oldest] > now and len(self._seen) < REMEMBERED:
                break
            del self._seen[oldest]
        if jti in self._seen:
            return False
        self._seen[jti] = now + 2 * LEEWAY
        return True


def prove(
    proof: str, method: str, url: str, now: float, seen: SeenOnce, access_token: str | None = None
) -> str:
    """The thumbprint of the key that made a good `proof` for this call. Raises BadToken.

    `url` is the address called; query and fragment do not count. With an `access_token`, the
    proof has to name it.
    """
    header = unverified_header(proof)
    if header.get("typ") != "dpop+jwt":
        raise BadToken("type")
    key, name = named_key(header.get("jwk"))
    claims = verified_claims(proof, key)
    if claims.get("htm") != method or _place(string(claims, "htu")) != _place(url):
        raise BadToken("place")
    if abs(number(claims, "iat") - now) > LEEWAY:
        raise BadToken("time")
    if access_token is not None and claims.get("ath") != token_hash(access_token):
        raise BadToken("token")
    if not seen.first(f"{name}.{string(claims, 'jti')}", now):
        raise BadToken("replay")
    return name


def token_hash(access_token: str) -> str:
    """The `ath` of a token."""
    digest = hashlib.sha256(access_token.encode()).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def _place(url: str) -> tuple[str, str, str]:
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        raise BadToken("place") from None
    return parts.scheme, f"{parts.hostname}:{port}", parts.path
