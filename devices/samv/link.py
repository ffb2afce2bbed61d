"""One question, one answer over a line that may lose, delay, damage or invent bytes."""

import time
from dataclasses import dataclass
from typing import Final

from devices.driver import Session
from devices.records import Problem, ReaderError
from devices.samv.commands import Command
from devices.samv.frame import LONGEST, Deframer, Reply, encode
from devices.samv.status import SUCCESSES, ModuleError
from devices.transports.transport import Transport

SILENCE: Final = 2.5
"""Seconds without a byte after which a frame that has begun is given up."""
TRICKLE: Final = 30.0
"""Seconds after which even a frame that still brings bytes is given up."""
QUIET: Final = 1.0
"""Seconds of silence after bytes that begin no frame: what was to come has been garbled."""
SETTLE: Final = 0.3
"""Seconds of quiet after a damaged frame before it is called damaged: a true one may follow."""
LATE: Final = 6.0
"""Seconds an answer that was given up may still come."""


@dataclass(frozen=True, slots=True)
class Vigil:
    """Ask again every `every` seconds, `times` times at most, while the answer is `usual`."""

    usual: bytes
    every: float
    times: int


class Link:
    """Asks a module. After an answer that never came, the next question is asked only when every
    earlier answer is in or can no longer come: answers are told apart by their order alone.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._overdue = False
        self.marker: Command | None = None
        """A harmless command this module is known to answer; none known: None."""
        self.silent = 0
        """Questions in a row that got no answer at all."""
        self.answered = 0
        """Questions that got a whole answer since `open`; a vigil counts as one."""
        self.asked = 0.0
        """When the last question was sent, or a vigil ended."""

    def open(self) -> None:
        """Connect and forget the past."""
        self._transport.open()
        self._transport.discard()
        self._overdue, self.marker, self.silent, self.answered = False, None, 0, 0

    def close(self) -> None:
        """Disconnect."""
        self._transport.close()

    def ask(self, session: Session, command: Command, vigil: Vigil | None = None) -> Reply:
        """The fitting reply to `command`; with a vigil, the one that ends it.

        Raises ModuleError for a status that is no success; ReaderError NO_ANSWER, LINE_NOISE,
        BAD_DATA (answers came, none fits), READER_GONE, CANCELLED.
        """
        if self._overdue:
            self._catch_up(session)
        self._transport.discard()
        try:
            reply = self._exchange(session, command, vigil)
        except ModuleError:
            self.silent = 0
            self.answered += 1
            raise
        except ReaderError as error:
            self._overdue = True
            self.silent = self.silent + 1 if error.problem is Problem.NO_ANSWER else 0
            raise
        self.silent = 0
        self.answered += 1
        return reply

    def _exchange(self, session: Session, command: Command, vigil: Vigil | None) -> Reply:
        transport = self._transport
        question = encode(command.code, command.data)
        transport.write(question)
        self.asked = time.monotonic()
        early = b""
        if vigil is not None:
            early = self._transport.watch(
                question, vigil.usual, vigil.every, vigil.times, session.is_stopped
            )
            session.begin_read()
            self.asked = time.monotonic()
        start = last = time.monotonic()
        deadline = start + command.wait + LONGEST / transport.bytes_per_second
        deframer, misfits = Deframer(), 0
        while (now := time.monotonic()) < deadline or (
            deframer.within and now < min(last + SILENCE, start + TRICKLE)
        ):
            session.check()
            piece, early = early or transport.read(), b""
            if not piece:
                patience = SILENCE if deframer.within else QUIET
                if last > start and time.monotonic() > last + patience:
                    break
                continue
            last = time.monotonic()
            for reply in deframer.feed(piece):
                if _answers(reply, command):
                    return reply
                misfits += 1
            if (deframer.damaged or misfits) and not deframer.within:
                deadline = min(deadline, last + SETTLE + misfits)
        for reply in deframer.give_up():
            if _answers(reply, command):
                return reply
        if misfits:
            raise ReaderError(Problem.BAD_DATA, f"{command.doing}: answer of another shape")
        if deframer.damaged or last > start:
            raise ReaderError(Problem.LINE_NOISE, f"{command.doing}: damaged answer")
        raise ReaderError(Problem.NO_ANSWER, command.doing)

    def _catch_up(self, session: Session) -> None:
        """Wait until no answer is outstanding. Raises NO_ANSWER when the module stays silent."""
        self._drain(session)
        # Answers come in order: once the marker's is there, the earlier ones are past.
        if self.marker is not None and not self._mark(session, self.marker):
            self.silent += 1
            raise ReaderError(Problem.NO_ANSWER, "catching up")
        self._drain(session)
        self._overdue = False

    def _mark(self, session: Session, marker: Command) -> bool:
        self._transport.write(encode(marker.code))
        deframer, end = Deframer(), time.monotonic() + LATE
        while time.monotonic() < end:
            session.check()
            if any(marker.fits(reply) for reply in deframer.feed(self._transport.read())):
                return True
        return False

    def _drain(self, session: Session) -> None:
        end = time.monotonic() + LATE
        while self._transport.read() and time.monotonic() < end:
            session.check()


def _answers(reply: Reply, command: Command) -> bool:
    """Whether this ends the wait for `command`. Raises ModuleError for an error status."""
    if reply.status not in SUCCESSES:
        raise ModuleError(reply.status, reply.card_status, command.doing)
    return command.fits(reply)
