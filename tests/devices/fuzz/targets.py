"""What is fuzzed: each parser, what it may be given, and which errors it has declared.

A target takes any bytes and returns; an error that is not declared leaves it and is the finding.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from functools import cache

from devices.chip import active, face, lds, passive, security_infos, tlv
from devices.chip.faults import BadData
from devices.chip.reader import read_document
from devices.chip.trust import Certificate, Trust
from devices.mrz import MrzError, access_key, parse
from devices.mrz.key import AccessKey
from devices.records import IdCard, ReaderError
from devices.samv.blocks import cut_base, sam_number
from devices.samv.frame import LONGEST, PREAMBLE, Deframer
from devices.samv.layouts import Origin, card_from
from devices.virtual.chip.card import ChipCard
from devices.virtual.chip.documents import SOD, Document, group, prc_issuer, prc_passport
from devices.virtual.chip.proving import RsaProver
from devices.virtual.chip.specimens import specimens
from devices.virtual.module import Module, sections
from devices.virtual.people import sample_people

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, tzinfo=UTC)


@dataclass(frozen=True)
class Target:
    """One parser under fire. `seeds` are good inputs to start from."""

    run: Callable[[bytes], None]
    seeds: Callable[[], list[bytes]]
    declared: tuple[type[Exception], ...]

    def __call__(self, data: bytes) -> None:
        """Give it `data`; declared errors are its good right."""
        try:
            self.run(data)
        except self.declared:
            return


def frame(data: bytes) -> None:
    """The deframer, fed in pieces whose sizes the first byte decides."""
    step = data[0] + 1 if data else 1
    deframer = Deframer()
    for at in range(1, len(data), step):
        for reply in deframer.feed(data[at : at + step]):
            assert len(reply.data) <= LONGEST
    for _ in deframer.give_up():
        pass
    assert not deframer.within
    assert deframer.damaged <= len(data) // len(PREAMBLE)


def shown(card: IdCard) -> None:
    """Nothing a card says may steer a terminal or turn text around."""
    for field in fields(card):
        value = getattr(card, field.name)
        for text in (value,) if isinstance(value, str) else ():
            for sign in text:
                assert unicodedata.category(sign) not in ("Cc", "Cs"), field.name
                assert unicodedata.bidirectional(sign) not in (
                    "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI",
                ), field.name  # fmt: skip


def base(data: bytes) -> None:
    """The data of a read reply, from block lengths to record; the tail is newest addresses."""
    shown(card_from(cut_base(data[:2314]), Origin("samv:fuzz"), data[2314:]))


def text_block(data: bytes) -> None:
    """Any 256 bytes as text block, so that the lengths in front do not keep them out."""
    block = data[:256].ljust(256, b" ")
    shown(card_from(cut_base(sections(block, bytes(1024))), Origin("samv:fuzz"), data[256:]))


def elements(data: bytes) -> None:
    """Every element, and every element of it that may be a template."""
    for tag, content in tlv.elements(data):
        if tag < 0x100 and tag & 0x20:
            list(tlv.elements(content))


def zone(data: bytes) -> None:
    """A zone as typed or scanned, and as a key."""
    text = data.decode("latin-1")
    for read in (parse, access_key):
        try:
            read(text, TODAY)
        except MrzError:
            continue


def dg1(data: bytes) -> None:
    """EF.DG1."""
    lds.dg1(data, TODAY)


def details(data: bytes) -> None:
    """The groups that are text, and the lists: each parser gets the same bytes."""
    for read in (lds.com, lds.dg11, lds.dg12, security_infos.parse, active.key):
        try:
            read(data)
        except BadData:
            continue


@cache
def _home() -> tuple[Document, Trust]:
    issuer = prc_issuer()
    made = prc_passport(issuer, prover=RsaProver())
    return made, Trust((Certificate.read(issuer.root_der),))


def sod(data: bytes) -> None:
    """EF.SOD, and the check of a passport's groups against it."""
    document, trust = _home()
    groups = {1: document.files[group(1)], 2: document.files[group(2)]}
    passive.check(passive.parse(data), groups, trust, NOW)


class _Pulled:
    """A link to a chip whose every answer the fuzzer may spoil."""

    reader = "pcsc:fuzz"

    def __init__(self, card: ChipCard, data: bytes) -> None:
        self._card, self._data, self._at = card, data, 0
        self.atr = card.atr

    def transmit(self, apdu: bytes) -> bytes:
        """The right answer as long as the script says 0; then what the script says."""
        answer = self._card.answer(apdu)
        script = self._data[self._at : self._at + 3]
        self._at += 3
        if len(script) < 3 or script[0] < 200:
            return answer
        spoilt = bytearray(answer)
        match script[0] % 5:
            case 0:
                spoilt[script[1] % len(spoilt)] ^= script[2] or 1
            case 1:
                del spoilt[script[1] % len(spoilt) :]
            case 2:
                spoilt[-2:] = script[1:]
            case 3:
                spoilt = bytearray(script[1:] * (script[1] % 100))
            case _:
                spoilt[script[1] % len(spoilt) :] = script
        return bytes(spoilt)

    def reset(self) -> None:
        """Start the card again."""
        self._card.reset()


def whole(data: bytes) -> None:
    """A whole document whose answers are spoilt here and there."""
    document, trust = _home()
    key = AccessKey(mrz=document.lines.information)
    read_document(_Pulled(ChipCard(document), data), key, trust, now=NOW)


def _frames() -> list[bytes]:
    seeds = []
    for person in sample_people(TODAY)[::6]:
        module = Module()
        module.lay(person.card)
        answers = [module.answer(bytes.fromhex(each)) for each in ("2001", "2002", "3010", "12FF")]
        seeds.append(b"\x40" + b"\xaa\x00".join(answers))
    return seeds


def _bases() -> list[bytes]:
    people = sample_people(TODAY)
    return [
        sections(each.card.text_block(), each.card.photo) + each.card.address_block()
        for each in people[::5]
    ]


def _files(*numbers: int) -> list[bytes]:
    shelf = specimens().documents.values()
    return [made.files[each] for made in shelf for each in numbers if each in made.files]


TARGETS = {
    "frame": Target(frame, _frames, ()),
    "base": Target(base, _bases, (ReaderError,)),
    "text_block": Target(
        text_block,
        lambda: [each.card.text_block() for each in sample_people(TODAY)],
        (ReaderError,),
    ),
    "sam_number": Target(
        lambda data: void(sam_number(data)), lambda: [Module().sam], (ReaderError,)
    ),
    "tlv": Target(elements, lambda: _files(0x010B, 0x010C, 0x010E, 0x011E), (BadData,)),
    "mrz": Target(
        zone,
        lambda: (
            ["\n".join(d.lines.lines).encode() for d in specimens().documents.values()]
            + [b"L898902C3,1985-03-20,290117", b"CAN 123456"]
        ),
        (),
    ),
    "dg1": Target(dg1, lambda: _files(group(1)), (BadData,)),
    "dg2": Target(lambda data: void(face.dg2(data)), lambda: _files(group(2)), (BadData,)),
    "details": Target(details, lambda: _files(0x010B, 0x010C, 0x010E, 0x010F, 0x011E, 0x011C), ()),
    "sod": Target(sod, lambda: [_home()[0].files[SOD], *_files(SOD)], (BadData,)),
    "whole": Target(whole, lambda: [bytes(120), bytes(30) + b"\xfa\x01\x02" * 8], (ReaderError,)),
}


def void(value: object) -> None:
    """Forget a result."""
