"""Receipts: what the centre signs about an application it holds."""

from central.identity import Identity
from central.storage.port import Held

TYPE = "receipt+jws"


def receipt_of(identity: Identity, held: Held) -> str:
    """The compact JWS. It is made anew each time and is always the same bytes."""
    payload = {
        "id": str(held.id),
        "sha256": held.sha256,
        "seq": held.seq,
        "time": held.received_at.isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "station": held.station,
    }
    return identity.sign(payload, TYPE, held.kid)
