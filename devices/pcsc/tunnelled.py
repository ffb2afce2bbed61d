"""PC/SC readers with a SAM_V module inside, which show a resident ID card as a memory card.

The module finds and reads the card by itself; its answer is read in pages of 256 bytes with the
PC/SC pseudo command FF B0. Known from one vendor's programs; fingerprints are not in the pages.
"""

from collections.abc import Callable
from typing import Final

from devices.chip.apdu import END_OF_FILE, OK, Channel, Command, Link
from devices.records import IdCard, Problem, ReaderError
from devices.samv.blocks import cut_base
from devices.samv.layouts import Origin, card_from

_PAGE: Final = 256
_LENGTH: Final = 4 + 256 + 1024
_HEADER: Final = bytes.fromhex("01000400")
_STORAGE_CARD: Final = bytes.fromhex("804F0CA000000306")
_TYPE_B: Final = bytes.fromhex("D10386")


def shows_id_card(atr: bytes) -> bool:
    """Whether an ATR is one that resident ID cards have (all of them the same)."""
    history = atr[4:]
    return history.startswith(_TYPE_B) or history.startswith(_STORAGE_CARD + b"\x07\xff\xb0")


def read_id_card(link: Link, check: Callable[[], None] = lambda: None) -> IdCard:
    """The card the module has read.

    Raises ReaderError: UNKNOWN_CARD when the reader has no pages to show, CARD_MOVED when another
    card came while they were read, BAD_DATA.
    """
    channel = Channel(link, check)
    first = _page(channel, 0)
    if not first.startswith(_HEADER):
        raise ReaderError(Problem.UNKNOWN_CARD, "the reader shows no ID card")
    data = first + b"".join(_page(channel, page) for page in range(1, -(-_LENGTH // _PAGE)))
    if _page(channel, 0) != first:
        raise ReaderError(Problem.CARD_MOVED, "another card while its pages were read")
    return card_from(cut_base(data[:_LENGTH]), Origin(link.reader))


def _page(channel: Channel, page: int) -> bytes:
    answer = channel.send(Command(0xB0, page, 0, le=_PAGE, cla=0xFF))
    if answer.sw not in (OK, END_OF_FILE):
        problem = Problem.UNKNOWN_CARD if page == 0 else Problem.BAD_DATA
        raise ReaderError(problem, f"page {page}: status {answer.sw:04X}")
    return answer.data
