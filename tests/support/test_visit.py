"""A visit's order: asked, masked, open, over; and what a crash in between leaves."""

import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from counter_tui.support import visit
from counter_tui.support.errors import AlreadyOpen, NoTerminal
from counter_tui.support.place import Place
from counter_tui.support.screen import hosted
from counter_tui.support.visit import Desk
from counter_tui.support.watch import Watch


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """A meeting place with a terminal; the supporter is this machine's `nobody`."""
    place = Place(tmp_path / "p", "nobody")
    place.folder.mkdir()
    line = hosted(place, ["cat"])
    assert line is not None
    subprocess.run([*line[: line.index("-A")], "-d", *line[line.index("-s") :]], check=True)
    yield place
    subprocess.run(["tmux", "-S", str(place.screen), "kill-server"], check=False)


def test_the_terminal_sees_each_step(tmp_path: Path, place: Place) -> None:
    desk, watch = Desk(tmp_path, place), Watch(tmp_path)
    assert watch.look() is None
    asked = desk.ask("printer", 7)
    seen = watch.look()
    assert seen is not None and not seen.confirmed and seen.reason == "Printer"
    assert seen.until - asked.opened_at == timedelta(minutes=7)
    desk.confirm_masked(seen.visit)
    seen = watch.look()
    assert seen is not None and seen.confirmed
    desk.admit(asked)
    seen = watch.look()
    assert seen is not None and seen.visit.state == "open"
    assert desk.end() is not None
    assert watch.look() is None
    assert desk.end() is None


def test_only_one_at_a_time_and_only_for_known_reasons(tmp_path: Path, place: Place) -> None:
    desk = Desk(tmp_path, place)
    with pytest.raises(ValueError):
        desk.ask("张三的案子", 5)
    with pytest.raises(ValueError):
        desk.ask("reader", 0)
    desk.ask("reader", 5)
    with pytest.raises(AlreadyOpen):
        desk.ask("reader", 5)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["p", "visit.json"]
    assert (tmp_path / "visit.json").stat().st_mode & 0o777 == 0o600


def test_without_a_terminal_there_is_nothing_to_watch(tmp_path: Path) -> None:
    folder = tmp_path / "p"
    folder.mkdir()
    desk = Desk(tmp_path, Place(folder, "nobody"))
    with pytest.raises(NoTerminal):
        desk.ask("reader", 5)
    assert Watch(tmp_path).look() is None


def test_a_visit_ends_by_itself_when_its_time_is_up(tmp_path: Path, place: Place) -> None:
    now = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    clock = iter([now, now + timedelta(minutes=4), now + timedelta(minutes=5)])
    desk = Desk(tmp_path, place, clock=lambda: next(clock))
    desk.ask("reader", 5)
    assert desk.end_if_over() is None
    assert desk.end_if_over() is not None
    assert desk.end_if_over() is None


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"id": 1}', "\x00"])
def test_a_torn_file_means_that_somebody_watches(tmp_path: Path, content: str) -> None:
    (tmp_path / visit.FILE).write_text(content)
    assert Watch(tmp_path).look() is not None


def test_a_visit_whose_terminal_is_gone_can_be_ended(tmp_path: Path, place: Place) -> None:
    desk = Desk(tmp_path, place)
    desk.ask("reader", 5)
    subprocess.run(["tmux", "-S", str(place.screen), "kill-server"], check=True)
    desk.end()
    assert Watch(tmp_path).look() is None


def test_the_terminal_runs_where_it_can_be_watched_and_only_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "p"
    assert hosted(Place(folder), ["counter", "run"]) is None, "no meeting place was made"
    folder.mkdir()
    line = hosted(Place(folder), ["counter", "run"])
    assert line is not None and line[-2:] == ["counter", "run"] and line[0] == shutil.which("tmux")
    assert hosted(None, ["counter", "run"]) is None
    monkeypatch.setenv("COUNTER_IN_SCREEN", "1")
    assert hosted(Place(folder), ["counter", "run"]) is None
