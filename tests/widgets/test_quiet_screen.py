"""What a screen reads, lays out and paints; each test fails when Textual changes there."""

import pytest
from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.css.stylesheet import Stylesheet
from textual.events import Hide, Show
from textual.geometry import Region
from textual.message import Message
from textual.reactive import Reactive
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input

from widgets.rows import Rows
from widgets.seams import (
    QuietScreen,
    SafeApp,
    SlimInput,
    display,
)


def reactive_of(owner: type, name: str) -> Reactive:
    return owner.__dict__[name]


def test_textual_still_repaints_the_screen_for_a_focus_move_and_ours_does_not() -> None:
    assert reactive_of(Screen, "focused")._repaint is True
    assert reactive_of(QuietScreen, "focused")._repaint is False


class TwoFields(SafeApp):
    def __init__(self, kind: type[Input]) -> None:
        super().__init__()
        self._kind = kind
        self.layouts = 0

    def get_default_screen(self) -> Screen:
        return QuietScreen()

    def compose(self) -> ComposeResult:
        yield self._kind(id="one")
        yield self._kind(id="two")


class Covered(SafeApp):
    """Something indented behind something as wide as the screen."""

    CSS = """
    #behind { margin: 0 0 0 3; height: 2; }
    #front { layer: box; height: 1; width: 100%; }
    """

    def __init__(self, kind: type[Screen]) -> None:
        super().__init__()
        self._kind = kind

    def get_default_screen(self) -> Screen:
        screen = self._kind()
        screen.styles.layers = ("base", "box")
        return screen

    def compose(self) -> ComposeResult:
        yield Rows(["后面的字", "后面的字"], id="behind")
        yield Rows(["前面的字"], id="front")


async def lines_of(kind: type[Screen]) -> list[str]:
    app = Covered(kind)
    async with app.run_test(size=(20, 2)) as pilot:
        await pilot.pause()
        return [strip.text for strip in app.screen._compositor.render_strips()]


async def test_textual_still_cuts_wide_characters_at_covered_edges_and_ours_does_not() -> None:
    assert (await lines_of(Screen))[0].startswith("前  的字")
    assert [line.rstrip() for line in await lines_of(QuietScreen)] == ["前面的字", "   后面的字"]


async def layouts_while_typing(kind: type[Input], monkeypatch: pytest.MonkeyPatch) -> int:
    app = TwoFields(kind)
    async with app.run_test(size=(80, 24)) as pilot:
        app.query_one("#one").focus()
        await pilot.pause()
        counted = 0
        original = Screen._refresh_layout

        def counting(self: Screen, *args: object, **named: object) -> None:
            nonlocal counted
            counted += 1
            original(self, *args, **named)  # type: ignore[arg-type]

        monkeypatch.setattr(Screen, "_refresh_layout", counting)
        await pilot.press("a", "b", "c")
        await pilot.pause()
        monkeypatch.setattr(Screen, "_refresh_layout", original)
        assert app.query_one("#one", Input).value == "abc"
        return counted


async def test_typing_lays_out_the_screen_in_stock_and_not_in_ours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert await layouts_while_typing(Input, monkeypatch) > 0
    assert await layouts_while_typing(SlimInput, monkeypatch) == 0


async def test_the_screen_has_no_scrollbars() -> None:
    async with TwoFields(SlimInput).run_test() as pilot:
        screen = pilot.app.screen
        assert (screen.scrollbar_size_horizontal, screen.scrollbar_size_vertical) == (0, 0)


async def test_the_cursor_does_not_blink() -> None:
    async with TwoFields(SlimInput).run_test() as pilot:
        assert pilot.app.query_one("#one", SlimInput).cursor_blink is False


async def nodes_of(kind: type[Input]) -> int:
    """How many nodes a field has besides itself."""

    class Host(App[None]):
        def compose(self) -> ComposeResult:
            yield kind("样本")

    async with Host().run_test() as pilot:
        return len(pilot.app.query_one(kind)._component_styles)


