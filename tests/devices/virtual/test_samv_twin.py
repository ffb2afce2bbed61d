"""The SAM_V twin alone: its cards byte for byte, its states, its line."""

import hashlib
import os
import select
import time
from collections.abc import Iterator
from datetime import date

import pytest

from devices.virtual.cards import (
    CardData,
    DoesNotFit,
    ForeignerCard2017,
    ForeignerCard2023,
    ResidencePermit,
    ResidentCard,
    templates,
)
from devices.virtual.mishaps import Mishap, Silence, TakenAt, UnpluggedAt, WrongChecksum
from devices.virtual.module import Module
from devices.virtual.samv import VirtualReader

SAMPLE = "证件样本"
RESIDENT = ResidentCard(
    name=SAMPLE,
    sex="2",
    ethnic="01",
    birth=date(1981, 8, 3),
    address="北京市东城区东交民巷1号",
    number="110101198108030003",
    authority="北京市公安局东城分局",
    valid_from=date(2025, 1, 1),
    valid_to=date(2045, 1, 1),
)
VECTORS: list[tuple[CardData, str]] = [
    (RESIDENT, "e89c1fb4b1b396a357d1c772e53a180acf06fcdda55653d6323d275adc3d0642"),
    (
        ResidentCard(
            name=SAMPLE,
            sex="1",
            ethnic="11",
            birth=date(1950, 1, 1),
            address="北京市西城区府右街2号",
            number="110102195001010013",
            authority="北京市公安局西城分局",
            valid_from=date(2020, 1, 1),
            valid_to=None,
        ),
        "4e5efddb23a52c0e4a50c4b5b5a4d3791e9b44af1f7f8d83f559bf2dc3c88b20",
    ),
    (
        ResidencePermit(
            name=SAMPLE,
            sex="2",
            birth=date(1990, 1, 1),
            address="广东省深圳市福田区福中三路1号",
            number="810000199001010019",
            authority="深圳市公安局福田分局",
            valid_from=date(2025, 1, 1),
            valid_to=date(2030, 1, 1),
            travel_permit="H12345678",
        ),
        "f3bfd4fcdbd78ea7fa91d26561c1e11c5f7d36e86bafb64a951d2bb901f3ec18",
    ),
    (
        ForeignerCard2017(
            name="ZHENGJIAN, YANGBEN",
            sex="2",
            birth=date(1981, 8, 3),
            number="CAN110081080310",
            nationality="CAN",
            chinese_name=SAMPLE,
            valid_from=date(2018, 1, 1),
            valid_to=date(2028, 1, 1),
        ),
        "f2664f3339ec29677ff1516fa12ac6313da51061e515eee0b32fa70208c28244",
    ),
    (
        ForeignerCard2023(
            name="ZHENGJIAN, YANGBEN",
            sex="2",
            birth=date(1980, 1, 1),
            number="931586198001010028",
            nationality="PAK",
            chinese_name=SAMPLE,
            valid_from=date(2023, 8, 8),
            valid_to=date(2033, 8, 7),
            former="000",
        ),
        "909014e8969ae4039001fa0039df1b9adff196341f45610421883ca03bf2316e",
    ),
]
FIND = bytes.fromhex("AAAAAA9669000320 0122")
SELECT = bytes.fromhex("AAAAAA96690003200221")
READ = bytes.fromhex("AAAAAA96690003300132")
ADDRESS = bytes.fromhex("AAAAAA96690003300330")
NO_CARD = bytes.fromhex("AAAAAA9669000400008084")
READ_FAILED = bytes.fromhex("AAAAAA9669000400004145")


class Line:
    """A bare file descriptor on the reader's line."""

    def __init__(self, path: str) -> None:
        self.handle = os.open(path, os.O_RDWR | os.O_NOCTTY)

    def ask(self, request: bytes, wait: float = 2.0) -> bytes:
        """Everything that comes until the announced length is there, or `wait` is over."""
        os.write(self.handle, request)
        got, end = b"", time.monotonic() + wait
        while len(got) < 7 or len(got) < 7 + int.from_bytes(got[5:7], "big"):
            ready, _, _ = select.select([self.handle], [], [], max(0, end - time.monotonic()))
            if not ready:
                break
            try:
                piece = os.read(self.handle, 4096)
            except OSError:
                break
            if not piece:
                break
            got += piece
        return got

    def read_card(self) -> bytes:
        """Find, select, read: the answer to the last."""
        self.ask(FIND)
        self.ask(SELECT)
        return self.ask(READ)


@pytest.fixture
def reader() -> Iterator[VirtualReader]:
    with VirtualReader() as twin:
        yield twin


@pytest.fixture
def line(reader: VirtualReader) -> Iterator[Line]:
    opened = Line(reader.path)
    yield opened
    os.close(opened.handle)


@pytest.mark.parametrize(("card", "digest"), VECTORS)
def test_the_five_published_frames(
    reader: VirtualReader, line: Line, card: CardData, digest: str
) -> None:
    reader.lay(card)
    answer = line.read_card()
    assert len(answer) == 1295
    assert hashlib.sha256(answer).hexdigest() == digest


