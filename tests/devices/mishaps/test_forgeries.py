"""Documents that lie: what a forger can do with a chip of his own, and what the reader says."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

import pytest
from asn1crypto import cms

from devices.chip.reader import read_document
from devices.chip.trust import Certificate, Trust
from devices.mrz.key import AccessKey
from devices.records import Problem, ReaderError, TravelDocument
from devices.virtual.chip.access import PaceChoice
from devices.virtual.chip.card import ChipCard
from devices.virtual.chip.curves import P256
from devices.virtual.chip.documents import (
    CARD_ACCESS,
    COM,
    HOLDER,
    SOD,
    Document,
    assemble,
    group,
    pace_passport,
    prc_passport,
)
from devices.virtual.chip.lines import Holder
from devices.virtual.chip.signing import Issuer
from devices.virtual.chip.tlv import objects, tlv

NOW = datetime(2026, 11, 24, tzinfo=UTC)
OTHER = Holder(surname="YANGBEN", given="LING", chinese="样本乙", sex="M", birth=HOLDER.birth)


class Direct:
    """A link without a reader; `gone` is the number of the command at which the card leaves."""

    reader = "pcsc:direct"

    def __init__(self, card: ChipCard, gone: int | None = None) -> None:
        self._card, self._gone = card, gone
        self.atr = card.atr
        self.count = 0

    def transmit(self, apdu: bytes) -> bytes:
        """The card's answer while it lies there."""
        if self.count == self._gone:
            raise ReaderError(Problem.CARD_MOVED)
        self.count += 1
        return self._card.answer(apdu)

    def reset(self) -> None:
        """Start it again, if it is there."""
        if self._gone is not None and self.count >= self._gone:
            raise ReaderError(Problem.CARD_MOVED)
        self._card.reset()


@cache
def issuer() -> Issuer:
    """The one whose root is trusted."""
    return Issuer("UT")


@cache
def honest() -> Document:
    """A good document."""
    return prc_passport(issuer())


def read(document: Document) -> TravelDocument:
    """Read it, trusting the good issuer's root."""
    trust = Trust((Certificate.read(issuer().root_der),))
    key = AccessKey(mrz=document.lines.information)
    return read_document(Direct(ChipCard(document)), key, trust, now=NOW)


def unwrapped(document: Document) -> cms.ContentInfo:
    """The signed data in a document's SOD."""
    return cms.ContentInfo.load(objects(document.files[SOD])[0][1])


def test_the_honest_one_is_believed() -> None:
    assert read(honest()).authenticity.passive == "ok"


@pytest.mark.parametrize("number", [1, 2, 11, 12])
def test_one_changed_bit_in_any_group_fails(number: int) -> None:
    verdict = read(honest().tampered(number, at=-3)).authenticity
    assert verdict.passive == "failed"
    assert f"dg{number}_hash_differs" in verdict.reasons


def test_another_persons_portrait_fails() -> None:
    other = prc_passport(issuer(), holder=OTHER, picture_bytes=12_000)
    swapped = honest().with_file(group(2), other.files[group(2)])
    assert read(swapped).authenticity.passive == "failed"


def test_a_root_of_the_same_name_is_not_the_root() -> None:
    assert read(prc_passport(Issuer("UT"))).authenticity.passive != "ok"


def test_hashes_replaced_under_an_old_signature_fail() -> None:
    forged = prc_passport(issuer(), holder=OTHER)
    genuine = unwrapped(honest())
    fresh = unwrapped(forged)
    genuine["content"]["encap_content_info"] = fresh["content"]["encap_content_info"]
    lying = replace(forged, files={**forged.files, SOD: tlv(0x77, genuine.dump(force=True))})
    assert read(lying).authenticity.passive == "failed"


def test_a_good_signers_certificate_beside_a_strangers_signature_fails() -> None:
    stranger = prc_passport(Issuer("UT"), holder=OTHER)
    signed, good = unwrapped(stranger), unwrapped(honest())
    signed["content"]["certificates"] = good["content"]["certificates"]
    signed["content"]["signer_infos"][0]["sid"] = good["content"]["signer_infos"][0]["sid"]
    lying = replace(stranger, files={**stranger.files, SOD: tlv(0x77, signed.dump(force=True))})
    assert read(lying).authenticity.passive == "failed"


def test_no_signature_at_all_is_not_believed() -> None:
    signed = unwrapped(honest())
    signed["content"]["signer_infos"] = []
    bare = replace(honest(), files={**honest().files, SOD: tlv(0x77, signed.dump(force=True))})
    assert read(bare).authenticity.passive != "ok"


def test_a_document_signer_cannot_sign_for_another() -> None:
    """A chain one longer than it may be: the trusted line's signer has signed a signer."""
    trusted, forger = issuer(), Issuer("UT")
    forger.__dict__["_root_key"] = trusted._signer_key
    forger.__dict__["root"] = trusted.signer
    assert read(prc_passport(forger, holder=OTHER)).authenticity.passive != "ok"


def test_a_group_the_signature_does_not_cover_is_not_shown() -> None:
    other = prc_passport(issuer(), holder=OTHER)
    groups = {1: honest().files[group(1)]}
    files = {**assemble(groups, issuer()), group(2): other.files[group(2)]}
    files[COM] = honest().files[COM]
    card = read(replace(honest(), files=files))
    assert card.face is None or card.authenticity.passive == "failed"


def test_card_access_that_promises_nonsense_is_survived() -> None:
    document = pace_passport(issuer(), PaceChoice(P256, 2))
    for raw in (b"\x31\x00", b"\x31\x84\x01\x00\x00\x00", b"\x30\x03\x02\x01\x01", b"\xff" * 40):
        with pytest.raises(ReaderError) as denied:
            read(document.with_file(CARD_ACCESS, raw))
        assert denied.value.problem in (Problem.ACCESS_DENIED, Problem.BAD_DATA)


def test_taken_away_at_any_command() -> None:
    trust = Trust((Certificate.read(issuer().root_der),))
    key = AccessKey(mrz=honest().lines.information)
    whole = Direct(ChipCard(honest()))
    read_document(whole, key, trust, now=NOW)
    assert whole.count > 40
    for gone in range(whole.count):
        with pytest.raises(ReaderError) as moved:
            read_document(Direct(ChipCard(honest()), gone), key, trust, now=NOW)
        assert moved.value.problem is Problem.CARD_MOVED


def test_reads_go_on_where_they_broke() -> None:
    """An answer lost on the way, once at any command: the document is read all the same."""
    trust = Trust((Certificate.read(issuer().root_der),))
    key = AccessKey(mrz=honest().lines.information)
    for place in range(8, 50, 7):
        link = Noisy(ChipCard(honest()), place)
        card = read_document(link, key, trust, now=NOW)
        assert card.authenticity.passive == "ok"
        assert card.apdus < 90


class Noisy(Direct):
    """The reader hears nothing of one answer though the card gave it."""

    def __init__(self, card: ChipCard, place: int) -> None:
        super().__init__(card)
        self._place = place

    def transmit(self, apdu: bytes) -> bytes:
        """The answer, unless it is the one that is lost."""
        answer = super().transmit(apdu)
        if self.count == self._place:
            raise ReaderError(Problem.LINE_NOISE)
        return answer
