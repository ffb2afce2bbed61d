"""What can go wrong between a chip and the counter, each as one small object.

`at` counts the commands since the card was inserted, from 0. An answer of None means that the card
is gone without a word.
"""

import random
import time
from dataclasses import dataclass, field

from devices.virtual.chip.card import Card


@dataclass(kw_only=True)
class ChipMishap:
    """Befalls the command number `at`, and all later ones when it lasts."""

    at: int
    lasting: bool = False

    def due(self, number: int) -> bool:
        """Whether command `number` is one it befalls."""
        return number == self.at or (self.lasting and number > self.at)

    def answer(self, card: Card, raw: bytes) -> bytes | None:
        """What comes in place of the card's answer to `raw`."""
        raise NotImplementedError


@dataclass(kw_only=True)
class Removed(ChipMishap):
    """The card leaves the field: no answer."""

    def answer(self, card: Card, raw: bytes) -> bytes | None:
        """Nothing."""
        return None


@dataclass(kw_only=True)
class WrongMac(ChipMishap):
    """The check value of a protected answer is wrong; a plain answer loses a bit elsewhere."""

    def answer(self, card: Card, raw: bytes) -> bytes | None:
        """The answer with its last byte before the status inverted."""
        right = bytearray(card.answer(raw))
        if len(right) > 2:
            right[-3] ^= 0xFF
        return bytes(right)


@dataclass(kw_only=True)
class FlippedData(ChipMishap):
    """A byte inside a protected answer is another one; its check value stays."""

    def answer(self, card: Card, raw: bytes) -> bytes | None:
        """The answer with one early byte changed."""
        right = bytearray(card.answer(raw))
        if len(right) > 8:
            right[5] ^= 0x01
        return bytes(right)


@dataclass(kw_only=True)
class StatusOnly(ChipMishap):
    """The chip answers `status`, unprotected, and forgets its session."""

    status: int

    def answer(self, card: Card, raw: bytes) -> bytes | None:
        """The two bytes."""
        card.reset()
        return self.status.to_bytes(2, "big")


@dataclass(kw_only=True)
class RandomBytes(ChipMishap):
    """Anything at all, of any length; the same for the same seed."""

    seed: int = 1
    lasting: bool = True
    _random: random.Random | None = field(default=None, repr=False)

    def answer(self, card: Card, raw: bytes) -> bytes | None:
        """Two to 258 random bytes."""
        if self._random is None:
            self._random = random.Random(self.seed)  # noqa: S311 - noise, not secrets
        return self._random.randbytes(self._random.randint(2, 258))


@dataclass(kw_only=True)
class Instead(ChipMishap):
    """These bytes come in place of the answer, whatever they are."""

    raw: bytes = field(repr=False)

    def answer(self, card: Card, raw: bytes) -> bytes | None:
        """The bytes."""
        return self.raw


@dataclass(kw_only=True)
class Slow(ChipMishap):
    """The answer takes `seconds` longer."""

    seconds: float

    def answer(self, card: Card, raw: bytes) -> bytes | None:
        """The right answer, late."""
        time.sleep(self.seconds)
        return card.answer(raw)
