"""A virtual chip without pcscd: the same card, its link in this process."""

from collections.abc import Callable

from devices.chip.reader import read_document
from devices.chip.trust import Certificate, Trust
from devices.mrz import AccessKey
from devices.records import Problem, ReaderError, TravelDocument
from devices.virtual.chip.card import Card, ChipCard
from devices.virtual.chip.documents import Document
from devices.virtual.chip.mishaps import ChipMishap
from devices.virtual.chip.signing import Issuer


class MemoryLink:
    """A link to `card`; each of `mishaps` befalls the command it names."""

    reader = "pcsc:memory"

    def __init__(self, card: Card, *mishaps: ChipMishap) -> None:
        self.card = card
        self.atr = card.atr
        self.commands: list[bytes] = []
        self.answers: list[bytes] = []
        self.resets = 0
        self._mishaps = mishaps
        self._gone = False

    def transmit(self, apdu: bytes) -> bytes:
        if self._gone:
            raise ReaderError(Problem.CARD_MOVED)
        number = len(self.commands)
        self.commands.append(apdu)
        due = next((each for each in self._mishaps if each.due(number)), None)
        answer = self.card.answer(apdu) if due is None else due.answer(self.card, apdu)
        if answer is None:
            self._gone = True
            raise ReaderError(Problem.CARD_MOVED)
        self.answers.append(answer)
        return answer

    def reset(self) -> None:
        if self._gone:
            raise ReaderError(Problem.CARD_MOVED)
        self.resets += 1
        self.card.reset()


def trust_of(issuer: Issuer) -> Trust:
    return Trust((Certificate.read(issuer.root_der),))


def read(
    link: MemoryLink,
    document: Document,
    issuer: Issuer | None = None,
    check: Callable[[], None] = lambda: None,
) -> TravelDocument:
    """Read `document` with the key that is printed on it."""
    key = AccessKey(mrz=document.lines.information)
    return read_document(link, key, trust_of(issuer) if issuer else None, check=check)


def read_card(document: Document, issuer: Issuer | None, *mishaps: ChipMishap) -> TravelDocument:
    return read(MemoryLink(ChipCard(document), *mishaps), document, issuer)
