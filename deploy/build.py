"""`make bundle`: one archive that installs a station without a network.

    python -m deploy.build [FOLDER [KEY]]  writes FOLDER/counter-VERSION.tar.gz (usual: dist), and
                                           with a private update key FOLDER/update, ready to serve

In it: wheels of everything in requirements-station.lock and of the program, pip, the systemd units,
the installer, a bill of materials, and SHA256SUMS over all of that.
"""

import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


def build(folder: Path) -> Path:
    """Make the archive; answers its path."""
    with tempfile.TemporaryDirectory() as scratch:
        version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
        content = Path(scratch) / f"counter-{version}"
        wheels = content / "wheels"
        wheels.mkdir(parents=True)
        locked = ("--require-hashes", "-r", "requirements-station.lock")
        _pip("wheel", "--no-deps", *locked, into=wheels)
        _pip("wheel", "--no-deps", "--no-build-isolation", str(ROOT), into=wheels)
        _pip("download", "--no-deps", "pip", into=wheels)
        shutil.copy(ROOT / "deploy" / "install.py", content / "install")
        (content / "install").chmod(0o755)
        shutil.copytree(ROOT / "deploy" / "units", content / "units")
        for name in ("counter.toml", "LICENSE", "requirements-station.lock"):
            shutil.copy(ROOT / name, content / name)
        shutil.copy(ROOT / "docs" / "station.md", content / "README.md")
        facts = {"version": version, "store": store_version()}
        (content / "release.json").write_text(json.dumps(facts) + "\n")
        (content / "sbom.cdx.json").write_text(json.dumps(bill(wheels, version), indent=1) + "\n")
        sum_up(content)
        folder.mkdir(parents=True, exist_ok=True)
        archive = folder / f"{content.name}.tar.gz"
        with tarfile.open(archive, "w:gz") as tar:
            tar.add(content, content.name, filter=_nobodys)
    return archive


def store_version() -> int:
    """The version of the store's format that this program writes."""
    from counter_tui.store.schema import STEPS

    return len(STEPS)


def bill(wheels: Path, version: str) -> dict[str, Any]:
    """A CycloneDX 1.6 bill of materials of the wheels."""
    components = []
    for wheel in sorted(wheels.glob("*.whl")):
        name, number, *_ = wheel.name.split("-")
        name = name.lower().replace("_", "-")
        digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
        components.append(
            {
                "type": "library",
                "name": name,
                "version": number,
                "purl": f"pkg:pypi/{name}@{number}",
                "hashes": [{"alg": "SHA-256", "content": digest}],
            }
        )
    main = {"type": "application", "name": "counter", "version": version}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": main},
        "components": components,
    }


def _pip(what: str, *arguments: str, into: Path) -> None:
    command = [sys.executable, "-m", "pip", what, "-q", "--disable-pip-version-check"]
    where = "-w" if what == "wheel" else "-d"
    subprocess.run([*command, *arguments, where, str(into)], check=True, cwd=ROOT)  # noqa: S603


def sum_up(content: Path) -> None:
    lines = [
        f"{hashlib.sha256(one.read_bytes()).hexdigest()}  {one.relative_to(content)}\n"
        for one in sorted(content.rglob("*"))
        if one.is_file()
    ]
    (content / "SHA256SUMS").write_text("".join(lines))


def _nobodys(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = "root"
    member.mode = 0o755 if member.mode & 0o100 else 0o644
    return member


if __name__ == "__main__":
    made = build(Path(sys.argv[1] if len(sys.argv) > 1 else "dist"))
    print(made)  # noqa: T201 - what a command answers
    if len(sys.argv) > 2:
        from deploy.update import publish

        print(publish(made, Path(sys.argv[2]), made.parent / "update"))  # noqa: T201
