"""The agent's day: rounds when rung for, when something is due, when the centre comes back."""

import asyncio
import random
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

from counter_tui.agent.backoff import delay
from counter_tui.agent.centre import Centre, Unreachable
from counter_tui.agent.errands import Errands
from counter_tui.agent.mover import Moved, Mover
from counter_tui.agent.packs import PackFetcher
from counter_tui.agent.photos import Photos
from counter_tui.agent.proof import NeedsLogin, Rights
from counter_tui.agent.reconcile import Compared, Reconciler
from counter_tui.bell import Message, ring
from counter_tui.enrolment import station_signer
from counter_tui.limits import Limits, asked
from counter_tui.station import Station
from counter_tui.store import Store, StoreThread
from counter_tui.store.upkeep import Keep

_IDLE: Final = 30.0
"""Longest pause between looks at the store, in seconds: a ring may have been lost."""
_PROBE_WAITING: Final = 3.0
_PROBE_IDLE: Final = 60.0
_UPKEEP: Final = 3600.0
_COMPARE: Final = 6 * 3600.0
_PACK: Final = 3600.0
_PATIENCE: Final = 2.0
"""How long questions wait for the outbox, in seconds."""


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
        pack: str,
        limits: Limits,
        log: Any,
    ) -> None:
        assert station.centre is not None
        self._home, self._store, self._centre, self._log = home, store, centre, log
        self._limits = limits
        rights = Rights(store, centre, station.centre)
        self._mover = Mover(store, centre, rights, station, limits, log)
        self._reconciler = Reconciler(store, centre, rights, station, log)
        self._photos = Photos(store, centre, rights, log)
        self._errands = Errands(store, centre, rights, log)
        self._packs = PackFetcher(home, pack, store, centre, rights, log)
        self._rung = asyncio.Event()
        self._askers: list[str] = []
        self._compare_at = self._pack_at = 0.0
        self._lost_rounds = 0

    @classmethod
    async def open(
        cls,
        home: Path,
        store: StoreThread,
        station: Station,
        pack: str,
        limits: Limits,
        log: Any,
    ) -> "Agent":
        """An agent over an open store; what a crash left half sent is queued again.

        `pack` names the rules that decide here, `limits` are those of the rules in use now.
        """
        assert station.centre is not None
        signer = await store.call(station_signer)
        centre = Centre(station.centre, signer)
        recovered = await store.call(lambda open_store: open_store.sending.recover())
        log.info("agent up", count=recovered)
        return cls(home, store, centre, station, pack, limits, log)

    def heard(self, message: Message) -> None:
        """Somebody rang. With `reply`, the summary of the next round is rung back there."""
        if isinstance(message.get("reply"), str):
            self._askers.append(message["reply"])
            self._compare_at = self._pack_at = 0.0
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
        """One round: send, compare, ask; then tell the terminal and whoever waits for it.

        What screens asked goes out beside a long outbox: a person waits for it.
        """
        askers, self._askers = self._askers, []
        moving = asyncio.create_task(self._mover.round())
        try:
            await asyncio.wait({moving}, timeout=_PATIENCE)
            asked_meanwhile = 0 if moving.done() else await self._questions()
            summary = Summary(moved=await moving, answered=asked_meanwhile)
        finally:
            moving.cancel()
        moved = summary.moved
        if moved.reached and not moved.needs_login and not moved.wait_seconds:
            await self._ask(summary)
        if summary.moved.reached and summary.compared.unknown_there:
            # What a restored centre lost goes out in the same round.
            summary.moved = await self._mover.round()
        await self._see_who_is_there(summary.moved)
        await self._note(summary)
        ring(self._home, "terminal", {"changed": "store"})
        for name in askers:
            ring(self._home, name, summary.as_json())
        return summary

    async def _see_who_is_there(self, moved: Moved) -> None:
        """Without a clerk's proof nobody was asked: whether the centre is there is asked apart."""
        if moved.needs_login and not moved.receipted and not moved.refused:
            moved.reached = await self._centre.answers()

    async def _questions(self) -> int:
        """How many were answered. Whoever cannot be reached is noticed by the rest of the round."""
        with suppress(Unreachable, NeedsLogin):
            return await self._errands.answer()
        return 0

    async def _ask(self, summary: Summary) -> None:
        now = asyncio.get_running_loop().time()
        try:
            if now >= self._compare_at:
                summary.compared = await self._reconciler.compare()
                self._compare_at = now + _COMPARE
            summary.answered += await self._errands.answer()
            summary.answered += await self._errands.freshen()
            await self._photos.send()
            await self._look_for_a_pack(now)
        except Unreachable as error:
            summary.moved.reached = False
            self._log.info("unreachable", problem=error.reason)
        except NeedsLogin:
            summary.moved.needs_login += 1

    async def _look_for_a_pack(self, now: float) -> None:
        """Fetch the rules when they are due; new ones bring new limits."""
        if now < self._pack_at:
            return
        if await self._packs.fetch():
            self._limits = self._mover.limits = await asyncio.to_thread(
                asked, self._packs.name, self._home
            )
        self._pack_at = now + _PACK

    async def _note(self, summary: Summary) -> None:
        moved = summary.moved
        # Whoever may not ask without a clerk's proof has not heard from the centre.
        heard = moved.receipted or moved.refused or not moved.needs_login
        if not moved.reached:
            await self._store.call(lambda store: store.contact.lost())
        elif heard and not moved.wait_seconds:
            await self._store.call(lambda store: store.contact.back())
        waiting = await self._store.call(lambda store: store.outbox.waiting())
        summary.waiting = waiting.total

    async def _pause(self, summary: Summary) -> None:
        if not summary.moved.reached:
            # On a line that loses some, rounds end early and yet move something: go on at once.
            self._lost_rounds = 0 if summary.moved.receipted else self._lost_rounds + 1
            await self._until_it_answers(summary.waiting > 0)
            return
        self._lost_rounds = 0
        due = await self._store.call(lambda store: store.sending.next_due_in())
        seconds = _IDLE if due is None else min(max(due.total_seconds(), 0.05), _IDLE)
        await self._rest(max(seconds, summary.moved.wait_seconds))

    async def _until_it_answers(self, something_waits: bool) -> None:
        """The centre is away: look for it, more often while something waits for it.

        One that answers this and then fails at the work is looked for less and less often.
        """
        if self._lost_rounds > 1:
            await self._rest(delay(self._lost_rounds - 2, longest=_PROBE_IDLE).total_seconds())
        longest = _PROBE_WAITING if something_waits else _PROBE_IDLE
        seconds = 0.5
        while not await self._centre.answers():
            wait = random.uniform(seconds / 2, seconds)  # noqa: S311 - spreads load, no secret
            await self._rest(wait)
            if self._askers or (self._rung.is_set() and not something_waits):
                # Somebody waits for an answer, or something began to wait.
                return
            self._rung.clear()
            seconds = min(seconds * 2, longest)
        await self._store.call(lambda store: store.sending.reachable_again())

    async def _rest(self, seconds: float) -> None:
        """Wait, or until somebody rings."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._rung.wait(), seconds)

    async def _keep_house(self) -> None:
        while True:
            keep = Keep(sent=self._limits.sent_body, discarded=self._limits.discarded_draft)
            await self._store.call(partial(_wipe, keep))
            await self._store.call(lambda store: store.upkeep.refill_ballast())
            await self._store.call(lambda store: store.contact.note_time())
            await asyncio.sleep(_UPKEEP)


def _wipe(keep: Keep, store: Store) -> None:
    store.upkeep.wipe(keep)
