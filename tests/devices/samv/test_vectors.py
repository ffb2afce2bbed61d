"""The specimen blocks byte for byte: frame in, record out."""

import hashlib
from datetime import date
from functools import reduce

import pytest

from devices.records import CardKind, IdCard
from devices.samv.blocks import cut_base, sam_number
from devices.samv.frame import Deframer, Reply
from devices.samv.layouts import Origin, card_from
from tests.devices.samv.vectors import PHOTO, VECTORS, Vector

SPECIMEN = "证件样本"
COMMON = {
    "reader": "samv:test",
    "name": SPECIMEN,
    "number_check": "ok",
    "newest_address": None,
    "long_term": False,
    "warnings": (),
}
EXPECTED: dict[str, dict[str, object]] = {
    "resident": {
        "kind": CardKind.RESIDENT_ID,
        "sex": "female",
        "ethnic_code": "01",
        "ethnic_group": "汉",
        "birth_date": date(1981, 8, 3),
        "address": "北京市东城区东交民巷1号",
        "number": "110101198108030003",
        "issuing_authority": "北京市公安局东城分局",
        "valid_from": date(2025, 1, 1),
        "valid_to": date(2045, 1, 1),
    },
    "resident_long": {
        "kind": CardKind.RESIDENT_ID,
        "sex": "male",
        "ethnic_code": "11",
        "ethnic_group": "满",
        "birth_date": date(1950, 1, 1),
        "address": "北京市西城区府右街2号",
        "number": "110102195001010013",
        "issuing_authority": "北京市公安局西城分局",
        "valid_from": date(2020, 1, 1),
        "valid_to": None,
        "long_term": True,
    },
    "gat_J": {
        "kind": CardKind.HMT_RESIDENCE_PERMIT,
        "sex": "female",
        "ethnic_code": None,
        "birth_date": date(1990, 1, 1),
        "address": "广东省深圳市福田区福中三路1号",
        "number": "810000199001010019",
        "issuing_authority": "深圳市公安局福田分局",
        "valid_from": date(2025, 1, 1),
        "valid_to": date(2030, 1, 1),
        "travel_permit_number": "H12345678",
        "issue_count": 1,
    },
    "fpr2017_I": {
        "kind": CardKind.FOREIGNER_2017,
        "english_name": "ZHENGJIAN, YANGBEN",
        "sex": "female",
        "birth_date": date(1981, 8, 3),
        "number": "CAN110081080310",
        "nationality": "CAN",
        "address": None,
        "issuing_authority": None,
        "valid_from": date(2018, 1, 1),
        "valid_to": date(2028, 1, 1),
        "document_version": "01",
        "accepting_authority_code": "1500",
    },
    "fpr2023_Y": {
        "kind": CardKind.FOREIGNER_2023,
        "english_name": "ZHENGJIAN, YANGBEN",
        "sex": "female",
        "birth_date": date(1980, 1, 1),
        "number": "931586198001010028",
        "nationality": "PAK",
        "valid_from": date(2023, 8, 8),
        "valid_to": date(2033, 8, 7),
        "issue_count": 0,
        "former_number": "PAK310080010103",
    },
}


def base_frame(vector: Vector) -> bytes:
    """The reply to a base read, put together by hand."""
    counted = bytes.fromhex("0508 000090 0100 0400") + vector.text + PHOTO
    return bytes.fromhex("AAAAAA9669") + counted + bytes((reduce(int.__xor__, counted),))


def read(frame: bytes) -> Reply:
    """The one reply in `frame`."""
    (reply,) = Deframer().feed(frame)
    return reply


@pytest.mark.parametrize("name", VECTORS)
def test_a_specimen_is_read_field_by_field(name: str) -> None:
    vector = VECTORS[name]
    frame = base_frame(vector)
    assert len(frame) == 1295
    assert frame[-1] == vector.checksum
    assert hashlib.sha256(frame).hexdigest() == vector.sha256
    card: IdCard = card_from(cut_base(read(frame).data), Origin("samv:test"))
    assert card.photo is not None
    assert (card.photo.format, card.photo.data, card.photo.decoded) == ("wlt", PHOTO, False)
    wanted = COMMON | EXPECTED[name]
    assert {key: getattr(card, key) for key in wanted} == wanted


def test_the_module_number_reads_as_on_its_label() -> None:
    frame = bytes.fromhex(
        "AAAAAA9669 0014 000090 05000300CC2A330187D6120079384E05 1F".replace(" ", "")
    )
    assert sam_number(read(frame).data) == "05.03-20130508-0001234567-0089012345"
