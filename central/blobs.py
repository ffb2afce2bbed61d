"""Scans, by the hash of their bytes: in pieces that can come again, whole only when they fit.

The folder stands in for an object store. A file is under its name only after every byte was
checked, so a name that is there is right.
"""

import hashlib
import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import Final

from central.problems import Problem

LARGEST: Final = 16 << 20
UNFINISHED: Final = 200
"""Files a station may have under way: so much of the disk can it fill with pieces."""
MAGIC: Final = {
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "application/pdf": (b"%PDF-1.", b"%PDF-2."),
}
_PDF_ACTIVE: Final = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFile|OpenAction|XFA)\b")


class BlobFolder:
    """Files by SHA-256, and the pieces of those still on their way, a station's apart."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def whole(self, sha256: str) -> Path:
        """Where the file is or will be."""
        return self._folder / "whole" / sha256[:2] / sha256

    def put_piece(self, station: str, sha256: str, index: int, piece: bytes) -> None:
        """Keep one piece; the same again changes nothing. Raises Problem."""
        folder = self._pieces(station, sha256)
        if not folder.is_dir():
            unfinished = len(list(folder.parent.iterdir())) if folder.parent.is_dir() else 0
            if unfinished >= UNFINISHED:
                raise Problem("state-conflict", state="too many unfinished")
            folder.mkdir(parents=True, exist_ok=True)
        _write(folder / f"{index:05}", piece)

    def pieces(self, station: str, sha256: str) -> list[int]:
        """The indexes of the pieces that are here."""
        folder = self._pieces(station, sha256)
        return sorted(int(path.name) for path in folder.glob("[0-9]*")) if folder.is_dir() else []

    def assemble(self, station: str, sha256: str, count: int, media_type: str) -> int:
        """Put the pieces together and check them; the size in bytes. Raises Problem."""
        whole = self.whole(sha256)
        folder = self._pieces(station, sha256)
        if self.pieces(station, sha256)[:count] != list(range(count)):
            raise Problem("state-conflict", state="pieces missing")
        parts = [(folder / f"{index:05}").read_bytes() for index in range(count)]
        size = sum(map(len, parts))
        if size > LARGEST:
            raise Problem("too-large", limit=LARGEST)
        content = b"".join(parts)
        if hashlib.sha256(content).hexdigest() != sha256:
            raise Problem("blob-refused", reason="hash")
        inspect(content, media_type)
        whole.parent.mkdir(parents=True, exist_ok=True)
        _write(whole, content)
        for path in folder.glob("[0-9]*"):
            path.unlink()
        folder.rmdir()
        return size

    def clear_pieces(self, before: float) -> int:
        """Remove pieces nobody has added to since `before` (seconds); of how many files."""
        cleared = 0
        for folder in self._folder.glob("pieces/*/*"):
            if folder.stat().st_mtime < before:
                shutil.rmtree(folder, ignore_errors=True)
                cleared += 1
        return cleared

    def _pieces(self, station: str, sha256: str) -> Path:
        # Hashed, so that nothing of a station's code can name a path.
        owner = hashlib.sha256(station.encode()).hexdigest()[:16]
        return self._folder / "pieces" / owner / sha256


def inspect(content: bytes, media_type: str) -> None:
    """Raise Problem `blob-refused` unless `content` is one file of its type and nothing else."""
    if not content.startswith(MAGIC[media_type]):
        raise Problem("blob-refused", reason="type")
    checks = {"image/jpeg": _jpeg, "image/png": _png, "application/pdf": _pdf}
    checks[media_type](content)


def _jpeg(content: bytes) -> None:
    place = 2
    while place + 4 <= len(content) and content[place] == 0xFF and content[place + 1] != 0xDA:
        marker, size = content[place + 1], int.from_bytes(content[place + 2 : place + 4], "big")
        segment = content[place + 4 : place + 2 + size]
        if marker == 0xE1 and segment.startswith(b"Exif\0\0") and _has_gps(segment[6:]):
            raise Problem("blob-refused", reason="location")
        place += 2 + size
    if not content.rstrip(b"\0").endswith(b"\xff\xd9"):
        raise Problem("blob-refused", reason="trailing data")


def _has_gps(tiff: bytes) -> bool:
    order = "little" if tiff[:2] == b"II" else "big"
    start = int.from_bytes(tiff[4:8], order)
    count = int.from_bytes(tiff[start : start + 2], order)
    tags = (tiff[start + 2 + 12 * n : start + 4 + 12 * n] for n in range(count))
    return any(int.from_bytes(tag, order) == 0x8825 for tag in tags)


def _png(content: bytes) -> None:
    place = 8
    while place + 12 <= len(content):
        size = int.from_bytes(content[place : place + 4], "big")
        kind = content[place + 4 : place + 8]
        if kind == b"eXIf" and _has_gps(content[place + 8 : place + 8 + size]):
            raise Problem("blob-refused", reason="location")
        place += 12 + size
        if kind == b"IEND":
            break
    if place != len(content):
        raise Problem("blob-refused", reason="trailing data")


def _pdf(content: bytes) -> None:
    if not content.rstrip().endswith(b"%%EOF"):
        raise Problem("blob-refused", reason="trailing data")
    if _PDF_ACTIVE.search(content):
        raise Problem("blob-refused", reason="active content")


def _write(path: Path, content: bytes) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(temporary).replace(path)