@pytest.mark.parametrize(
    ("request_hex", "answer_hex"),
    [
        ("00 03 10 FF EC", "00 04 00 00 90 94"),
        ("00 03 11 FF ED", "00 04 00 00 90 94"),
        ("00 03 12 FF EE", "00 14 00 00 90 05 00 03 00 CC 2A 33 01 87 D6 12 00 79 38 4E 05 1F"),
        ("00 03 20 01 22", "00 04 00 00 80 84"),
        ("00 03 20 02 21", "00 04 00 00 81 85"),
        ("00 03 30 01 32", "00 04 00 00 41 45"),
        ("00 03 60 00 63", "00 04 00 00 90 94"),
        ("00 04 61 FF 50 CA", "00 04 00 00 90 94"),
        ("00 03 20 01 21", "00 04 00 00 10 14"),
        ("00 03 77 01 75", "00 04 00 00 21 25"),
        ("00 04 20 01 00 25", "00 04 00 00 11 15"),
    ],
)
def test_commands_without_a_card(line: Line, request_hex: str, answer_hex: str) -> None:
    answer = line.ask(bytes.fromhex("AAAAAA9669" + request_hex))
    assert answer == bytes.fromhex("AAAAAA9669" + answer_hex)


def test_a_card_is_found_again_only_after_it_left(reader: VirtualReader, line: Line) -> None:
    reader.lay(RESIDENT)
    assert line.ask(READ) == READ_FAILED
    assert line.ask(FIND) == bytes.fromhex("AAAAAA9669000800009F0000000097")
    assert line.ask(SELECT) == bytes.fromhex("AAAAAA9669000C0000900000000000000000 9C")
    assert len(line.ask(READ)) == 1295
    assert line.ask(ADDRESS) == bytes.fromhex("AAAAAA9669000400009195")
    assert line.ask(FIND) == NO_CARD
    reader.take()
    assert line.ask(READ) == READ_FAILED
    reader.lay(RESIDENT)
    assert line.ask(FIND)[9] == 0x9F


def test_fingerprints_and_newest_address(reader: VirtualReader, line: Line) -> None:
    moved = ResidentCard(**{**vars(RESIDENT), "newest_addresses": ("样本路1号", "样本路2号")})
    with_fingers = bytes.fromhex("AAAAAA96690003301023")
    reader.lay(moved)
    assert len(line.read_card()) == 1295
    assert len(line.ask(with_fingers)) == 1297
    address = line.ask(ADDRESS)
    assert len(address) == 7 + 4 + 140
    assert address[10:80].decode("utf-16-le").rstrip() == "样本路1号"
    reader.lay(ResidentCard(**{**vars(RESIDENT), "fingerprints": templates()}))
    line.ask(FIND)
    line.ask(SELECT)
    assert len(line.ask(with_fingers)) == 2321


def test_noise_before_a_request_is_skipped(line: Line) -> None:
    assert line.ask(b"\xaa\xaa\x00\xff\xaa" + FIND) == NO_CARD


def test_the_cable_can_be_pulled_and_put_back(reader: VirtualReader, line: Line) -> None:
    reader.lay(RESIDENT)
    reader.misbehave(UnpluggedAt(at=50))
    line.read_card()
    assert not reader.plugged
    assert not os.path.lexists(reader.path)
    reader.plug()
    again = Line(reader.path)
    assert len(again.read_card()) == 1295
    os.close(again.handle)


@pytest.mark.parametrize(
    ("mishap", "length"), [(WrongChecksum(), 1295), (TakenAt(at=50, cut=True), 50)]
)
def test_a_mishap_happens_once(
    reader: VirtualReader, line: Line, mishap: Mishap, length: int
) -> None:
    reader.lay(RESIDENT)
    reader.misbehave(mishap)
    line.ask(FIND)
    line.ask(SELECT)
    spoilt = line.ask(READ, wait=0.2)
    reader.lay(RESIDENT)
    good = line.read_card()
    assert len(spoilt) == length
    assert spoilt != good
    assert len(good) == 1295


def test_silence_splits_the_frame(reader: VirtualReader, line: Line) -> None:
    reader.lay(RESIDENT)
    reader.misbehave(Silence(at=100, seconds=0.3))
    line.ask(FIND)
    line.ask(SELECT)
    assert len(line.ask(READ, wait=0.1)) == 100
    assert len(line.ask(b"", wait=1)) == 1195


def test_real_speed_takes_the_time_of_the_wire() -> None:
    with VirtualReader(real_speed=True, thinks={0x3001: 0.05}) as reader:
        line = Line(reader.path)
        reader.lay(RESIDENT)
        line.read_card()
        os.close(line.handle)
        read = reader.exchanges[-1]
        expected = read.wire_seconds() + read.think
        assert expected <= read.finished - read.received < expected * 1.5


def test_a_module_out_of_service_says_nothing_else() -> None:
    module = Module(out_of_service=0x66)
    module.lay(RESIDENT)
    for command in (b"\x11\xff", b"\x20\x01", b"\x30\x01", b"\x12\xff"):
        assert module.answer(command) == bytes.fromhex("AAAAAA9669000400006662")


def test_what_does_not_fit_is_refused() -> None:
    long = ResidentCard(**{**vars(RESIDENT), "name": "样" * 16})
    with pytest.raises(DoesNotFit):
        long.text_block()
