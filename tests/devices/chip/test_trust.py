"""The trust folder, and keys and certificates in the dress that states give them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from asn1crypto import algos, cms, core, keys
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from devices.chip import passive
from devices.chip.curves import CURVES
from devices.chip.faults import BadData
from devices.chip.signatures import UnknownAlgorithm, hash_name, public_key
from devices.chip.trust import Trust
from devices.virtual.chip.documents import SOD, prc_issuer, prc_passport
from devices.virtual.chip.signing import Issuer

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def test_der_pem_and_what_is_neither(tmp_path: Path) -> None:
    one, other = Issuer(country="CN"), Issuer(country="UT", rsa_keys=True)
    (tmp_path / "one.cer").write_bytes(one.root_der)
    (tmp_path / "deeper").mkdir()
    (tmp_path / "deeper" / "other.pem").write_bytes(other.root.public_bytes(Encoding.PEM))
    (tmp_path / "broken.crt").write_bytes(b"not a certificate")
    (tmp_path / "readme.txt").write_text("not looked at")
    trust = Trust.folder(tmp_path)
    assert {each.raw for each in trust.certificates} == {one.root_der, other.root_der}
    assert trust.unread == ("broken.crt",)


def test_a_master_list(tmp_path: Path) -> None:
    roots = [Issuer(country=country).root_der for country in ("CN", "UT")]
    content = b"\x02\x01\x00" + b"\x31" + _length(b"".join(roots)) + b"".join(roots)
    inside = {
        "content_type": "2.23.136.1.1.2",
        "content": core.ParsableOctetString(b"\x30" + _length(content) + content),
    }
    signed = cms.SignedData(
        {"version": "v3", "digest_algorithms": [], "encap_content_info": inside, "signer_infos": []}
    )
    info = cms.ContentInfo({"content_type": "signed_data", "content": signed})
    (tmp_path / "list.ml").write_bytes(info.dump())
    assert [each.raw for each in Trust.folder(tmp_path).certificates] == roots


def _length(content: bytes) -> bytes:
    return b"\x82" + len(content).to_bytes(2)


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(NotADirectoryError):
        Trust.folder(tmp_path / "none")


@pytest.mark.parametrize("number", [12, 13, 15, 16, 17, 18])
def test_curves_written_out_in_full(number: int) -> None:
    curve = CURVES[number]
    point = curve.multiply(7, curve.generator)
    domain = keys.SpecifiedECDomain(
        {
            "version": 1,
            "field_id": {"field_type": "prime_field", "parameters": curve.p},
            "curve": {"a": curve.a.to_bytes(curve.size), "b": curve.b.to_bytes(curve.size)},
            "base": keys.ECPoint(curve.encode(curve.generator)),
            "order": curve.n,
            "cofactor": 1,
        }
    )
    info = keys.PublicKeyInfo(
        {
            "algorithm": {
                "algorithm": "ec",
                "parameters": keys.ECDomainParameters("specified", domain),
            },
            "public_key": keys.ECPointBitString(curve.encode(point)),
        }
    )
    read = public_key(keys.PublicKeyInfo.load(info.dump()))
    assert isinstance(read, ec.EllipticCurvePublicKey)
    assert (read.public_numbers().x, read.public_numbers().y) == point


def test_a_curve_nobody_knows() -> None:
    info = keys.PublicKeyInfo(
        {
            "algorithm": keys.PublicKeyAlgorithm(
                {"algorithm": "ec", "parameters": keys.ECDomainParameters("named", "1.2.3.4")}
            ),
            "public_key": keys.ECPointBitString(b"\x04" + bytes(64)),
        }
    )
    with pytest.raises(UnknownAlgorithm):
        public_key(keys.PublicKeyInfo.load(info.dump()))


def test_who_signed_and_what_was_signed() -> None:
    issuer = prc_issuer()
    document = prc_passport(issuer)
    sod = passive.parse(document.files[SOD])
    groups = {1: document.files[0x0101], 2: document.files[0x0102]}
    assert sod.hash_name == "sha256"
    assert passive.check(sod, groups, None, NOW).verdict == "not_checked"
    assert passive.check(sod, groups, Trust(), NOW).reasons == ("issuer_unknown",)
    strange = {**groups, 3: b"not listed"}
    assert passive.check(sod, strange, None, NOW).reasons[0] == "dg3_not_in_sod"


def test_a_signature_changed_is_a_signature_refused() -> None:
    raw = bytearray(prc_passport(prc_issuer()).files[SOD])
    raw[-1] ^= 1
    checked = passive.check(passive.parse(bytes(raw)), {}, None, NOW)
    assert checked.verdict == "failed" and checked.reasons == ("signature_wrong",)


def test_an_expired_signer_is_not_trusted(tmp_path: Path) -> None:
    issuer = prc_issuer()
    (tmp_path / "csca.cer").write_bytes(issuer.root_der)
    sod = passive.parse(prc_passport(issuer).files[SOD])
    late = datetime(2090, 1, 1, tzinfo=UTC)
    assert passive.check(sod, {}, Trust.folder(tmp_path), late).reasons == ("certificate_expired",)


@pytest.mark.parametrize("raw", [b"", b"\x77\x00", b"\x77\x02\x30\x00", b"\x77\x03\x02\x01\x01"])
def test_what_is_no_security_object(raw: bytes) -> None:
    with pytest.raises(BadData):
        passive.parse(raw)


def test_the_hash_algorithm_of_a_group_may_be_unknown() -> None:
    with pytest.raises(UnknownAlgorithm):
        hash_name(algos.DigestAlgorithm({"algorithm": "md5"}))
