"""Who calls, and access tokens that say so for ten minutes."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final, Literal

from central.auth.jose import BadToken, number, string, unverified_header, verified
from central.identity import Identity

Role = Literal["clerk", "supervisor", "support", "auditor"]
ROLES: Final[tuple[Role, ...]] = ("clerk", "supervisor", "support", "auditor")
ACCESS_SECONDS: Final = 600
CACHED: Final = 10_000
TYPE: Final = "at+jwt"


@dataclass(frozen=True, slots=True)
class Caller:
    """A clerk at a station."""

    clerk: str
    role: Role
    station: str
    district: str
    site_kind: str
    jkt: str
    """Thumbprint of the station's key, to which the token is bound."""


class AccessTokens:
    """Makes and checks access tokens. A checked one is remembered until it ends."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity
        self._keys = {key.thumbprint(): key for key in identity.signing}
        self._good: OrderedDict[str, tuple[float, Caller]] = OrderedDict()

    def issue(self, caller: Caller, now: float, jti: str) -> str:
        """A token for `caller`, good from `now` (seconds) for `ACCESS_SECONDS`."""
        claims = {
            "iss": self._identity.name,
            "aud": self._identity.name,
            "sub": caller.clerk,
            "role": caller.role,
            "station": caller.station,
            "district": caller.district,
            "site_kind": caller.site_kind,
            "iat": int(now),
            "exp": int(now) + ACCESS_SECONDS,
            "jti": jti,
            "cnf": {"jkt": caller.jkt},
        }
        return self._identity.sign(claims, TYPE)

    def check(self, token: str, now: float) -> Caller:
        """Whom the token names. Raises BadToken."""
        known = self._good.get(token)
        if known is None:
            known = self._verify(token)
            self._good[token] = known
            if len(self._good) > CACHED:
                self._good.popitem(last=False)
        ends, caller = known
        if now >= ends:
            self._good.pop(token, None)
            raise BadToken("expired")
        return caller

    def _verify(self, token: str) -> tuple[float, Caller]:
        header = unverified_header(token)
        key = self._keys.get(header.get("kid", ""))
        if key is None or header.get("typ") != TYPE:
            raise BadToken("key")
        claims = verified(token, key)
        if claims.get("iss") != self._identity.name or claims.get("aud") != self._identity.name:
            raise BadToken("issuer")
        role = string(claims, "role")
        found: Role | None = next((one for one in ROLES if one == role), None)
        confirmation = claims.get("cnf")
        if found is None or not isinstance(confirmation, dict):
            raise BadToken("claims")
        caller = Caller(
            clerk=string(claims, "sub"),
            role=found,
            station=string(claims, "station"),
            district=string(claims, "district"),
            site_kind=string(claims, "site_kind"),
            jkt=string(confirmation, "jkt"),
        )
        return number(claims, "exp"), caller
