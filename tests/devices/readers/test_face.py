"""Several readers as one stream: real ptys, real threads."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from counter_tui.cli import counter
from devices.driver import Session
from devices.factory import Options
from devices.once import look, read_one
from devices.readers import Readers
from devices.records import (
    CardAgain,
    CardIn,
    CardOut,
    CardRead,
    IdCard,
    Problem,
    ReaderDown,
    ReaderError,
    ReaderEvent,
    ReaderUp,
)
from devices.virtual.mishaps import Status
from devices.virtual.people import sample_people
from devices.virtual.samv import VirtualReader

CARDS = [person.card for person in sample_people(date(2026, 11, 24))[:2]]


@pytest.fixture
def two() -> Iterator[tuple[VirtualReader, VirtualReader]]:
    with ExitStack() as stack:
        yield stack.enter_context(VirtualReader()), stack.enter_context(VirtualReader())


@pytest.fixture
def one() -> Iterator[VirtualReader]:
    with VirtualReader() as reader:
        yield reader


def uri(reader: VirtualReader) -> str:
    return f"samv:{reader.path}"


async def until(readers: Readers, kind: type, count: int = 1) -> list[ReaderEvent]:
    """Events up to the `count`th of a kind."""
    seen: list[ReaderEvent] = []
    async with asyncio.timeout(15):
        async for event in readers:
            seen.append(event)
            count -= isinstance(event, kind)
            if count == 0:
                break
    return seen


async def test_the_same_card_on_two_readers_is_one_read(
    two: tuple[VirtualReader, VirtualReader],
) -> None:
    async with Readers([uri(one) for one in two]) as readers:
        await until(readers, ReaderUp, 2)
        for reader in two:
            reader.lay(CARDS[0])
        seen = await until(readers, CardAgain)
        first = [event for event in seen if isinstance(event, CardRead)]
        assert len(first) == 1
        assert isinstance(seen[-1], CardAgain)
        assert {first[0].reader, seen[-1].reader} == {uri(one) for one in two}
        assert seen[-1].first == first[0].reader


async def test_two_persons_on_two_readers_are_two_reads(
    two: tuple[VirtualReader, VirtualReader],
) -> None:
    async with Readers([uri(one) for one in two]) as readers:
        for reader, card in zip(two, CARDS, strict=True):
            reader.lay(card)
        seen = await until(readers, CardRead, 2)
        reads = [event for event in seen if isinstance(event, CardRead)]
        got = {e.reader: e.card.number for e in reads if isinstance(e.card, IdCard)}
        assert got == {uri(r): c.number for r, c in zip(two, CARDS, strict=True)}


async def test_a_card_comes_and_goes_and_a_cable_too(one: VirtualReader) -> None:
    async with Readers([uri(one)]) as readers:
        one.lay(CARDS[0])
        kinds = [type(event) for event in await until(readers, CardRead)]
        assert kinds == [ReaderUp, CardIn, CardRead]
        one.take()
        assert [type(event) for event in await until(readers, CardOut)] == [CardOut]
        one.unplug()
        (down,) = await until(readers, ReaderDown)
        assert isinstance(down, ReaderDown)
        assert down.problem is Problem.READER_GONE
        one.plug()
        assert [type(event) for event in await until(readers, ReaderUp)] == [ReaderUp]


async def test_closing_takes_less_than_a_second_and_leaves_no_thread(one: VirtualReader) -> None:
    one.misbehave(Status(status=0x80, command=0x2001, times=1))
    async with Readers([uri(one), "samv:/dev/ttyNOTHERE"]) as readers:
        await until(readers, ReaderUp)
        start = time.monotonic()
    assert time.monotonic() - start < 1
    assert not [thread for thread in threading.enumerate() if thread.name == uri(one)]


@dataclass
class Flawed:
    """A driver with a flaw of its own."""

    reader: str
    retry_after: tuple[float, ...] = (1.0,)

    def open(self, session: Session) -> ReaderUp:
        raise ZeroDivisionError

    def step(self, session: Session) -> None:
        raise AssertionError

    def close(self) -> None:
        raise AssertionError

    def interrupt(self) -> None:
        return


async def test_a_flaw_in_a_driver_reaches_who_listens() -> None:
    async with Readers(["x:"], make=lambda uri, options: Flawed(uri)) as readers:
        with pytest.raises(ZeroDivisionError):
            await until(readers, ReaderUp)


async def test_no_card_is_told_from_no_reader(one: VirtualReader) -> None:
    with pytest.raises(ReaderError) as caught:
        await read_one([uri(one)], 0.3)
    assert caught.value.problem is Problem.NO_CARD
    with pytest.raises(ReaderError) as caught:
        await read_one(["samv:/dev/ttyNOTHERE"], 5)
    assert caught.value.problem is Problem.READER_GONE


def test_a_reader_in_use_is_busy_and_says_so(one: VirtualReader) -> None:
    from devices.transports.serial_line import SerialLine

    line = SerialLine(one.path)
    line.open()
    (state,) = look([uri(one)], Options())
    line.close()
    assert state.problem is Problem.READER_BUSY
    (state,) = look([uri(one)], Options())
    assert state.problem is None
    assert state.sam_number is not None


def test_read_prints_the_contracts_document(one: VirtualReader) -> None:
    one.lay(CARDS[0])
    result = CliRunner().invoke(counter, ["read", "--reader", uri(one), "--json"])
    assert result.exit_code == 0
    document = json.loads(result.stdout)
    assert " ".join(document) == (
        "kind reader name sex ethnic_group ethnic_code birth_date address number issuing_authority "
        "valid_from valid_to long_term newest_address photo number_check warnings"
    )
    assert document["photo"] == {"format": "wlt", "bytes": 1024, "decoded": False}
    assert (document["kind"], document["number"]) == ("resident_id", CARDS[0].number)
    assert document["birth_date"] == CARDS[0].birth.isoformat()


@pytest.mark.parametrize(
    ("reader", "status"),
    [("samv:/dev/ttyNOTHERE", 3), ("nonsense", 2), ("samv:/dev/ttyS0?baud=7", 2)],
)
def test_read_ends_with_the_contracts_status(reader: str, status: int) -> None:
    result = CliRunner().invoke(counter, ["read", "--reader", reader, "--wait", "0.2", "--json"])
    assert (result.exit_code, result.stdout) == (status, "")
    assert len(result.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(("sw3", "status"), [(0x80, 1), (0x66, 3)])
def test_read_tells_an_empty_reader_from_a_broken_one(
    one: VirtualReader, sw3: int, status: int
) -> None:
    one.misbehave(Status(status=sw3, command=0x2001, times=1000))
    result = CliRunner().invoke(counter, ["read", "--reader", uri(one), "--wait", "0.3"])
    assert result.exit_code == status


def test_readers_lists_what_is_configured(
    one: VirtualReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = tmp_path / "counter.toml"
    settings.write_text(f'[readers]\nuris = ["{uri(one)}", "samv:/dev/ttyNOTHERE"]\n')
    monkeypatch.setenv("COUNTER_CONFIG", str(settings))
    result = CliRunner().invoke(counter, ["readers", "--json"])
    assert result.exit_code == 0
    rows = {row["uri"]: row for row in json.loads(result.stdout)["readers"]}
    assert rows[uri(one)]["state"] == "ready"
    assert rows["samv:/dev/ttyNOTHERE"]["problem"] == "reader_gone"


def test_readers_says_what_is_wrong_with_an_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = tmp_path / "counter.toml"
    settings.write_text('[readers]\nuris = ["nonsense", "samv:/dev/ttyS0?baud=7"]\n')
    monkeypatch.setenv("COUNTER_CONFIG", str(settings))
    result = CliRunner().invoke(counter, ["readers", "--json"])
    texts = {row["uri"]: row["text"] for row in json.loads(result.stdout)["readers"]}
    assert "samv:usb" in texts["nonsense"] and "baud=115200" in texts["samv:/dev/ttyS0?baud=7"]


def test_a_module_that_may_not_read_fingerprints_reads_the_rest(one: VirtualReader) -> None:
    one.lay(CARDS[0])
    one.misbehave(Status(status=0x23, command=0x3010, times=1000))
    address = f"{uri(one)}?fingerprints=yes"
    result = CliRunner().invoke(counter, ["read", "--reader", address, "--json"])
    assert json.loads(result.stdout)["number"] == CARDS[0].number


@pytest.mark.parametrize("wrong", [["--mrz", "HELLO"], ["--wait", "nan"]])
def test_read_refuses_what_is_no_zone_and_no_time(one: VirtualReader, wrong: list[str]) -> None:
    result = CliRunner().invoke(counter, ["read", "--reader", uri(one), *wrong])
    assert (result.exit_code, result.stdout) == (2, "")


async def test_certificates_are_loaded_in_the_readers_thread(tmp_path: Path) -> None:
    """A folder that is gone stops one reader and is said, not the program."""
    async with Readers(["pcsc:"], Options(trust=tmp_path / "gone")) as readers:
        (down,) = await until(readers, ReaderDown)
        assert down == ReaderDown("pcsc:", Problem.BAD_TRUST)
