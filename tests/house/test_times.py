"""People read the city's time, from every command and whatever the computer's zone is."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house.test_catalogues import ROOT

OWN_ZONE = {
    "counter_tui/app.py": "the terminal's process was put on the city's time before",
    "counter_tui/doctor/machine.py": "names the computer's zone where it is another",
}
"""Where the computer's own zone may be asked for, and why."""


def asks_the_computer(tree: ast.AST) -> Iterator[int]:
    """Lines that take the computer's zone: `x.astimezone()`, `datetime.now()`, `date.today()`."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr="astimezone"), args=[], keywords=[]):
                yield node.lineno
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="datetime"), attr="now"), args=[], keywords=[]
            ):
                yield node.lineno
            case ast.Call(func=ast.Attribute(value=ast.Name(id="date"), attr="today")):
                yield node.lineno


def test_no_time_is_shown_in_the_computers_zone() -> None:
    found = []
    for path in sorted(Path(ROOT, "counter_tui").rglob("*.py")):
        name = str(path.relative_to(ROOT))
        if name not in OWN_ZONE:
            lines = asks_the_computer(ast.parse(path.read_text("utf-8")))
            found += [f"{name}:{line}" for line in lines]
    assert not found, "use intake.days.city_time or city_day"
