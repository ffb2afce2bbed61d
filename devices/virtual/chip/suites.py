"""The two families of ciphers a chip talks in: 3DES with its retail MAC, and AES with CMAC."""

import hashlib
import hmac
from dataclasses import dataclass

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, CipherAlgorithm, algorithms, modes
from cryptography.hazmat.primitives.cmac import CMAC

MAC_BYTES = 8


def pad(data: bytes, block: int) -> bytes:
    """ISO 9797-1 padding method 2: 80, then zeros up to the block."""
    return data + b"\x80" + bytes(-(len(data) + 1) % block)


def unpad(data: bytes) -> bytes:
    """Without the padding; ValueError when there is none."""
    body = data.rstrip(b"\x00")
    if body[-1:] != b"\x80":
        raise ValueError("no padding")
    return body[:-1]


def odd_parity(key: bytes) -> bytes:
    """Each byte with its lowest bit set so that the number of ones is odd."""
    return bytes(byte & 0xFE | (byte >> 1).bit_count() % 2 ^ 1 for byte in key)


def _one_block(algorithm: CipherAlgorithm) -> Cipher[modes.ECB]:
    return Cipher(algorithm, modes.ECB())  # noqa: S305 - single blocks, as the standard has it


@dataclass(frozen=True, slots=True)
class Suite:
    """One cipher at one key size (bytes). `aes` is False for 3DES."""

    aes: bool
    key_bytes: int

    @property
    def block(self) -> int:
        """Block size in bytes, which is also the size of the send sequence counter."""
        return 16 if self.aes else 8

    def derive(self, secret: bytes, purpose: int) -> bytes:
        """The key derivation of 9303-11: purpose 1 encryption, 2 MAC, 3 password."""
        long = self.key_bytes > 16
        digest = (hashlib.sha256 if long else hashlib.sha1)(secret + purpose.to_bytes(4, "big"))
        key = digest.digest()[: self.key_bytes]
        return key if self.aes else odd_parity(key)

    def _algorithm(self, key: bytes) -> CipherAlgorithm:
        return algorithms.AES(key) if self.aes else TripleDES(key + key[:8])

    def encrypt(self, key: bytes, data: bytes, iv: bytes) -> bytes:
        """CBC without padding."""
        run = Cipher(self._algorithm(key), modes.CBC(iv)).encryptor()
        return run.update(data) + run.finalize()

    def decrypt(self, key: bytes, data: bytes, iv: bytes) -> bytes:
        """CBC without padding."""
        run = Cipher(self._algorithm(key), modes.CBC(iv)).decryptor()
        return run.update(data) + run.finalize()

    def vector(self, key: bytes, counter: bytes) -> bytes:
        """The initial vector of a protected message: zeros for 3DES, the enciphered counter."""
        if not self.aes:
            return bytes(8)
        run = _one_block(algorithms.AES(key)).encryptor()
        return run.update(counter) + run.finalize()

    def mac(self, key: bytes, data: bytes) -> bytes:
        """Eight bytes over `data`, which is padded here for 3DES (CMAC pads by itself)."""
        if self.aes:
            run = CMAC(algorithms.AES(key))
            run.update(data)
            return run.finalize()[:MAC_BYTES]
        return self._retail(key, pad(data, 8))

    @staticmethod
    def _retail(key: bytes, padded: bytes) -> bytes:
        left, right = key[:8] * 3, key[8:16] * 3
        chain = Cipher(TripleDES(left), modes.CBC(bytes(8))).encryptor()
        last = chain.update(padded)[-8:]
        back = _one_block(TripleDES(right)).decryptor().update(last)
        return _one_block(TripleDES(left)).encryptor().update(back)


DES3 = Suite(aes=False, key_bytes=16)
AES128 = Suite(aes=True, key_bytes=16)
AES192 = Suite(aes=True, key_bytes=24)
AES256 = Suite(aes=True, key_bytes=32)


def same(one: bytes, other: bytes) -> bool:
    """Whether two MACs are equal."""
    return hmac.compare_digest(one, other)
