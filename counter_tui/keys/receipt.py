"""Only a receipt that verifies is one: signature, kind, station, and that all it says is there."""

from datetime import datetime
from uuid import UUID

from counter_tui.keys.jose import BadSignature, verify
from counter_tui.keys.plain import Jwk
from counter_tui.store.rows import Receipt


def verified_receipt(token: str, keys: list[Jwk], station: str | None) -> Receipt:
    """The receipt in a compact JWS signed by the centre. Raises BadSignature.

    With `station`, only one for that station.
    """
    said = verify(token, keys, "receipt+jws")
    try:
        if station not in (None, said["station"]):
            raise BadSignature("station")
        time = datetime.fromisoformat(said["time"])
        if time.tzinfo is None or not isinstance(said["seq"], int):
            raise BadSignature("incomplete")
        return Receipt(
            UUID(said["id"]), str(said["sha256"]), str(said["station"]), said["seq"], time, token
        )
    except (KeyError, TypeError, ValueError):
        raise BadSignature("incomplete") from None
