"""The installer: whole archives only, one step at a time, never out of the store's reach."""

import hashlib
import json
import os
from pathlib import Path

import pytest

from deploy.build import bill
from deploy.install import KEEP, Machine, Refused, check_sums, prune, rollback, switch


def release(machine: Machine, version: str, store: int) -> Path:
    folder = machine.releases / version
    (folder / "units").mkdir(parents=True)
    (folder / "units" / "counter-agent.service").write_text(version)
    (folder / "release.json").write_text(json.dumps({"version": version, "store": store}))
    return folder


def test_upgrade_and_back(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    first, second = release(machine, "1.0", 3), release(machine, "1.1", 3)
    with pytest.raises(Refused):
        rollback(machine)
    switch(machine, first)
    switch(machine, second)
    assert machine.current.resolve() == second and machine.previous.resolve() == first
    assert machine.command.is_symlink()
    assert machine.current.readlink() == Path("releases/1.1"), "the same in and outside a root"
    assert rollback(machine) == "1.0"
    assert machine.current.resolve() == first and machine.previous.resolve() == second
    assert (machine.units / "counter-agent.service").read_text() == "1.0"


def test_no_way_back_to_a_release_that_cannot_read_the_store(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    switch(machine, release(machine, "1.0", 3))
    newer = release(machine, "1.1", 4)
    switch(machine, newer)
    with pytest.raises(Refused, match=r"1\.0 cannot read the store"):
        rollback(machine)
    assert machine.current.resolve() == newer


def test_old_releases_go_and_used_ones_stay(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    made = [release(machine, f"1.{number}", 1) for number in range(KEEP + 3)]
    for age, folder in enumerate(made):
        os.utime(folder, (age, age))
    switch(machine, made[0])
    prune(machine)
    assert {one.name for one in machine.releases.iterdir()} == {"1.0", "1.3", "1.4", "1.5"}


@pytest.mark.parametrize("harm", ["damage", "remove", "add"])
def test_an_archive_that_is_not_whole_is_refused(tmp_path: Path, harm: str) -> None:
    wheel = tmp_path / "wheels" / "one-1.0-py3-none-any.whl"
    wheel.parent.mkdir()
    wheel.write_bytes(b"wheel")
    digest = hashlib.sha256(b"wheel").hexdigest()
    (tmp_path / "SHA256SUMS").write_text(f"{digest}  wheels/{wheel.name}\n")
    check_sums(tmp_path)
    if harm == "damage":
        wheel.write_bytes(b"whee1")
    elif harm == "remove":
        wheel.unlink()
    else:
        (tmp_path / "wheels" / "two.whl").write_bytes(b"")
    with pytest.raises(Refused):
        check_sums(tmp_path)


def test_the_bill_names_every_wheel(tmp_path: Path) -> None:
    (tmp_path / "argon2_cffi-25.1.0-py3-none-any.whl").write_bytes(b"x")
    (component,) = bill(tmp_path, "0.1.0")["components"]
    assert component["purl"] == "pkg:pypi/argon2-cffi@25.1.0"
    assert component["hashes"][0]["content"] == hashlib.sha256(b"x").hexdigest()
