"""Records: nobody in them, the same when replayed, and a changed rule is noticed."""

import asyncio
import json
import shutil
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path

import pytest
from textual.pilot import Pilot

from counter_tui.address.book import FILE
from counter_tui.record.recorder import SOME_SIGN, Recorder
from counter_tui.record.replay import BadRecord, read, replay
from counter_tui.record.standins import CardFacts, StandIns
from devices.records import Authenticity, CardFailed, CardRead, Problem, Scanned
from devices.virtual.people import crowd
from intake.numbers import citizen_check_ok
from tests.doctor.homes import counter
from tests.screens.desk_office import PIN, Bench, card
from tests.screens.test_desks import deferral, told
from tests.screens.test_documents import passport
from tests.screens.test_zones import ZONE, scan

TODAY = date(2018, 5, 16)
PEOPLE = crowd(50, date(2018, 5, 16))
ELDER = card(number="510107195803099987", birth=date(1958, 3, 9))
STRANGER = "样本乙丙丁"
RECEIPT = "WA7K-29QF-M"
PERSON = next(one for one in PEOPLE if one.number[10:14] != f"{TODAY:%m%d}")
PHONE = "13912345678"
INCIDENTS = sorted((Path(__file__).parent / "incidents").glob("*.jsonl"))

Work = Callable[[Bench, Pilot], Awaitable[None]]


async def recorded(file: Path, work: Work) -> str:
    bench = Bench()
    site = ("510107-ps-014", "police_station")
    bench.app._when_started = lambda app: Recorder(app, file, "0.1.0", site)  # type: ignore
    async with bench.app.run_test(size=(80, 24)) as pilot:
        await bench.app.loaded.wait()
        await pilot.press(*PIN, "enter")
        await until(pilot, lambda: bench.app.frame.place == "home")
        await work(bench, pilot)
        await bench.app.leave()
    return await asyncio.to_thread(file.read_text, "utf-8")


async def until(pilot: Pilot, true: Callable[[], bool]) -> None:
    for _ in range(300):
        if true():
            return
        await pilot.pause(0.02)
    raise AssertionError("it did not come")


async def a_whole_case(bench: Bench, pilot: Pilot) -> None:
    """A card, a passport, its papers, the post to a phone typed by hand; then a man without one."""
    bench.lay(ELDER)
    await until(pilot, lambda: bench.app.frame.place == "case")
    await pilot.press(*"hz s", "enter", "f4", "1", "1", "1", "f5", "f8")
    await pilot.press("tab", "tab", "tab", *PHONE, "tab", "f6", "f7", "f2", "escape")
    await until(pilot, lambda: bench.app.frame.place == "home")
    await pilot.press("ctrl+n")
    await until(pilot, lambda: bench.app.frame.place == "case")
    await pilot.press(*PERSON.name, "tab", *PERSON.number, "tab", *PERSON.number)
    await pilot.press("tab", *PERSON.address, "tab")
    await pilot.pause(0.5)
    await pilot.press("escape")
    await until(pilot, lambda: bench.app.frame.place == "home")


async def test_a_case_is_recorded_without_people_and_replays_the_same(
    tmp_path: Path, divisions: Path
) -> None:
    file = tmp_path / "record.jsonl"
    text = await recorded(file, a_whole_case)
    events = read(file)
    assert events[0]["record"] == 2 and "end" in events[-1]
    outcomes = [one["state"].get("outcome") for one in events if "state" in one]
    assert "accept" in outcomes
    one, person = ELDER, PERSON
    for value in (
        *(one.name, one.number, one.number[6:14], "武侯祠", PHONE, PHONE[-4:], PIN),
        *(person.name, person.number, person.number[6:14], person.address[-6:]),
    ):
        assert value not in text, value
    found = await replay(events, divisions)
    assert found.line == 0, (found.recorded, found.now)
    assert found.states == len(outcomes) and found.keys > 20


