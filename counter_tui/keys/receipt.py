"""Only a receipt that verifies is one: signature, kind, station, and that all it says is there."""

from datetime import datetime
from uuid import UUID

from counter_tui.keys.jose import BadSignature, verify
from counter_tui.keys.plain import Jwk
from counter_tui.store.rows import Receipt


def verified_receipt(token: str, keys: list[Jwk], station: str) -> Receipt:
    """The receipt in a compact JWS signed by the centre for `station`. Raises BadSignature."""
    said = verify(token, keys, "receipt+jws")
    try:
        if said["station"] != station:
            raise BadSignature("station")
        time = datetime.fromisoformat(said["time"])
        if time.tzinfo is None or not isinstance(said["seq"], int):
            raise BadSignature("incomplete")
        return Receipt(UUID(said["id"]), str(said["sha256"]), said["seq"], time, token)
    except (KeyError, TypeError, ValueError):
        raise BadSignature("incomplete") from None
