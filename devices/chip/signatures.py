"""Public keys and signatures as travel documents write them (ICAO 9303-12 §4).

Keys are read here and not by `cryptography`, because 9303 has curves written out in full, which
that library does not take, and because certificates of states break many rules it insists on.
"""

import hashlib
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from asn1crypto import algos, core, keys
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from devices.chip.curves import CURVES
from devices.chip.faults import BadData

ASN1_ERRORS: Final = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError)
"""What asn1crypto is seen to raise on bytes that are not what they should be."""

Key = rsa.RSAPublicKey | ec.EllipticCurvePublicKey

HASHES: Final[Mapping[str, hashes.HashAlgorithm]] = MappingProxyType(
    {
        "sha1": hashes.SHA1(),  # noqa: S303 - old documents are signed so
        "sha224": hashes.SHA224(),
        "sha256": hashes.SHA256(),
        "sha384": hashes.SHA384(),
        "sha512": hashes.SHA512(),
    }
)
_HASH_OIDS: Final = MappingProxyType(
    {
        "1.3.14.3.2.26": "sha1",
        "2.16.840.1.101.3.4.2.4": "sha224",
        "2.16.840.1.101.3.4.2.1": "sha256",
        "2.16.840.1.101.3.4.2.2": "sha384",
        "2.16.840.1.101.3.4.2.3": "sha512",
    }
)
_RSA_PSS: Final = "1.2.840.113549.1.1.10"
_RSA_BY_HASH: Final = MappingProxyType(
    {
        "1.2.840.113549.1.1.5": "sha1",
        "1.2.840.113549.1.1.14": "sha224",
        "1.2.840.113549.1.1.11": "sha256",
        "1.2.840.113549.1.1.12": "sha384",
        "1.2.840.113549.1.1.13": "sha512",
    }
)
_ECDSA_BY_HASH: Final = MappingProxyType(
    {
        "1.2.840.10045.4.1": "sha1",
        "1.2.840.10045.4.3.1": "sha224",
        "1.2.840.10045.4.3.2": "sha256",
        "1.2.840.10045.4.3.3": "sha384",
        "1.2.840.10045.4.3.4": "sha512",
    }
)
_PLAIN_ECDSA_BY_HASH: Final = MappingProxyType(
    {
        "0.4.0.127.0.7.1.1.4.1.1": "sha1",
        "0.4.0.127.0.7.1.1.4.1.2": "sha224",
        "0.4.0.127.0.7.1.1.4.1.3": "sha256",
        "0.4.0.127.0.7.1.1.4.1.4": "sha384",
        "0.4.0.127.0.7.1.1.4.1.5": "sha512",
    }
)
"""BSI TR-03111: the signature is r and s side by side."""

_NAMED_CURVES: Final[Mapping[str, Callable[[], ec.EllipticCurve]]] = MappingProxyType(
    {
        "1.2.840.10045.3.1.1": ec.SECP192R1,
        "1.3.132.0.33": ec.SECP224R1,
        "1.2.840.10045.3.1.7": ec.SECP256R1,
        "1.3.132.0.34": ec.SECP384R1,
        "1.3.132.0.35": ec.SECP521R1,
        "1.3.36.3.3.2.8.1.1.7": ec.BrainpoolP256R1,
        "1.3.36.3.3.2.8.1.1.11": ec.BrainpoolP384R1,
        "1.3.36.3.3.2.8.1.1.13": ec.BrainpoolP512R1,
    }
)
_CURVE_CLASSES: Final[Mapping[str, Callable[[], ec.EllipticCurve]]] = MappingProxyType(
    {curve().name.lower(): curve for curve in _NAMED_CURVES.values()}
)


class UnknownAlgorithm(BadData):
    """A key or a signature of a kind that is not known here."""


def hash_name(algorithm: Any) -> str:
    """Our name of the hash in an AlgorithmIdentifier. Raises UnknownAlgorithm."""
    oid = algorithm["algorithm"].dotted
    if oid not in _HASH_OIDS:
        raise UnknownAlgorithm(f"hash {oid}")
    return _HASH_OIDS[oid]


def digest(name: str, data: bytes) -> bytes:
    """The hash of `data`."""
    return hashlib.new(name, data, usedforsecurity=name != "sha1").digest()


