"""Policy packs as files: those shipped with the program, and signed ones in a station's home."""

from functools import cache
from importlib.resources import files

from intake.pack import Pack, PackError, Texts
from intake.pack import load as load_texts


def shipped(name: str) -> Texts:
    """The texts of a layer shipped with the program. Raises LookupError when there is none."""
    if not name.replace("-", "").isalnum():
        raise LookupError(name)
    folder = files("intake") / "packs" / name
    if not folder.is_dir():
        raise LookupError(name)
    return {
        entry.name: entry.read_text(encoding="utf-8")
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".toml")
    }


@cache
def load(name: str) -> Pack:
    """The shipped pack `name`, read once. Raises PackError."""
    return load_texts(name, shipped)


__all__ = ["Pack", "PackError", "load", "shipped"]
