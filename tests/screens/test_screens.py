"""The real screens over a memory office: what a clerk sees and what a key does."""

import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from textual.events import Key
from textual.pilot import Pilot

from counter_tui.app import CounterApp
from counter_tui.commands.run import _clerks
from counter_tui.office import OutboxGlance
from counter_tui.screens.case import CaseScreen
from counter_tui.words import Words
from tests.screens.desk_office import PIN, Bench, card, screen_text

zh = Words("zh_CN")
SIZE = (80, 24)


async def settle(pilot: Pilot) -> None:
    """Wait until workers and messages are done (readers run for ever)."""
    for _ in range(3):
        await pilot.pause()
        for worker in list(pilot.app.workers):
            if worker.group not in ("load", "readers", "ask"):
                await worker.wait()
    await pilot.pause()


async def signed_in(bench: Bench, pilot: Pilot) -> None:
    await bench.app.loaded.wait()
    await pilot.press(*PIN, "enter")
    await settle(pilot)


async def with_case(bench: Bench, pilot: Pilot, line: str = "hz s") -> None:
    await signed_in(bench, pilot)
    bench.lay(card())
    await settle(pilot)
    if line:
        await pilot.press(*(key if key != " " else "space" for key in line), "enter")
        await settle(pilot)


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    yield Bench()


async def test_a_wrong_pin_says_so_and_stays(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await bench.app.loaded.wait()
        await pilot.press("1", "2", "enter")
        await settle(pilot)
        assert zh("Wrong PIN. Tries left: {left}.", left=4) in screen_text(bench.app)


async def test_who_reads_the_other_language_finds_the_key_before_signing_in(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await bench.app.loaded.wait()
        assert "English：Ctrl+T" in screen_text(bench.app)
        await pilot.press("ctrl+t")
        await pilot.pause()
        assert "中文：Ctrl+T" in screen_text(bench.app)


def test_a_demo_tells_the_pin_of_all_its_people_and_of_nobody_else(tmp_path: Path) -> None:
    (tmp_path / "clerks").mkdir()
    for id in ("C0001", "S0001", "X0001"):
        told = json.dumps({"id": id, "name": "样本警员"})
        (tmp_path / "clerks" / f"{id}.json").write_text(told, "utf-8")
    note = {"clerk": "C0001", "pin": "123456", "people": ["C0001", "S0001"]}
    (tmp_path / "demo.json").write_text(json.dumps(note), "utf-8")

    assert {one.id: one.pin for one in _clerks(tmp_path)} == {
        "C0001": "123456",
        "S0001": "123456",
        "X0001": "",
    }


def test_days_and_times_are_the_citys_whatever_the_computer_says() -> None:
    code = (
        "from datetime import UTC, datetime\n"
        "from counter_tui import environment; environment.prepare()\n"
        "from intake.days import CITY\n"
        "at = datetime(2026, 11, 25, 23, 30, tzinfo=UTC)\n"
        "print(at.astimezone().date(), at.astimezone().utcoffset() == CITY.utcoffset(None))"
    )
    for zone in ("UTC", "America/New_York"):
        done = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "TZ": zone},
        )
        assert done.stdout.strip() == "2026-11-26 True"


async def test_a_card_at_home_opens_a_masked_case(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot, "")
        text = screen_text(bench.app)
        assert "样*" in text and "510***********9987" in text
        assert "样本甲" not in text and "510107195805169987" not in text


async def test_reveal_is_recorded_and_ends(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot)
        await pilot.press("f2", "ctrl+r")
        await settle(pilot)
        assert "510107195805169987" in screen_text(bench.app)
        assert [action for action, _ in bench.office.recorded] == ["revealed"]
        bench.app.mask()
        await settle(pilot)
        assert "510107195805169987" not in screen_text(bench.app)


