"""Each seam cures something Textual does; each test fails when Textual changes there."""

import asyncio
import signal
import time

import pytest
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import constants
from textual._compositor import LayoutUpdate
from textual._xterm_parser import XTermParser
from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.css.stylesheet import Stylesheet
from textual.drivers import linux_driver
from textual.events import Hide, Key, Show
from textual.geometry import Region
from textual.message import Message
from textual.reactive import Reactive
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input

from widgets.rows import Rows
from widgets.seams import (
    PlainEscape,
    QuietScreen,
    SafeApp,
    SlimInput,
    display,
    tolerate_foreign_bytes,
)
from widgets.shown import Able, Shown


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


def test_kitty_keys_stay_off_and_a_cut_function_key_is_one_key() -> None:
    from counter_tui.environment import SETTINGS

    assert SETTINGS["TEXTUAL_DISABLE_KITTY_KEY"] == "1"
    assert int(SETTINGS["ESCDELAY"]) == 300
    # The names Textual reads them by.
    assert hasattr(constants, "DISABLE_KITTY_KEY")
    assert hasattr(constants, "ESCAPE_DELAY")


def test_a_foreign_byte_is_replaced_where_the_stock_decoder_raises(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(UnicodeDecodeError):
        linux_driver.getincrementaldecoder("utf-8")().decode(b"\xc4\xe3\xba\xc3")
    monkeypatch.setattr(linux_driver, "getincrementaldecoder", linux_driver.getincrementaldecoder)
    tolerate_foreign_bytes()
    decode = linux_driver.getincrementaldecoder("utf-8")().decode
    assert set(decode(b"\xc4\xe3\xba\xc3")) == {"�"}
    decode = linux_driver.getincrementaldecoder("utf-8")().decode
    assert decode("张".encode()[:2]) + decode("张".encode()[2:]) == "张"


def keys_of(parser: XTermParser, *pieces: str) -> list[str]:
    """The keys read from pieces that come one after the other, and then nothing for long."""
    events = [event for piece in pieces for event in parser.feed(piece)]
    time.sleep(constants.ESCAPE_DELAY + 0.02)
    events += parser.tick()
    return [event.key for event in events if isinstance(event, Key)]


def test_esc_and_the_key_behind_it_are_two_keys() -> None:
    stock = {text: keys_of(XTermParser(), f"\x1b{text}") for text in "15a\r\t\x07张"}
    assert all(len(keys) == 1 for keys in stock.values()), "or the cure is not needed any more"
    for text, key in zip(
        "15a\r\t\x07张", ["1", "5", "a", "enter", "tab", "ctrl+g", "张"], strict=True
    ):
        assert keys_of(PlainEscape(), f"\x1b{text}") == ["escape", key]
    assert keys_of(PlainEscape(), "\x1b", "5") == ["escape", "5"]
    assert keys_of(PlainEscape(), "\x1b") == ["escape"]
    for sequence, key in (("\x1b[15~", "f5"), ("\x1bOP", "f1"), ("\x1b[2~", "insert")):
        assert keys_of(PlainEscape(), sequence) == [key]
        assert keys_of(PlainEscape(), f"\x1b{sequence}") == ["escape", key]
    assert keys_of(PlainEscape(), "\x1b[1", "5~") == ["f5"], "cut by a slow line"


class Failing(SafeApp):
    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    def on_mount(self) -> None:
        number = "510107195805161235"
        raise ValueError(number)

    def on_failure(self, error: BaseException | None) -> str:
        self.told.append(type(error).__name__)
        return "one line"


async def test_a_crash_shows_one_line_and_no_local_variable() -> None:
    app = Failing()
    with pytest.raises(ValueError):
        async with app.run_test():
            pass
    assert app.told == ["ValueError"]
    assert app.return_code == 1
    assert App._fatal_error is not SafeApp._fatal_error


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
async def test_a_signal_ends_the_application_with_its_number(number: signal.Signals) -> None:
    app = OneRow()
    async with app.run_test() as pilot:
        app.listen_to_signals()
        signal.raise_signal(number)
        await asyncio.sleep(0)
        await pilot.pause()
        assert app.return_code == 128 + number
        for one in (signal.SIGHUP, signal.SIGTERM):
            asyncio.get_running_loop().remove_signal_handler(one)


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


def painted(shown: Shown, *rows: str | list[Segment]) -> str:
    strips = [[Strip([Segment(row)] if isinstance(row, str) else row)] for row in rows]
    update = LayoutUpdate(strips, Region(0, 0, 20, len(rows)))  # type: ignore[arg-type]
    return shown.difference(update, lambda text, style: f"<{style}>{text}" if style else text)


def test_only_the_cells_that_differ_are_sent() -> None:
    shown = Shown()
    painted(shown, "姓名 张三", "号码 510")
    assert painted(shown, "姓名 张三", "号码 511") == "\x1b[2;8H1"
    assert painted(shown, "姓名 张三", "号码 511") == ""


def test_a_wide_character_is_never_cut() -> None:
    shown = Shown()
    painted(shown, "ab张cd")
    assert painted(shown, "abxycd") == "\x1b[1;3Hxy"
    assert painted(shown, "a张ycd") == "\x1b[1;2H张"
    assert painted(shown, "ab张cd") == "\x1b[1;2Hb张"


def test_after_forgetting_everything_is_sent() -> None:
    shown = Shown()
    painted(shown, "abc")
    shown.forget()
    assert "abc" in painted(shown, "abc")


def test_a_change_of_style_alone_is_sent() -> None:
    shown = Shown()
    painted(shown, "abc")
    assert painted(shown, [Segment("abc", Style(reverse=True))]) == "\x1b[1;1H<reverse>abc"


def test_long_blanks_are_erased_not_sent() -> None:
    shown = Shown()
    painted(shown, "x" * 20)
    assert painted(shown, "x" + " " * 19) == "\x1b[1;2H\x1b[K"


def looked(able: Able, *rows: str | list[Segment]) -> str:
    shown = Shown()
    shown.able = able
    return painted(shown, *rows)


def test_signs_of_doubtful_width_become_letters_and_chinese_stays() -> None:
    said = looked(Able(wide_signs=False), "→ 张三 … ×2 ─│└ “好”，")
    assert said.endswith('> 张三 . x2 -|+ "好"，')


def test_without_colours_weight_and_reverse_remain() -> None:
    style = Style(color="green", bold=True)
    assert "bold" in looked(Able(colours=False), [Segment("ab", style)])
    assert "green" not in looked(Able(colours=False), [Segment("ab", style)])


def test_on_a_slow_line_a_bar_ends_with_its_text() -> None:
    bar = [Segment(" 受理".ljust(19), Style(reverse=True))]
    assert looked(Able(bars=False), bar).endswith(" 受理 \x1b[K")
    assert looked(Able(), bar).count(" ") > 10


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
