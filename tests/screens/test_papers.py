"""Answers on paper from the real screens: referral, notice, reprint, and the applicant's check."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from counter_tui.bell import Bell
from counter_tui.config import PhotoConfig, Printer
from counter_tui.mirror.view import WIDTH, pages
from counter_tui.photo.photos import Finished
from counter_tui.printing.lines import columns_of
from counter_tui.screens import photo as photo_screen
from counter_tui.store import Store
from counter_tui.words import Words
from intake.pack.rows import PhotoRow
from tests.agent.test_photos import taken
from tests.screens.desk_office import Bench, screen_text
from tests.screens.test_screens import SIZE, settle, with_case
from widgets.shown import Able

zh = Words("zh_CN")
REFERRED = "ga qz sw"


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    made = Bench()
    made.app.config = replace(
        made.app.config, home=tmp_path, printer=Printer(f"file:{tmp_path / 'papers'}")
    )
    yield made


async def papers(home: Path, count: int) -> list[Path]:
    """The papers once there are `count`."""
    for _ in range(200):
        with suppress(FileNotFoundError):
            found = sorted((home / "papers").glob("*.txt"), key=lambda path: path.stat().st_mtime)
            if len(found) >= count:
                return found
        await asyncio.sleep(0.05)
    raise AssertionError("no paper came out")


async def acts(bench: Bench) -> list[tuple[str | None, dict[str, object]]]:
    """What was left for the centre."""

    def read(store):  # type: ignore[no-untyped-def]
        rows = store.outbox.list()
        return [(row.action, json.loads(store.outbox.body(row.key))) for row in rows]

    for _ in range(100):
        found = await bench.office.ask(read)
        if any(action == "prints" for action, _ in found):
            return found
        await asyncio.sleep(0.05)
    return found


async def test_a_referral_takes_two_keys_and_is_recorded_and_printed(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot, REFERRED)
        assert zh("not served here: refer the applicant") in screen_text(bench.app)

        await pilot.press("ctrl+o")
        await settle(pilot)
        assert "武侯区出入境办证大厅" in screen_text(bench.app)
        await pilot.press("enter")
        await settle(pilot)
        (paper,) = await papers(bench.app.config.home, 1)

        text = paper.read_text("utf-8")
        assert "转介单" in text and "武侯区出入境办证大厅" in text
        assert "样本" not in paper.name
        referral, printed = await acts(bench)
        assert referral[0] == "referrals"
        assert referral[1]["site"] == "510107-hall-01"
        assert referral[1]["items"] == [0]
        assert referral[1]["rule"]
        assert printed[0] == "prints"
        assert printed[1] == {
            "what": "referral",
            "copy_number": 1,
            "sha256": printed[1]["sha256"],
        }
        assert bench.office.kept == {}
        assert bench.app.frame.place == "home"


async def test_the_notice_of_an_incomplete_case_and_its_reprint(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot)
        await pilot.press("ctrl+o")
        await settle(pilot)
        (first,) = await papers(bench.app.config.home, 1)
        assert "一次性告知书" in first.read_text("utf-8")
        assert "补打" not in first.read_text("utf-8")
        assert [action for action, _ in await acts(bench)] == ["notices", "prints"]
        # The case stays open: the applicant may find the paper in a pocket.
        assert bench.app.frame.place == "case"

        await pilot.press("escape")
        await settle(pilot)
        await pilot.press("ctrl+o")
        await settle(pilot)
        assert "一次性告知书" in screen_text(bench.app)
        assert zh("printed") in screen_text(bench.app)
        await pilot.press("enter")
        await settle(pilot)
        second = (await papers(bench.app.config.home, 2))[-1]
        assert "补打 第2份" in second.read_text("utf-8")


async def test_printer_trouble_is_one_sentence_and_the_paper_waits(
    bench: Bench, tmp_path: Path
) -> None:
    bench.app.config = replace(bench.app.config, printer=Printer("escpos:/dev/no-such-printer"))
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot)
        await pilot.press("ctrl+o")
        for _ in range(200):
            await settle(pilot)
            if "找不到打印机" in screen_text(bench.app):
                break
            await asyncio.sleep(0.05)
        assert "找不到打印机" in screen_text(bench.app)
        (one,) = await bench.office.ask(lambda store: store.prints.list())
        assert (one.state, one.copy) == ("failed", 1)
        # What did not come out is not counted: the next one is the first.
        assert "样本" not in repr(bench.office.failed)


async def test_the_applicant_reads_the_case_back_on_both_screens(bench: Bench) -> None:
    heard: list[dict[str, object]] = []
    async with bench.app.run_test(size=SIZE) as pilot:
        with Bell(bench.app.config.home, "mirror") as bell:
            bell.on_ring(heard.append)
            await with_case(bench, pilot)
            await pilot.press("ctrl+y")
            await settle(pilot)
            assert "样 本 甲" in screen_text(bench.app)
            assert "样 本 甲" in str(heard[-1]["lines"])
            assert "510107195805169987" not in str(heard)
            assert "第1页" in screen_text(bench.app)
            await pilot.press("ctrl+l")
            await settle(pilot)
            assert "第1页" in screen_text(bench.app), "which keys go on stays in sight"

            while bench.app.frame.place == "readback":
                await pilot.press("enter")
                await settle(pilot)
            assert bench.app.desk is not None and bench.app.desk.case is not None
            assert bench.app.desk.case.draft.read_back_at
            assert heard[-1]["lines"] == []
            assert ("read back confirmed", bench.app.desk.case.draft.id) in bench.office.recorded

            await pilot.press("ctrl+y")
            await settle(pilot)
            await pilot.press("ctrl+k")
            await settle(pilot)
            assert heard[-1]["lines"] == []


@pytest.mark.parametrize("language", ["zh_CN", "en"])
async def test_no_number_or_word_is_broken_for_the_applicant(bench: Bench, language: str) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot)
        assert bench.app.desk is not None and bench.app.desk.case is not None
        case = bench.app.desk.case
        where = {"division_name": "四川省成都市锦江区", "detail": "东大街137号9栋2单元801号"}
        to = replace(case.draft.recipient, **where)
        case.change(replace(case.draft, method="post", recipient=to))
        shown = [line for page in pages(case, Words(language)) for line in page]
    assert any("８０１号" in line for line in shown)
    assert language == "zh_CN" or any("ａｐｐｌｉｃａｔｉｏｎ" in line for line in shown)
    assert max(map(columns_of, shown)) <= WIDTH


async def test_a_photo_is_looked_at_and_taken(bench: Bench, tmp_path: Path) -> None:
    taken(tmp_path / "a.jpg")
    bench.app.config = replace(bench.app.config, photo=PhotoConfig(str(tmp_path)))
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot)
        assert bench.app.desk is not None and bench.app.desk.case is not None
        case = bench.app.desk.case
        await bench.app.show("photo")
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert "KB" in screen_text(bench.app)
        await pilot.press("enter")
        await settle(pilot)
        assert case.draft.photo["sha256"]
        assert bench.app.frame.place == "case"
        assert await bench.office.ask(lambda store: store.blobs.get(case.draft.photo["sha256"]))


async def test_a_photo_kept_late_never_lands_on_the_next_person(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken(tmp_path / "a.jpg")
    bench.app.config = replace(bench.app.config, photo=PhotoConfig(str(tmp_path)))
    slow, ask = asyncio.Event(), bench.office.ask

    async def ask_slowly(work: Callable[[Store], object]) -> object:
        await slow.wait()
        return await ask(work)

    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot)
        desk = bench.app.desk
        assert desk is not None and desk.case is not None
        before = desk.case.draft
        await bench.app.show("photo")
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        monkeypatch.setattr(bench.office, "ask", ask_slowly)
        await pilot.press("enter")
        await bench.app.open(desk.blank())
        slow.set()
        await settle(pilot)
        after = desk.case.draft
        assert after.id != before.id
        assert (after.person.number, after.photo) == ("", {})
        assert not desk.put(before), "what belongs to another case changes nothing"
        assert bench.app.frame.place == "case"


async def test_enter_takes_no_photo_that_the_cursor_left(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.jpg", "b.jpg"):
        taken(tmp_path / name)
    bench.app.config = replace(bench.app.config, photo=PhotoConfig(str(tmp_path)))
    opened, finish = asyncio.Event(), photo_screen.finish

    async def finish_slowly(path: Path, rules: PhotoRow) -> Finished:
        await opened.wait()
        return await finish(path, rules)

    monkeypatch.setattr(photo_screen, "finish", finish_slowly)
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot)
        await bench.app.show("photo")
        await pilot.pause()
        await pilot.press("enter", "down")
        opened.set()
        await settle(pilot)
        screen = bench.app.frame
        assert isinstance(screen, photo_screen.PhotoScreen)
        assert len(screen.found) == 2
        assert (screen.finished, screen.preview) == (None, None)


async def test_a_photo_without_colours_is_seen_in_shades(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken(tmp_path / "a.jpg")
    bench.app.config = replace(bench.app.config, photo=PhotoConfig(str(tmp_path)))
    async with bench.app.run_test(size=SIZE) as pilot:
        bench.app.shown.able = Able(colours=False, wide_signs=False)
        await with_case(bench, pilot)
        await bench.app.show("photo")
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        screen = bench.app.frame
        assert isinstance(screen, photo_screen.PhotoScreen)
        signs = {sign for line in screen.seen.lines for sign in str(line)}
        assert len(signs) > 3 and "▀" not in signs