async def an_incident_with_documents(bench: Bench, pilot: Pilot) -> None:
    """A card that slips and is laid again, a scanned zone, another's passport, then a copy."""
    put = bench.events.put_nowait
    put(CardFailed("samv:A", Problem.CARD_MOVED, "block 3"))
    bench.lay(ELDER)
    await until(pilot, lambda: bench.app.frame.place == "case")
    await pilot.press(*"hz h", "enter", "f4")
    put(Scanned("scanner", ZONE))
    await until(pilot, lambda: bench.office.zone == ZONE)
    # A scanner that types, on a list: its signs are no keys.
    await scan(pilot, f"{ZONE}\n")
    put(CardFailed("pcsc:A", Problem.BAD_DATA))
    put(
        CardRead("pcsc:A", passport(name_chinese=STRANGER, sex="male", birth_date=ELDER.birth_date))
    )
    await until(pilot, lambda: bench.app.frame.dialog.visible)
    await pilot.press("down", "enter")
    await pilot.pause(0.2)
    copied = Authenticity("ok", "failed", ("aa_failed",))
    put(CardRead("pcsc:A", passport(authenticity=copied, birth_date=ELDER.birth_date)))
    await until(pilot, lambda: bench.app.frame.box.visible)
    await pilot.press("escape")
    # Typed into the line for items by mistake.
    await pilot.press("f3", *ELDER.number, "escape")
    await pilot.press(*ELDER.name, "escape")
    await pilot.pause(0.2)


async def test_documents_and_scanned_lines_replay_without_their_people(
    tmp_path: Path, divisions: Path
) -> None:
    file = tmp_path / "record.jsonl"
    text = await recorded(file, an_incident_with_documents)
    for value in (
        *(ELDER.name, ELDER.number, ELDER.number[6:14], "1958-03-09", "武侯祠"),
        *(STRANGER, "E12345678", "E00000000", "NYANG", "BENJIA", "YANG BENJIA", "8310291"),
    ):
        assert value not in text, value
    events = read(file)
    kinds = [key for one in events for key in ("failed", "card", "scan", "document") if key in one]
    in_turn = [kind for kind, _ in groupby(kinds)]
    assert in_turn == ["failed", "card", "scan", "failed", "document", "scan"]
    signs = {one.get("sign", "") for one in events}
    assert {sign for sign in signs if not sign.isascii()} == {SOME_SIGN}
    states = [one["state"] for one in events if "state" in one]
    assert {one.get("asks") for one in states} == {None, "dialog", "box"}
    taken = [one["documents"] for one in states if "documents" in one]
    assert taken[-1] == {"passport": ["ok", "ok", "name", "sex"]}
    found = await replay(events, divisions)
    assert found.line == 0, (found.line, found.recorded, found.now)


async def test_a_scanned_receipt_is_found_again(tmp_path: Path, divisions: Path) -> None:
    async def a_receipt(bench: Bench, pilot: Pilot) -> None:
        today = bench.app.now().date()
        other = {**deferral(today + timedelta(days=9)), "about": {"number": "ZZ7K-29QF-M"}}
        await told(bench, "deferrals", deferral(today), other)
        bench.events.put_nowait(Scanned("scanner", RECEIPT))
        await until(pilot, lambda: bench.app.frame.dialog.visible)
        await pilot.press("enter")
        await until(pilot, lambda: not bench.app.frame.dialog.visible)
        await pilot.press("escape")
        await until(pilot, lambda: bench.app.frame.place == "home")

    file = tmp_path / "record.jsonl"
    text = await recorded(file, a_receipt)
    about = deferral(TODAY)["about"]
    for value in (RECEIPT, "ZZ7K", *about.values()):
        assert value not in text, value
    events = read(file)
    asked = [one["state"] for one in events if "state" in one and "asks" in one["state"]]
    assert asked == [{"screen": "deferrals", "asks": "dialog"}]
    found = await replay(events, divisions)
    assert found.line == 0, (found.line, found.recorded, found.now)


async def test_keys_that_come_at_once_are_recorded_once(tmp_path: Path) -> None:
    async def a_burst(bench: Bench, pilot: Pilot) -> None:
        await scan(pilot, "abcd")

    await recorded(tmp_path / "record.jsonl", a_burst)
    signs = [one["sign"] for one in read(tmp_path / "record.jsonl") if "sign" in one]
    assert signs == [*"abcd"]