async def test_a_stock_field_has_nodes_for_its_parts_and_ours_has_none() -> None:
    assert await nodes_of(Input) == 4
    assert await nodes_of(SlimInput) == 0


class Filled(TwoFields):
    """Two fields in two containers, of which one may be hidden."""

    def __init__(self, kind: type[Screen]) -> None:
        super().__init__(SlimInput)
        self._screen = kind

    def get_default_screen(self) -> Screen:
        return self._screen()

    def compose(self) -> ComposeResult:
        for name in ("one", "two"):
            yield Vertical(SlimInput(id=name), Rows([name]), id=f"part-{name}")


async def rendered_for_a_letter(kind: type[Screen], monkeypatch: pytest.MonkeyPatch) -> set[str]:
    app, rendered = Filled(kind), set()
    async with app.run_test(size=(80, 24)) as pilot:
        app.query_one("#one").focus()
        await pilot.pause()
        render = Widget.render_lines

        def noting(self: Widget, crop: Region) -> list[Strip]:
            rendered.add(type(self).__name__)
            return render(self, crop)

        monkeypatch.setattr(Widget, "render_lines", noting)
        await pilot.press("a")
        await pilot.pause()
        monkeypatch.setattr(Widget, "render_lines", render)
    return rendered


async def test_a_letter_renders_the_whole_screen_in_stock_and_its_field_in_ours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert "Rows" in await rendered_for_a_letter(Screen, monkeypatch)
    assert await rendered_for_a_letter(QuietScreen, monkeypatch) == {"SlimInput"}


async def layouts_and_shows(kind: type[Screen], monkeypatch: pytest.MonkeyPatch) -> tuple[int, int]:
    """Of swapping two parts that were both seen before, the cursor in the one that goes."""
    app = Filled(kind)
    counted = {"layouts": 0, "told": 0}
    async with app.run_test(size=(80, 24)) as pilot:
        one, two = app.query_one("#part-one"), app.query_one("#part-two")
        for part in (two, one):
            display([part], [two if part is one else one])
            await pilot.pause()
        app.query_one("#one").focus()
        await pilot.pause()
        lay_out, post = Screen._refresh_layout, Widget.post_message

        def laying(self: Screen, *args: object, **named: object) -> None:
            counted["layouts"] += 1
            lay_out(self, *args, **named)  # type: ignore[arg-type]

        def posting(self: Widget, message: Message) -> bool:
            counted["told"] += isinstance(message, Show | Hide)
            return post(self, message)

        monkeypatch.setattr(Screen, "_refresh_layout", laying)
        monkeypatch.setattr(Widget, "post_message", posting)
        display([two], [one])
        app.screen.set_focus(app.query_one("#two"))
        await pilot.pause()
        await pilot.pause()
        monkeypatch.undo()
        assert app.focused is app.query_one("#two")
        assert "two" in "\n".join(strip.text for strip in app.screen._compositor.render_strips())
    return counted["layouts"], counted["told"]


async def test_a_part_comes_into_sight_with_one_layout_and_nobody_need_be_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert (await layouts_and_shows(Screen, monkeypatch))[1] > 0
    assert await layouts_and_shows(QuietScreen, monkeypatch) == (1, 0)


async def test_the_cursor_reads_no_style_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    app, read = Filled(QuietScreen), 0
    async with app.run_test(size=(80, 24)) as pilot:
        app.query_one("#one").focus()
        await pilot.pause()
        apply = Stylesheet.apply

        def applying(self: Stylesheet, *args: object, **named: object) -> None:
            nonlocal read
            read += 1
            apply(self, *args, **named)  # type: ignore[arg-type]

        monkeypatch.setattr(Stylesheet, "apply", applying)
        app.query_one("#two").focus()
        await pilot.pause()
        line = app.query_one("#two", SlimInput).render_line(0)
        assert any(one.style is not None and one.style.underline for one in line)
    assert read == 0


