"""The agent's day: rounds when rung for, when something is due, when the centre comes back."""

import asyncio
import random
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from counter_tui.agent.centre import Centre, Unreachable
from counter_tui.agent.errands import Errands
from counter_tui.agent.mover import Moved, Mover
from counter_tui.agent.proof import NeedsLogin, Rights
from counter_tui.agent.reconcile import Compared, Reconciler
from counter_tui.bell import Message, ring
from counter_tui.enrolment import station_signer
from counter_tui.limits import Limits
from counter_tui.station import Station
from counter_tui.store import StoreThread
from counter_tui.store.upkeep import Keep

_IDLE: Final = 30.0
"""Longest pause between looks at the store, in seconds: a ring may have been lost."""
_PROBE_WAITING: Final = 3.0
_PROBE_IDLE: Final = 60.0
_UPKEEP: Final = 3600.0
_COMPARE: Final = 6 * 3600.0


@dataclass(slots=True)
class Summary:
    """What one round did, as `counter sync` prints it."""

    moved: Moved = field(default_factory=Moved)
    compared: Compared = field(default_factory=Compared)
    answered: int = 0
    waiting: int = 0

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            **asdict(self.moved),
            **asdict(self.compared),
            "answered": self.answered,
            "waiting": self.waiting,
        }


class Agent:
    """The network side of one station, with its store open."""

    def __init__(
        self,
        home: Path,
        store: StoreThread,
        centre: Centre,
        station: Station,
        limits: Limits,
        log: Any,
    ) -> None:
        assert station.centre is not None
        self._home, self._store, self._centre, self._log = home, store, centre, log
        self._limits = limits
        rights = Rights(store, centre, station.centre)
        self._mover = Mover(store, centre, rights, station, limits, log)
        self._reconciler = Reconciler(store, centre, rights, station, log)
        self._errands = Errands(store, centre, rights, log)
        self._rung = asyncio.Event()
        self._askers: list[str] = []
        self._compare_at = 0.0

    @classmethod
    async def open(
        cls, home: Path, store: StoreThread, station: Station, limits: Limits, log: Any
    ) -> "Agent":
        """An agent over an open store; what a crash left half sent is queued again."""
        assert station.centre is not None
        signer = await store.call(station_signer)
        centre = Centre(station.centre, signer)
        recovered = await store.call(lambda open_store: open_store.sending.recover())
        log.info("agent up", count=recovered)
        return cls(home, store, centre, station, limits, log)

    def heard(self, message: Message) -> None:
        """Somebody rang. With `reply`, the summary of the next round is rung back there."""
        if isinstance(message.get("reply"), str):
            self._askers.append(message["reply"])
            self._compare_at = 0.0
        self._rung.set()

    async def run(self) -> None:
        """Work until cancelled."""
        upkeep = asyncio.create_task(self._keep_house())
        try:
            while True:
                self._rung.clear()
                summary = await self.round()
                await self._pause(summary)
        finally:
            upkeep.cancel()
            with suppress(asyncio.CancelledError):
                await upkeep
            await self.close()

    async def close(self) -> None:
        """Close the connections to the centre."""
        await self._centre.close()

    async def round(self) -> Summary:
        """One round: send, compare, ask; then tell the terminal and whoever waits for it."""
        askers, self._askers = self._askers, []
        summary = Summary(moved=await self._mover.round())
        if summary.moved.reached and not summary.moved.needs_login:
            await self._ask(summary)
        if summary.moved.reached and summary.compared.unknown_there:
            # What a restored centre lost goes out in the same round.
            summary.moved = await self._mover.round()
        await self._note(summary)
        ring(self._home, "terminal", {"changed": "store"})
        for name in askers:
            ring(self._home, name, summary.as_json())
        return summary

    async def _ask(self, summary: Summary) -> None:
        now = asyncio.get_running_loop().time()
        try:
            if now >= self._compare_at:
                summary.compared = await self._reconciler.compare()
                self._compare_at = now + _COMPARE
            summary.answered = await self._errands.run()
        except Unreachable as error:
            summary.moved.reached = False
            self._log.info("unreachable", problem=error.reason)
        except NeedsLogin:
            summary.moved.needs_login += 1

    async def _note(self, summary: Summary) -> None:
        if not summary.moved.reached:
            await self._store.call(lambda store: store.contact.lost())
        waiting = await self._store.call(lambda store: store.outbox.waiting())
        summary.waiting = waiting.total

    async def _pause(self, summary: Summary) -> None:
        if not summary.moved.reached:
            await self._until_it_answers(summary.waiting > 0)
            return
        due = await self._store.call(lambda store: store.sending.next_due_in())
        seconds = _IDLE if due is None else min(max(due.total_seconds(), 0.05), _IDLE)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._rung.wait(), seconds)

    async def _until_it_answers(self, something_waits: bool) -> None:
        """The centre is away: look for it, more often while something waits for it."""
        longest = _PROBE_WAITING if something_waits else _PROBE_IDLE
        seconds = 0.5
        while not await self._centre.answers():
            wait = random.uniform(seconds / 2, seconds)  # noqa: S311 - spreads load, no secret
            with suppress(TimeoutError):
                await asyncio.wait_for(self._rung.wait(), wait)
            if self._askers or (self._rung.is_set() and not something_waits):
                # Somebody waits for an answer, or something began to wait.
                return
            self._rung.clear()
            seconds = min(seconds * 2, longest)
        await self._store.call(lambda store: store.sending.hurry())

    async def _keep_house(self) -> None:
        keep = Keep(sent=self._limits.sent_body, discarded=self._limits.discarded_draft)
        while True:
            await self._store.call(lambda store: store.upkeep.wipe(keep))
            await self._store.call(lambda store: store.upkeep.refill_ballast())
            await self._store.call(lambda store: store.contact.note_time())
            await asyncio.sleep(_UPKEEP)
