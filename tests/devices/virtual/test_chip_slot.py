"""The chip twin in a real pcscd: put in, asked, taken out, and left lying while pcscd restarts."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from smartcard import scard

from devices.virtual.chip.card import ChipCard
from devices.virtual.chip.documents import prc_passport
from devices.virtual.chip.identity import BareIdentityCard, TunnelledIdentityCard
from devices.virtual.chip.mishaps import Removed
from devices.virtual.chip.signing import Issuer
from devices.virtual.chip.slot import VirtualChip
from devices.virtual.people import crowd
from tests.devices.pcscd import Pcscd
from tests.devices.virtual.test_samv_twin import RESIDENT

pytestmark = pytest.mark.usefixtures("pcscd")


def ask(*commands: str, reader: str = "Virtual PCD 00 00", patience: float = 5.0) -> list[bytes]:
    """Connect as soon as a card is there, send the commands, give the answers; the ATR first."""
    result, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    assert result == scard.SCARD_S_SUCCESS
    try:
        end = time.monotonic() + patience
        while True:
            result, card, _ = scard.SCardConnect(
                context, reader, scard.SCARD_SHARE_SHARED, scard.SCARD_PROTOCOL_T1
            )
            if result == scard.SCARD_S_SUCCESS:
                break
            assert time.monotonic() < end, scard.SCardGetErrorMessage(result)
            time.sleep(0.05)
        answers = [bytes(scard.SCardStatus(card)[4])]
        for command in commands:
            result, answer = scard.SCardTransmit(
                card, scard.SCARD_PCI_T1, list(bytes.fromhex(command))
            )
            answers.append(bytes(answer) if result == scard.SCARD_S_SUCCESS else b"")
        scard.SCardDisconnect(card, scard.SCARD_LEAVE_CARD)
        return answers
    finally:
        scard.SCardReleaseContext(context)


def test_a_chip_answers_through_pcscd_without_delay(pcscd: Pcscd) -> None:
    with VirtualChip(ChipCard(prc_passport(Issuer())), port=pcscd.port(0)) as chip:
        begin = "00A4040C07A0000002471001"
        atr, selected, *challenges = ask(begin, *["0084000008"] * 50)
        assert atr == chip.card.atr
        assert selected == b"\x90\x00"
        assert len(set(challenges)) == 50
        assert {len(each) for each in challenges} == {10}
        taken = chip.exchanges[-1].ended - chip.exchanges[-50].began
        assert taken < 50 * 0.02


def test_taken_out_in_the_middle_it_gives_no_answer(pcscd: Pcscd) -> None:
    with VirtualChip(ChipCard(prc_passport(Issuer())), port=pcscd.port(0)) as chip:
        chip.misbehave(Removed(at=1))
        _, first, second = ask("00A4040C07A0000002471001", "0084000008")
        assert (first, second) == (b"\x90\x00", b"")
        assert not chip.inserted
        chip.behave()
        chip.insert()
        assert ask("00A4040C07A0000002471001")[1] == b"\x90\x00"


def test_left_lying_it_is_there_again_after_a_restart(pcscd: Pcscd) -> None:
    with VirtualChip(ChipCard(prc_passport(Issuer())), port=pcscd.port(0)):
        assert ask("00A4040C07A0000002471001")[1] == b"\x90\x00"
        pcscd.restart()
        assert ask("00A4040C07A0000002471001")[1] == b"\x90\x00"


def test_a_document_in_a_process_of_its_own(pcscd: Pcscd, tmp_path: Path) -> None:
    options = ["--trust", str(tmp_path / "trust"), "--port", str(pcscd.port(0))]
    with subprocess.Popen(
        [sys.executable, "-m", "devices.virtual", "chip", "--lay", "passport", *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as twin:
        assert twin.stdin is not None
        assert twin.stdout is not None
        assert json.loads(twin.stdout.readline())["trust"] == str(tmp_path / "trust")
        assert ask("00A4040C07A0000002471001")[1] == b"\x90\x00"
        twin.stdin.write("lay hkm-permit\ntake\nlay nothing\n")
        twin.stdin.close()
        laid, taken, refused = (json.loads(line) for line in twin.stdout)
        assert laid["mrz"][0].startswith("CS")
        assert (taken["ok"], refused["ok"]) == (True, False)
        assert twin.wait(5) == 0
    assert len(list((tmp_path / "trust").glob("*.cer"))) == 2


def test_identity_cards_over_pcsc(pcscd: Pcscd) -> None:
    person = crowd(1, RESIDENT.birth.replace(year=2026))[0]
    with (
        VirtualChip(BareIdentityCard(), port=pcscd.port(0)),
        VirtualChip(TunnelledIdentityCard(person), port=pcscd.port(1)),
    ):
        atr, serial, identifier, name = ask("0036000008", "FFCA000000", "00A40000023F00")
        assert atr.hex() == "3b888001d103860500808000" + "58"
        assert (len(serial), identifier, name) == (10, bytes(4) + b"\x90\x00", b"\x6d\x00")
        pages = ask(*(f"FFB0{page:02X}0000" for page in range(7)), reader=pcscd.reader(1))
        assert pages[0].hex() == "3b8f8001804f0ca00000030607ffb00000000020"
        assert [len(page) for page in pages[1:]] == [258, 258, 258, 258, 258, 6, 2]
        linear = b"".join(page[:-2] for page in pages[1:])
        assert linear == bytes.fromhex("01000400") + person.text_block() + person.photo
