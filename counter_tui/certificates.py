"""The disability certificate's number: used once to decide, kept only as a keyed hash."""

import hashlib
import hmac
import secrets
from typing import Final

from counter_tui.store import Store
from intake.waiver import HashNumber

_KEY: Final = "certificate.key"
"""Name of the store's secret: 64 hex digits, made at the first need."""


def certificate_hash(key: str) -> HashNumber:
    """HMAC-SHA256 (hex) of a certificate's number under `key`."""
    return lambda number: hmac.digest(key.encode(), number.encode(), hashlib.sha256).hex()


def station_hash(store: Store) -> HashNumber:
    """The same under this station's own key."""
    key = store.secrets.get(_KEY)
    if key is None:
        key = secrets.token_hex(32).encode()
        store.secrets.put(_KEY, key)
    return certificate_hash(key.decode())
