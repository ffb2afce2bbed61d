"""Whole documents read from virtual chips in this process: what they say, and at what cost."""

import math
from dataclasses import replace

import pytest

from devices.chip.files import File
from devices.chip.reader import read_document
from devices.mrz import AccessKey
from devices.records import Problem, ReaderError
from devices.virtual.chip.access import PaceChoice
from devices.virtual.chip.card import Card, ChipCard
from devices.virtual.chip.curves import BRAINPOOL_P256, P256
from devices.virtual.chip.documents import (
    CARD_ACCESS,
    COM,
    SOD,
    Document,
    assemble,
    exit_permit,
    group,
    home_permit,
    pace_passport,
    prc_issuer,
    prc_passport,
)
from devices.virtual.chip.mishaps import Instead, Removed, StatusOnly, WrongMac
from devices.virtual.chip.proving import EcProver, RsaProver
from devices.virtual.chip.signing import Issuer
from tests.devices.chip.memory import MemoryLink, read, read_card

PRC = prc_issuer()
UTOPIA = Issuer(country="UT")
SHORT_3DES, SHORT_AES = 231, 223


class ShapedCard:
    """A virtual chip that refuses some commands before it looks into them."""

    def __init__(self, document: Document, refuse: dict[str, int]) -> None:
        self._card = ChipCard(document)
        self._refuse = refuse
        self.atr = self._card.atr

    def reset(self) -> None:
        self._card.reset()

    def answer(self, raw: bytes) -> bytes:
        short_id = raw[1] == 0xB0 and raw[2] & 0x80
        if short_id and "short_id" in self._refuse:
            return self._refuse["short_id"].to_bytes(2)
        if len(raw) > 6 and raw[4] == 0 and "extended" in self._refuse:
            self.reset()
            return self._refuse["extended"].to_bytes(2)
        return self._card.answer(raw)


def only_the_three(document: Document, issuer: Issuer) -> Document:
    """The same with DG1 and DG2 alone, signed again."""
    groups = {number: document.files[group(number)] for number in (1, 2)}
    files = assemble(groups, issuer)
    if CARD_ACCESS in document.files:
        files[CARD_ACCESS] = document.files[CARD_ACCESS]
    return replace(document, files=files)


def budget(document: Document, chunk: int) -> int:
    size = sum(len(document.files[each]) for each in (SOD, group(1), group(2)))
    return math.floor(size / chunk) + 12


def prc(size: int = 18_000) -> Document:
    return only_the_three(prc_passport(PRC, picture_bytes=size), PRC)


def pace(*, extended: bool) -> Document:
    made = pace_passport(UTOPIA, PaceChoice(BRAINPOOL_P256, 2), picture_bytes=18_000)
    return replace(only_the_three(made, UTOPIA), extended=extended)


@pytest.mark.parametrize(
    ("card", "document", "issuer", "chunk"),
    [
        (ChipCard, prc(), PRC, SHORT_3DES),
        (ChipCard, replace(prc(), extended=True), PRC, 65_000),
        (ChipCard, pace(extended=False), UTOPIA, SHORT_AES),
        (ChipCard, pace(extended=True), UTOPIA, 65_000),
        (lambda made: ShapedCard(made, {"short_id": 0x6A86}), prc(), PRC, SHORT_3DES),
        (lambda made: ShapedCard(made, {"short_id": 0x6D00}), prc(), PRC, SHORT_3DES),
    ],
)
def test_few_commands(card: type[Card], document: Document, issuer: Issuer, chunk: int) -> None:
    link = MemoryLink(card(document))  # type: ignore[call-arg]
    got = read(link, document, issuer)
    assert got.authenticity.passive == "ok" and got.face is not None
    assert got.apdus == len(link.commands) <= budget(document, chunk)
    assert link.resets == 0


