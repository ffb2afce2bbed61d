"""The chip twin alone: the worked examples of ICAO 9303-11, byte for byte, from the card's side."""

import hashlib

import pytest

from devices.virtual.chip.access import BasicAccess, Pace, PaceChoice, Refused
from devices.virtual.chip.card import ChipCard
from devices.virtual.chip.curves import (
    BRAINPOOL_P256,
    BRAINPOOL_P384,
    BRAINPOOL_P512,
    P256,
    Curve,
)
from devices.virtual.chip.documents import COM, Document, group, pace_passport, prc_passport
from devices.virtual.chip.lines import Lines
from devices.virtual.chip.signing import Issuer
from devices.virtual.chip.tlv import objects, oid, tlv


def replay(*values: str):
    """Random bytes that were decided long ago."""
    waiting = [bytes.fromhex(value) for value in values]

    def draw(size: int) -> bytes:
        value = waiting.pop(0)
        return value.rjust(size, b"\x00")

    return draw


def specimen() -> Document:
    """The document of Appendix D: BAC information and an EF.COM."""
    information = "L898902C<369080619406236"
    lines = Lines(("", ""), "", information)
    files = {COM: bytes.fromhex("60145F0104303130365F36063034303030305C026175")}
    return Document(kind="passport", lines=lines, files=files, at_end="ok")


def test_basic_access_and_messages_of_appendix_d() -> None:
    card = ChipCard(specimen(), replay("4608F91988702212", "0B4F80323EB3191CB04970CB4052790B"))
    exchanges = [
        ("00A4040C07A0000002471001", "9000"),
        ("0084000008", "4608F919887022129000"),
        (
            "008200002872C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F2"
            "5F1448EEA8AD90A728",
            "46B9342A41396CD7386BF5803104D7CEDC122B9132139BAF2EEDC94EE178534F2F2D235D074D74499000",
        ),
        (
            "0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800",
            "990290008E08FA855A5D4C50A8ED9000",
        ),
        (
            "0CB000000D9701048E08ED6705417E96BA5500",
            "8709019FF0EC34F9922651990290008E08AD55CC17140B2DED9000",
        ),
        (
            "0CB000040D9701128E082EA28A70F3C7B53500",
            "871901FB9235F4E4037F2327DCC8964F1F9B8C30F42C8E2FFF224A990290008E08C8B2787EAEA07D74"
            "9000",
        ),
    ]
    for sent, expected in exchanges:
        assert card.answer(bytes.fromhex(sent)).hex().upper() == expected


def test_pace_of_appendix_g() -> None:
    secret = hashlib.sha1(b"T22000129364081251010318").digest()  # noqa: S324 - 9303's choice
    choice = PaceChoice(BRAINPOOL_P256, 2)
    assert choice.info.hex().upper() == "3012060A04007F0007020204020202010202010D"
    run = Pace(choice, secret, replay("3F00C4D39D153F2B2A214A078D899B22"))
    assert run.step(bytes.fromhex("7C00")).hex().upper() == (
        "7C12801095A3A016522EE98D01E76CB6B98B42C3"
    )


@pytest.mark.parametrize("curve", [P256, BRAINPOOL_P256, BRAINPOOL_P384, BRAINPOOL_P512])
@pytest.mark.parametrize("cipher", [1, 2, 3, 4])
def test_pace_agrees_with_a_terminal_that_knows_the_password(curve: Curve, cipher: int) -> None:
    choice = PaceChoice(curve, cipher)
    run = Pace(choice, b"123456")
    suite = run.suite
    hidden = objects(objects(run.step(tlv(0x7C)))[0][1])[0][1]
    nonce = suite.decrypt(suite.derive(b"123456", 3), hidden, bytes(suite.block))
    mapped = run.step(tlv(0x7C, tlv(0x81, curve.write(curve.times(77, curve.g)))))
    shared = curve.times(77, curve.read(objects(objects(mapped)[0][1])[0][1]))
    base = curve.add(curve.times(int.from_bytes(nonce, "big"), curve.g), shared)
    assert base is not None
    ours = curve.times(99, base)
    theirs = objects(objects(run.step(tlv(0x7C, tlv(0x83, curve.write(ours)))))[0][1])[0][1]
    secret = curve.times(99, curve.read(theirs))[0].to_bytes(curve.size, "big")
    key = suite.derive(secret, 2)
    identifier = tlv(0x06, choice.identifier)
    token = suite.mac(key, tlv(0x7F49, identifier, tlv(0x86, theirs)))
    assert len(token) == 8
    answer = objects(objects(run.step(tlv(0x7C, tlv(0x85, token))))[0][1])[0]
    expected = suite.mac(key, tlv(0x7F49, identifier, tlv(0x86, curve.write(ours))))
    assert answer[:2] == (0x86, expected)
    assert run.session().suite is suite


def test_a_wrong_token_or_password_is_refused() -> None:
    run = Pace(PaceChoice(P256, 2), b"123456")
    with pytest.raises(Refused, match="6985"):
        run.step(tlv(0x7C, tlv(0x85, bytes(8))))
    with pytest.raises(Refused, match="6A80"):
        Pace(PaceChoice(P256, 2), b"1").step(b"\x00\x01")
    basic = BasicAccess("L898902C<369080619406236")
    basic.challenge()
    with pytest.raises(Refused, match="6300"):
        basic.authenticate(bytes(40))


def test_nothing_is_read_without_access() -> None:
    card = ChipCard(prc_passport(Issuer()))
    assert card.answer(bytes.fromhex("00A4000C023F00")) == b"\x6a\x81"
    assert card.answer(bytes.fromhex("00A4020C02011C")) == b"\x6a\x82"
    assert card.answer(bytes.fromhex("00A4040C07A0000002471001")) == b"\x90\x00"
    assert card.answer(bytes.fromhex("00A4020C020101")) == b"\x69\x82"
    assert card.answer(bytes.fromhex("00B0820008")) == b"\x69\x82"
    assert card.answer(bytes.fromhex("00B0000000000400")) == b"\x67\x00"


def test_card_access_lies_outside_the_application() -> None:
    card = ChipCard(pace_passport(Issuer(), PaceChoice(BRAINPOOL_P256, 4)))
    assert card.answer(bytes.fromhex("00A4020C02011C")) == b"\x90\x00"
    content = card.answer(bytes.fromhex("00B0000000"))
    assert content[-2:] == b"\x90\x00"
    assert oid("0.4.0.127.0.7.2.2.4.2.4") in content
    card.answer(bytes.fromhex("00A4040C07A0000002471001"))
    assert card.answer(bytes.fromhex("00A4020C02011C")) == b"\x6a\x82"


def test_a_tampered_group_no_longer_fits_its_hash() -> None:
    made = prc_passport(Issuer())
    assert made.tampered(1).files[group(1)] != made.files[group(1)]
    digest = hashlib.sha256(made.files[group(1)]).digest()
    assert digest in made.files[0x011D]
