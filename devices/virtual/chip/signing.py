"""Throw-away issuers: a country's root, its document signer, and the security object they sign."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from asn1crypto import algos, cms, core
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID

from devices.virtual.chip.tlv import tlv

LDS_OBJECT = "2.23.136.1.1.1"
PLAIN_DATA = "1.2.840.113549.1.7.1"
FROM, UNTIL = datetime(2010, 1, 1, tzinfo=UTC), datetime(2049, 1, 1, tzinfo=UTC)

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


class _Hash(core.Sequence):
    _fields = [("number", core.Integer), ("value", core.OctetString)]  # noqa: RUF012


class _Hashes(core.SequenceOf):
    _child_spec = _Hash


class _SecurityObject(core.Sequence):
    _fields = [  # noqa: RUF012
        ("version", core.Integer),
        ("algorithm", algos.DigestAlgorithm),
        ("hashes", _Hashes),
    ]


def _name(country: str, common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, country),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Specimens"),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: Key, signer: Key, *, root: bool
) -> x509.Certificate:
    usage = x509.KeyUsage(
        digital_signature=not root,
        key_cert_sign=root,
        crl_sign=root,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(FROM)
        .not_valid_after(UNTIL)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()),
            critical=False,
        )
    )
    if root:
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
    return builder.sign(signer, hashes.SHA256())


@dataclass(frozen=True)
class Issuer:
    """One country's made-up signing line. `rsa_keys` chooses RSA over elliptic curves."""

    country: str = "UT"
    rsa_keys: bool = False
    content_type: str = LDS_OBJECT
    """The PRC's documents say "plain data" where others say "LDS security object"."""
    digest: str = "sha256"

    def _key(self) -> Key:
        if self.rsa_keys:
            return rsa.generate_private_key(public_exponent=65537, key_size=2048)
        return ec.generate_private_key(ec.SECP256R1())

    @cached_property
    def _root_key(self) -> Key:
        return self._key()

    @cached_property
    def _signer_key(self) -> Key:
        return self._key()

    @cached_property
    def root(self) -> x509.Certificate:
        """The CSCA certificate, signed by itself: what a trust folder holds."""
        name = _name(self.country, "Specimen CSCA")
        return _certificate(name, name, self._root_key, self._root_key, root=True)

    @cached_property
    def signer(self) -> x509.Certificate:
        """The document signer's certificate."""
        name = _name(self.country, "Specimen document signer")
        return _certificate(name, self.root.subject, self._signer_key, self._root_key, root=False)

    @property
    def root_der(self) -> bytes:
        """The CSCA certificate in DER."""
        return self.root.public_bytes(serialization.Encoding.DER)

    def security_object(self, groups: dict[int, bytes]) -> bytes:
        """EF.SOD over the data groups (number to whole file)."""
        content = _SecurityObject(
            {
                "version": 0,
                "algorithm": {"algorithm": self.digest},
                "hashes": [
                    {"number": number, "value": hashlib.new(self.digest, raw).digest()}
                    for number, raw in sorted(groups.items())
                ],
            }
        ).dump()
        signed = cms.CMSAttributes(
            [
                {"type": "content_type", "values": [self.content_type]},
                {"type": "message_digest", "values": [hashlib.new(self.digest, content).digest()]},
            ]
        )
        certificate = asn1_x509.Certificate.load(
            self.signer.public_bytes(serialization.Encoding.DER)
        )
        algorithm = f"{self.digest}_{'rsa' if self.rsa_keys else 'ecdsa'}"
        signer = cms.SignerInfo(
            {
                "version": "v1",
                "sid": cms.IssuerAndSerialNumber(
                    {
                        "issuer": certificate.issuer,
                        "serial_number": certificate.serial_number,
                    }
                ),
                "digest_algorithm": {"algorithm": self.digest},
                "signed_attrs": signed,
                "signature_algorithm": {"algorithm": algorithm},
                "signature": self._sign(signed.untag().dump(force=True)),
            }
        )
        data = cms.SignedData(
            {
                "version": "v3",
                "digest_algorithms": [{"algorithm": self.digest}],
                "encap_content_info": {
                    "content_type": self.content_type,
                    "content": core.ParsableOctetString(content),
                },
                "certificates": [certificate],
                "signer_infos": [signer],
            }
        )
        whole = cms.ContentInfo({"content_type": "signed_data", "content": data})
        return tlv(0x77, whole.dump())

    def _sign(self, message: bytes) -> bytes:
        algorithm = {"sha1": hashes.SHA1, "sha256": hashes.SHA256, "sha384": hashes.SHA384}[
            self.digest
        ]()
        if isinstance(self._signer_key, rsa.RSAPrivateKey):
            return self._signer_key.sign(message, padding.PKCS1v15(), algorithm)
        return self._signer_key.sign(message, ec.ECDSA(algorithm))
