"""Signed updates over a real line that breaks: resumed, checked, never older, always a way back."""

import ensurepip
import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
import threading
import time
import zipfile
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from counter_tui import updates
from counter_tui.commands.update import command
from deploy import install
from deploy.update import make_key, publish

PIECES = Path("var/lib/counter-updates")


class Line(ThreadingHTTPServer):
    """A static web server; its line breaks, mid-file, once `left` bytes went over it."""

    left: float = float("inf")
    asked: list[str]

    def __init__(self, folder: Path) -> None:
        self.asked = []
        line = self

        class Handler(SimpleHTTPRequestHandler):
            def __init__(self, *arguments: object) -> None:
                super().__init__(*arguments, directory=str(folder))  # type: ignore[arg-type]

            def do_GET(self) -> None:
                line.asked.append(self.path)
                super().do_GET()

            def copyfile(self, source: io.BufferedReader, outputfile: io.BufferedWriter) -> None:  # type: ignore[override]
                content = source.read()
                sent = int(min(len(content), line.left))
                line.left -= sent
                outputfile.write(content[:sent])
                if sent < len(content):
                    self.close_connection = True

            def log_message(self, *_: object) -> None: ...

        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


@pytest.fixture
def line(out: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    monkeypatch.setattr(time, "sleep", lambda _: None)
    server = Line(out)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def some_archive(folder: Path, version: str, size: int = 5 * updates.PIECE + 77) -> Path:
    archive = folder / f"counter-{version}.tar.gz"
    block = hashlib.sha256(version.encode()).digest()
    archive.write_bytes((block * (size // 32 + 1))[:size])
    return archive


def counter(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(command, [*arguments, "--root", str(root)])


def test_a_broken_line_is_taken_up_where_it_broke(
    tmp_path: Path, root: Path, key: Path, out: Path, line: Line
) -> None:
    archive = some_archive(tmp_path, "1.1")
    publish(archive, key, out)
    said = counter(root, "check", "--from", line.url)
    assert said.exit_code == 0 and "1.1" in said.output
    line.left = (out / "update.jws").stat().st_size + 2.5 * updates.PIECE
    broken = counter(root, "fetch", "--from", line.url)
    assert broken.exit_code == 3 and "2" in broken.output and "6" in broken.output
    line.left = float("inf")
    line.asked.clear()
    done = counter(root, "fetch", "--from", line.url)
    assert done.exit_code == 0, done.output
    assert line.asked == ["/update.jws", *(f"/counter-1.1.pieces/000{n}" for n in (2, 3, 4, 5))]
    manifest, _ = updates.read_manifest(
        updates.Folder(root / PIECES), json.loads((tmp_path / "update.key.pub").read_text())
    )
    updates.join(root / PIECES, manifest, tmp_path / "joined")
    assert (tmp_path / "joined").read_bytes() == archive.read_bytes()


def test_a_tampered_piece_is_refused_and_not_kept(
    tmp_path: Path, root: Path, key: Path, out: Path, line: Line
) -> None:
    publish(some_archive(tmp_path, "1.1"), key, out)
    piece = out / "counter-1.1.pieces" / "0003"
    good = piece.read_bytes()
    piece.write_bytes(bytes([good[0] ^ 1]) + good[1:])
    refused = counter(root, "fetch", "--from", line.url)
    assert refused.exit_code == 1 and "0003" in refused.output
    assert not (root / PIECES / "counter-1.1.pieces" / "0003").exists()
    # Longer than signed: cut off while it is read, not after.
    piece.write_bytes(good + b"x")
    assert counter(root, "fetch", "--from", line.url).exit_code == 3
    piece.write_bytes(good)
    assert counter(root, "fetch", "--from", line.url).exit_code == 0


@pytest.mark.parametrize("harm", ["changed", "another key", "no signature", "another kind"])
def test_a_manifest_that_the_pinned_key_did_not_sign_is_refused(
    tmp_path: Path, root: Path, key: Path, out: Path, harm: str
) -> None:
    publish(some_archive(tmp_path, "1.1"), key, out)
    manifest = out / "update.jws"
    head, body, mark = manifest.read_text().strip().split(".")
    if harm == "changed":
        manifest.write_text(f"{head}.{body[:-4]}AAAA.{mark}")
    elif harm == "another key":
        make_key(tmp_path / "other.key")
        publish(some_archive(tmp_path, "1.1"), tmp_path / "other.key", out)
    elif harm == "no signature":
        manifest.write_text(f"eyJhbGciOiJub25lIiwidHlwIjoidXBkYXRlK2p3cyJ9.{body}.")
    else:
        from counter_tui.keys.jose import KeySigner

        other = KeySigner(json.loads(key.read_text())).sign({"version": "1.1"}, "pack+jws")
        manifest.write_text(other)
    for what in ("check", "fetch", "install"):
        refused = counter(root, what, "--from", str(out))
        assert refused.exit_code == 1 and "1.1" not in refused.output
    assert not (root / PIECES).exists()


@pytest.mark.parametrize("version", ["1.0", "0.9.9", "0.10"])
def test_nothing_that_is_not_newer(
    tmp_path: Path, root: Path, key: Path, out: Path, version: str
) -> None:
    publish(some_archive(tmp_path, version), key, out)
    for what in ("check", "fetch", "install"):
        assert counter(root, what, "--from", str(out)).exit_code == 1
    assert not (root / PIECES).exists()


def test_numbers_are_compared_as_numbers() -> None:
    assert updates.newer("0.10", "0.9.9") and not updates.newer("1.0", "1.0")
    with pytest.raises(ValueError, match="version"):
        updates.newer("../1", "1.0")


def test_a_station_without_a_key_trusts_nothing(tmp_path: Path) -> None:
    said = counter(tmp_path, "check", "--from", str(tmp_path))
    assert said.exit_code == 2


def test_plain_http_is_refused(root: Path) -> None:
    assert counter(root, "fetch", "--from", "http://192.0.2.7/updates").exit_code == 2


def test_a_private_key_is_not_pinned(tmp_path: Path, key: Path) -> None:
    with pytest.raises(install.Refused, match=r"\.pub"):
        install.pin(install.Machine(tmp_path), key, "")


def real_archive(folder: Path, version: str) -> Path:
    """A whole archive with the real installer and a program of one line."""
    content = folder / f"counter-{version}"
    wheels = content / "wheels"
    wheels.mkdir(parents=True)
    about = f"counter-{version}.dist-info"
    with zipfile.ZipFile(wheels / f"counter-{version}-py3-none-any.whl", "w") as wheel:
        wheel.writestr("one.py", f"def main():\n    print('{version}')\n")
        wheel.writestr(
            f"{about}/METADATA", f"Metadata-Version: 2.1\nName: counter\nVersion: {version}\n"
        )
        wheel.writestr(
            f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{about}/entry_points.txt", "[console_scripts]\ncounter = one:main\n")
        wheel.writestr(f"{about}/RECORD", "")
    shutil.copy(next((Path(ensurepip.__file__).parent / "_bundled").glob("pip-*.whl")), wheels)
    shutil.copy(Path(install.__file__), content / "install")
    (content / "install").chmod(0o755)
    shutil.copytree(Path(install.__file__).parent / "units", content / "units")
    for name in ("sbom.cdx.json", "counter.toml", "README.md"):
        (content / name).write_text("")
    (content / "release.json").write_text(json.dumps({"version": version, "store": 3}))
    lines = [
        f"{hashlib.sha256(one.read_bytes()).hexdigest()}  {one.relative_to(content)}\n"
        for one in content.rglob("*")
        if one.is_file()
    ]
    (content / "SHA256SUMS").write_text("".join(lines))
    archive = folder / f"{content.name}.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(content, content.name)
    return archive


def test_fetched_installed_and_back(
    tmp_path: Path, root: Path, key: Path, out: Path, line: Line
) -> None:
    publish(real_archive(tmp_path, "1.1"), key, out)
    assert counter(root, "fetch", "--from", line.url).exit_code == 0
    piece = root / PIECES / "counter-1.1.pieces" / "0000"
    good = piece.read_bytes()
    piece.write_bytes(b"\0" + good[1:])
    machine = install.Machine(root)
    assert counter(root, "install").exit_code == 1, "checked again, by the one who installs"
    assert machine.current.resolve().name == "1.0"
    piece.write_bytes(good)
    careful = os.umask(0o077)
    done = counter(root, "install")
    os.umask(careful)
    assert done.exit_code == 0, done.output
    program = machine.current / "bin" / "counter"
    assert program.stat().st_mode & 0o005 == 0o005, "the clerks can run what root installed"
    assert (machine.current / "bin").stat().st_mode & 0o005 == 0o005
    assert machine.current.resolve().name == "1.1"
    assert (machine.system_units / "counter-update.timer").exists()
    assert not list((root / "opt/counter").glob(".update-*"))
    # As a person does it: by the installer that stayed with the release.
    way_back = [str(machine.current / "install"), "rollback", "--root", str(root)]
    assert "1.0 is in use" in subprocess.run(way_back, capture_output=True, text=True).stdout
    assert updates.pinned(machine.base).installed == "1.0"  # type: ignore[union-attr]
