"""Passive authentication (ICAO 9303-11 §5.1): did the state write this, and has nobody since?"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from asn1crypto import cms, core

from devices.chip import tlv
from devices.chip.faults import BadData
from devices.chip.signatures import ASN1_ERRORS, UnknownAlgorithm, digest, hash_name, verify
from devices.chip.trust import Certificate, Trust

Verdict = Literal["ok", "failed", "untrusted", "not_checked"]

_SOD: Final = 0x77
_CONTENT_TYPES: Final = frozenset({"2.23.136.1.1.1", "1.3.27.1.1.1", "1.2.840.113549.1.7.1"})
"""LDS security object, its number of old, and plain data, which PRC passports name."""
_MESSAGE_DIGEST: Final = "1.2.840.113549.1.9.4"
_CONTENT_TYPE: Final = "1.2.840.113549.1.9.3"


class _GroupHash(core.Sequence):
    _fields = [("number", core.Integer), ("hash", core.OctetString)]  # noqa: RUF012


class _GroupHashes(core.SequenceOf):
    _child_spec = _GroupHash


class _LdsSecurityObject(core.Sequence):
    """LDSSecurityObject (9303-10 §4.6.2.2). The version information of the end is not read."""

    _fields = [  # noqa: RUF012
        ("version", core.Integer),
        ("hash_algorithm", cms.DigestAlgorithm),
        ("hashes", _GroupHashes),
        ("lds_version", core.Any, {"optional": True}),
    ]


@dataclass(frozen=True, slots=True)
class SecurityObject:
    """EF.SOD: the hashes of the data groups, and the signature over them."""

    hashes: dict[int, bytes]
    hash_name: str
    signed: Any
    """The CMS SignedData."""
    content: bytes
    content_type: str

    @property
    def groups(self) -> frozenset[int]:
        """Numbers of the data groups it covers."""
        return frozenset(self.hashes)


def parse(data: bytes) -> SecurityObject:
    """EF.SOD as read. Raises BadData when it is none."""
    try:
        info = cms.ContentInfo.load(tlv.value(data, _SOD))
        if info["content_type"].dotted != "1.2.840.113549.1.7.2":
            raise BadData("EF.SOD: not signed data")
        signed: Any = info["content"]
        inside = signed["encap_content_info"]
        content = bytes(inside["content"])
        content_type = inside["content_type"].dotted
        if content_type not in _CONTENT_TYPES:
            raise BadData(f"EF.SOD: content {content_type}")
        lds: Any = _LdsSecurityObject.load(content)
        hashes = {each["number"].native: each["hash"].native for each in lds["hashes"]}
        name = hash_name(lds["hash_algorithm"])
    except ASN1_ERRORS as error:
        raise BadData("EF.SOD: cannot be read") from error
    return SecurityObject(hashes, name, signed, content, content_type)


@dataclass(frozen=True, slots=True)
class Checked:
    """The verdict and why. Reasons are codes, each said once."""

    verdict: Verdict
    reasons: tuple[str, ...]


def check(
    sod: SecurityObject, groups: dict[int, bytes], trust: Trust | None, now: datetime
) -> Checked:
    """Compare every group that was read, verify the signature, follow it to a trusted authority.

    Without a `trust` folder the best verdict is `not_checked`: who signed it is not known.

    Reasons: `dgN_hash_differs`, `dgN_not_in_sod`, `signature_wrong`, `signer_missing`,
    `algorithm_unknown`, `issuer_unknown`, `no_trust_folder`, `certificate_expired`.
    """
    failures = [
        f"dg{number}_hash_differs" if number in sod.hashes else f"dg{number}_not_in_sod"
        for number, content in sorted(groups.items())
        if sod.hashes.get(number) != digest(sod.hash_name, content)
    ]
    doubts: list[str] = []
    doubted: Verdict = "untrusted"
    try:
        signer = _signer(sod, trust)
        if signer is None:
            doubts.append("signer_missing")
        elif not _signature_holds(sod, signer):
            failures.append("signature_wrong")
        elif trust is None:
            doubts.append("no_trust_folder")
            doubted = "not_checked"
        else:
            doubts += _chain(signer, trust, now)
    except UnknownAlgorithm:
        doubts.append("algorithm_unknown")
    except (BadData, *ASN1_ERRORS):
        failures.append("signature_wrong")
    if failures:
        return Checked("failed", tuple(failures + doubts))
    return Checked(doubted if doubts else "ok", tuple(doubts))


def _chain(signer: Certificate, trust: Trust, now: datetime) -> list[str]:
    authority = trust.issuer_of(signer)
    if authority is None:
        return ["issuer_unknown"]
    if not (signer.holds_at(now) and authority.holds_at(now)):
        return ["certificate_expired"]
    return []


def _signer(sod: SecurityObject, trust: Trust | None) -> Certificate | None:
    """The certificate the signature names, from the SOD itself or from the trust folder."""
    sid = sod.signed["signer_infos"][0]["sid"]
    inside = [
        Certificate.read(each.chosen.dump())
        for each in sod.signed["certificates"] or ()
        if each.name == "certificate"
    ]
    known = trust.certificates if trust else ()
    return next((each for each in (*inside, *known) if _is_named(each, sid)), None)


def _is_named(certificate: Certificate, sid: Any) -> bool:
    if sid.name == "subject_key_identifier":
        return certificate.body.key_identifier == sid.chosen.native
    same_issuer = certificate.body.issuer.hashable == sid.chosen["issuer"].hashable
    return same_issuer and certificate.body.serial_number == sid.chosen["serial_number"].native


def _signature_holds(sod: SecurityObject, signer: Certificate) -> bool:
    info = sod.signed["signer_infos"][0]
    name = hash_name(info["digest_algorithm"])
    signed = sod.content
    attributes = info["signed_attrs"]
    if len(attributes):
        values = {each["type"].dotted: each["values"] for each in attributes}
        if _MESSAGE_DIGEST not in values or _CONTENT_TYPE not in values:
            return False
        if values[_MESSAGE_DIGEST][0].native != digest(name, sod.content):
            return False
        if values[_CONTENT_TYPE][0].dotted != sod.content_type:
            return False
        # Signed is the SET OF, not the [0] it is carried as.
        signed = b"\x31" + attributes.dump()[1:]
    return verify(signer.key, info["signature_algorithm"], name, info["signature"].native, signed)
