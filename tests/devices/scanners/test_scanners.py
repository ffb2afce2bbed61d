"""Scanners told from typing, cut into texts, and named."""

from datetime import date

import pytest

from devices.scanners.classify import ScanKind, classify
from devices.scanners.line import ScanFramer
from devices.scanners.wedge import Scan, Typed, Verdict, Wedge

TODAY = date(2018, 5, 16)
LINE = "CSC000000004<2404200<8108038<6"
TD3 = "POCHNZHENGJIAN<<YANGBEN<<<<<<<<<<<<<<<<<<<<<\nEF12608921CHN8503208F2901178NGKELMPONBPJB978"


def keyed(wedge: Wedge, text: str, gap: float, start: float = 0.0) -> list[Verdict]:
    """Type `text` with `gap` seconds between keys, then let time pass."""
    done: list[Verdict] = []
    at = start
    for key in text:
        done += wedge.feed(key, at)
        at += gap
    return done + wedge.tick(at + 1)


def as_typed(verdicts: list[Verdict]) -> str:
    assert all(isinstance(one, Typed) for one in verdicts)
    return "".join(key for one in verdicts if isinstance(one, Typed) for key in one.keys)


def test_a_person_typing_is_never_a_scan() -> None:
    assert as_typed(keyed(Wedge(), "13800138000\r", 0.09)) == "13800138000\r"


def test_rolled_fingers_are_not_a_scan() -> None:
    assert as_typed(keyed(Wedge(), "abc\r", 0.01)) == "abc\r"


def test_a_fast_burst_without_an_end_is_typing() -> None:
    assert as_typed(keyed(Wedge(), "0123456789", 0.005)) == "0123456789"


def test_a_scan_takes_back_the_key_that_leaked() -> None:
    verdicts = keyed(Wedge(), LINE + "\r", 0.002)
    assert verdicts == [Typed((LINE[0],)), Scan(LINE, leaked=1)]


def test_a_zone_of_two_lines_is_one_scan() -> None:
    verdicts = keyed(Wedge(), TD3.replace("\n", "\r\n") + "\r\n", 0.002)
    assert verdicts[-1] == Scan(TD3, leaked=1)


def test_a_prefix_tells_a_scanner_from_its_first_key() -> None:
    assert keyed(Wedge(prefix="\x02"), "\x02AB1\r", 0.01) == [Scan("AB1", leaked=0)]


def test_typing_after_a_scan_is_typing() -> None:
    wedge = Wedge()
    keyed(wedge, LINE + "\r", 0.002)
    assert as_typed(keyed(wedge, "abc", 0.1, start=5.0)) == "abc"


@pytest.mark.parametrize(
    "raw",
    [
        TD3.replace("\n", "\r").encode() + b"\r",
        TD3.replace("\n", "\r\n").encode(),
        b"\x02" + TD3.replace("\n", "\r").encode() + b"\x03",
    ],
)
@pytest.mark.parametrize("size", [1, 1000])
def test_a_serial_scan_is_one_text(raw: bytes, size: int) -> None:
    framer, texts, at = ScanFramer(), [], 0.0
    for place in range(0, len(raw), size):
        texts += framer.feed(raw[place : place + size], at)
        at += 0.001
    assert texts + framer.quiet(at + 1) == [TD3]


def test_two_scans_apart_are_two_texts() -> None:
    framer = ScanFramer()
    assert framer.feed(b"EA473124829CN\r", 0.0) == []
    assert framer.feed(b"EA123456785CN\r", 1.0) == ["EA473124829CN"]
    assert framer.quiet(2.0) == ["EA123456785CN"]


def test_an_endless_line_is_cut() -> None:
    framer = ScanFramer()
    framer.feed(b"A" * 100_000, 0.0)
    assert len(framer.quiet(1.0)[0]) == 512


@pytest.mark.parametrize(
    ("text", "kind", "normal"),
    [
        (LINE, ScanKind.MRZ, LINE),
        (TD3, ScanKind.MRZ, TD3),
        ("EA473124829CN", ScanKind.TRACKING, "EA473124829CN"),
        ("ea 100000017 cn", ScanKind.TRACKING, "EA100000017CN"),
        ("EA473124828CN", ScanKind.OTHER, "EA473124828CN"),
        ("1098765432101", ScanKind.TRACKING, "1098765432101"),
        ("1a2b-3c4d-5", ScanKind.RECEIPT, "1A2B-3C4D-5"),
        (
            "0192F0C4-7B1A-7CCC-8DDD-0123456789AB",
            ScanKind.RECEIPT,
            "0192f0c4-7b1a-7ccc-8ddd-0123456789ab",
        ),
        ("<<<", ScanKind.OTHER, "<<<"),
        ("\x1b[2Jhello", ScanKind.OTHER, "hello"),
    ],
)
def test_a_scan_is_named(text: str, kind: ScanKind, normal: str) -> None:
    found = classify(text, TODAY)
    assert (found.kind, found.text) == (kind, normal)
    assert (found.mrz is not None) == (kind is ScanKind.MRZ)
