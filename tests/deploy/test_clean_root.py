"""The real archive in a clean Debian without a network: installed, updated by stick, and back."""

import json
import os
import re
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from deploy.build import build, sum_up
from deploy.update import make_key, publish

PIN = "604128\n"


def _needs(program: str) -> None:
    if shutil.which(program):
        return
    if os.geteuid() != 0:
        pytest.fail(f"{program} is missing and takes root to install: apt-get install {program}")
    subprocess.run(
        ["apt-get", "install", "-q", "-y", "--no-install-recommends", program], check=True
    )


def _clean_root(folder: Path) -> None:
    """Debian with its Python and nothing more, from where this machine has its own packages."""
    told = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI) $(CODENAME)"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    origin = next(line.split()[0] for line in told.splitlines() if line.endswith(" bookworm"))
    subprocess.run(
        ["debootstrap", "--variant=minbase", "--include=python3", "bookworm", folder, origin],
        check=True,
        capture_output=True,
    )


class Root:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, *command: str, given: str = "", status: int = 0) -> str:
        """Run in the root, without any network."""
        clean = {"PATH": "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root"}
        done = subprocess.run(
            ["unshare", "--net", "chroot", self.folder, *command],
            input=given,
            capture_output=True,
            text=True,
            env=clean,
        )
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr


def _next_release(archive: Path, folder: Path) -> Path:
    """The same release under a higher number."""
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    (old,) = folder.iterdir()
    content = old.rename(folder / "counter-99.0")
    facts = json.loads((content / "release.json").read_text()) | {"version": "99.0"}
    (content / "release.json").write_text(json.dumps(facts))
    (content / "SHA256SUMS").unlink()
    sum_up(content)
    newer = folder / "counter-99.0.tar.gz"
    with tarfile.open(newer, "w:gz") as tar:
        tar.add(content, content.name)
    return newer


def _finds_its_byte_code(root: Root) -> None:
    """A first start by somebody who may write nothing there compiles nothing."""
    lib = root.folder / "opt/counter/current/lib"
    before = {path: path.stat().st_mtime_ns for path in lib.rglob("*.pyc")}
    assert len(before) > 500
    nobody = ("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups")
    python = "/opt/counter/current/bin/python"
    for start in ("import counter_tui.app, counter_tui.screens.ready", "import counter_tui.agent"):
        code = f"from counter_tui import environment; environment.prepare(); {start}"
        told = root.run(*nobody, python, "-v", "-c", code)
        compiled = re.findall(r"# code object from (/\S+\.py)$", told, re.MULTILINE)
        assert not [one for one in compiled if one.startswith("/opt/counter")], "no byte-code of it"
        assert "counter_tui/__pycache__" in told
    assert {path: path.stat().st_mtime_ns for path in lib.rglob("*.pyc")} == before


@pytest.mark.soak
def test_installed_updated_and_back_in_a_clean_debian(tmp_path: Path) -> None:
    _needs("debootstrap")
    _clean_root(tmp_path / "root")
    root = Root(tmp_path / "root")
    archive = build(tmp_path / "dist")
    key = tmp_path / "key"
    shutil.copy(make_key(key), root.folder / "root" / "bureau.pub")
    (tmp_path / "next").mkdir()
    publish(_next_release(archive, tmp_path / "next"), key, root.folder / "stick")
    with tarfile.open(archive) as tar:
        tar.extractall(root.folder / "root", filter="data")
    version = archive.name.removeprefix("counter-").removesuffix(".tar.gz")

    installer = f"/root/counter-{version}/install"
    assert "is in use" in root.run(installer, "--update-key", "/root/bureau.pub")
    assert version in root.run("counter", "--version")
    _finds_its_byte_code(root)
    station = ("--station", "510107-ps-014", "--clerk", "C0001", "--name", "王")
    root.run("counter", "enrol", *station, "--pin-stdin", given=PIN)
    sign_in = ("outbox", "list", "--json", "--clerk", "C0001", "--pin-stdin")
    before = root.run("counter", *sign_in, given=PIN)

    root.run("counter", "update", "check", "--from", "/stick")
    root.run("counter", "update", "fetch", "--from", "/stick")
    shutil.rmtree(root.folder / "stick")
    root.run("counter", "update", "install")
    assert (root.folder / "opt/counter/current").resolve().name == "99.0"
    assert root.run("counter", *sign_in, given=PIN) == before, "the store is kept"

    assert f"{version} is in use" in root.run("/opt/counter/current/install", "rollback")
    assert root.run("counter", *sign_in, given=PIN) == before
