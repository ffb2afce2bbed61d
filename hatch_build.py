"""Compiles the message catalogues into the tree, so that an editable install has them too."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileCatalogues(BuildHookInterface):
    """Turns every `counter_tui/locale/*/LC_MESSAGES/*.po` into the `.mo` beside it."""

    def initialize(self, version: str, build_data: dict) -> None:
        compile_catalogues(Path(self.root))


def compile_catalogues(root: Path) -> None:
    """Compile all catalogues under `root`. Raises `PoFileError` on bad syntax."""
    for source in sorted(root.glob("counter_tui/locale/*/LC_MESSAGES/*.po")):
        with source.open("rb") as lines:
            catalogue = read_po(lines)
        with source.with_suffix(".mo").open("wb") as binary:
            write_mo(binary, catalogue)
