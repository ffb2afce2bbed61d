"""What can go wrong on the line between a reader and the counter, each as one small object.

An answer leaves the twin as a list of steps: bytes to send, seconds to wait, things to do to the
reader. A mishap turns one list into another.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from devices.virtual.cards import CardData
from devices.virtual.module import READ, frame


class Field(Protocol):
    """The reader as a mishap may touch it from inside an answer."""

    def lay(self, card: CardData) -> None:
        """Put a card down."""

    def take(self) -> None:
        """Take the card away."""

    def unplug(self) -> None:
        """Pull the cable."""


Action = Callable[[Field], None]
Step = bytes | float | Action


@dataclass(kw_only=True)
class Mishap:
    """Happens to the next `times` answers to `command` (None: to any command)."""

    command: int | None = READ
    times: int = 1

    def steps(self, answer: bytes) -> list[Step]:
        """What leaves the reader in place of `answer`."""
        raise NotImplementedError

    def before(self, reader: Field) -> None:
        """What happens before the module sees the command."""


@dataclass(kw_only=True)
class WrongChecksum(Mishap):
    """The last byte is another one."""

    def steps(self, answer: bytes) -> list[Step]:
        """The frame with its check byte inverted."""
        return [answer[:-1], bytes((answer[-1] ^ 0xFF,))]


@dataclass(kw_only=True)
class FlippedBit(Mishap):
    """One bit of the byte at `at` is wrong, as on a noisy line."""

    at: int

    def steps(self, answer: bytes) -> list[Step]:
        """The frame with that byte changed and its checksum left alone."""
        raw = bytearray(answer)
        raw[self.at % len(raw)] ^= 0x10
        return [bytes(raw)]


@dataclass(kw_only=True)
class AbsurdLength(Mishap):
    """The frame announces `length` bytes and brings its usual ones."""

    length: int = 0xFFFF

    def steps(self, answer: bytes) -> list[Step]:
        """The frame with the two length bytes replaced."""
        return [answer[:5], self.length.to_bytes(2, "big"), answer[7:]]


@dataclass(kw_only=True)
class OneByteAtATime(Mishap):
    """Each byte comes alone, `gap` seconds after the last."""

    gap: float = 0.0005

    def steps(self, answer: bytes) -> list[Step]:
        """Bytes and gaps in turn."""
        steps: list[Step] = []
        for byte in answer:
            steps += [bytes((byte,)), self.gap]
        return steps


@dataclass(kw_only=True)
class Silence(Mishap):
    """Nothing for `seconds` after `at` bytes, then the rest."""

    at: int = 100
    seconds: float = 5.0

    def steps(self, answer: bytes) -> list[Step]:
        """Two pieces and the wait between them; `at` = 0 makes the whole answer late."""
        return [answer[: self.at], self.seconds, answer[self.at :]]


@dataclass(kw_only=True)
class CutOff(Mishap):
    """Only the first `at` bytes ever come."""

    at: int = 100

    def steps(self, answer: bytes) -> list[Step]:
        """The beginning of the frame."""
        return [answer[: self.at]]


@dataclass(kw_only=True)
class TakenBefore(Mishap):
    """The card leaves between the command and its execution: the module reports it."""

    def steps(self, answer: bytes) -> list[Step]:
        """The module's own answer, unchanged."""
        return [answer]

    def before(self, reader: Field) -> None:
        """Take the card."""
        reader.take()


@dataclass(kw_only=True)
class TakenAt(Mishap):
    """The card is taken when `at` bytes are out. With `cut` the module stops there."""

    at: int = 100
    cut: bool = False

    def steps(self, answer: bytes) -> list[Step]:
        """The frame around the removal."""
        rest: list[Step] = [] if self.cut else [answer[self.at :]]
        return [answer[: self.at], lambda reader: reader.take(), *rest]


@dataclass(kw_only=True)
class SwappedAt(Mishap):
    """When `at` bytes are out, another card lies there. With `cut` the module stops there."""

    card: CardData = field(repr=False)
    at: int = 100
    cut: bool = False

    def steps(self, answer: bytes) -> list[Step]:
        """The frame around the exchange of cards."""
        rest: list[Step] = [] if self.cut else [answer[self.at :]]
        return [answer[: self.at], lambda reader: reader.lay(self.card), *rest]


@dataclass(kw_only=True)
class UnpluggedAt(Mishap):
    """The cable is pulled when `at` bytes are out."""

    at: int = 100

    def steps(self, answer: bytes) -> list[Step]:
        """The beginning of the frame, then no reader."""
        return [answer[: self.at], lambda reader: reader.unplug()]


@dataclass(kw_only=True)
class Noise(Mishap):
    """`before` is heard before the frame; `inside` after its first `at` bytes."""

    before_frame: bytes = b""
    inside: bytes = b""
    at: int = 100

    def steps(self, answer: bytes) -> list[Step]:
        """The frame with what does not belong to it."""
        return [self.before_frame + answer[: self.at] + self.inside + answer[self.at :]]


@dataclass(kw_only=True)
class Status(Mishap):
    """The module answers `status` and nothing else."""

    status: int
    sw: tuple[int, int] = (0, 0)

    def steps(self, answer: bytes) -> list[Step]:
        """A bare status frame."""
        return [frame(self.status, sw=self.sw)]


@dataclass(kw_only=True)
class InnerLengths(Mishap):
    """The lengths of text and photo inside a read answer are these, whatever follows them."""

    text: int = 0x0100
    photo: int = 0x0500

    def steps(self, answer: bytes) -> list[Step]:
        """A frame that is right outside (length, checksum) and wrong inside."""
        data = answer[10:-1]
        wrong = self.text.to_bytes(2, "big") + self.photo.to_bytes(2, "big") + data[4:]
        return [frame(answer[9], wrong)]


@dataclass(kw_only=True)
class Instead(Mishap):
    """These bytes come in place of the answer, whatever they are."""

    raw: bytes = field(repr=False)

    def steps(self, answer: bytes) -> list[Step]:
        """The bytes."""
        return [self.raw]
