"""Active authentication (ICAO 9303-11 §6.1): does the chip hold the key that DG15 names?"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from typing import Any, Final, Literal

from asn1crypto import keys
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from devices.chip import tlv
from devices.chip.apdu import SHORT_LE, Channel, Command
from devices.chip.faults import BadData
from devices.chip.security_infos import ACTIVE_AUTHENTICATION, SecurityInfo
from devices.chip.signatures import (
    ASN1_ERRORS,
    HASHES,
    Key,
    der_signature,
    public_key,
)

Result = Literal["ok", "failed"]

_DG15: Final = 0x6F
_OID: Final = 0x06
_NONCE: Final = 8
_LONGEST_SHORT_KEY: Final = 1760
"""Bits of the longest RSA key whose signature fits a short answer under secure messaging."""
_TRAILERS: Final = {0x33: "sha1", 0x34: "sha256", 0x35: "sha512", 0x36: "sha384", 0x38: "sha224"}
"""Hash numbers of ISO 10118-3 in a two-byte trailer; the one-byte trailer BC means SHA-1."""
_HASH_BY_LAST_ARC: Final = {1: "sha1", 2: "sha224", 3: "sha256", 4: "sha384", 5: "sha512"}


def key(dg15: bytes) -> Key:
    """The chip's public key. Raises BadData or UnknownAlgorithm."""
    content = tlv.value(dg15, _DG15)
    try:
        return public_key(keys.PublicKeyInfo.load(content))
    except ASN1_ERRORS as error:
        raise BadData("DG15: no public key") from error


def lengths(public: Key) -> tuple[int, int]:
    """Answer lengths to ask for, one after the other: a long signature may need extended length."""
    long_answer = isinstance(public, rsa.RSAPublicKey) and public.key_size > _LONGEST_SHORT_KEY
    return (public.key_size // 8 + _NONCE if long_answer else SHORT_LE), SHORT_LE


def authenticate(
    channel: Channel, public: Key, infos: Iterable[SecurityInfo], length: int
) -> Result:
    """Have the chip sign a challenge, asking for `length` bytes.

    Raises StatusError when the chip refuses, ReaderError when the card goes.
    """
    challenge = secrets.token_bytes(_NONCE)
    answer = channel.send(Command(0x88, data=challenge, le=length))
    signature = answer.must("INTERNAL AUTHENTICATE")
    if isinstance(public, rsa.RSAPublicKey):
        good = recovers(public, signature, challenge)
    else:
        good = _ecdsa_holds(public, signature, challenge, infos)
    return "ok" if good else "failed"


def recovers(public: rsa.RSAPublicKey, signature: bytes, challenge: bytes) -> bool:
    """Whether an ISO 9796-2 scheme 1 signature is by this key over this challenge."""
    numbers = public.public_numbers()
    size = (public.key_size + 7) // 8
    given = int.from_bytes(signature)
    if len(signature) != size or given >= numbers.n:
        return False
    opened = pow(given, numbers.e, numbers.n)
    if opened & 0x0F != 0x0C:
        # The signer may give the smaller of s and n - s.
        opened = numbers.n - opened
    message = opened.to_bytes(size)
    if message[-1] == 0xBC:
        name, trailer = "sha1", 1
    elif message[-1] == 0xCC and message[-2] in _TRAILERS:
        name, trailer = _TRAILERS[message[-2]], 2
    else:
        return False
    length = hashlib.new(name, usedforsecurity=False).digest_size
    body, recovered_hash = message[: -trailer - length], message[-trailer - length : -trailer]
    # Two header bits 01, then padding nibbles B that an A ends: 6A, or 6B BB … BA.
    start = next((at for at, byte in enumerate(body) if byte & 0x0F == 0x0A), None)
    if not body or body[0] >> 6 != 1 or start is None:
        return False
    expected = hashlib.new(name, body[start + 1 :] + challenge, usedforsecurity=False).digest()
    return hmac.compare_digest(expected, recovered_hash)


def _ecdsa_holds(
    public: ec.EllipticCurvePublicKey,
    signature: bytes,
    challenge: bytes,
    infos: Iterable[SecurityInfo],
) -> bool:
    names = _announced_hashes(infos) or ["sha256", "sha1", "sha224", "sha384", "sha512"]
    size = (public.curve.key_size + 7) // 8
    encoded = der_signature(signature) if len(signature) == 2 * size else signature
    for name in names:
        try:
            public.verify(encoded, challenge, ec.ECDSA(HASHES[name]))
        except InvalidSignature:
            continue
        return True
    return False


def _announced_hashes(infos: Iterable[SecurityInfo]) -> list[str]:
    """The hash that DG14 says the chip signs with (9303-11 §6.1.2.3)."""
    found: list[Any] = []
    for info in infos:
        if info.protocol == ACTIVE_AUTHENTICATION:
            found += [content for tag, content in info.rest if tag == _OID]
    prefix = bytes.fromhex("04007F000701010401")
    known = [each[-1] for each in found if each.startswith(prefix) and len(each) == len(prefix) + 1]
    return [_HASH_BY_LAST_ARC[arc] for arc in known if arc in _HASH_BY_LAST_ARC]
