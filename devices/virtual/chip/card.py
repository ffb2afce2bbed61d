"""The chip itself: files, selection, access control, one answer for each command."""

import hashlib
import secrets
from typing import Protocol

from devices.virtual.chip.access import BasicAccess, Pace, Random, Refused
from devices.virtual.chip.channel import Channel, ChannelBroken, Command, parse
from devices.virtual.chip.documents import CARD_ACCESS, Document
from devices.virtual.chip.tlv import objects, tlv

APPLICATION = bytes.fromhex("A0000002471001")
MRZ, CARD_NUMBER = 1, 2

OK = 0x9000
SECURITY = 0x6982
CONDITIONS = 0x6985
NOT_FOUND = 0x6A82
WRONG_LENGTH = 0x6700
WRONG_PLACE = 0x6B00
WRONG_DATA = 0x6A80
UNKNOWN = 0x6D00

Answer = tuple[bytes, int]


def historical(text: bytes) -> bytes:
    """A contactless card's ATR around its historical bytes."""
    body = bytes((0x80 | len(text), 0x80, 0x01)) + text
    folded = 0
    for byte in body:
        folded ^= byte
    return b"\x3b" + body + bytes((folded,))


class Card(Protocol):
    """Anything that can lie in a slot."""

    @property
    def atr(self) -> bytes:
        """Answer to reset."""
        ...

    def reset(self) -> None:
        """Power came or went: nothing is selected, nobody has proved anything."""
        ...

    def answer(self, raw: bytes) -> bytes:
        """The answer to a command APDU, status bytes included."""
        ...


