"""A station paired with a real centre for every test of the agent."""

from pathlib import Path

import pytest

from tests.store.centre import Pair, paired


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    return paired(tmp_path)
