"""Slip: one paper as blocks of text. Printers know how to draw a block; none knows a case."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Literal, Self

from counter_tui.words import N_, Words

What = Literal["receipt", "notice", "deferral", "referral", "waybill", "expiry"]
"""Which paper; the centre's word for it."""

Kind = Literal["title", "heading", "line", "pair", "gap", "rule", "barcode", "signature"]

NAMES: Final[dict[str, str]] = {
    "receipt": N_("Acceptance receipt"),
    "notice": N_("One-time notice"),
    "deferral": N_("Notice of deferred materials, with undertaking"),
    "referral": N_("Referral slip"),
    "waybill": N_("Waybill"),
    "expiry": N_("Letter on the expiry of a deferral"),
}
"""What people call each paper."""


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a paper.

    `title`, `heading`, `line` have `text`; `pair` is `label` and `text` side by side; `barcode`
    is `text` as Code 128 with itself beneath; `signature` is `label` and a line to sign on.
    """

    kind: Kind
    text: str = ""
    label: str = ""
    indent: int = 0


@dataclass(frozen=True, slots=True)
class Slip:
    """One paper, ready for any printer."""

    what: What
    blocks: tuple[Block, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain values, for the journal and the printing child."""
        return {"what": self.what, "blocks": [asdict(block) for block in self.blocks]}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        """What `to_json` made."""
        return cls(value["what"], tuple(Block(**block) for block in value["blocks"]))

    def as_copy(self, number: int, words: Words) -> Self:
        """The paper as it is printed the `number`th time; from the second on it says so."""
        if number < 2:
            return self
        mark = Block("heading", words(N_("REPRINT, copy {number}"), number=number))
        return replace(self, blocks=(self.blocks[0], mark, *self.blocks[1:]))


def slip(what: What, words: Words, *parts: Block | Iterable[Block] | None) -> Slip:
    """A paper of its title and `parts`; None is left out."""
    blocks = [Block("title", words(NAMES[what]))]
    for part in parts:
        if isinstance(part, Block):
            blocks.append(part)
        elif part is not None:
            blocks.extend(part)
    return Slip(what, tuple(blocks))


def pairs(*given: tuple[str, str]) -> Sequence[Block]:
    """Labels and values, those without a value left out."""
    return [Block("pair", text, label) for label, text in given if text]
