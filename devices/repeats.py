"""The same card on two readers is one read: some units show a card through two drivers at once."""

from typing import Final

from devices.records import Card, IdCard

TOGETHER: Final = 10.0
"""Seconds within which another reader's read of the same card is the same laying-down."""


class Repeats:
    """Remembers what was read last, by a hash so that no person's number stays in memory."""

    def __init__(self) -> None:
        self._seen: dict[int, tuple[str, float]] = {}

    def first_reader(self, card: Card, at: float) -> str | None:
        """The other reader that delivered `card` shortly before `at`; None when it is news.

        `at` is in seconds of any one clock. The same reader reading a card twice is news: it was
        laid down twice.
        """
        for key, (_, seen) in list(self._seen.items()):
            if at - seen > TOGETHER:
                del self._seen[key]
        number = card.number if isinstance(card, IdCard) else card.document_number
        key = hash((card.kind, number))
        reader, _ = self._seen.get(key, (card.reader, at))
        if reader != card.reader:
            return reader
        self._seen[key] = (card.reader, at)
        return None