class ChipCard:
    """One ICAO 9303 chip with a document in it. `random` may be given to repeat a published run."""

    atr = historical(bytes.fromhex("0000000033818100"))

    def __init__(self, document: Document, random: Random = secrets.token_bytes) -> None:
        self.document = document
        self._random = random
        self.reset()

    def reset(self) -> None:
        """Forget session and selection."""
        self._channel: Channel | None = None
        self._application = False
        self._file: bytes | None = None
        self._basic = BasicAccess(self.document.lines.information, self._random)
        self._pace: Pace | None = None

    def answer(self, raw: bytes) -> bytes:
        """One answer; a protected command gets a protected one."""
        try:
            command = parse(raw)
        except ValueError:
            return WRONG_LENGTH.to_bytes(2, "big")
        if command.extended and not self.document.extended:
            return WRONG_LENGTH.to_bytes(2, "big")
        if self._channel is None or command.cla & 0x0C != 0x0C:
            self._channel = None
            data, status = self._run(command, self.document.longest)
            return data + status.to_bytes(2, "big")
        channel = self._channel
        try:
            plain = channel.open(command)
        except ChannelBroken as broken:
            self._channel = None
            return broken.status.to_bytes(2, "big")
        longest = 65536 if command.extended else self.document.longest
        data, status = self._run(plain, channel.room(longest))
        return channel.close(plain.ins, data, status)

    def _run(self, command: Command, room: int) -> Answer:
        """The plain answer; a read brings at most `room` bytes."""
        if command.ins in (0xB0, 0xB1):
            return self._read(command, room)
        handlers = {
            0xA4: self._select,
            0x84: self._challenge,
            0x82: self._authenticate,
            0x22: self._choose_pace,
            0x86: self._general,
            0x88: self._prove,
        }
        handler = handlers.get(command.ins)
        return (b"", UNKNOWN) if handler is None else handler(command)

    def _select(self, command: Command) -> Answer:
        if command.p1 == 0x04:
            if command.data != APPLICATION:
                return b"", NOT_FOUND
            self._application, self._file = True, None
            return b"", OK
        if command.data in (b"", b"\x3f\x00"):
            if self.document.master_file == OK:
                self._application, self._file = False, None
            return b"", self.document.master_file
        identifier = int.from_bytes(command.data, "big")
        found, status = self._look_up(identifier)
        if found is not None:
            self._file = found
        return b"", status

    def _look_up(self, identifier: int) -> tuple[bytes | None, int]:
        """The file an identifier names here and now, or the status that refuses it."""
        outside = identifier == CARD_ACCESS
        if outside == self._application or identifier not in self.document.files:
            return None, NOT_FOUND
        if not outside and self._channel is None:
            return None, SECURITY
        return self.document.files[identifier], OK

    def _read(self, command: Command, room: int) -> Answer:
        place = command.p1 << 8 | command.p2
        far = command.ins == 0xB1
        if far:
            try:
                (tag, offset, _), *_ = objects(command.data)
            except ValueError:
                return b"", WRONG_DATA
            if tag != 0x54:
                return b"", WRONG_DATA
            named = 0x0100 | place if 0 < place < 0x20 else place
            start = int.from_bytes(offset, "big")
        elif command.p1 & 0x80:
            named, start = 0x0100 | command.p1 & 0x1F, command.p2
        else:
            named, start = 0, place
        if named:
            found, status = self._look_up(named)
            if found is None:
                return b"", status
            self._file = found
        if self._file is None:
            return b"", CONDITIONS if self._application else 0x6986
        if start >= len(self._file):
            return b"", WRONG_PLACE
        wanted = command.expected or 0
        data, status = self._piece(self._file, start, wanted, room - (4 if far else 0))
        return (tlv(0x53, data) if far and data else data), status

    def _piece(self, file: bytes, start: int, wanted: int, room: int) -> Answer:
        rest = len(file) - start
        data = file[start : start + min(wanted, room)]
        # 256 and 65536 stand for "what there is"; only a number can be too large.
        if min(wanted, room) <= rest or wanted in (256, 65536):
            return data, OK
        match self.document.at_end:
            case "ok":
                return data, OK
            case "warn":
                return data, 0x6282
            case "exact":
                return b"", 0x6C00 | rest & 0xFF

    def _challenge(self, command: Command) -> Answer:
        if not self.document.basic or not self._application:
            return b"", CONDITIONS
        return self._basic.challenge(), OK

    def _authenticate(self, command: Command) -> Answer:
        if not self.document.basic or not self._application:
            return b"", CONDITIONS
        try:
            data, self._channel = self._basic.authenticate(command.data)
        except Refused as refused:
            return b"", refused.status
        return data, OK

    def _choose_pace(self, command: Command) -> Answer:
        if (command.p1, command.p2) != (0xC1, 0xA4):
            return b"", 0x6A86
        try:
            said = {tag: value for tag, value, _ in objects(command.data)}
        except ValueError:
            return b"", WRONG_DATA
        password = int.from_bytes(said.get(0x83, b""), "big")
        curve = int.from_bytes(said.get(0x84, b""), "big")
        for choice in self.document.pace:
            if choice.identifier == said.get(0x80) and curve in (0, choice.curve.number):
                secret = self._password(password)
                if secret is None:
                    return b"", 0x6A88
                self._pace = Pace(choice, secret, self._random)
                return b"", OK
        return b"", WRONG_DATA if self.document.pace else UNKNOWN

    def _password(self, reference: int) -> bytes | None:
        if reference == MRZ:
            information = self.document.lines.information.encode()
            return hashlib.sha1(information).digest()  # noqa: S324 - 9303's choice
        if reference == CARD_NUMBER and self.document.card_number is not None:
            return self.document.card_number.encode()
        return None

    def _general(self, command: Command) -> Answer:
        if self._pace is None:
            return b"", CONDITIONS
        run = self._pace
        try:
            data = run.step(command.data)
            if command.cla & 0x10 == 0:
                # The last step's answer goes out in the clear; what follows is protected.
                self._channel, self._pace = run.session(), None
        except Refused as refused:
            self._pace = None
            return b"", refused.status
        return data, OK

    def _prove(self, command: Command) -> Answer:
        if self._channel is None:
            return b"", SECURITY
        if self.document.prover is None:
            return b"", UNKNOWN
        if len(command.data) != 8:
            return b"", WRONG_LENGTH
        return self.document.prover.sign(command.data), OK
