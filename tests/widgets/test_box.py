"""Headings over the whole width."""

from rich.cells import cell_len

from widgets.box import title_line


def test_a_heading_fills_its_width_and_ends_with_what_stands_on_the_right() -> None:
    line = title_line("出入境受理", "石羊派出所  周三", 80).plain
    assert cell_len(line) == 80 and line.startswith(" 出入境受理 ") and line.endswith("周三 ")


def test_a_heading_too_long_is_cut_before_what_stands_on_the_right() -> None:
    line = title_line("同一事项未办结" * 8, "石羊派出所  周三", 80).plain
    assert cell_len(line) == 80 and line.endswith("~ 石羊派出所  周三 ")
