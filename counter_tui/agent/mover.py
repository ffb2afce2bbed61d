"""Moves the outbox: what is due goes out, several at once, and each answer settles its own row."""

import asyncio
import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID

from counter_tui.agent.backoff import delay
from counter_tui.agent.centre import Answer, Centre, Unreachable
from counter_tui.agent.proof import NeedsLogin, Rights, assertion
from counter_tui.agent.verdict import Held, Later, Login, Refused, Verdict, judge
from counter_tui.keys.jose import seal
from counter_tui.limits import Limits
from counter_tui.station import Station
from counter_tui.store import Claimed, OutboxRow, Store, StoreThread

_AT_ONCE = 16
_FAILURES_THAT_MEAN_OFFLINE = 2
_REFUSALS_THAT_MEAN_SICK = 4


@dataclass(slots=True)
class Moved:
    """What one round did. `reached` is False when it ended because the centre did not answer.

    `wait_seconds` is how long nothing will be sent, because the centre asked for it (`Retry-After`)
    or cannot serve.
    """

    receipted: int = 0
    postponed: int = 0
    refused: int = 0
    needs_login: int = 0
    reached: bool = True
    wait_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class _Sent:
    row: OutboxRow
    claimed: Claimed
    verdict: Verdict


@dataclass(slots=True)
class _Round:
    """The state of one round."""

    moved: Moved = field(default_factory=Moved)
    failures: int = 0
    sick: int = 0
    tried: set[UUID] = field(default_factory=set)
    open: set[asyncio.Task[_Sent]] = field(default_factory=set)

    @property
    def ended(self) -> bool:
        moved = self.moved
        return not moved.reached or moved.needs_login > 0 or moved.wait_seconds > 0


