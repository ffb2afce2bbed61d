"""The chip's halves of Basic Access Control and PACE (9303-11, sections 4.3 and 4.4)."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from devices.virtual.chip.channel import Channel
from devices.virtual.chip.curves import Curve, Point
from devices.virtual.chip.suites import AES128, AES192, AES256, DES3, Suite, same
from devices.virtual.chip.tlv import objects, oid, tlv

ENCRYPT, MAC, PASSWORD = 1, 2, 3
PACE_GM = "0.4.0.127.0.7.2.2.4.2"
SUITES = {1: DES3, 2: AES128, 3: AES192, 4: AES256}

Random = Callable[[int], bytes]


class Refused(Exception):
    """The terminal did not prove what it had to; `status` is the answer."""

    def __init__(self, status: int) -> None:
        super().__init__(f"{status:04X}")
        self.status = status


def channel(suite: Suite, secret: bytes, counter: int = 0) -> Channel:
    """A session whose two keys come from `secret`."""
    return Channel(suite, suite.derive(secret, ENCRYPT), suite.derive(secret, MAC), counter)


@dataclass
class BasicAccess:
    """One run of BAC. `information` is number, birth and expiry with their check digits."""

    information: str = field(repr=False)
    random: Random = secrets.token_bytes
    _challenge: bytes = b""

    def challenge(self) -> bytes:
        """RND.IC for GET CHALLENGE."""
        self._challenge = self.random(8)
        return self._challenge

    def authenticate(self, sent: bytes) -> tuple[bytes, Channel]:
        """The answer to EXTERNAL AUTHENTICATE and the session; Refused when it is not right."""
        if len(sent) != 40 or not self._challenge:
            raise Refused(0x6700 if self._challenge else 0x6985)
        secret = hashlib.sha1(self.information.encode()).digest()[:16]  # noqa: S324 - 9303's choice
        encryption, mac = DES3.derive(secret, ENCRYPT), DES3.derive(secret, MAC)
        hidden, proof = sent[:32], sent[32:]
        challenge, self._challenge = self._challenge, b""
        if not same(DES3.mac(mac, hidden), proof):
            raise Refused(0x6300)
        plain = DES3.decrypt(encryption, hidden, bytes(8))
        if plain[8:16] != challenge:
            raise Refused(0x6300)
        theirs, their_key = plain[:8], plain[16:]
        our_key = self.random(16)
        answer = DES3.encrypt(encryption, challenge + theirs + our_key, bytes(8))
        shared = bytes(one ^ other for one, other in zip(their_key, our_key, strict=True))
        counter = int.from_bytes(challenge[4:] + theirs[4:], "big")
        return answer + DES3.mac(mac, answer), channel(DES3, shared, counter)


@dataclass(frozen=True, slots=True)
class PaceChoice:
    """One entry of EF.CardAccess: generic mapping over `curve`, cipher 1-4 as in its identifier."""

    curve: Curve
    cipher: int

    @property
    def identifier(self) -> bytes:
        """Content bytes of the protocol's object identifier."""
        return oid(f"{PACE_GM}.{self.cipher}")

    @property
    def info(self) -> bytes:
        """PACEInfo: protocol, version 2, parameter id."""
        number = bytes((self.curve.number,))
        return tlv(0x30, tlv(0x06, self.identifier), tlv(0x02, b"\x02"), tlv(0x02, number))


@dataclass
class Pace:
    """One run of PACE with the password `secret` (SHA-1 of the MRZ information, or the CAN)."""

    choice: PaceChoice
    secret: bytes = field(repr=False)
    random: Random = secrets.token_bytes
    _nonce: bytes = field(default=b"", repr=False)
    _base: Point | None = None
    _ours: Point | None = None
    _theirs: Point | None = None
    _keys: Channel | None = None

    @property
    def suite(self) -> Suite:
        """The cipher agreed on."""
        return SUITES[self.choice.cipher]

    def _scalar(self) -> int:
        curve = self.choice.curve
        return int.from_bytes(self.random(curve.size + 8), "big") % (curve.n - 1) + 1

    def step(self, data: bytes) -> bytes:
        """The answer to one GENERAL AUTHENTICATE; Refused when the terminal is wrong."""
        try:
            (outer, inside, _), *more = objects(data)
            parts = objects(inside)
        except ValueError as error:
            raise Refused(0x6A80) from error
        if outer != 0x7C or more or len(parts) > 1:
            raise Refused(0x6A80)
        tag, value = (parts[0][0], parts[0][1]) if parts else (0, b"")
        steps = {0: self._encrypted_nonce, 0x81: self._map, 0x83: self._agree, 0x85: self._confirm}
        if tag not in steps:
            raise Refused(0x6A80)
        try:
            return tlv(0x7C, steps[tag](value))
        except ValueError as error:
            raise Refused(0x6A80) from error

    def _encrypted_nonce(self, _: bytes) -> bytes:
        self._nonce = self.random(16)
        key = self.suite.derive(self.secret, PASSWORD)
        return tlv(0x80, self.suite.encrypt(key, self._nonce, bytes(self.suite.block)))

    def _map(self, value: bytes) -> bytes:
        if not self._nonce:
            raise Refused(0x6985)
        curve = self.choice.curve
        private = self._scalar()
        shared = curve.times(private, curve.read(value))
        moved = curve.times(int.from_bytes(self._nonce, "big"), curve.g)
        self._base = curve.add(moved, shared)
        return tlv(0x82, curve.write(curve.times(private, curve.g)))

    def _agree(self, value: bytes) -> bytes:
        if self._base is None:
            raise Refused(0x6985)
        curve = self.choice.curve
        private = self._scalar()
        self._theirs = curve.read(value)
        self._ours = curve.times(private, self._base)
        shared = curve.times(private, self._theirs)
        self._keys = channel(self.suite, shared[0].to_bytes(curve.size, "big"))
        return tlv(0x84, curve.write(self._ours))

    def _token(self, keys: Channel, point: Point) -> bytes:
        public = tlv(0x86, self.choice.curve.write(point))
        signed = tlv(0x7F49, tlv(0x06, self.choice.identifier), public)
        return self.suite.mac(keys.authentication, signed)

    def _confirm(self, value: bytes) -> bytes:
        if self._keys is None or self._ours is None or self._theirs is None:
            raise Refused(0x6985)
        if not same(self._token(self._keys, self._ours), value):
            raise Refused(0x6300)
        return tlv(0x86, self._token(self._keys, self._theirs))

    def session(self) -> Channel:
        """The channel after the last step."""
        if self._keys is None:
            raise Refused(0x6985)
        return self._keys
