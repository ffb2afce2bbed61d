"""Every desk and question with much in it, in English, the wider one: no line beyond its place.

What is checked after each test is in `conftest.nothing_is_cut`.
"""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from counter_tui.config import PhotoConfig, Printer
from counter_tui.words import Words
from tests.agent.test_photos import taken
from tests.screens.desk_office import NOW, PIN, Bench, card, screen_text
from tests.screens.test_desks import TODAY, deferral, refused, told
from tests.screens.test_screens import SIZE, settle, signed_in, with_case


def _many() -> list[dict[str, Any]]:
    """Fifty materials to follow, of every age."""
    codes = ("loss_statement", "social_insurance_list", "kinship_proof")
    made = []
    for at in range(50):
        due = TODAY + timedelta(days=at - 35)
        one = deferral(due, codes[at % 3], "extended" if at % 2 else "open")
        made.append({**one, "id": str(UUID(int=at + 1))})
    return made


async def test_the_desks_with_much_on_them() -> None:
    bench, words = Bench("en"), Words("en")
    async with bench.app.run_test(size=SIZE) as pilot:
        await signed_in(bench, pilot)
        for key in ("1", "2", "3"):
            await pilot.press("ctrl+g", key)
            await pilot.pause()
        await told(bench, "deferrals", *_many())
        age = "UPDATE cache SET fetched_at = ?"
        old = (NOW - timedelta(days=12)).isoformat(timespec="microseconds")
        await bench.office.ask(
            lambda store: store._database.write(lambda c: c.execute(age, (old,)))
        )
        await pilot.press("ctrl+g", "2")
        await settle(pilot)
        seen = screen_text(bench.app)
        assert words("overdue: {count}", count=35) in seen
        assert words("State") in seen
        await pilot.press("end")
        await settle(pilot)
        assert _many()[-1]["due_on"][5:] in screen_text(bench.app), "the last row can be seen"
        await pilot.press("home", "enter")
        await settle(pilot)
        await pilot.press("escape", *"nobody")
        await settle(pilot)
        for reason in ("possible-duplicate", "invalid", "approval-refused", "store-rolled-back"):
            await refused(bench, reason, existing={"number": "7K3M-29QF-A"}, field="facts.items")
        await pilot.press("ctrl+g", "3")
        await settle(pilot)
        for _ in range(4):
            await pilot.press("down", "enter")
            await pilot.pause()
            await pilot.press("escape")
        for key in ("f1", "f9", "ctrl+g", "ctrl+o", "ctrl+d", "ctrl+k"):
            await pilot.press(key)
            await pilot.pause()


async def test_a_stopped_station_and_a_step_up() -> None:
    bench = Bench("en")
    async with bench.app.run_test(size=SIZE) as pilot:
        await signed_in(bench, pilot)
        long_ago = (NOW - timedelta(days=90)).isoformat()
        await bench.office.ask(lambda store: store.settings.put("pack.confirmed", long_ago))
        bench.lay(card())
        await settle(pilot)
        await pilot.press("down", "enter")
        await settle(pilot)
        await pilot.press(*PIN, "enter")
        await settle(pilot)
        assert bench.app.frame.place == "case"


async def test_a_case_its_photo_its_check_and_its_answers(tmp_path: Path) -> None:
    taken(tmp_path / "a.jpg")
    bench = Bench("en")
    bench.app.config = replace(
        bench.app.config, photo=PhotoConfig(str(tmp_path)), printer=Printer("escpos:/dev/none")
    )
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot, "ga qz sw + hz s + tw s")
        for key in ("f2", "f4", "f5", "f6", "f7", "f9", "escape"):
            await pilot.press(key)
            await pilot.pause()
        await bench.app.show("photo")
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        await pilot.press("escape", "ctrl+y")
        await settle(pilot)
        await pilot.press("escape")
        await settle(pilot)
        await pilot.press("ctrl+o")
        await settle(pilot)


async def test_a_sentence_too_long_for_its_line_is_shown_in_two() -> None:
    bench = Bench("en")
    said = "The disk failed while saving. The last step was not saved; do it again, and call it in."
    async with bench.app.run_test(size=SIZE) as pilot:
        await signed_in(bench, pilot)
        bench.app.frame.flash(said, bad=True)
        await settle(pilot)
        lines = screen_text(bench.app).split("\n")
        at = next(at for at, line in enumerate(lines) if line.startswith(" The disk failed"))
        assert f"{lines[at].strip()} {lines[at + 1].strip()}" == said
        bench.app.frame.flash("Short.")
        await settle(pilot)
        lines = screen_text(bench.app).split("\n")
        assert [line.strip() for line in lines[20:22]] == ["", "Short."]
