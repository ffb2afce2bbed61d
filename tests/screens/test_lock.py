"""The idle lock: nothing of the person on the screen, nothing lost, and the PIN leads back."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from textual.events import Paste
from textual.pilot import Pilot
from textual.widgets import Input

from counter_tui.bindings import Screen
from counter_tui.idleness import BURST_SECONDS, Alarm, running_for
from counter_tui.words import Words
from tests.screens.desk_office import PIN, Bench, card, screen_text
from tests.screens.test_screens import SIZE, settle, with_case

zh = Words("zh_CN")

_OF_THE_PERSON = (
    "样本甲",
    "样*",
    "510107195805169987",
    "9987",
    "1958",
    "138000",
    "武侯祠",
    "ZHANG",
)


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    yield Bench()


async def left_alone(bench: Bench, pilot: Pilot, minutes: float) -> None:
    """Nobody has pressed a key for that long; the terminal looks."""
    bench.app.idleness._last_key -= minutes * 60
    await bench.app.idleness.look()
    await settle(pilot)


def asleep(bench: Bench, minutes: float) -> None:
    """The machine slept for that long; nothing looked for idleness yet."""
    bench.app.idleness._last_key -= minutes * 60


async def back(pilot: Pilot) -> None:
    """Whoever saw the lock types the PIN."""
    await asyncio.sleep(BURST_SECONDS)
    await pilot.press(*PIN, "enter")
    await settle(pilot)


def shows_nothing(bench: Bench) -> None:
    text = screen_text(bench.app)
    assert zh("Choose yourself, type your PIN, press Enter.") in text
    assert zh("Opening …") not in text, "it is locked, not opening"
    assert [word for word in _OF_THE_PERSON if word in text] == []


async def phone_on_the_disk(bench: Bench) -> str:
    assert bench.app.desk is not None
    await bench.app.desk.flush()
    (row,) = bench.office.kept.values()
    return row.body["recipient"]["phone"]


async def test_half_a_field_is_kept_and_gone_on_with(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot)
        await pilot.press("f5", "f8", "enter", *"138000")
        await left_alone(bench, pilot, 9.9)
        assert "138000" in screen_text(bench.app), "ten minutes are ten minutes"
        await left_alone(bench, pilot, 0.2)
        shows_nothing(bench)
        assert await phone_on_the_disk(bench) == "138000"
        await back(pilot)
        assert "138000" in screen_text(bench.app)
        # The cursor stands where it stood.
        await pilot.press(*"05678", "enter")
        await settle(pilot)
        assert await phone_on_the_disk(bench) == "13800005678"


async def test_an_open_question_is_closed_unanswered(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot)
        await pilot.press("f9")
        await settle(pilot)
        # 切换中文与英文: Enter would switch the language
        await pilot.press(*"qhzw")
        assert bench.app.frame.dialog.visible
        await left_alone(bench, pilot, 11)
        shows_nothing(bench)
        # Whoever presses Enter at the locked terminal answers nothing behind it.
        await asyncio.sleep(BURST_SECONDS)
        await pilot.press("enter")
        await settle(pilot)
        assert zh("Type the PIN") in screen_text(bench.app)
        await back(pilot)
        assert not bench.app.frame.dialog.visible
        assert bench.app.frame.place == "case" and bench.app.words.language == "zh_CN"
        assert "样*" in screen_text(bench.app)
        assert len(bench.office.kept) == 1


async def test_what_was_revealed_is_masked_after_the_lock(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot)
        await pilot.press("f2", "ctrl+r")
        await settle(pilot)
        assert "510107195805169987" in screen_text(bench.app)
        await left_alone(bench, pilot, 11)
        shows_nothing(bench)
        await back(pilot)
        text = screen_text(bench.app)
        assert "510***********9987" in text and "510107195805169987" not in text


async def test_every_desk_is_covered_and_found_again(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot)
        await pilot.press("escape")
        await settle(pilot)
        places: tuple[Screen, ...] = ("search", "papers", "deferrals", "rejections", "readback")
        for place in places:
            await bench.app.show(place)
            await settle(pilot)
            await left_alone(bench, pilot, 11)
            shows_nothing(bench)
            await back(pilot)
            assert bench.app.frame.place == place


async def test_a_card_laid_at_a_locked_terminal_shows_nobody(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot)
        await left_alone(bench, pilot, 11)
        bench.lay(card())
        await settle(pilot)
        shows_nothing(bench)


async def test_the_first_key_after_a_long_sleep_only_locks(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot)
        await pilot.press("f5", "f8", "enter", *"138000")
        for key in ("9", "enter", "f10", "ctrl+r", "tab"):
            asleep(bench, 11)
            await pilot.press(key)
            await settle(pilot)
            shows_nothing(bench)
            assert bench.app.frame.query_one("#pin", Input).value == "", (
                "nor is it typed into the PIN"
            )
            assert await phone_on_the_disk(bench) == "138000"
            await back(pilot)
            assert "138000" in screen_text(bench.app)
        # A nap shorter than the limit is no absence.
        asleep(bench, 9.9)
        await pilot.press(*"05678", "enter")
        await settle(pilot)
        assert await phone_on_the_disk(bench) == "13800005678"


async def test_a_paste_or_a_card_after_a_long_sleep_is_taken_by_nobody(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot)
        await pilot.press("f5", "f8", "enter", *"138000")
        asleep(bench, 11)
        bench.app.post_message(Paste("05678"))
        await settle(pilot)
        shows_nothing(bench)
        assert await phone_on_the_disk(bench) == "138000"
        await back(pilot)
        asleep(bench, 11)
        bench.lay(card())
        await settle(pilot)
        shows_nothing(bench)


async def test_a_terminal_where_nobody_signed_in_takes_the_first_key(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        asleep(bench, 600)
        await back(pilot)
        assert bench.app.frame.place == "home"


async def test_the_rest_of_a_burst_is_not_typed_into_the_pin(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot)
        await pilot.press("f5", "f8", "enter")
        asleep(bench, 11)
        await pilot.press(*"13800005678", "enter")
        await settle(pilot)
        shows_nothing(bench)
        assert bench.app.frame.query_one("#pin", Input).value == ""
        # The same when the lock was quicker than the first key.
        await back(pilot)
        await left_alone(bench, pilot, 11)
        await pilot.press(*"13800005678", "enter")
        await settle(pilot)
        assert bench.app.frame.query_one("#pin", Input).value == ""
        assert zh("Choose yourself, type your PIN, press Enter.") in screen_text(bench.app)
        await back(pilot)
        assert bench.app.frame.place == "case"


async def test_the_lock_comes_at_its_time_without_a_key(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot)
        idleness = bench.app.idleness
        idleness._last_key = running_for() - 600 + 0.3
        # A key, or a sleep's end, is what the alarm would have been set by.
        await idleness.look()
        assert bench.app.frame.place == "case"
        await asyncio.sleep(0.4)
        await settle(pilot)
        shows_nothing(bench)


async def test_the_alarm_goes_by_the_clock_that_a_sleep_does_not_stop() -> None:
    rung = asyncio.Event()
    before = _open_files()
    alarm = Alarm(rung.set)
    (own,) = _open_files() - before
    assert "clockid: 7\n" in _about(own), "CLOCK_BOOTTIME"
    alarm.set(running_for() + 60)
    alarm.set(running_for() - 60)
    await asyncio.wait_for(rung.wait(), 1)
    alarm.close()
    assert _open_files() == before


def _about(descriptor: str) -> str:
    return Path("/proc/self/fdinfo", descriptor).read_text()


def _open_files() -> set[str]:
    """Descriptors, without the one that lists them."""
    found = {one.name for one in Path("/proc/self/fd").iterdir()}
    return {one for one in found if Path("/proc/self/fd", one).exists()}