async def test_from_card_to_number_by_keys(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot)
        await pilot.press("f4", "1", "1", "1", "f5", "f8", "enter", *"13800005678", "enter")
        await settle(pilot)
        assert zh("can be accepted") in screen_text(bench.app)
        await pilot.press("f10")
        await settle(pilot)
        (case,) = bench.office.accepted
        assert case.draft.recipient.division_code == "510107"
        assert case.draft.recipient.phone == "13800005678"
        assert case.decision is not None and case.decision.totals.carrier == 0
        assert "已受理" in screen_text(bench.app)
        assert bench.office.kept == {}


async def test_the_menu_finds_what_can_be_done_by_pinyin_initials(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot)
        await pilot.press("f9")
        await settle(pilot)
        assert zh("Everything that can be done here") in screen_text(bench.app)
        # 切换中文与英文 (switch between Chinese and English)
        await pilot.press(*"qhzw", "enter")
        await settle(pilot)
        assert bench.app.words.language == "en"
        assert not bench.app.frame.dialog.visible


async def test_esc_closes_the_menu_first_and_keeps_the_case(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot)
        await pilot.press("f9", "escape")
        await settle(pilot)
        assert bench.app.frame.place == "case" and not bench.app.frame.dialog.visible


async def test_a_disabled_key_says_why(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot)
        await pilot.press("f10")
        await settle(pilot)
        assert zh("a core material is missing; Ctrl+O prints the one-time notice") in screen_text(
            bench.app
        )
        assert bench.office.accepted == []


async def test_why_names_the_rule_and_again_what_would_change_it(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot)
        await pilot.press("f4", "f1")
        await settle(pilot)
        assert "application-form" in screen_text(bench.app)
        await pilot.press("f1")
        await settle(pilot)
        assert zh("What would make it acceptable today, or cheaper") in screen_text(bench.app)


async def test_esc_goes_home_and_the_draft_is_where_it_was(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot)
        await pilot.press("f4", "1", "escape")
        await settle(pilot)
        assert zh("Drafts: {count}", count=1) in screen_text(bench.app)
        await pilot.press("enter")
        await settle(pilot)
        desk = bench.app.desk
        assert desk is not None and desk.case is not None
        assert desk.case.draft.part == "materials"
        assert desk.case.draft.materials == {"application_form": "present"}


