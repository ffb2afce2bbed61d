"""Signed updates: a manifest that the bureau's update key signed, and the pieces it names.

A folder of updates holds `update.jws` and `counter-VERSION.pieces/0000`, `0001`, ...; a web
server, a USB stick and what was fetched of either look the same. `docs/station.md` says who makes
and pins what.
"""

import hashlib
import json
import re
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from counter_tui.keys.jose import BadSignature, KeySigner, verify
from counter_tui.keys.plain import Jwk
from counter_tui.store.sealed_file import write_durably

MANIFEST: Final = "update.jws"
FETCHED: Final = Path("var/lib/counter-updates")
"""Where fetched pieces lie, under the root of the machine."""
TYPE: Final = "update+jws"
PIECE: Final = 256 * 1024
_LARGEST_MANIFEST: Final = 256 * 1024
_LARGEST_PIECE: Final = 4 << 20
_LARGEST_ARCHIVE: Final = 1 << 30
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_VERSION: Final = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6}){0,3}")


class Untrusted(Exception):
    """The manifest is not one of the pinned key."""


class Damaged(Exception):
    """Not what the manifest names. `name` is the file's."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Broken(Exception):
    """The source stopped answering. What arrived is kept; `there` of `total` pieces."""

    def __init__(self, there: int, total: int) -> None:
        super().__init__(f"{there}/{total}")
        self.there, self.total = there, total


class Source(Protocol):
    """Where updates are read from."""

    def read(self, name: str, largest: int) -> bytes:
        """The file `name`. Raises OSError when it cannot be read or is larger."""
        ...


@dataclass(frozen=True, slots=True)
class Folder:
    """A stick, or what was fetched."""

    path: Path

    def read(self, name: str, largest: int) -> bytes:
        with (self.path / name).open("rb") as file:
            content = file.read(largest + 1)
        if len(content) > largest:
            raise OSError("too large")
        return content


@dataclass(frozen=True, slots=True)
class Manifest:
    """One release: version, the archive's size (bytes) and SHA-256, and its pieces' SHA-256."""

    version: str
    size: int
    sha256: str
    piece_size: int
    pieces: tuple[str, ...]

    def name(self, number: int) -> str:
        """Where piece `number` lies in the folder."""
        return f"{self.folder}/{number:04}"

    @property
    def folder(self) -> str:
        return f"counter-{self.version}.pieces"

    def length(self, number: int) -> int:
        """Bytes of piece `number`."""
        return min(self.piece_size, self.size - number * self.piece_size)


def newer(version: str, than: str) -> bool:
    """Whether `version` came after `than`; both are numbers with dots."""
    return _numbers(version) > _numbers(than)


def cut(archive: Path, version: str, folder: Path, piece_size: int = PIECE) -> Manifest:
    """Write the archive's pieces into `folder`; the manifest, to be signed by `sign`."""
    whole, digests = hashlib.sha256(), []
    pieces = folder / f"counter-{version}.pieces"
    shutil.rmtree(pieces, ignore_errors=True)
    pieces.mkdir(parents=True)
    with archive.open("rb") as file:
        while piece := file.read(piece_size):
            whole.update(piece)
            (pieces / f"{len(digests):04}").write_bytes(piece)
            digests.append(hashlib.sha256(piece).hexdigest())
    size = archive.stat().st_size
    return Manifest(version, size, whole.hexdigest(), piece_size, tuple(digests))


def sign(manifest: Manifest, private: Jwk) -> str:
    """What stands in `update.jws`."""
    payload = {
        "version": manifest.version,
        "size": manifest.size,
        "sha256": manifest.sha256,
        "piece_size": manifest.piece_size,
        "pieces": list(manifest.pieces),
    }
    return KeySigner(private).sign(payload, TYPE)


def read_manifest(source: Source, key: Jwk) -> tuple[Manifest, bytes]:
    """The manifest of `source` as the pinned `key` signed it, and its bytes.

    Raises Untrusted, and OSError when there is none to be read.
    """
    token = source.read(MANIFEST, _LARGEST_MANIFEST)
    try:
        return _manifest(verify(token.decode("ascii").strip(), [key], TYPE)), token
    except (BadSignature, ValueError, KeyError, TypeError):
        raise Untrusted from None


