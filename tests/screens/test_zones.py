"""The key to a document's chip, scanned or typed; and a scanner's keys told from a clerk's."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from textual.events import Key
from textual.pilot import Pilot

from counter_tui.words import Words
from devices.records import CardFailed, Problem, Scanned
from tests.screens.desk_office import Bench, screen_text
from tests.screens.test_documents import SIZE, lay, passport
from tests.screens.test_screens import settle, with_case

zh = Words("zh_CN")
ZONE = "POCHNYANG<<BENJIA<<<<<<<<<<<<<<<<<<<<<<<<<<<\nE000000008CHN8310291F2202059NGKELMPONBPJB972"


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    yield Bench()


async def test_a_scanned_zone_is_the_key_and_ends_with_the_case(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot, "hz h")
        bench.events.put_nowait(CardFailed("pcsc:A", Problem.MRZ_NEEDED))
        await settle(pilot)
        assert "Ctrl+D" in screen_text(bench.app)
        bench.events.put_nowait(Scanned("scanner", ZONE))
        await settle(pilot)
        assert bench.office.zone == ZONE
        await pilot.press("escape")
        await settle(pilot)
        assert bench.office.zone == ""


async def test_any_other_scan_goes_where_the_cursor_is(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot, "hz h")
        await pilot.press("f2")
        bench.events.put_nowait(Scanned("scanner", "13800005678"))
        await settle(pilot)
        assert "13800005678" in [one.value for one in bench.app.screen.query("SlimInput")]  # type: ignore[attr-defined]
        await pilot.press("f4")
        bench.events.put_nowait(Scanned("scanner", "EA473124829CN"))
        await settle(pilot)
        assert zh("Scanned, but no field here takes it.") in screen_text(bench.app)


def typed(text: str) -> list[str]:
    """Keys for a text, as a scanner that types sends them."""
    names = {"<": "less_than_sign", "\n": "enter", " ": "space"}
    return [names.get(sign, sign) for sign in text]


async def test_a_scanner_that_types_gives_both_lines(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot, "hz h")
        await pilot.press("ctrl+d")
        await settle_open(pilot)
        await pilot.press(*typed(ZONE.split("\n")[0]), "enter")
        await pilot.pause()
        assert zh(" Not whole yet: type or scan on, or correct it.") in screen_text(bench.app)
        await pilot.press(*typed(ZONE.split("\n")[1]), "enter")
        await settle(pilot)
        assert bench.office.zone.split() == ZONE.split()
        assert zh("Lines taken. Lay the document on the reader.") in screen_text(bench.app)


async def test_number_and_expiry_are_enough_with_a_case(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot, "hz h")
        await pilot.press("ctrl+d")
        await settle_open(pilot)
        await pilot.press(*typed("e12345678 180801\n"))
        await settle(pilot)
        assert bench.office.zone == "E12345678,1958-05-16,180801"
        await pilot.press("ctrl+d")
        await settle_open(pilot)
        await pilot.press("escape")
        await settle(pilot)
        assert bench.app.frame.place == "case" and not bench.app.frame.dialog.visible


async def settle_open(pilot: Pilot) -> None:
    """Wait for a dialog that a worker keeps open."""
    for _ in range(3):
        await pilot.pause()


async def scan(pilot: Pilot, text: str) -> None:
    """Type as fast as a scanner does: everything is there before the first key is handled."""
    for sign in text:
        key = "enter" if sign == "\n" else sign
        pilot.app.post_message(Key(key, "\r" if sign == "\n" else sign))
    for _ in range(6):
        await asyncio.sleep(0.1)
        await pilot.pause()


def statuses(bench: Bench) -> list[str]:
    """What is handed in."""
    desk = bench.app.desk
    assert desk is not None and desk.case is not None and desk.case.decision is not None
    return [line.status for line in desk.case.decision.materials]


async def test_a_zone_scanned_anywhere_is_the_key(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot, "hz h")
        desk = bench.app.desk
        assert desk is not None and desk.case is not None
        before = statuses(bench)
        for part in ("f2", "f3", "f4"):
            bench.office.zone = ""
            await pilot.press(part)
            await settle(pilot)
            await scan(pilot, f"{ZONE}\n")
            assert bench.office.zone.replace("\n", "") == ZONE.replace("\n", "")
            assert statuses(bench) == before
            assert "<" not in screen_text(bench.app)
            assert len(desk.case.draft.items) == 1


async def test_quick_keys_on_a_list_stay_keys(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot, "hz h")
        for burst in ("11", "A1", "1A1", "ABCDEFGH1\n1"):
            await pilot.press("f4")
            await settle(pilot)
            before = statuses(bench).count("present")
            await scan(pilot, burst)
            assert statuses(bench).count("present") > before
            for code in ("application_form", "photo", "fingerprints"):
                bench.app.desk.put_material(code, None, "missing")  # type: ignore[union-attr]
            bench.app.frame.rewrite()
        assert bench.office.zone == ""


async def test_a_prefix_makes_anything_a_scan(bench: Bench) -> None:
    bench.app.config = replace(
        bench.app.config, readers=replace(bench.app.config.readers, scanner_prefix="\x02")
    )
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot, "hz h")
        await pilot.press("f4")
        before = statuses(bench)
        await scan(pilot, "\x021EA473124829CN\n")
        assert statuses(bench) == before
        await scan(pilot, "\x02EA473124829CN\n")
        assert zh("Scanned, but no field here takes it.") in screen_text(bench.app)
        await pilot.press("f2")
        await settle(pilot)
        await scan(pilot, "\x02EA473124829CN\n")
        assert "EA473124829CN" in [one.value for one in bench.app.screen.query("SlimInput")]  # type: ignore[attr-defined]


async def test_a_zone_typed_before_and_a_question_after(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot, "hz h")
        await pilot.press("f4")
        await settle(pilot)
        # The end of a line may come a moment after its letters.
        first, second = ZONE.split("\n")
        for line in (first, second):
            for sign in line:
                pilot.app.post_message(Key(sign, sign))
            await asyncio.sleep(0.1)
            pilot.app.post_message(Key("enter", "\r"))
        await asyncio.sleep(0.5)
        assert bench.office.zone.replace("\n", "") == first + second
        await pilot.press("ctrl+d")
        await settle_open(pilot)
        await pilot.press("escape")
        await settle(pilot)
        text = await lay(bench, pilot, passport(name_chinese="样本乙"))
        assert zh("the name is not the applicant's") in text


@pytest.mark.parametrize("number", ["6YC0-JEHX-7", "SY6D-7YTH-6", "3N9K-4QY8-P"])
async def test_a_receipt_typed_by_a_scanner_leads_to_its_application(
    bench: Bench, number: str
) -> None:
    shown: list[str] = []

    async def show(receipt: str) -> None:
        shown.append(receipt)

    bench.app.show_deferral = show  # type: ignore[method-assign]
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot)
        await pilot.press("escape")
        await settle(pilot)
        assert bench.app.frame.place == "home"
        # Enter at its end would open the draft that the cursor is on.
        await scan(pilot, f"{number}\n")
        assert shown == [number] and bench.app.frame.place == "home"