def test_a_prc_passport_with_all_its_quirks() -> None:
    document = prc_passport(PRC, prover=RsaProver())
    got = read_card(document, PRC)
    assert (got.kind, got.access, got.document_number) == ("passport", "BAC", "EF1260892")
    assert got.name == "ZHENGJIAN YANGBEN" and got.name_chinese == "证件样本"
    assert got.issuing_authority == "公安部出入境管理局" and got.issued_on is not None
    assert (got.authenticity.passive, got.authenticity.active) == ("ok", "ok")
    assert got.warnings == () and got.mrz == document.lines.lines


@pytest.mark.parametrize("kind", ["hkm_permit", "tw_permit", "cr", "ct"])
def test_permits(kind: str) -> None:
    document = {
        "hkm_permit": lambda: exit_permit(PRC, "CS"),
        "tw_permit": lambda: exit_permit(PRC, "CD", number="L00000000"),
        "cr": lambda: home_permit(PRC, "CR"),
        "ct": lambda: home_permit(PRC, "CT", number="00000000"),
    }[kind]()
    got = read_card(document, PRC)
    assert (got.kind, got.name, got.sex) == (kind, "ZHENGJIAN YANGBEN", "female")
    assert got.name_chinese == "证件样本" and got.authenticity.passive == "ok"


def test_pace_with_a_card_access_number_and_an_elliptic_key() -> None:
    document = pace_passport(UTOPIA, PaceChoice(P256, 4), prover=EcProver())
    got = read_document(MemoryLink(ChipCard(document)), AccessKey(can="123456"))
    assert (got.access, got.authenticity.active) == ("PACE", "ok")
    assert got.authenticity.passive == "not_checked"
    assert got.authenticity.reasons == ("no_trust_folder",)


def test_pace_that_fails_falls_back_with_a_warning() -> None:
    document = replace(pace(extended=True), basic=True)
    got = read_card(document, UTOPIA, StatusOnly(at=4, status=0x6A80))
    assert got.access == "BAC" and got.warnings == ("pace_failed_bac_used",)


def test_unknown_pace_variants_are_passed_over() -> None:
    document = pace(extended=True)
    known = document.files[CARD_ACCESS][2:]
    integrated = bytes.fromhex("3012060A04007F0007020204040202010202010D")
    infos = integrated + known
    access = b"\x31" + bytes([len(infos)]) + infos
    got = read_card(document.with_file(CARD_ACCESS, access), UTOPIA)
    assert got.access == "PACE"


def test_the_wrong_zone_is_refused() -> None:
    link = MemoryLink(ChipCard(prc()))
    with pytest.raises(ReaderError) as refused:
        read_document(link, AccessKey(mrz="EF1260893" + "4" + "8503208" + "2901178"))
    assert refused.value.problem is Problem.ACCESS_DENIED


def test_without_a_zone_the_reader_asks_for_it() -> None:
    with pytest.raises(ReaderError) as asked:
        read_document(MemoryLink(ChipCard(prc())), None)
    assert asked.value.problem is Problem.MRZ_NEEDED


def test_without_ef_com_or_sod() -> None:
    document = prc_passport(PRC, picture_bytes=1000)
    bare = {key: raw for key, raw in document.files.items() if key not in (COM, SOD)}
    got = read_card(replace(document, files=bare), PRC)
    assert got.authenticity.passive == "not_checked"
    assert got.authenticity.reasons == ("sod_unreadable",)
    got = read_card(document.without(11), PRC)
    assert "dg11_unreadable" in got.warnings and got.authenticity.passive == "ok"
    assert got.name_chinese == "证件样" and "chinese_name_cut" in got.warnings


def test_a_portrait_beyond_the_reach_of_a_plain_offset() -> None:
    document = prc(70_000)
    got = read_card(document, PRC)
    assert got.face is not None and len(got.face.data) == 70_000
    assert got.authenticity.passive == "ok"