def test_a_record_that_was_cut_is_worked_as_far_as_it_goes(tmp_path: Path) -> None:
    whole = INCIDENTS[0].read_text("utf-8")
    cut = tmp_path / "cut.jsonl"
    cut.write_text(whole[: len(whole) // 2], "utf-8")
    events = read(cut)
    assert events == read(INCIDENTS[0])[: len(events)] and len(events) > 5


def test_of_an_address_only_the_district_is_kept() -> None:
    stand_ins = StandIns(TODAY)
    for address, kept in (
        ("四川省成都市武侯区桐梓林北路9号桐梓林小区2栋", "四川省成都市武侯区"),
        ("重庆市渝中区中山四路21号5-2", "重庆市渝中区"),
        ("四川省凉山彝族自治州昭觉县新城镇样本路6号", "四川省凉山彝族自治州昭觉县"),
        ("新疆乌鲁木齐市沙依巴克区样本路30号", "新疆乌鲁木齐市沙依巴克区"),
        ("桐梓林北路9号桐梓林小区2栋", ""),
    ):
        assert stand_ins.of("person.address", address).startswith(f"{kept}替身路"), address


async def test_what_comes_out_differently_is_named(
    tmp_path: Path, divisions: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "record.jsonl"
    await recorded(file, a_whole_case)
    events = read(file)
    at = next(at for at, one in enumerate(events) if "fees" in one.get("state", {}))
    events[at]["state"]["fees"] = [1, 2]
    monkeypatch.setattr("counter_tui.record.replay.PATIENCE_SECONDS", 2.0)
    found = await replay(events, divisions)
    assert found.line == at + 1 and "[1, 2]" in found.recorded and "[1, 2]" not in found.now


def test_fifty_people_leave_nothing_in_a_record() -> None:
    stand_ins = StandIns(TODAY)
    written = ""
    for person in PEOPLE:
        digits = person.number[6:14]
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
        one = card(person.name, person.number, born, person.address)
        written += json.dumps(stand_ins.card(one), ensure_ascii=False) + "\n"
        for field, value in (
            *(("person.name", person.name), ("number_again", f"{digits} {person.number}")),
            *(("recipient.detail", person.address), ("dialog-line", person.number[-8:])),
            *(("person.given_pinyin", "JIAJIA"), ("phone", f"13987{digits[2:]}")),
        ):
            written += f"{stand_ins.of(field, value)}\n"
    for person in PEOPLE:
        born = person.number[6:14]
        # Whoever has their birthday on that day keeps it: the rules turn on it.
        kept = born[4:] == f"{TODAY:%m%d}"
        for value in (person.name, person.number, person.address[-8:], person.number[-8:]):
            assert value not in written, value
        assert kept or born not in written
    assert "JIAJIA" not in written and "13987" not in written


@pytest.mark.parametrize("file", INCIDENTS, ids=lambda file: file.stem)
async def test_an_incident_does_not_come_back(file: Path, divisions: Path) -> None:
    found = await replay(read(file), divisions)
    assert found.line == 0, (found.line, found.recorded, found.now)


def test_a_stand_in_counts_as_the_person_did() -> None:
    stand_ins = StandIns(TODAY)
    for born in ("19580516", "19580515", "19580517", "20020101", "20021231"):
        body = f"510107{born}987"
        number = next(f"{body}{one}" for one in "0123456789X" if citizen_check_ok(f"{body}{one}"))
        made = stand_ins.of("person.number", number)
        assert citizen_check_ok(made) and made[:6] == "510107" and made != number
        assert int(made[16]) % 2 == int(number[16]) % 2
        day = TODAY.strftime("%m%d")
        assert (made[10:14] > day, made[10:14] == day) == (born[4:] > day, born[4:] == day)
        assert made[6:10] == born[:4]
        assert stand_ins.of("number_again", f"{number[:6]} {number[6:14]} {number[14:]}") == made
    wrong = stand_ins.of("person.number", "510107195805160000")
    assert len(wrong) == 18 and not citizen_check_ok(wrong), "a slip stays a slip"


def test_a_made_up_card_is_as_long_valid() -> None:
    facts = StandIns(TODAY).card(card())
    made = CardFacts(**facts).card(TODAY)  # type: ignore[arg-type]
    assert made.long_term and made.number_check == "ok"


def test_a_record_is_never_written_over(tmp_path: Path) -> None:
    file = tmp_path / "record.jsonl"
    file.write_text("mine")
    with pytest.raises(FileExistsError):
        Recorder(Bench().app, file, "0.1.0", ("x", "police_station"))
    assert file.read_text() == "mine"


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"record": 99}', "\x00", '{"record": 2, "at": 0}\n', "[1]\n"]
)
def test_what_is_no_record_is_one_sentence(tmp_path: Path, text: str) -> None:
    file = tmp_path / "x.jsonl"
    file.write_text(text)
    with pytest.raises(BadRecord):
        read(file)
    ran = counter(tmp_path / "home", "replay", str(file))
    assert ran.status == 2 and ran.err.count("\n") == 1


def test_the_command_compares(tmp_path: Path, divisions: Path) -> None:
    (tmp_path / "home").mkdir(mode=0o700)
    shutil.copy2(divisions, tmp_path / "home" / FILE)
    ran = counter(tmp_path / "home", "replay", str(INCIDENTS[0]), "--json")
    assert ran.status == 0, ran.err
    assert json.loads(ran.out)["line"] == 0
