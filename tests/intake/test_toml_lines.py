"""A complaint about a configuration or a pack names the right line."""

import pytest

from intake.toml_lines import line_of

TEXT = """\
# comment with [brackets] = and "quotes"
language = "en"

[terminal]
lock_after_minutes = 10   # ten
"odd key" = '''
[not a table]
x = 1'''

[[scope]]
id = "first"
when = [
    { test = "is", fact = "a", values = ["x", "y"] },  # one, two
    { test = "at_least",
      fact = "age", value = 60 },
]

[[scope]]
id = "second"
text = { zh = "一,]}", en = "a \\" # }" }
to = 2018-05-01

[scope.extra]
deep.key = 1

[a.b.c]
value = \"\"\"say "hi\"\"\"\"
after = 2
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("language",), 2),
        (("terminal",), 4),
        (("terminal", "lock_after_minutes"), 5),
        (("terminal", "odd key"), 6),
        (("scope", 0), 10),
        (("scope", 0, "id"), 11),
        (("scope", 0, "when"), 12),
        (("scope", 0, "when", 0), 13),
        (("scope", 0, "when", 0, "values", 1), 13),
        (("scope", 0, "when", 1), 14),
        (("scope", 0, "when", 1, "value"), 15),
        (("scope", 1), 18),
        (("scope", 1, "text", "en"), 20),
        (("scope", 1, "to"), 21),
        (("scope", 1, "extra", "deep", "key"), 24),
        (("scope", 1, "extra", "deep"), 24),
        (("a",), 26),
        (("a", "b"), 26),
        (("a", "b", "c", "after"), 28),
        (("terminal", "nothing"), None),
        (("scope", 2), None),
    ],
)
def test_line(path: tuple[str | int, ...], line: int | None) -> None:
    assert line_of(TEXT, path) == line


def test_windows_line_ends_and_an_empty_text() -> None:
    assert line_of("a = 1\r\n[b]\r\nc = 2\r\n", ("b", "c")) == 3
    assert line_of("", ("a",)) is None
