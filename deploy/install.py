#!/usr/bin/env python3
"""Install, upgrade or roll back a station from this folder. Needs root; no network; Python 3.11+.

    ./install               install this release, or upgrade to it
    ./install rollback      go back to the release before; /opt/counter/current/install does so too
    ./install --root DIR    under DIR instead of /
    ./install --update-key FILE [--update-from URL]
                            also pin the bureau's update key, and where updates come from

Releases lie side by side in /opt/counter/releases; /opt/counter/current names the one in use. The
station's home (store, keys, logs) is never touched.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
KEEP = 3


class Refused(Exception):
    """One sentence for the person who installs."""


class Machine:
    """Where things go."""

    def __init__(self, root: Path) -> None:
        self.base = root / "opt" / "counter"
        self.releases = self.base / "releases"
        self.current = self.base / "current"
        self.previous = self.base / "previous"
        self.command = root / "usr" / "local" / "bin" / "counter"
        self.units = root / "etc" / "systemd" / "user"
        self.system_units = root / "etc" / "systemd" / "system"
        self.updates = self.base / "updates.json"


def check_sums(folder: Path) -> None:
    """Every file as it was built, and no other. Raises Refused."""
    if not (folder / "SHA256SUMS").exists():
        raise Refused("There is no archive here to install; run ./install where one was unpacked.")
    expected = {}
    for line in (folder / "SHA256SUMS").read_text().splitlines():
        digest, _, name = line.partition("  ")
        expected[name] = digest
    there = {str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file()}
    if there - {"SHA256SUMS"} != set(expected):
        raise Refused("The archive is not whole: files are missing or were added. Unpack it again.")
    for name, digest in expected.items():
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != digest:
            raise Refused(f"{name} was damaged on the way. Copy the archive again.")


def install(machine: Machine, folder: Path) -> str:
    """Install the release in `folder` beside the others, try it, then switch. The version."""
    check_sums(folder)
    facts = json.loads((folder / "release.json").read_text())
    version = facts["version"]
    target = machine.releases / version
    if machine.current.exists() and machine.current.resolve() == target.resolve():
        return version
    if target.exists():
        # Left half made by an install that was cut off, or rolled back from: made anew.
        shutil.rmtree(target)
    target.mkdir(parents=True)
    python = target / "bin" / "python"
    run(sys.executable, "-m", "venv", "--without-pip", "--copies", str(target))
    wheels = folder / "wheels"
    pip = next(wheels.glob("pip-*.whl"))
    offline = ("--no-index", "--no-cache-dir", "--disable-pip-version-check", "-q")
    programs = [str(one) for one in sorted(wheels.glob("*.whl")) if one != pip]
    run(str(python), f"{pip}/pip", "install", *offline, "--no-deps", *programs)
    run(str(python), "-m", "compileall", "-q", str(target / "lib"))
    # The installer stays with the release: the way back needs no archive.
    for name in ("install", "release.json", "sbom.cdx.json", "counter.toml", "README.md"):
        shutil.copy(folder / name, target / name)
    shutil.copytree(folder / "units", target / "units")
    # Tried before anything points at it.
    run(str(target / "bin" / "counter"), "--version")
    switch(machine, target)
    prune(machine)
    return version


def rollback(machine: Machine) -> str:
    """Use the release before. Refused when it cannot read the store of the present one."""
    if not machine.previous.exists():
        raise Refused("There is no release before this one.")
    before, now = machine.previous.resolve(), machine.current.resolve()
    stores = [json.loads((one / "release.json").read_text())["store"] for one in (before, now)]
    if stores[0] < stores[1]:
        raise Refused(
            f"{before.name} cannot read the store that {now.name} keeps. Install a corrected newer "
            "release instead; nothing was changed."
        )
    switch(machine, before)
    return before.name


def switch(machine: Machine, target: Path) -> None:
    """Point at `target`, in one step each: a cut leaves the old release or the new one."""
    if machine.current.exists():
        point(machine.previous, machine.current.resolve())
    point(machine.current, target)
    machine.command.parent.mkdir(parents=True, exist_ok=True)
    if not machine.command.is_symlink() and not machine.command.exists():
        link = os.path.relpath(machine.current / "bin" / "counter", machine.command.parent)
        machine.command.symlink_to(link)
    for units, place in (
        (target / "units", machine.units),
        (target / "units" / "system", machine.system_units),
    ):
        for unit in units.glob("*.*"):
            place.mkdir(parents=True, exist_ok=True)
            shutil.copy(unit, place / unit.name)


def pin(machine: Machine, key: Path, origin: str) -> None:
    """Trust updates that `key` (a public Ed25519 JWK) signed, from `origin`. Raises Refused."""
    try:
        given = json.loads(key.read_text())
        shown = {name: str(given[name]) for name in ("kty", "crv", "x")}
    except (ValueError, KeyError, TypeError):
        raise Refused(f"{key} is not a public key; ask for the .pub file.") from None
    if (shown["kty"], shown["crv"]) != ("OKP", "Ed25519") or "d" in given:
        raise Refused(f"{key} is not a public Ed25519 key; ask for the .pub file.")
    if origin and not origin.startswith("https://"):
        raise Refused("--update-from: updates come over https only.")
    fresh = machine.updates.with_suffix(".new")
    fresh.write_text(json.dumps({"key": shown, "from": origin}) + "\n")
    fresh.chmod(0o644)
    fresh.replace(machine.updates)


def point(link: Path, target: Path) -> None:
    """Make `link` a relative link to `target`, replacing what it was at once."""
    fresh = link.with_name(f".{link.name}.new")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(os.path.relpath(target, link.parent))
    fresh.replace(link)


def prune(machine: Machine) -> None:
    """Keep the newest few releases, and always those that are pointed at."""
    used = {one.resolve() for one in (machine.current, machine.previous) if one.exists()}
    by_age = sorted(machine.releases.iterdir(), key=lambda one: one.stat().st_mtime, reverse=True)
    for old in by_age[KEEP:]:
        if old.resolve() not in used:
            shutil.rmtree(old)


def run(*command: str) -> None:
    """Run a step. Raises Refused with its last line."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines()
        raise Refused(f"{Path(command[0]).name}: {lines[-1] if lines else done.returncode}")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Install, upgrade or roll back a station.")
    parser.add_argument("what", nargs="?", choices=["install", "rollback"], default="install")
    parser.add_argument("--root", type=Path, default=Path("/"))
    parser.add_argument("--update-key", type=Path, metavar="FILE")
    parser.add_argument("--update-from", default="", metavar="URL")
    asked = parser.parse_args(arguments)
    # A careful root's umask would make a program that the clerks cannot read.
    os.umask(0o022)
    machine = Machine(asked.root.resolve())
    try:
        version = install(machine, HERE) if asked.what == "install" else rollback(machine)
        if asked.update_key:
            pin(machine, asked.update_key, asked.update_from)
    except (Refused, OSError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 3
    print(f"counter {version} is in use. Next: counter doctor")  # noqa: T201
    for program, what in (("pcscd", "passports and permits by chip"), ("tmux", "remote support")):
        if shutil.which(program) is None and not Path("/usr/sbin", program).exists():
            print(f"{program} is not installed: no {what}.")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