async def pictures_before(kind: type[Screen], monkeypatch: pytest.MonkeyPatch) -> tuple[int, int]:
    """Layouts and pictures of a screen that has never been seen, until it is in sight."""
    counted = {"layouts": 0, "pictures": 0}
    lay_out, paint = Screen._refresh_layout, Screen._compositor_refresh

    def laying(self: Screen, *args: object, **named: object) -> None:
        counted["layouts"] += 1
        lay_out(self, *args, **named)  # type: ignore[arg-type]

    def painting(self: Screen) -> None:
        counted["pictures"] += 1
        paint(self)

    async with Filled(kind).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        seen = kind()
        monkeypatch.setattr(Screen, "_refresh_layout", laying)
        monkeypatch.setattr(Screen, "_compositor_refresh", painting)
        await pilot.app.push_screen(seen)
        await seen.mount(Rows(["one"]), SlimInput())
        for _ in range(3):
            await pilot.pause()
        monkeypatch.undo()
    return counted["layouts"], counted["pictures"]


async def test_a_new_screen_is_laid_out_and_painted_fewer_times(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    layouts, pictures = await pictures_before(Screen, monkeypatch)
    ours = await pictures_before(QuietScreen, monkeypatch)
    assert ours == (2, 3), "once when it is there, and once when it was filled"
    assert layouts > ours[0], "or the cure is not needed any more"
    assert pictures > ours[1], "or the cure is not needed any more"


async def test_a_terminal_that_says_its_size_again_is_laid_out_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    laid_out: list[Screen] = []
    lay_out = Screen._refresh_layout

    def laying(self: Screen, *args: object, **named: object) -> None:
        laid_out.append(self)
        lay_out(self, *args, **named)  # type: ignore[arg-type]

    async with Filled(QuietScreen).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        monkeypatch.setattr(Screen, "_refresh_layout", laying)
        await pilot.resize_terminal(80, 24)
        assert pilot.app.screen in laid_out


class Late(Rows):
    """Brings rules of its own to a screen that comes later."""

    DEFAULT_CSS = "Late { height: 2; }"


@pytest.mark.parametrize("kind", [Screen, QuietScreen])
async def test_rules_that_come_later_are_for_the_widgets_they_come_with(
    kind: type[Screen], monkeypatch: pytest.MonkeyPatch
) -> None:
    styled: list[object] = []
    update = Screen.update_node_styles

    def count(self: Screen, animate: bool = True) -> None:
        styled.append(self)
        update(self, animate)

    app = Filled(kind)
    async with app.run_test(size=(80, 24)) as pilot:
        first = app.screen
        first.update_node_styles()
        await pilot.pause()
        before = {one: one.styles.css for one in first.walk_children(Widget)}
        monkeypatch.setattr(Screen, "update_node_styles", count)
        later = kind()
        await app.push_screen(later)
        await later.mount(Late(["two"]))
        await pilot.pause()
        await app.pop_screen()
        first.update_node_styles()
        await pilot.pause()
        assert {one: one.styles.css for one in first.walk_children(Widget)} == before
    assert (later in styled) is (kind is Screen), "styled as it was mounted, and then once more"


@pytest.mark.parametrize(("kind", "again"), [(Screen, 2), (QuietScreen, 0)])
async def test_a_screen_that_comes_back_is_not_styled_again_unless_the_looks_changed(
    kind: type[Screen], again: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    styled: list[object] = []
    update = Screen.update_node_styles

    def count(self: Screen, animate: bool = True) -> None:
        styled.append(self)
        update(self, animate)

    async with App[None]().run_test() as pilot:
        app = pilot.app
        for name in ("one", "two"):
            app.install_screen(kind(), name)
        await app.push_screen("one")
        for name in ("two", "one"):
            await app.switch_screen(name)
            await pilot.pause()
        monkeypatch.setattr(Screen, "update_node_styles", count)
        for name in ("two", "one"):
            await app.switch_screen(name)
            await pilot.pause()
        assert len(styled) == again, "or the cure is not needed any more"
        app.theme = "textual-light"
        await pilot.pause()
        styled.clear()
        await app.switch_screen("two")
        await pilot.pause()
        assert styled
