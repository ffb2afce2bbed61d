"""Policy packs as files: folders of TOML, those shipped with the program, signed ones of a home."""

from codecs import BOM_UTF8
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from intake.pack import Pack, PackError, Place, Source, Texts
from intake.pack import load as load_texts

if TYPE_CHECKING:
    from counter_tui.signed_packs import Trouble


@dataclass(frozen=True, slots=True)
class InUse:
    """The pack that decides, where it came from, and why it is not a newer one."""

    pack: Pack
    origin: Literal["installed", "shipped"]
    trouble: "Trouble | None" = None


def shipped(name: str) -> Texts:
    """The texts of a layer shipped with the program. Raises LookupError when there is none."""
    return _texts(files("intake") / "packs", name)


def beside(folder: Path) -> Source:
    """A source of layers: `folder`'s neighbours by name, then those shipped with the program."""

    def source(name: str) -> Texts:
        try:
            return _texts(folder.parent, name)
        except LookupError:
            return shipped(name)

    return source


def _texts(root: Traversable | Path, name: str) -> Texts:
    if not name.replace("-", "").isalnum():
        raise LookupError(name)
    folder = root / name
    if not folder.is_dir():
        raise LookupError(name)
    entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
    return {entry.name: _text(name, entry) for entry in entries if entry.name.endswith(".toml")}


def _text(layer: str, entry: Traversable | Path) -> str:
    read = entry.read_bytes()
    try:
        # Editors of some systems begin a file with a mark that TOML does not know.
        return read.removeprefix(BOM_UTF8).decode()
    except UnicodeDecodeError as error:
        line = read.count(b"\n", 0, error.start) + 1
        raise PackError("not UTF-8", Place(layer, entry.name, line)) from None


@cache
def load(name: str) -> Pack:
    """The shipped pack `name`, read once. Raises PackError."""
    pack = load_texts(name, shipped)
    if pack.resolved.base:
        raise PackError(f"{name} is a base for other packs and decides nothing by itself")
    return pack


def in_use(name: str, home: Path) -> InUse:
    """The pack `name` for the station at `home`: the newest installed one that can be trusted.

    Without one, the shipped pack. Raises PackError when there is neither.
    """
    if not (home / "packs").is_dir():
        return InUse(load(name), "shipped")
    # Signatures bring a library that a station without installed packs need not load.
    from counter_tui import signed_packs
    from counter_tui.station import read_station

    keys = read_station(home).pack_keys
    trouble = signed_packs.trouble(home, name, keys)
    found = signed_packs.installed(home, name, keys)
    if found is not None:
        return InUse(found, "installed", trouble)
    return InUse(load(name), "shipped", trouble)