class Mover:
    """One per agent."""

    def __init__(
        self,
        store: StoreThread,
        centre: Centre,
        rights: Rights,
        station: Station,
        limits: Limits,
        log: Any,
    ) -> None:
        assert station.centre is not None
        self._store, self._centre, self._rights = store, centre, rights
        self._code, self._trust, self._log = station.code, station.centre, log
        self.limits = limits
        self._not_before, self._sick_rounds = 0.0, 0

    async def round(self) -> Moved:
        """Send all that is due. Ends early when the centre is away, or wants time or a sign-in."""
        this = _Round()
        this.moved.wait_seconds = max(0.0, self._not_before - time.monotonic())
        try:
            while True:
                if not this.ended and len(this.open) <= _AT_ONCE // 2:
                    await self._take_up(this)
                if not this.open:
                    return this.moved
                done, this.open = await asyncio.wait(
                    this.open, timeout=1, return_when=asyncio.FIRST_COMPLETED
                )
                # What finished while the last commit ran is settled in the next one.
                await self._settle(this, [task.result() for task in done])
        finally:
            for task in this.open:
                task.cancel()

    async def _take_up(self, this: _Round) -> None:
        room = _AT_ONCE - len(this.open)

        def take(store: Store) -> tuple[bytes | None, list[tuple[OutboxRow, Claimed]]]:
            # Once a round: a row that comes back at once waits for the next one.
            rows = [row for row in store.sending.due(room) if row.key not in this.tried]
            claimed = store.sending.claim([row.key for row in rows])
            return assertion(store), [(row, claimed[row.key]) for row in rows if row.key in claimed]

        proof, taken = await self._store.call(take)
        for row, claimed in taken:
            this.tried.add(row.key)
            this.open.add(asyncio.create_task(self._send(row, claimed, proof)))

    async def _send(self, row: OutboxRow, claimed: Claimed, proof: bytes | None) -> _Sent:
        try:
            token = await self._rights.token_for(proof)
            answer = await self._put(row, claimed, token)
            if answer.status == 401:
                # The token may have run out on the way; one fresh one is tried.
                self._rights.refused()
                answer = await self._put(row, claimed, await self._rights.token())
                if answer.status == 401:
                    # The clerk's proof was just taken, so no sign-in would help.
                    return _Sent(row, claimed, Later("unauthenticated"))
        except NeedsLogin:
            return _Sent(row, claimed, Login("unauthenticated"))
        except Unreachable as error:
            return _Sent(row, claimed, Later(f"unreachable:{error.reason}", error.least))
        return _Sent(row, claimed, judge(answer, row, self._trust.keys, self._code))

    async def _put(self, row: OutboxRow, claimed: Claimed, token: str) -> Answer:
        kind = "application/jose" if claimed.sealed else "application/json"
        headers = {"Content-Type": kind}
        if row.approval:
            headers["Approval"] = row.approval
        if row.action is None:
            if row.override:
                headers["Override-Duplicate"] = _header_text(row.override)
            return await self._centre.put_application(str(row.key), claimed.content, token, headers)
        headers["Idempotency-Key"] = str(row.key)
        path = f"/v1/applications/{row.application}/{row.action}"
        return await self._centre.post(path, claimed.content, token, headers)

    async def _settle(self, this: _Round, sent: list[_Sent]) -> None:
        held = [one for one in sent if isinstance(one.verdict, Held)]
        if held:
            this.failures = this.sick = self._sick_rounds = 0
            this.moved.receipted += len(await self._receive(held))
        for one in sent:
            if not isinstance(one.verdict, Held):
                await self._settle_one(this, one)

    async def _receive(self, held: list[_Sent]) -> list[UUID]:
        entries = [
            (one.verdict.receipt, self._sealed(one.claimed))
            for one in held
            if isinstance(one.verdict, Held)
        ]
        newest = max(receipt.time for receipt, _ in entries)

        def enter(store: Store) -> list[UUID]:
            settled = store.sending.receipted(entries)
            store.contact.made(newest)
            return settled

        settled = await self._store.call(enter)
        self._log.info("receipted", count=len(settled))
        return settled

    def _sealed(self, claimed: Claimed) -> bytes:
        if claimed.sealed:
            return claimed.content
        return seal(claimed.content, self._trust.seal_key).encode()

    async def _settle_one(self, this: _Round, one: _Sent) -> None:
        key, moved = one.row.key, this.moved
        match one.verdict:
            case Refused(state, problem, detail):
                moved.refused += 1
                deadline = self.limits.task_deadline
                await self._store.call(
                    lambda store: store.sending.refuse(
                        key, state, problem, detail, store.now() + deadline
                    )
                )
            case Login(problem):
                moved.needs_login += 1
                await self._store.call(lambda store: store.sending.wait_for_login(key, problem))
            case Later(problem, least, sick):
                moved.postponed += 1
                self._leave_alone(this, least, sick)
                if problem.startswith("unreachable"):
                    this.failures += 1
                    moved.reached = this.failures < _FAILURES_THAT_MEAN_OFFLINE
                wait = delay(one.row.attempts, least)
                await self._store.call(lambda store: store.sending.postpone(key, problem, wait))
            case Held():
                raise AssertionError("settled with its receipt")
        self._log.info(
            "not receipted",
            application=str(one.row.application),
            problem=one.verdict.problem,
        )

    def _leave_alone(self, this: _Round, least: timedelta | None, sick: bool) -> None:
        """Hold the whole outbox back when the centre asks for it, or fails at everything."""
        this.sick += sick
        if this.sick == _REFUSALS_THAT_MEAN_SICK:
            least = max(least or timedelta(), delay(self._sick_rounds))
            self._sick_rounds += 1
        if least:
            self._not_before = max(self._not_before, time.monotonic() + least.total_seconds())
            this.moved.wait_seconds = max(this.moved.wait_seconds, least.total_seconds())


def _header_text(text: str) -> str:
    """Text from a person as a header can carry it: percent-encoded UTF-8 where it must be."""
    return quote(text, safe=" ,.;:()/'!?-_")
