"""The ciphers secure messaging and PACE are made of (ICAO 9303-11 §9.7, §9.8).

The standards fix these: 3DES and MACs of eight bytes are what the chips in people's hands speak.
"""

import hashlib
from dataclasses import dataclass
from typing import Final, Protocol

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import BlockCipherAlgorithm, Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC, ECB
from cryptography.hazmat.primitives.cmac import CMAC

MAC_LENGTH: Final = 8
FOR_ENCRYPTION: Final = 1
FOR_MAC: Final = 2
FOR_PACE: Final = 3
"""Counters of the key derivation function."""


class Suite(Protocol):
    """A block cipher with its MAC. Data given to it is whole blocks, already padded."""

    @property
    def block(self) -> int: ...

    def derive(self, secret: bytes, counter: int) -> bytes:
        """A key from a shared secret (9303-11 §9.7.1)."""
        ...

    def encrypt(self, key: bytes, iv: bytes, data: bytes) -> bytes: ...

    def decrypt(self, key: bytes, iv: bytes, data: bytes) -> bytes: ...

    def mac(self, key: bytes, data: bytes) -> bytes:
        """Eight bytes over data that is padded already."""
        ...

    def mac_message(self, key: bytes, data: bytes) -> bytes:
        """Eight bytes over data of any length, as PACE tokens are made."""
        ...

    def iv(self, key: bytes, counter: bytes) -> bytes:
        """The initial vector of one secured message."""
        ...


def pad(data: bytes, block: int) -> bytes:
    """ISO 9797-1 method 2: 80, then zeros to a whole block."""
    return data + b"\x80" + bytes(-(len(data) + 1) % block)


def unpad(data: bytes) -> bytes | None:
    """Take method 2 padding off; None when there is none."""
    bare = data.rstrip(b"\0")
    return bare[:-1] if bare[-1:] == b"\x80" else None


def _encrypt(algorithm: BlockCipherAlgorithm, mode: CBC | ECB, data: bytes) -> bytes:
    return Cipher(algorithm, mode).encryptor().update(data)


def _decrypt(algorithm: BlockCipherAlgorithm, mode: CBC | ECB, data: bytes) -> bytes:
    return Cipher(algorithm, mode).decryptor().update(data)


def _triple(key: bytes) -> TripleDES:
    return TripleDES(key * 3 if len(key) == 8 else key + key[:8])


class TripleDesSuite:
    """Two-key 3DES in CBC mode with the retail MAC (ISO 9797-1 algorithm 3)."""

    block = 8

    def derive(self, secret: bytes, counter: int) -> bytes:
        digest = hashlib.sha1(secret + counter.to_bytes(4), usedforsecurity=False).digest()
        return bytes(byte & 0xFE | (byte >> 1).bit_count() % 2 ^ 1 for byte in digest[:16])

    def encrypt(self, key: bytes, iv: bytes, data: bytes) -> bytes:
        return _encrypt(_triple(key), CBC(iv), data)

    def decrypt(self, key: bytes, iv: bytes, data: bytes) -> bytes:
        return _decrypt(_triple(key), CBC(iv), data)

    def mac(self, key: bytes, data: bytes) -> bytes:
        last = _encrypt(_triple(key[:8]), CBC(bytes(8)), data)[-8:]
        inner = _decrypt(_triple(key[8:]), ECB(), last)  # noqa: S305 - one block
        return _encrypt(_triple(key[:8]), ECB(), inner)  # noqa: S305

    def mac_message(self, key: bytes, data: bytes) -> bytes:
        return self.mac(key, pad(data, self.block))

    def iv(self, key: bytes, counter: bytes) -> bytes:
        return bytes(8)


@dataclass(frozen=True, slots=True)
class AesSuite:
    """AES in CBC mode with CMAC cut to eight bytes; `length` of a key is 16, 24 or 32 bytes."""

    length: int
    block = 16

    def derive(self, secret: bytes, counter: int) -> bytes:
        text = secret + counter.to_bytes(4)
        if self.length == 16:
            return hashlib.sha1(text, usedforsecurity=False).digest()[:16]
        return hashlib.sha256(text).digest()[: self.length]

    def encrypt(self, key: bytes, iv: bytes, data: bytes) -> bytes:
        return _encrypt(AES(key), CBC(iv), data)

    def decrypt(self, key: bytes, iv: bytes, data: bytes) -> bytes:
        return _decrypt(AES(key), CBC(iv), data)

    def mac(self, key: bytes, data: bytes) -> bytes:
        cmac = CMAC(AES(key))
        cmac.update(data)
        return cmac.finalize()[:MAC_LENGTH]

    def mac_message(self, key: bytes, data: bytes) -> bytes:
        return self.mac(key, data)

    def iv(self, key: bytes, counter: bytes) -> bytes:
        return _encrypt(AES(key), ECB(), counter)  # noqa: S305 - the standard's rule for the IV


TRIPLE_DES: Final = TripleDesSuite()
AES_128: Final = AesSuite(16)
AES_192: Final = AesSuite(24)
AES_256: Final = AesSuite(32)
