"""Secure messaging from the card's side (9303-11, section 9.8)."""

from dataclasses import dataclass, field

from devices.virtual.chip.suites import Suite, pad, same, unpad
from devices.virtual.chip.tlv import objects, tlv


class ChannelBroken(Exception):
    """A protected command did not check; the session is over. `status` is what the card says."""

    def __init__(self, status: int) -> None:
        super().__init__(f"{status:04X}")
        self.status = status


@dataclass(frozen=True, slots=True)
class Command:
    """A command as the card's inner parts see it. `expected` is Le, None when absent."""

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes = b""
    expected: int | None = None
    extended: bool = False

    @property
    def header(self) -> bytes:
        """CLA INS P1 P2."""
        return bytes((self.cla, self.ins, self.p1, self.p2))


def parse(raw: bytes) -> Command:
    """Cut an APDU into its parts (short and extended forms); ValueError when it is none."""
    if len(raw) < 4:
        raise ValueError("shorter than a header")
    cla, ins, p1, p2 = raw[:4]
    body = raw[4:]
    if not body:
        return Command(cla, ins, p1, p2)
    if len(body) == 1:
        return Command(cla, ins, p1, p2, b"", body[0] or 256)
    if body[0] or len(body) < 3:
        data, rest = body[1 : 1 + body[0]], body[1 + body[0] :]
        if len(data) != body[0] or len(rest) > 1:
            raise ValueError("wrong Lc")
        return Command(cla, ins, p1, p2, data, (rest[0] or 256) if rest else None)
    if len(body) == 3:
        return Command(cla, ins, p1, p2, b"", int.from_bytes(body[1:], "big") or 65536, True)
    size = int.from_bytes(body[1:3], "big")
    data, rest = body[3 : 3 + size], body[3 + size :]
    if len(data) != size or len(rest) not in (0, 2):
        raise ValueError("wrong extended Lc")
    expected = (int.from_bytes(rest, "big") or 65536) if rest else None
    return Command(cla, ins, p1, p2, data, expected, True)


@dataclass
class Channel:
    """Keys and counter of one session. `counter` is the value before the first command."""

    suite: Suite
    encryption: bytes = field(repr=False)
    authentication: bytes = field(repr=False)
    counter: int = 0

    def _step(self) -> bytes:
        self.counter = (self.counter + 1) % (1 << 8 * self.suite.block)
        return self.counter.to_bytes(self.suite.block, "big")

    def open(self, command: Command) -> Command:
        """The plain command inside a protected one; ChannelBroken when it is not right."""
        counter = self._step()
        try:
            inside = objects(command.data)
        except ValueError as error:
            raise ChannelBroken(0x6987) from error
        parts = {tag: value for tag, value, _ in inside}
        if 0x8E not in parts:
            raise ChannelBroken(0x6987)
        covered = b"".join(whole for tag, _, whole in inside if tag != 0x8E)
        message = counter + pad(command.header, self.suite.block) + covered
        if self.suite.aes:
            message = pad(message, self.suite.block)
        if not same(self.suite.mac(self.authentication, message), parts[0x8E]):
            raise ChannelBroken(0x6988)
        data = b""
        hidden = parts.get(0x85) if command.ins & 1 else parts.get(0x87, b"")[1:]
        if hidden:
            vector = self.suite.vector(self.encryption, counter)
            try:
                data = unpad(self.suite.decrypt(self.encryption, hidden, vector))
            except ValueError as error:
                raise ChannelBroken(0x6988) from error
        expected = None
        if 0x97 in parts:
            wanted = parts[0x97]
            expected = int.from_bytes(wanted, "big") or (256 if len(wanted) == 1 else 65536)
        return Command(
            command.cla & 0xF3,
            command.ins,
            command.p1,
            command.p2,
            data,
            expected,
            command.extended,
        )

    def close(self, ins: int, data: bytes, status: int) -> bytes:
        """The protected answer to the command just opened."""
        counter = self._step()
        covered = b""
        if data:
            vector = self.suite.vector(self.encryption, counter)
            padded = pad(data, self.suite.block)
            hidden = self.suite.encrypt(self.encryption, padded, vector)
            covered = tlv(0x85, hidden) if ins & 1 else tlv(0x87, b"\x01", hidden)
        covered += tlv(0x99, status.to_bytes(2, "big"))
        message = counter + covered
        if self.suite.aes:
            message = pad(message, self.suite.block)
        mac = tlv(0x8E, self.suite.mac(self.authentication, message))
        return covered + mac + status.to_bytes(2, "big")

    def room(self, limit: int) -> int:
        """Most plain bytes whose protected answer, SW1 SW2 left out, fits in `limit` bytes."""
        around = 4 + 10 + 1 + (2 if limit <= 0x80 else 3 if limit <= 260 else 4)
        return (limit - around) // self.suite.block * self.suite.block - 1
