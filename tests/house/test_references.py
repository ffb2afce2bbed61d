"""A page of the documentation that is named somewhere is there."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = re.compile(r"\bdocs/[\w/-]+\.(?:md|json|png)")


def test_every_page_that_is_named_is_there() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "*.py", "*.md", "*.toml", "*.sh", "Makefile"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    named = {
        (page, file)
        for file in listed.stdout.split()
        for page in PAGE.findall((ROOT / file).read_text("utf-8"))
    }

    assert len(named) > 20
    assert [(page, file) for page, file in sorted(named) if not (ROOT / page).exists()] == []
