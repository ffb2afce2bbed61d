"""The office of a real station: store, sign-in, readers, agent. Imported behind the first frame."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from counter_tui import custody, deferrals, packs, second_person, signin
from counter_tui.accept import application
from counter_tui.address import book
from counter_tui.address.book import AddressBook
from counter_tui.agent.lock import agent_lock
from counter_tui.bell import Bell, Message, ring
from counter_tui.case.case import Case
from counter_tui.case.draft import Draft
from counter_tui.case.facts import Place
from counter_tui.certificates import station_hash
from counter_tui.config import HOME_VARIABLE, Config
from counter_tui.failure import Failure, OutOfOrder
from counter_tui.guards import Freeze, freeze
from counter_tui.keys.secret_service import KeyringTrouble
from counter_tui.limits import Limits
from counter_tui.logs import open_log
from counter_tui.office import Accepted, Clerk, DraftRow, Entry, OutboxGlance, Result
from counter_tui.particulars import acts, particulars
from counter_tui.signin import Session
from counter_tui.station import read_station, store_path
from counter_tui.store import Store, StoreThread
from counter_tui.support import diary
from counter_tui.words import N_
from devices import uri
from devices.factory import Options
from devices.readers import Readers
from devices.records import ReaderDown, ReaderError, ReaderEvent
from intake.pack import PackError

POLL_SECONDS = 10
"""How often the outbox is looked at while something waits; a ring may have been lost."""


class StationOffice:
    """Everything that is not a screen, for one terminal."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._home = config.home
        self._station = read_station(config.home)
        self._log: Any = open_log(config, "terminal")
        self._in_use = packs.in_use(config.rules.pack, config.home)
        self._limits = Limits().by(self._in_use.pack.resolved.retention)
        self._thread: StoreThread | None = None
        self._session: Session | None = None
        self._bell: Bell | None = None
        self._moved: Callable[[OutboxGlance], None] | None = None
        self._looking: asyncio.Task[None] | None = None
        self._last: UUID | None = None
        self._agent: subprocess.Popen[bytes] | None = None
        self._book: AddressBook | None = None
        self._keeping: asyncio.Task[None] | None = None
        self._readers: Readers | None = None

    # Signing in

    async def sign_in(self, clerk: str, pin: str) -> Entry:
        """Check the PIN, open the store, admit the clerk, and see that an agent runs."""
        session = await asyncio.to_thread(
            signin.unlock, self._home, clerk, pin, None, self._station
        )
        await asyncio.to_thread(self._take_rules)
        if self._thread is None:
            self._thread = await StoreThread.open(store_path(self._home), session.store_key)
        await self.ask(lambda store: signin.admit(store, session, self._station, self._limits))
        self._session = session
        await self.ask(self._take_diary)
        await asyncio.to_thread(self._see_to_agent, session)
        self._keeping = asyncio.create_task(asyncio.to_thread(self._keep_key, session))
        place = Place(self._station.code, self._station.kind)
        trouble = self._in_use.trouble
        refused = trouble.sentence if trouble else ""
        return Entry(self._in_use.pack, place, session.clerk_id, refused)

    def _take_rules(self) -> None:
        """A pack that arrived since the last sign-in decides from now on."""
        try:
            self._in_use = packs.in_use(self._config.rules.pack, self._home)
        except PackError as error:
            self._log.warning("pack not read", problem=type(error).__name__)
            return
        self._limits = Limits().by(self._in_use.pack.resolved.retention)

    async def supervisors(self) -> list[Clerk]:
        """Who can be the second person here, other than the clerk who signed in."""
        session = self._session
        assert session is not None
        found = second_person.supervisors(self._home, session.clerk_id)
        return [Clerk(one.id, one.name) for one in found]

    async def step_up(self, supervisor: str, pin: str) -> Session:
        """A supervisor's session for one step at the clerk's terminal; the clerk stays."""
        session = self._session
        assert session is not None
        return await asyncio.to_thread(
            second_person.step_up, self._home, session.clerk_id, supervisor, pin
        )

    async def freeze(self) -> Freeze | None:
        """Why no new case may be begun now; None when one may."""
        return await self.ask(lambda store: freeze(store, self._limits))

    def _see_to_agent(self, session: Session) -> None:
        """Give a waiting agent the key; start one where none runs."""
        key = session.store_key.hex()
        if ring(self._home, "agent", {"key": key}) or self._station.centre is None:
            return
        with agent_lock(self._home) as free:
            if not free:
                return
        self._agent = subprocess.Popen(
            [sys.executable, "-m", "counter_tui", "agent", "--key-stdin"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env=_environment(self._config),
        )
        assert self._agent.stdin is not None
        self._agent.stdin.write(f"{key}\n".encode())
        self._agent.stdin.close()

    def _keep_key(self, session: Session) -> None:
        """Behind the clerk's back: the doctor says what is wrong with the keyring."""
        try:
            custody.keep(self._config, self._station, session.store_key)
        except KeyringTrouble as trouble:
            self._log.warning("key not kept", problem=trouble.cause)

    # Drafts and acceptance

    async def drafts(self) -> list[DraftRow]:
        """All drafts, the last saved first."""
        found = await self.ask(lambda store: store.drafts.list())
        return [DraftRow(str(one.id), one.body, one.saved_at) for one in found]

    async def save(self, draft_id: str, body: dict[str, Any], label: str) -> None:
        """Keep a draft; on the disk when it returns."""
        await self.ask(lambda store: store.drafts.save(UUID(draft_id), body, label))

    async def discard(self, draft_id: str, reason: str) -> None:
        """Take a draft off the list."""
        await self.ask(lambda store: store.drafts.discard(UUID(draft_id), reason))

    async def accept(self, case: Case) -> Accepted:
        """Application, audit entry and outbox row in one commit; a correction under its old id."""
        draft, facts, session = case.draft, case.facts, self._session
        assert facts is not None and session is not None

        def commit(store: Store) -> Accepted:
            made = application(
                facts,
                case.pack,
                self._station,
                session.clerk_id,
                datetime.fromisoformat(draft.corrects) if draft.corrects else store.now(),
                UUID(draft.id),
                station_hash(store),
                datetime.fromisoformat(draft.created_at),
                particulars(draft, case.decision),
            )
            if draft.corrects:
                row = store.correct(made, session.clerk_id)
            else:
                row = store.accept(made, label_of(draft), acts=acts(draft, made))
            deferrals.note_accepted(store, made)
            return Accepted(str(row.key), row.number)

        accepted = await self.ask(commit)
        self._last = UUID(accepted.id)
        self.wake_agent()
        return accepted

    def wake_agent(self) -> None:
        """Something was left for the agent."""
        ring(self._home, "agent", {"changed": "outbox"})
        self._look()

    async def record(self, action: str, draft_id: str) -> None:
        """Write an entry to the audit chain."""
        clerk = self._session.clerk_id if self._session else None
        await self.ask(lambda store: store.audit.append(action, clerk, draft_id))

    async def note(self, event: str, detail: dict[str, Any]) -> None:
        """Write what is about no application to the audit chain, now or at the next sign-in."""
        if self._thread is None:
            await asyncio.to_thread(diary.note, self._home, event, detail)
            return
        clerk = self._session.clerk_id if self._session else None
        await self.ask(lambda store: store.audit.append(event, clerk, None, **detail))

    def _take_diary(self, store: Store) -> None:
        for event, detail in diary.noted(self._home):
            store.audit.append(event, None, None, **detail)
        diary.forget(self._home)

    # What moves

    def watch(self, moved: Callable[[OutboxGlance], None]) -> None:
        """Call `moved` now and whenever the outbox stands differently."""
        self._moved = moved
        self._bell = Bell(self._home, "terminal")
        self._bell.on_ring(self._heard)
        self._look()

    def _heard(self, message: Message) -> None:
        self._look()

    def _look(self) -> None:
        if self._moved is not None and (self._looking is None or self._looking.done()):
            self._looking = asyncio.get_running_loop().create_task(self._glance())

    async def _glance(self) -> None:
        while self._moved is not None:
            seen = await self.ask(self._seen)
            self._moved(seen)
            if not seen.waiting:
                return
            await asyncio.sleep(POLL_SECONDS if seen.oldest_seconds > POLL_SECONDS else 1)

    def _seen(self, store: Store) -> OutboxGlance:
        waiting = store.outbox.waiting()
        number, receipted = "", False
        if self._last is not None:
            row = store.outbox.get(self._last)
            number, receipted = row.number, row.state == "receipted"
        return OutboxGlance(
            waiting=waiting.total,
            oldest_seconds=int(waiting.oldest.total_seconds()) if waiting.oldest else 0,
            tasks=len(store.tasks.list()),
            needs_login=bool(waiting.by_state.get("needs_login")),
            space_is_low=store.upkeep.space_is_low,
            last_number=number,
            last_receipted=receipted,
        )

    # Readers, log, end

    async def readers(self) -> AsyncIterator[ReaderEvent]:
        """What the card readers see, for ever."""
        settings = self._config.readers
        trust = Path(settings.trust) if settings.trust else None
        options = Options(trust=trust, wlt_library=settings.wlt_library)
        known = []
        for one in settings.uris:
            try:
                uri.parse(one)
            except ReaderError as error:
                # The others work; the status line tells of this one.
                yield ReaderDown(one, error.problem)
            else:
                known.append(one)
        # On a thread: each kind of reader brings its own library.
        async with await asyncio.to_thread(Readers, known, options) as readers:
            self._readers = readers
            async for event in readers:
                yield event

    def offer_zone(self, text: str) -> None:
        """Give a machine readable zone to the readers."""
        if self._readers is not None:
            self._readers.offer_mrz(text)

    def withdraw_zone(self) -> None:
        """Forget the zone."""
        if self._readers is not None:
            self._readers.withdraw_mrz()

    def break_off_read(self) -> None:
        """End the reading in hand."""
        if self._readers is not None:
            self._readers.abandon()

    async def address_book(self) -> AddressBook | None:
        """The address book, made in a child process the first time."""
        # The station's code begins with its county, and four digits of that are its city.
        city = self._station.code[:4]
        try:
            self._book = await asyncio.to_thread(AddressBook.open, self._home / book.FILE, city)
        except (OSError, subprocess.SubprocessError) as error:
            self._log.warning("no address book", error=error)
        return self._book

    def note_failure(self, error: BaseException | None) -> None:
        """Log the type of a failure, never its text."""
        self._log.error("failed", error=error)

    async def close(self) -> None:
        """Finish what is being written and let go."""
        self._moved = None
        if self._bell is not None:
            self._bell.close()
        if self._looking is not None:
            self._looking.cancel()
        if self._thread is not None:
            await asyncio.to_thread(self._thread.close)
            self._thread = None
        if self._book is not None:
            self._book.close()

    async def ask(self, work: Callable[[Store], Result]) -> Result:
        """Do `work` with the store, on the store's thread."""
        if self._thread is None:
            raise OutOfOrder(N_("The store is not open; sign in again."))
        try:
            return await self._thread.call(work)
        except Failure as failure:
            self._log.warning("refused", error=failure)
            raise


def label_of(draft: Draft) -> str:
    """What lists show of a case: the masked name."""
    from counter_tui.case import masking

    return masking.name(draft.person.name)


def _environment(config: Config) -> dict[str, str]:
    import os

    return {**os.environ, HOME_VARIABLE: str(config.home)}
