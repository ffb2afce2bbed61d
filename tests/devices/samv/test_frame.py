"""Frames from a line that cannot be trusted."""

import random

import pytest

from devices.samv import commands
from devices.samv.frame import Deframer, Reply, encode
from tests.devices.samv.test_vectors import base_frame
from tests.devices.samv.vectors import VECTORS

FRAME = base_frame(VECTORS["resident"])
NO_CARD = bytes.fromhex("AAAAAA9669000400008084")
REQUESTS = {
    commands.RESET: "AAAAAA9669000310FFEC",
    commands.STATUS: "AAAAAA9669000311FFED",
    commands.NUMBER: "AAAAAA9669000312FFEE",
    commands.FIND: "AAAAAA96690003200122",
    commands.SELECT: "AAAAAA96690003200221",
    commands.READ: "AAAAAA96690003300132",
    commands.ADDRESS: "AAAAAA96690003300330",
    commands.MANAGEMENT: "AAAAAA96690003300536",
    commands.READ_ALL: "AAAAAA96690003301023",
    commands.set_speed(115200): "AAAAAA96690003600063",
    commands.set_speed(9600): "AAAAAA96690003600467",
    commands.set_rf_frame(0x50): "AAAAAA9669000461FF50CA",
}


@pytest.mark.parametrize(("command", "wire"), REQUESTS.items())
def test_requests_are_the_standards_bytes(command: commands.Command, wire: str) -> None:
    assert encode(command.code, command.data) == bytes.fromhex(wire)


@pytest.mark.parametrize(
    "noise", [b"", b"\xaa" * 9, b"\xaa\xaa\xaa\x96", b"\x00\xff\xaa\xaa\x96\x69", FRAME[:300]]
)
@pytest.mark.parametrize("size", [1, 7, 4096])
def test_a_reply_is_found_behind_noise(noise: bytes, size: int) -> None:
    deframer = Deframer()
    line = noise + NO_CARD
    found = [r for at in range(0, len(line), size) for r in deframer.feed(line[at : at + size])]
    assert (found or list(deframer.give_up())) == [Reply(0x80)]


@pytest.mark.parametrize("length", [0, 3, 0x090B, 0xFFFF])
def test_an_absurd_length_is_noise(length: int) -> None:
    deframer = Deframer()
    damaged = FRAME[:5] + length.to_bytes(2, "big") + FRAME[7:]
    assert list(deframer.feed(damaged + NO_CARD)) == [Reply(0x80)]
    assert deframer.damaged == 1


def test_every_single_wrong_bit_is_noticed() -> None:
    for at in range(len(NO_CARD) * 8):
        line = bytearray(NO_CARD)
        line[at // 8] ^= 1 << at % 8
        deframer = Deframer()
        assert [*deframer.feed(line), *deframer.give_up()] == []


def test_noise_without_end_is_not_kept() -> None:
    source = random.Random(5)  # noqa: S311 - noise, not secrets
    deframer = Deframer()
    for _ in range(200):
        list(deframer.feed(source.randbytes(4096)))
    assert len(deframer._held) < 5000
