"""The trust folder: certificates of the authorities (CSCA) whose documents are believed."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Self

from asn1crypto import cms, core, pem, x509

from devices.chip.faults import BadData
from devices.chip.signatures import ASN1_ERRORS, Key, hash_name, public_key, verify

_SUFFIXES: Final = frozenset({".cer", ".crt", ".der", ".pem", ".ml"})


class _MasterList(core.Sequence):
    """CscaMasterList (9303-12 §9)."""

    _fields = [("version", core.Integer), ("certificates", cms.CertificateSet)]  # noqa: RUF012


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate as far as a chain of two needs it."""

    raw: bytes
    body: Any
    key: Key

    @classmethod
    def read(cls, raw: bytes) -> Self:
        """From DER. Raises BadData or UnknownAlgorithm."""
        try:
            body = x509.Certificate.load(raw)
            certificate = cls(body.dump(), body, public_key(body.public_key))
            _ = body.issuer.hashable, body.subject.hashable, certificate.valid_from
        except ASN1_ERRORS as error:
            raise BadData("certificate") from error
        return certificate

    @property
    def valid_from(self) -> datetime:
        return self.body["tbs_certificate"]["validity"]["not_before"].native

    @property
    def valid_to(self) -> datetime:
        return self.body["tbs_certificate"]["validity"]["not_after"].native

    def holds_at(self, moment: datetime) -> bool:
        """Whether `moment` lies in the certificate's time."""
        return self.valid_from <= moment <= self.valid_to

    def signed(self, other: "Certificate") -> bool:
        """Whether this certificate's key signed `other`. Raises UnknownAlgorithm."""
        algorithm = other.body["signature_algorithm"]
        try:
            return verify(
                self.key,
                algorithm,
                _hash_of(algorithm),
                other.body["signature_value"].native,
                other.body["tbs_certificate"].dump(),
            )
        except ASN1_ERRORS as error:
            raise BadData("certificate signature") from error


def _hash_of(algorithm: Any) -> str:
    """The hash a signature algorithm of an unlisted kind is taken to use."""
    try:
        return hash_name(algorithm["parameters"]["hash_algorithm"])
    except (*ASN1_ERRORS, BadData):
        return "sha256"


@dataclass(frozen=True, slots=True)
class Trust:
    """Trusted certificates, and the names of files in the folder that could not be read."""

    certificates: tuple[Certificate, ...] = ()
    unread: tuple[str, ...] = ()

    @classmethod
    def folder(cls, path: Path) -> Self:
        """Every certificate (DER or PEM) and master list below `path`. Raises OSError.

        A master list is taken as given: who puts it into the folder trusts what is in it.
        """
        found: list[Certificate] = []
        unread: list[str] = []
        if not path.is_dir():
            raise NotADirectoryError(str(path))
        for file in sorted(path.rglob("*")):
            if not file.is_file() or file.suffix.lower() not in _SUFFIXES:
                continue
            certificates = _certificates(file.read_bytes())
            found += certificates
            if not certificates:
                unread.append(file.name)
        return cls(tuple(found), tuple(unread))

    def issuer_of(self, certificate: Certificate) -> Certificate | None:
        """The trusted certificate that signed `certificate`, or that it is itself."""
        for trusted in sorted(self.certificates, key=lambda each: not _named(each, certificate)):
            if trusted.raw == certificate.raw:
                return trusted
            try:
                if trusted.signed(certificate):
                    return trusted
            except BadData:
                continue
        return None


def _named(authority: Certificate, certificate: Certificate) -> bool:
    return authority.body.subject.hashable == certificate.body.issuer.hashable


def _certificates(data: bytes) -> list[Certificate]:
    found = []
    for raw in _unwrapped(data):
        try:
            found.append(Certificate.read(raw))
        except BadData:
            continue
    return found


def _unwrapped(data: bytes) -> list[bytes]:
    try:
        if pem.detect(data):
            blocks: Any = pem.unarmor(data, multiple=True)
            return [der for _, _, der in blocks]
        try:
            list_of = cms.ContentInfo.load(data)["content"]["encap_content_info"]["content"]
            inside = _MasterList.load(bytes(list_of))["certificates"]
            return [each.chosen.dump() for each in inside]
        except ASN1_ERRORS:
            return [data]
    except ASN1_ERRORS:
        return []
