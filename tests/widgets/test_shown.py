"""What is sent: the cells that differ from what stands on the terminal."""

from rich.segment import Segment
from rich.style import Style
from textual._compositor import LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from widgets.shown import Able, Shown


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