def _manifest(values: dict[str, Any]) -> Manifest:
    one = Manifest(
        version=values["version"],
        size=int(values["size"]),
        sha256=values["sha256"],
        piece_size=int(values["piece_size"]),
        pieces=tuple(values["pieces"]),
    )
    _numbers(one.version)
    if not (0 < one.piece_size <= _LARGEST_PIECE and 0 < one.size <= _LARGEST_ARCHIVE):
        raise ValueError("size")
    if len(one.pieces) != -(-one.size // one.piece_size):
        raise ValueError("pieces")
    if not all(_DIGEST.fullmatch(digest) for digest in (one.sha256, *one.pieces)):
        raise ValueError("digest")
    return one


def _numbers(version: str) -> tuple[int, ...]:
    if not _VERSION.fullmatch(version):
        raise ValueError("version")
    return tuple(int(part) for part in version.split("."))


def fetch(
    source: Source,
    manifest: Manifest,
    token: bytes,
    into: Path,
    tell: Callable[[int, int], None],
    waits: tuple[float, ...] = (2, 10),
) -> None:
    """Bring the pieces that are missing in `into`, each checked, then the manifest's bytes `token`.

    What is there already is not asked for again. A read that fails is tried once more after each of
    `waits` (seconds). `tell` hears how many pieces of how many are there. Raises Broken, Damaged,
    and OSError when `into` cannot be written.
    """
    for old in into.glob("counter-*.pieces"):
        if old.name != manifest.folder:
            shutil.rmtree(old)
    (into / manifest.folder).mkdir(parents=True, exist_ok=True)
    total, mine = len(manifest.pieces), Folder(into)
    for number in range(total):
        try:
            _piece(mine, manifest, number)
        except (OSError, Damaged):
            piece = _patiently(source, manifest, number, waits)
            write_durably(into / manifest.name(number), piece)
        tell(number + 1, total)
    write_durably(into / MANIFEST, token)


def _patiently(source: Source, manifest: Manifest, number: int, waits: tuple[float, ...]) -> bytes:
    for wait in (*waits, None):
        try:
            return _piece(source, manifest, number)
        except OSError:
            if wait is None:
                raise Broken(number, len(manifest.pieces)) from None
            time.sleep(wait)
        except Damaged:
            # Cut short by something between here and there, perhaps; not for ever.
            if wait is None:
                raise
            time.sleep(wait)
    raise AssertionError("the last wait is None")


def _piece(source: Source, manifest: Manifest, number: int) -> bytes:
    name = manifest.name(number)
    piece = source.read(name, manifest.length(number))
    if hashlib.sha256(piece).hexdigest() != manifest.pieces[number]:
        raise Damaged(name)
    return piece


def join(folder: Path, manifest: Manifest, archive: Path) -> None:
    """Put the pieces in `folder` together as `archive`. Raises Damaged, and OSError for a gap."""
    whole, source = hashlib.sha256(), Folder(folder)
    with archive.open("xb") as file:
        for number in range(len(manifest.pieces)):
            piece = _piece(source, manifest, number)
            whole.update(piece)
            file.write(piece)
    if whole.hexdigest() != manifest.sha256:
        raise Damaged(archive.name)


@dataclass(frozen=True, slots=True)
class Pinned:
    """What the station's installer wrote: the update key, where from, and the release in use."""

    key: Jwk
    address: str
    installed: str


def pinned(base: Path) -> Pinned | None:
    """What is pinned under `base` (`/opt/counter`); None where no update key was pinned.

    Raises OSError or ValueError where the files are damaged.
    """
    try:
        told = json.loads((base / "updates.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    release = json.loads((base / "current" / "release.json").read_text(encoding="utf-8"))
    try:
        return Pinned(told["key"], str(told.get("from", "")), str(release["version"]))
    except (KeyError, TypeError):
        raise ValueError(str(base)) from None
