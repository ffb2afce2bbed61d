"""The status line: what waits, how old, and what the clerk has to know now."""

from counter_tui.office import OutboxGlance
from counter_tui.screens.status import status_line
from counter_tui.words import Words


def test_what_waits_and_how_old_it_is_always_stands_there() -> None:
    words = Words()
    assert "无待上报" in status_line(OutboxGlance(), "", words)
    waiting = status_line(OutboxGlance(waiting=3, oldest_seconds=7300), "", words)
    assert "3" in waiting and "2" in waiting


def test_a_disk_without_reserve_comes_first() -> None:
    line = status_line(OutboxGlance(waiting=1, space_is_low=True), "", Words())
    assert line.strip().startswith("磁盘已满")
