"""Keys as a quick clerk presses them: one behind the other, before the first one is done."""

import asyncio
from typing import Any

from textual.events import Key, Paste
from textual.pilot import Pilot

from counter_tui.app import CounterApp
from tests.screens.desk_office import PIN, Bench, card, screen_text
from tests.screens.keystrokes import SIZE
from tests.screens.test_screens import settle
from widgets.seams import SlimInput


async def opened(bench: Bench, pilot: Pilot) -> CounterApp:
    """Signed in, a card laid, the case in sight."""
    app = bench.app
    await app.loaded.wait()
    await pilot.press(*PIN, "enter")
    await settle(pilot)
    bench.lay(card())
    await settle(pilot)
    return app


async def at_once(app: CounterApp, pilot: Pilot, *keys: str) -> None:
    """All these keys are there before the program has looked at the first."""
    for key in keys:
        app.post_message(Key(key, key if len(key) == 1 else None))
    await settle(pilot)


async def test_what_is_typed_behind_f9_finds_in_the_menu() -> None:
    bench = Bench()
    async with bench.app.run_test(size=SIZE) as pilot:
        app = await opened(bench, pilot)
        await pilot.press("f5")
        phone = app.frame.query_one("#recipient-phone")
        phone.focus()
        await pilot.pause()
        await at_once(app, pilot, "f9", *"sp")
        assert app.frame.dialog.visible and app.frame.dialog.line.value == "sp"
        assert phone.value == ""  # type: ignore[attr-defined]


async def test_a_desks_digit_behind_its_chord_is_no_digit_of_the_screen() -> None:
    bench = Bench()
    async with bench.app.run_test(size=SIZE) as pilot:
        app = await opened(bench, pilot)
        await at_once(app, pilot, "ctrl+g", "2")
        assert app.frame.place == "deferrals"
        await pilot.press("escape")
        assert app.frame.place == "case"
        assert app.frame.case.draft.items == ()  # type: ignore[attr-defined]


async def test_what_is_typed_behind_esc_belongs_to_what_the_question_covered() -> None:
    bench = Bench()
    async with bench.app.run_test(size=SIZE) as pilot:
        app = await opened(bench, pilot)
        await pilot.press("f9")
        await at_once(app, pilot, "escape", "1")
        assert not app.frame.dialog.visible
        assert app.frame.focused.value == "1"  # type: ignore[union-attr]


async def test_a_digit_chooses_an_answer_and_another_one_chooses_nothing() -> None:
    bench = Bench()
    async with bench.app.run_test(size=SIZE) as pilot:
        app = await opened(bench, pilot)
        await pilot.press("ctrl+g")
        assert " 2 容缺补交台" in screen_text(app)
        await pilot.press("9", "x")
        assert app.frame.dialog.visible
        await pilot.press("3")
        assert app.frame.place == "rejections"


async def test_leaving_is_asked_about_and_what_the_library_binds_is_unbound() -> None:
    bench = Bench()
    async with bench.app.run_test(size=SIZE) as pilot:
        app = await opened(bench, pilot)
        for key in ("ctrl+q", "ctrl+s", "ctrl+z", "ctrl+a", "ctrl+v"):
            await pilot.press(key)
            assert app.frame.place == "case" and not app.frame.dialog.visible, key
        await pilot.press("ctrl+c")
        assert "是否退出程序" in screen_text(app)
        await pilot.press("1")
        assert app.frame.place == "case" and app.is_running
        await pilot.press("ctrl+c", "2")
        await settle(pilot)
        assert not app.is_running or app._exit
    assert bench.office.kept, "the case is a draft"


async def test_full_width_digits_and_a_paste_of_lines_are_what_was_meant() -> None:
    bench = Bench()
    async with bench.app.run_test(size=SIZE) as pilot:
        app = await opened(bench, pilot)
        await at_once(app, pilot, "１", "enter")
        assert len(app.frame.case.draft.items) == 1  # type: ignore[attr-defined]
        await pilot.press("enter")
        await at_once(app, pilot, "９")
        assert "核心材料全齐" in screen_text(app)
        await pilot.press("f5")
        phone = app.frame.query_one("#recipient-phone", SlimInput)
        phone.focus()
        await pilot.pause()
        app.frame.post_message(Paste("\n 138 0000\t1111\x1b\n"))
        await settle(pilot)
        assert phone.value == "138 0000 1111"
        await pilot.press("enter")
        assert app.frame.case.draft.recipient.phone == "13800001111"  # type: ignore[attr-defined]


async def test_the_lock_keeps_no_message_of_the_sign_in_before() -> None:
    bench = Bench()
    async with bench.app.run_test(size=SIZE) as pilot:
        app = await opened(bench, pilot)
        await pilot.press("ctrl+k")
        await settle(pilot)
        assert app.frame.place == "signin" and "正在打开" not in screen_text(app)


async def test_no_letter_stands_in_a_field_before_the_last_one_is_kept() -> None:
    bench = Bench()
    async with bench.app.run_test(size=SIZE) as pilot:
        app = await opened(bench, pilot)
        await pilot.press("f5")
        app.frame.query_one("#recipient-phone").focus()
        await settle(pilot)
        save, written = bench.office.save, asyncio.Event()

        async def slowly(*draft: Any) -> None:
            await written.wait()
            await save(*draft)

        bench.office.save = slowly  # type: ignore[method-assign]
        await pilot.press(*"13800005678")
        for key in ("tab", "7"):
            app.post_message(Key(key, key if len(key) == 1 else None))
        await pilot.pause(0.3)
        typed = [one.value for one in app.frame.query("Field")]  # type: ignore[attr-defined]
        assert "7" not in typed, "the phone is not on the disk yet"
        written.set()
        await settle(pilot)
        await pilot.pause(0.3)
        (draft,) = bench.office.kept.values()
        assert draft.body["recipient"]["phone"] == "13800005678"
        typed = [one.value for one in app.frame.query("Field")]  # type: ignore[attr-defined]
        assert "7" in typed
