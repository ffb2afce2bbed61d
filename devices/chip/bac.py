"""Basic access control (ICAO 9303-11 §4.3): the chip opens to who has read the printed zone."""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from typing import Final

from devices.chip.apdu import Channel, Command
from devices.chip.faults import AccessDenied, BadData
from devices.chip.messaging import SecureMessaging
from devices.chip.suites import FOR_ENCRYPTION, FOR_MAC, MAC_LENGTH, TRIPLE_DES, pad

_NONCE: Final = 8
_KEY: Final = 16
_ANSWER: Final = 40
_NO_IV: Final = bytes(8)


def seed(mrz: str) -> bytes:
    """The secret made of MRZ information."""
    return hashlib.sha1(mrz.encode("ascii"), usedforsecurity=False).digest()[:_KEY]


def authenticate(
    channel: Channel, mrz: str, random: Callable[[int], bytes] = secrets.token_bytes
) -> SecureMessaging:
    """Open the chip and return the session.

    Raises StatusError when the chip knows no BAC, AccessDenied when it refuses this zone, BadData
    when the chip does not know the zone's key itself.
    """
    challenge = channel.send(Command(0x84, le=_NONCE)).must("GET CHALLENGE")
    if len(challenge) != _NONCE:
        raise BadData("GET CHALLENGE: length")
    secret = seed(mrz)
    key, mac = (TRIPLE_DES.derive(secret, each) for each in (FOR_ENCRYPTION, FOR_MAC))
    nonce, half = random(_NONCE), random(_KEY)

    sealed = TRIPLE_DES.encrypt(key, _NO_IV, nonce + challenge + half)
    token = TRIPLE_DES.mac(mac, pad(sealed, TRIPLE_DES.block))
    answer = channel.send(Command(0x82, data=sealed + token, le=_ANSWER))
    if answer.sw != 0x9000:
        raise AccessDenied(f"BAC: status {answer.sw:04X}")
    if len(answer.data) != _ANSWER:
        raise BadData("EXTERNAL AUTHENTICATE: length")

    sealed, token = answer.data[:-MAC_LENGTH], answer.data[-MAC_LENGTH:]
    if not hmac.compare_digest(TRIPLE_DES.mac(mac, pad(sealed, TRIPLE_DES.block)), token):
        raise BadData("EXTERNAL AUTHENTICATE: wrong MAC")
    plain = TRIPLE_DES.decrypt(key, _NO_IV, sealed)
    if plain[:_NONCE] != challenge or plain[_NONCE : 2 * _NONCE] != nonce:
        raise BadData("EXTERNAL AUTHENTICATE: not an answer to this challenge")
    shared = bytes(ours ^ theirs for ours, theirs in zip(half, plain[16:], strict=True))
    return SecureMessaging(
        TRIPLE_DES,
        TRIPLE_DES.derive(shared, FOR_ENCRYPTION),
        TRIPLE_DES.derive(shared, FOR_MAC),
        int.from_bytes(challenge[4:] + nonce[4:]),
    )
