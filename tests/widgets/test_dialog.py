"""Questions over the screen: typed, chosen, found, or closed without an answer."""

from typing import Any

from textual.app import ComposeResult
from textual.pilot import Pilot
from textual.screen import Screen
from textual.worker import Worker

from widgets.dialog import Dialog
from widgets.rows import RowList
from widgets.seams import QuietScreen, SafeApp


class Asking(SafeApp):
    def get_default_screen(self) -> Screen:
        return QuietScreen()

    def compose(self) -> ComposeResult:
        yield RowList(["一", "二"], id="list")
        yield Dialog()

    def begin(self, question: Any) -> "Worker[Any]":
        return self.run_worker(question)

    @property
    def dialog(self) -> Dialog:
        return self.query_one(Dialog)


async def asking(pilot: Pilot, question: Any, *keys: str) -> Any:
    """The answer to `question` after `keys`."""
    app = pilot.app
    assert isinstance(app, Asking)
    worker = app.begin(question)
    await pilot.pause()
    await pilot.press(*keys)
    return await worker.wait()


async def test_a_line_is_chosen() -> None:
    async with Asking().run_test(size=(80, 24)) as pilot:
        dialog = pilot.app.query_one(Dialog)
        assert await asking(pilot, dialog.choose("题", ["甲", "乙", "丙"]), "down", "enter") == 1
        assert await asking(pilot, dialog.choose("题", ["甲", "乙"], at=1), "enter") == 1


async def test_what_is_found_is_chosen_by_its_own_place() -> None:
    entries = [("受理", "sl shouli"), ("锁屏", "sp suoping"), ("退出", "tc tuichu")]
    async with Asking().run_test(size=(80, 24)) as pilot:
        dialog = pilot.app.query_one(Dialog)
        assert await asking(pilot, dialog.find("题", "找", entries), "t", "u", "i", "enter") == 2
        assert await asking(pilot, dialog.find("题", "找", entries), "s", "down", "enter") == 1


async def test_a_line_is_typed_after_what_stood_there() -> None:
    async with Asking().run_test(size=(80, 24)) as pilot:
        dialog = pilot.app.query_one(Dialog)
        answer = await asking(pilot, dialog.ask("题", ["说明"], "理由", "旧"), *"ab", "enter")
        assert answer == "旧ab"


async def test_a_secret_does_not_show_and_is_forgotten() -> None:
    async with Asking().run_test(size=(80, 24)) as pilot:
        dialog = pilot.app.query_one(Dialog)
        worker = pilot.app.run_worker(dialog.ask_secret("题", [], "PIN"))
        await pilot.pause()
        await pilot.press(*"4829")
        shown = [strip.text for strip in pilot.app.screen._compositor.render_strips()]
        assert not any("4829" in line for line in shown)
        await pilot.press("enter")
        assert await worker.wait() == "4829"
        assert dialog.line.value == "" and not dialog.line.password


async def test_closed_without_an_answer_it_gives_the_focus_back() -> None:
    async with Asking().run_test(size=(80, 24)) as pilot:
        dialog = pilot.app.query_one(Dialog)
        pilot.app.query_one("#list").focus()
        worker = pilot.app.run_worker(dialog.ask("题", [], "理由"))
        await pilot.pause()
        await pilot.press("x")
        dialog.close()
        assert await worker.wait() is None
        await pilot.pause()
        assert pilot.app.focused is pilot.app.query_one("#list") and not dialog.visible


async def test_a_second_question_takes_the_place_of_the_first() -> None:
    async with Asking().run_test(size=(80, 24)) as pilot:
        dialog = pilot.app.query_one(Dialog)
        first = pilot.app.run_worker(dialog.choose("题", ["甲"]))
        await pilot.pause()
        assert await asking(pilot, dialog.choose("题二", ["乙"]), "enter") == 0
        assert await first.wait() is None


async def test_a_dialog_that_is_not_mounted_asks_nobody() -> None:
    async with Asking().run_test(size=(80, 24)):
        assert await Dialog().ask("题", [], "理由") is None
        assert await Dialog().choose("题", ["甲"]) is None
