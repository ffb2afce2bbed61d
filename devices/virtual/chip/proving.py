"""Active authentication from the chip's side: the private key that never leaves it."""

import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Protocol

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from devices.virtual.chip.tlv import oid, tlv

ACTIVE_AUTHENTICATION = "2.23.136.1.1.5"
ECDSA_PLAIN_SHA256 = "0.4.0.127.0.7.1.1.4.1.3"


class Prover(Protocol):
    """A key pair for active authentication."""

    def dg15(self) -> bytes:
        """The public key as EF.DG15."""
        ...

    def info(self) -> bytes | None:
        """What DG14 has to say about the signature, or None."""
        ...

    def sign(self, challenge: bytes) -> bytes:
        """The answer to INTERNAL AUTHENTICATE."""
        ...


def _dg15(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    return tlv(
        0x6F,
        key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        ),
    )


def _chip_key() -> rsa.RSAPrivateKey:
    # 1536 bits, as chips have them: the signature still fits in one short answer.
    return rsa.generate_private_key(public_exponent=65537, key_size=1536)  # noqa: S505


@dataclass(frozen=True)
class RsaProver:
    """ISO 9796-2 scheme 1 with partial recovery; trailer BC for SHA-1, 34CC for SHA-256."""

    digest: str = "sha1"
    key: rsa.RSAPrivateKey = field(default_factory=_chip_key, repr=False)

    def dg15(self) -> bytes:
        """The public key as EF.DG15."""
        return _dg15(self.key)

    def info(self) -> bytes | None:
        """RSA needs no entry in DG14."""
        return None

    def sign(self, challenge: bytes) -> bytes:
        """6A, random message, hash over message and challenge, trailer; to the power of d."""
        trailer = {"sha1": b"\xbc", "sha256": b"\x34\xcc"}[self.digest]
        size = self.key.key_size // 8
        taken = 1 + hashlib.new(self.digest).digest_size + len(trailer)
        message = secrets.token_bytes(size - taken)
        digest = hashlib.new(self.digest, message + challenge).digest()
        block = int.from_bytes(b"\x6a" + message + digest + trailer, "big")
        private = self.key.private_numbers()
        return pow(block, private.d, private.public_numbers.n).to_bytes(size, "big")


@dataclass(frozen=True)
class EcProver:
    """ECDSA on P-256 with SHA-256, the two numbers side by side, as DG14 announces."""

    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1()), repr=False
    )

    def dg15(self) -> bytes:
        """The public key as EF.DG15."""
        return _dg15(self.key)

    def info(self) -> bytes | None:
        """ActiveAuthenticationInfo: protocol, version 1, signature algorithm."""
        return tlv(
            0x30,
            tlv(0x06, oid(ACTIVE_AUTHENTICATION)),
            tlv(0x02, b"\x01"),
            tlv(0x06, oid(ECDSA_PLAIN_SHA256)),
        )

    def sign(self, challenge: bytes) -> bytes:
        """r and s, 32 bytes each."""
        r, s = decode_dss_signature(self.key.sign(challenge, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


@dataclass(frozen=True)
class CopiedProver:
    """A copy of another chip: it shows that chip's public key and signs with one of its own."""

    shown: Prover
    held: Prover

    def dg15(self) -> bytes:
        """The original's public key."""
        return self.shown.dg15()

    def info(self) -> bytes | None:
        """The original's entry in DG14."""
        return self.shown.info()

    def sign(self, challenge: bytes) -> bytes:
        """A signature by the wrong key."""
        return self.held.sign(challenge)
