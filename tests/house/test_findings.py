"""What was measured and changed the design is held to by tests: each finding by its number."""

import ast
from pathlib import Path

TESTS = Path(__file__).parents[1]


def test_each_of_the_ten_findings_has_a_test_that_names_it() -> None:
    named = {
        number
        for path in TESTS.rglob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name[:5] == "test_"
        for number in range(1, 11)
        if f"Finding {number}:" in (ast.get_docstring(node) or "")
    }
    assert sorted(named) == list(range(1, 11))