def public_key(info: Any) -> Key:
    """The key of a SubjectPublicKeyInfo (asn1crypto). Raises UnknownAlgorithm or BadData."""
    try:
        if info["algorithm"]["algorithm"].dotted in ("1.2.840.113549.1.1.1", _RSA_PSS):
            numbers: Any = info["public_key"].parsed
            if not isinstance(numbers, keys.RSAPublicKey):
                numbers = keys.RSAPublicKey.load(bytes(info["public_key"]))
            exponent: Any = numbers["public_exponent"].native
            modulus: Any = numbers["modulus"].native
            return rsa.RSAPublicNumbers(exponent, modulus).public_key()
        if info["algorithm"]["algorithm"].dotted == "1.2.840.10045.2.1":
            curve = _curve(info["algorithm"]["parameters"])
            point = bytes(info["public_key"])
            return ec.EllipticCurvePublicKey.from_encoded_point(curve, point)
    except UnsupportedAlgorithm as error:
        raise UnknownAlgorithm("curve not offered by this system") from error
    except ASN1_ERRORS as error:
        raise BadData("public key") from error
    raise UnknownAlgorithm("key that is neither RSA nor EC")


def _curve(parameters: Any) -> ec.EllipticCurve:
    chosen = parameters.chosen
    if parameters.name == "named":
        if chosen.dotted in _NAMED_CURVES:
            return _NAMED_CURVES[chosen.dotted]()
        raise UnknownAlgorithm(f"curve {chosen.dotted}")
    prime = chosen["field_id"]["parameters"].native
    order = chosen["order"].native
    base = bytes(chosen["base"])
    for known in CURVES.values():
        if (known.p, known.n) != (prime, order) or known.name.lower() not in _CURVE_CLASSES:
            continue
        coefficients = [int.from_bytes(bytes(chosen["curve"][each])) for each in ("a", "b")]
        same_generator = int.from_bytes(base[1 : 1 + known.size]) == known.generator[0]
        if coefficients == [known.a, known.b] and same_generator:
            return _CURVE_CLASSES[known.name.lower()]()
    raise UnknownAlgorithm("curve written out in full that is none of the known")


def verify(key: Key, algorithm: Any, fallback_hash: str, signature: bytes, data: bytes) -> bool:
    """Whether `signature` over `data` is by `key`.

    `algorithm` is a signature AlgorithmIdentifier; where it names no hash (plain rsaEncryption),
    `fallback_hash` is meant. Raises UnknownAlgorithm.
    """
    oid = algorithm["algorithm"].dotted
    try:
        if isinstance(key, rsa.RSAPublicKey):
            scheme, name = _rsa_scheme(algorithm, fallback_hash)
            key.verify(signature, data, scheme, HASHES[name])
        else:
            name = _ECDSA_BY_HASH.get(oid) or _PLAIN_ECDSA_BY_HASH.get(oid, fallback_hash)
            if oid in _PLAIN_ECDSA_BY_HASH:
                signature = der_signature(signature)
            key.verify(signature, data, ec.ECDSA(HASHES[name]))
    except InvalidSignature:
        return False
    except UnsupportedAlgorithm as error:
        raise UnknownAlgorithm(f"signature {oid}") from error
    return True


def _rsa_scheme(algorithm: Any, fallback_hash: str) -> tuple[padding.AsymmetricPadding, str]:
    oid = algorithm["algorithm"].dotted
    if oid != _RSA_PSS:
        return padding.PKCS1v15(), _RSA_BY_HASH.get(oid, fallback_hash)
    given: Any = algorithm["parameters"]
    missing = isinstance(given, core.Void | core.Null)
    parameters: Any = algos.RSASSAPSSParams() if missing else given
    name = hash_name(parameters["hash_algorithm"])
    inner = hash_name(parameters["mask_gen_algorithm"]["parameters"])
    salt = parameters["salt_length"].native
    return padding.PSS(padding.MGF1(HASHES[inner]), salt), name


def der_signature(plain: bytes) -> bytes:
    """r and s side by side, as the DER that `cryptography` takes."""
    half = len(plain) // 2
    return encode_dss_signature(int.from_bytes(plain[:half]), int.from_bytes(plain[half:]))
