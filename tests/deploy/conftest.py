"""A station on which a release is in use and an update key is pinned."""

import json
from pathlib import Path

import pytest

from deploy import install
from deploy.update import make_key


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "update.key"
    make_key(path)
    assert path.stat().st_mode & 0o777 == 0o600
    return path


@pytest.fixture
def root(tmp_path: Path, key: Path) -> Path:
    """A station on which 1.0 is in use and the key is pinned."""
    machine = install.Machine(tmp_path / "root")
    release = machine.releases / "1.0"
    (release / "units").mkdir(parents=True)
    (release / "release.json").write_text(json.dumps({"version": "1.0", "store": 3}))
    install.switch(machine, release)
    install.pin(machine, key.with_name("update.key.pub"), "")
    return tmp_path / "root"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "served"