@pytest.mark.parametrize("at_end", ["ok", "warn", "exact"])
@pytest.mark.parametrize("longest", [256, 200, 64])
def test_chips_that_give_less_than_asked(at_end: str, longest: int) -> None:
    document = replace(prc(1500), at_end=at_end, longest=longest)
    assert read_card(document, PRC).authenticity.passive == "ok"


def test_a_session_lost_over_extended_length_is_made_anew() -> None:
    document = replace(pace(extended=True), basic=True)
    link = MemoryLink(ShapedCard(document, {"extended": 0x6700}))
    got = read(link, document, UTOPIA)
    assert got.authenticity.passive == "ok"


def test_a_file_that_claims_sixteen_megabytes() -> None:
    document = prc(1000)
    huge = bytes.fromhex("7584FFFFFF00") + bytes(300)
    got = read_card(document.with_file(group(2), huge), PRC)
    assert got.face is None and got.authenticity.passive == "failed"
    assert "dg2_malformed" in got.authenticity.reasons
    with pytest.raises(ReaderError) as refused:
        read_card(document.with_file(group(1), b"\x61\x84\x00\xff\xff\xff" + bytes(90)), PRC)
    assert refused.value.problem is Problem.BAD_DATA


def commands_of(document: Document, issuer: Issuer) -> int:
    link = MemoryLink(ChipCard(document))
    read(link, document, issuer)
    return len(link.commands)


@pytest.mark.parametrize("document", [prc(1200), pace(extended=True)], ids=["BAC", "PACE"])
def test_taken_away_at_any_command(document: Document) -> None:
    issuer = PRC if document.basic else UTOPIA
    for at in range(commands_of(document, issuer)):
        with pytest.raises(ReaderError) as gone:
            read_card(document, issuer, Removed(at=at))
        assert gone.value.problem is Problem.CARD_MOVED


def test_a_wrong_mac_is_never_taken() -> None:
    document = prc(1200)
    count = commands_of(document, PRC)
    for at in range(5, count):
        with pytest.raises(ReaderError) as refused:
            read_card(document, PRC, WrongMac(at=at))
        assert refused.value.problem is Problem.BAD_DATA


@pytest.mark.parametrize("status", [0x6F00, 0x6982, 0x6988, 0x6700, 0x6A82])
@pytest.mark.parametrize("document", [prc(1200), pace(extended=True)], ids=["BAC", "PACE"])
def test_reading_goes_on_where_it_broke(document: Document, status: int) -> None:
    issuer = PRC if document.basic else UTOPIA
    whole = read_card(document, issuer)
    first = 5 if document.basic else 8
    for at in range(first, commands_of(document, issuer)):
        got = read_card(document, issuer, StatusOnly(at=at, status=status))
        assert got.face == whole.face and got.authenticity.passive == "ok"
        assert got.apdus <= whole.apdus + 16


def test_a_noisy_line_is_read_over() -> None:
    document = prc(1200)
    for at in range(commands_of(document, PRC)):
        assert read_card(document, PRC, Instead(at=at, raw=b"")).authenticity.passive == "ok"


def test_breaking_off_stops_at_the_next_command() -> None:
    link = MemoryLink(ChipCard(prc(1200)))

    def check() -> None:
        if len(link.commands) == 9:
            raise ReaderError(Problem.CANCELLED)

    with pytest.raises(ReaderError) as broken:
        read(link, prc(1200), PRC, check)
    assert broken.value.problem is Problem.CANCELLED and len(link.commands) == 9


def test_progress_rises_to_the_end() -> None:
    told: list[tuple[str, int]] = []
    document = prc_passport(PRC, picture_bytes=5000)
    key = AccessKey(mrz=document.lines.information)
    read_document(MemoryLink(ChipCard(document)), key, progress=lambda *each: told.append(each))
    percents = [percent for _, percent in told]
    assert percents == sorted(percents) and percents[-1] == 100 and percents.count(100) == 1
    assert {File.SOD.label, "DG1", "DG2"} <= {name for name, _ in told}
