"""What holds for every test of the screens: no line is wider than its place."""

from collections.abc import Iterator

import pytest
from rich.text import Text

from tests.screens.idle import no_idle_time as no_idle_time
from widgets.rows import Line, Rows
from widgets.seams import width_of


@pytest.fixture(autouse=True)
def nothing_is_cut(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every line that a test shows is seen whole; what is cut on purpose ends in `~`."""
    cut: set[str] = set()
    strip_of = Rows._strip_of

    def looked_at(rows: Rows, line: Line) -> object:
        text = (line.plain if isinstance(line, Text) else line).rstrip()
        if rows.size.width and width_of(text) > rows.size.width:
            cut.add(f"{rows.id}: {text}")
        return strip_of(rows, line)

    monkeypatch.setattr(Rows, "_strip_of", looked_at)
    yield
    assert not cut, "wider than its place: " + "\n".join(sorted(cut))
