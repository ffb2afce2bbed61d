"""Lines of text repaint only what changed."""

from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult
from textual.geometry import Region
from textual.screen import Screen

from widgets.rows import Rows
from widgets.seams import (
    QuietScreen,
    SafeApp,
)


class OneRow(SafeApp):
    def get_default_screen(self) -> Screen:
        return QuietScreen()

    def compose(self) -> ComposeResult:
        yield Rows(["一", "二", "三"], id="rows")


async def test_a_line_of_one_style_is_painted_in_it() -> None:
    async with OneRow().run_test(size=(20, 6)) as pilot:
        rows = pilot.app.query_one(Rows)
        rows.show([Text("一", Style(reverse=True), end="")])
        await pilot.pause()
        first = next(one for one in rows.render_line(0) if "一" in one.text)
        assert first.style is not None and first.style.reverse


async def test_rows_repaint_only_the_line_that_changed() -> None:
    app = OneRow()
    async with app.run_test(size=(80, 24)) as pilot:
        rows = app.query_one(Rows)
        asked: list[tuple[Region, ...]] = []
        rows.refresh = lambda *regions, **named: asked.append(regions) or rows  # type: ignore
        rows.show(["一", "贰", "三"])
        await pilot.pause()
        assert asked == [(Region(0, 1, 80, 1),)]


async def test_a_style_is_made_once_for_all_lines_and_anew_with_the_looks() -> None:
    app = OneRow()
    async with app.run_test(size=(20, 6)) as pilot:
        rows = app.query_one(Rows)
        before = rows.rich_style
        assert rows.rich_style is before
        app.theme = "textual-light"
        await pilot.pause()
        assert rows.rich_style.color != before.color
        line = next(iter(rows.render_line(0)))
        assert line.style is not None and line.style.color == rows.rich_style.color
