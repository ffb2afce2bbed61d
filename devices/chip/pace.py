"""PACE with generic mapping over elliptic curves (ICAO 9303-11 §4.4)."""

import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from devices.chip import tlv
from devices.chip.apdu import OK, Channel, Command
from devices.chip.curves import CURVES, Curve
from devices.chip.faults import AccessDenied, BadData, StatusError
from devices.chip.messaging import SecureMessaging
from devices.chip.security_infos import PACE, SecurityInfo
from devices.chip.suites import (
    AES_128,
    AES_192,
    AES_256,
    FOR_ENCRYPTION,
    FOR_MAC,
    FOR_PACE,
    TRIPLE_DES,
    Suite,
)
from devices.mrz import AccessKey

_ECDH_GM, _ECDH_CAM = 2, 6
_SUITES: Final[Mapping[int, Suite]] = MappingProxyType(
    {1: TRIPLE_DES, 2: AES_128, 3: AES_192, 4: AES_256}
)
_MRZ, _CAN = 1, 2
_DYNAMIC, _PUBLIC_KEY = 0x7C, 0x7F49
_CHAINED: Final = 0x10

Scalars = Callable[[Curve], int]
"""Where ephemeral private keys come from; a test of the worked example gives its own."""


@dataclass(frozen=True, slots=True)
class PaceInfo:
    """One PACE variant that a chip offers and this module speaks."""

    protocol: bytes
    suite: Suite
    curve: Curve
    parameter: int


def offered(infos: Iterable[SecurityInfo]) -> list[PaceInfo]:
    """The variants among `infos` that are spoken here, the strongest cipher first.

    Chip authentication mapping opens a chip exactly as generic mapping does.
    """
    found = []
    for info in infos:
        if not info.protocol.startswith(PACE) or len(info.protocol) != len(PACE) + 2:
            continue
        mapping, cipher = info.protocol[-2:]
        numbers = info.numbers
        known = mapping in (_ECDH_GM, _ECDH_CAM) and cipher in _SUITES
        if known and len(numbers) == 2 and numbers[1] in CURVES:
            found.append(
                PaceInfo(info.protocol, _SUITES[cipher], CURVES[numbers[1]], parameter=numbers[1])
            )
    return sorted(found, key=lambda info: (-info.protocol[-1], info.protocol[-2]))


def authenticate(
    channel: Channel, info: PaceInfo, key: AccessKey, scalars: Scalars = Curve.secret
) -> SecureMessaging:
    """Open the chip and return the session.

    Raises StatusError when the chip does not go along, AccessDenied when it refuses the key,
    BadData when its answers do not fit the protocol or the key is not known to it.
    """
    suite, curve = info.suite, info.curve
    _choose(channel, info, _MRZ if key.mrz else _CAN)
    nonce = _nonce(channel, suite, key)

    private = scalars(curve)
    theirs = _point(channel, curve, 0x81, private, curve.generator, 0x82)
    shared = curve.multiply(private, theirs)
    generator = curve.add(curve.multiply(nonce, curve.generator), shared)

    private = scalars(curve)
    ours = curve.multiply(private, generator)
    theirs = _point(channel, curve, 0x83, private, generator, 0x84)
    if theirs == ours:
        raise BadData("PACE: the chip repeats our key")
    secret = curve.multiply(private, theirs)[0].to_bytes(curve.size)
    encryption, mac = (suite.derive(secret, each) for each in (FOR_ENCRYPTION, FOR_MAC))

    def token(point: tuple[int, int]) -> bytes:
        content = tlv.element(0x06, info.protocol) + tlv.element(0x86, curve.encode(point))
        return suite.mac_message(mac, tlv.element(_PUBLIC_KEY, content))

    try:
        answer = _step(channel, tlv.element(0x85, token(theirs)), 0x86, last=True)
    except StatusError as error:
        raise AccessDenied(f"PACE: status {error.sw:04X}") from error
    if not hmac.compare_digest(answer, token(ours)):
        raise BadData("PACE: wrong token")
    return SecureMessaging(suite, encryption, mac)


def _choose(channel: Channel, info: PaceInfo, password: int) -> None:
    data = (
        tlv.element(0x80, info.protocol)
        + tlv.element(0x83, bytes([password]))
        + tlv.element(0x84, bytes([info.parameter]))
    )
    answer = channel.send(Command(0x22, 0xC1, 0xA4, data))
    # 63Cx tells how many tries are left and is no refusal.
    if answer.sw != OK and answer.sw >> 4 != 0x63C:
        raise StatusError(answer.sw, "MSE:SET AT")


def _nonce(channel: Channel, suite: Suite, key: AccessKey) -> int:
    if key.mrz:
        text = key.mrz.encode("ascii")
        secret = hashlib.sha1(text, usedforsecurity=False).digest()
    else:
        secret = (key.can or "").encode("latin-1")
    sealed = _step(channel, b"", 0x80)
    if not sealed or len(sealed) % suite.block:
        raise BadData("PACE: nonce is not whole blocks")
    password = suite.derive(secret, FOR_PACE)
    return int.from_bytes(suite.decrypt(password, bytes(suite.block), sealed))


def _point(
    channel: Channel, curve: Curve, tag: int, private: int, generator: tuple[int, int], reply: int
) -> tuple[int, int]:
    public = curve.encode(curve.multiply(private, generator))
    return curve.decode(_step(channel, tlv.element(tag, public), reply))


def _step(channel: Channel, content: bytes, reply: int, *, last: bool = False) -> bytes:
    data = tlv.element(_DYNAMIC, content)
    command = Command(0x86, data=data, le=256, cla=0x00 if last else _CHAINED)
    answer = channel.send(command).must("GENERAL AUTHENTICATE")
    return tlv.value(answer, _DYNAMIC, reply)