async def test_the_first_picture_of_a_case_is_of_its_own_part(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A case left at its last part shows nothing of that part to whoever opens the next."""
    last_part = zh("9 read and confirmed by the applicant   Enter to what is missing")
    pictures: list[str] = []
    layouts = 0
    show, lay_out = CounterApp._display, CaseScreen._refresh_layout

    def showing(app: CounterApp, screen: CaseScreen, renderable: object) -> None:
        show(app, screen, renderable)
        pictures.append(screen_text(app))

    def laying(screen: CaseScreen, *args: Any, **named: Any) -> None:
        nonlocal layouts
        layouts += 1
        lay_out(screen, *args, **named)

    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot)
        await pilot.press("f7")
        await settle(pilot)
        assert last_part in screen_text(bench.app)
        desk = bench.app.desk
        assert desk is not None
        await bench.app.go_home()
        await settle(pilot)
        monkeypatch.setattr(CounterApp, "_display", showing)
        monkeypatch.setattr(CaseScreen, "_refresh_layout", laying)
        await bench.app.open(desk.blank())
        await settle(pilot)
        assert pictures and last_part not in "".join(pictures), pictures
        assert layouts == 1, "one change of part is one layout"


async def test_another_persons_card_never_mixes(bench: Bench) -> None:
    other = card("样本乙", "510104196001019975")
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot)
        desk = bench.app.desk
        assert desk is not None
        bench.lay(other)
        await settle(pilot)
        assert desk.case is not None and desk.case.draft.person.name == "样本甲"
        await pilot.press("down", "enter")
        await settle(pilot)
        assert desk.case is not None and desk.case.draft.person.name == "样本乙"
        assert desk.case.draft.items == ()
        await desk.flush()
        names = {row.body["person"]["name"] for row in bench.office.kept.values()}
        assert names == {"样本甲", "样本乙"}


async def test_the_same_persons_card_goes_on_with_the_draft(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot)
        await pilot.press("escape")
        await settle(pilot)
        bench.lay(card())
        await settle(pilot)
        assert len(bench.office.kept) == 1
        assert bench.app.desk is not None and bench.app.desk.case is not None
        assert len(bench.app.desk.case.draft.items) == 1


async def test_the_language_changes_while_a_case_is_open(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot)
        await pilot.press("f5", "ctrl+t")
        await settle(pilot)
        text = screen_text(bench.app)
        assert "Recipient" in text and "收件人" not in text


async def test_lock_hides_the_case_and_the_pin_brings_it_back(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot)
        await pilot.press("ctrl+k")
        await settle(pilot)
        assert "510***" not in screen_text(bench.app)
        await pilot.press(*PIN, "enter")
        await settle(pilot)
        assert "510***********9987" in screen_text(bench.app)


async def test_undo_takes_the_last_change_back(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot)
        await pilot.press("ctrl+u")
        await settle(pilot)
        assert bench.app.desk is not None and bench.app.desk.case is not None
        assert bench.app.desk.case.draft.items == ()


async def test_the_status_line_says_what_waits_and_what_came_back(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await signed_in(bench, pilot)
        bench.office.moved(OutboxGlance(waiting=3, oldest_seconds=7200, last_number="A-1"))
        await settle(pilot)
        assert "3" in screen_text(bench.app) and zh("{n} h", n=2) in screen_text(bench.app)
        bench.office.moved(OutboxGlance(last_number="A-1", last_receipted=True))
        await settle(pilot)
        assert zh("{number} receipted", number="A-1") in screen_text(bench.app)


async def test_an_address_is_found_by_initials_and_kept_with_its_code(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot)
        await pilot.press("f5", "tab", "tab", "tab", *"whyl", "enter")
        await settle(pilot)
        assert bench.app.desk is not None and bench.app.desk.case is not None
        to = bench.app.desk.case.draft.recipient
        assert (to.division_code, to.postcode) == ("510107005", "610041")
        assert (to.code_system, to.as_of) == ("MCA", "2025-12-31")


async def test_a_case_by_hand_wants_the_number_twice(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await signed_in(bench, pilot)
        await pilot.press("ctrl+n")
        await settle(pilot)
        await pilot.press(*"abc", "enter", *"510107195805169987", "enter")
        await settle(pilot)
        # A slip is said at the field, and the cursor stays there.
        assert zh("a digit is wrong (check digit)") in screen_text(bench.app)
        await pilot.press("backspace", "2", "enter")
        await settle(pilot)
        assert zh("type the number a second time; the two must be the same") in screen_text(
            bench.app
        )
        await pilot.press(*"510107195805169982", "enter")
        await settle(pilot)
        assert zh("the same twice") in screen_text(bench.app)


async def test_markup_in_a_name_is_shown_as_it_is(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await signed_in(bench, pilot)
        bench.lay(card(name="[bold]样本"))
        await settle(pilot)
        await pilot.press("f2", "ctrl+r")
        await settle(pilot)
        assert "[bold]样本" in screen_text(bench.app)


async def test_the_top_line_says_where_and_who(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await signed_in(bench, pilot)
        top = screen_text(bench.app).splitlines()[0]
        assert "石羊派出所" in top and "样本警员" in top and top.endswith(zh("Wed"))
        await bench.app.lock()
        await settle(pilot)
        assert "石羊派出所" not in screen_text(bench.app).splitlines()[0]


async def test_what_is_typed_behind_an_enter_waits_for_where_it_leads(bench: Bench) -> None:
    """All keys lie in the queue at once, as from a clerk who does not look."""
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot, "")
        for key in (*"hz", "space", "s", "enter", "enter", "9", "enter"):
            bench.app.post_message(
                Key(key, " " if key == "space" else key if len(key) == 1 else None)
            )
        await pilot.pause(1)
        await settle(pilot)
        case = bench.app.desk.case  # type: ignore[union-attr]
        assert case is not None and [item["document"] for item in case.draft.items] == ["passport"]
        assert case.draft.materials.get("photo") == "present"
        assert case.draft.part == "delivery"
