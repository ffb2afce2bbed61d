"""Secure messaging (ICAO 9303-11 §9.8): every command and answer encrypted and MACed."""

import hmac

from devices.chip import tlv
from devices.chip.apdu import EXTENDED_LE, SHORT_LE, Answer, Command
from devices.chip.faults import BadData, Unprotected, WrongMac
from devices.chip.suites import MAC_LENGTH, Suite, pad, unpad

_PADDED, _PLAIN_INDICATOR, _LE, _STATUS, _MAC = 0x87, 0x85, 0x97, 0x99, 0x8E
_MASK = 0x0C


class SecureMessaging:
    """One session's keys and send sequence counter."""

    def __init__(self, suite: Suite, encryption: bytes, mac: bytes, counter: int = 0) -> None:
        self._suite = suite
        self._encryption = encryption
        self._mac = mac
        self._counter = counter

    @property
    def short_data(self) -> int:
        """Most data bytes that fit a short answer: 231 with 3DES, 223 with AES."""
        # 87 81 L 01 … | 99 02 SW SW | 8E 08 MAC
        room = SHORT_LE - 4 - 4 - 2 - MAC_LENGTH
        return room // self._suite.block * self._suite.block - 1

    def wrap(self, command: Command) -> bytes:
        """The secured command, counting it."""
        self._counter += 1
        head = bytes([command.cla | _MASK]) + command.head[1:]
        body = b""
        if command.data:
            iv = self._suite.iv(self._encryption, self._sequence())
            padded = pad(command.data, self._suite.block)
            encrypted = self._suite.encrypt(self._encryption, iv, padded)
            if command.ins & 1:
                body = tlv.element(_PLAIN_INDICATOR, encrypted)
            else:
                body = tlv.element(_PADDED, b"\x01" + encrypted)
        extended = (command.le or 0) > SHORT_LE
        if command.le is not None:
            size, most = (2, EXTENDED_LE) if extended else (1, SHORT_LE)
            body += tlv.element(_LE, (command.le % most).to_bytes(size))
        mac = self._authenticate(pad(head, self._suite.block) + body if body else head)
        secured = Command(
            ins=command.ins,
            p1=command.p1,
            p2=command.p2,
            data=body + tlv.element(_MAC, mac),
            le=0,
            cla=head[0],
        )
        return secured.encode(True if extended else None)

    def unwrap(self, answer: Answer) -> Answer:
        """The plain answer, counting it. Raises Unprotected without a MAC, WrongMac with a
        wrong one: nothing of an unauthenticated answer is used."""
        self._counter += 1
        if not answer.data:
            raise Unprotected(answer.sw, "answer outside secure messaging")
        try:
            found = dict(tlv.elements(answer.data))
        except BadData as error:
            raise WrongMac("secure messaging: no data objects") from error
        if _MAC not in found:
            raise Unprotected(answer.sw, "answer outside secure messaging")
        end = len(tlv.element(_MAC, found[_MAC]))
        if not hmac.compare_digest(self._authenticate(answer.data[:-end]), found[_MAC]):
            raise WrongMac("secure messaging: wrong MAC")
        status = found.get(_STATUS, b"")
        if len(status) != 2:
            raise BadData("secure messaging: no status")
        return Answer(self._decrypt(found), int.from_bytes(status))

    def rewind(self) -> None:
        """Forget the last command and answer: the chip refused it before counting."""
        self._counter -= 2

    def _sequence(self) -> bytes:
        return self._counter.to_bytes(self._suite.block)

    def _authenticate(self, data: bytes) -> bytes:
        return self._suite.mac(self._mac, pad(self._sequence() + data, self._suite.block))

    def _decrypt(self, found: dict[int, bytes]) -> bytes:
        if _PADDED in found:
            encrypted = found[_PADDED]
            if encrypted[:1] != b"\x01":
                raise BadData("secure messaging: padding indicator")
            encrypted = encrypted[1:]
        elif _PLAIN_INDICATOR in found:
            encrypted = found[_PLAIN_INDICATOR]
        else:
            return b""
        if not encrypted or len(encrypted) % self._suite.block:
            raise BadData("secure messaging: not whole blocks")
        iv = self._suite.iv(self._encryption, self._sequence())
        plain = unpad(self._suite.decrypt(self._encryption, iv, encrypted))
        if plain is None:
            raise BadData("secure messaging: padding")
        return plain
