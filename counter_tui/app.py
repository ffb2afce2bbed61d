"""The application: wires screens, desk, office and readers. It decides nothing itself."""

import asyncio
import gc
import os
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from threading import Timer
from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding, BindingType
from textual.events import Event, Key, Paste

from counter_tui.bindings import KEYS, UNUSED
from counter_tui.casework import Casework
from counter_tui.config import Config
from counter_tui.failure import Failure, root_of
from counter_tui.foresight import import_ahead
from counter_tui.idleness import Idleness
from counter_tui.in_order import InOrder, half_key
from counter_tui.line import expected
from counter_tui.office import Clerk, Office, OutboxGlance
from counter_tui.screens.signin import SignIn
from counter_tui.theme import THEME
from counter_tui.tidying import Tidying
from counter_tui.words import N_, Words

if TYPE_CHECKING:
    from counter_tui.address.book import AddressBook
    from counter_tui.demo.cards import SampleCards
    from counter_tui.office import DraftRow
    from counter_tui.reading import Reading
    from counter_tui.scan_keys import ScanKeys
    from counter_tui.screens.matters import Matters
    from devices.records import ReaderEvent

DAYS: Final = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
TURNING: Final = frozenset(
    ("enter", "tab", "shift+tab", *(name for key in KEYS for name in (key.key, key.second)))
)
"""Keys that may move the cursor or open a question: what is typed next belongs behind that."""
HANG_UP_SECONDS: Final = 3.0
"""How long a lost line waits for the disk."""


class CounterApp(Casework):
    """One terminal of a station."""

    CSS = """
    Screen { background: ansi_default; color: ansi_default; }
    SlimInput { background: ansi_default; color: ansi_default; }
    SlimInput:focus { background: ansi_default; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(name, f"press({index})", show=False, priority=True)
            for index, key in enumerate(KEYS)
            for name in (key.key, key.second)
            if " " not in name and name and not name.startswith("page")
        ),
        *(Binding(name, "unused", show=False, priority=True) for name in UNUSED),
        # At once, not when the focused widget is done with its keys: what a quick clerk types
        # after Tab belongs to the next field.
        Binding("tab", "move_cursor(1)", show=False, priority=True),
        Binding("shift+tab", "move_cursor(-1)", show=False, priority=True),
    ]

    def __init__(
        self,
        config: Config,
        clerks: list[Clerk],
        make_office: Callable[[], Office],
        now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
        samples: "SampleCards | None" = None,
        started: Callable[["CounterApp"], None] = lambda app: None,
    ) -> None:
        super().__init__()
        self.samples = samples
        self.config, self.clerks, self.now = config, clerks, now
        self._make_office = make_office
        self._office: Office | None = None
        self.loaded = asyncio.Event()
        self._book: AddressBook | None = None
        limit = config.terminal.lock_after_minutes * 60
        self.idleness = Idleness(limit, self._stands_open, self.lock)
        self.tidying = Tidying(self, lambda: self.idleness.seconds)
        self._in_order = InOrder(self, self.on_event, self._kept)  # type: ignore[arg-type]
        self._clerk: Clerk | None = None
        self.words = Words(config.language)
        self.matters: Matters | None = None
        self.outbox = OutboxGlance()
        self.home_drafts: list[DraftRow] = []
        self._reading: Reading | None = None
        self._scan_keys: ScanKeys | None = None
        self.keep_company(expected(config.terminal.line, os.environ))
        self._when_started = started
        self.register_theme(THEME)
        self.theme = THEME.name

    # Life

    def on_unmount(self) -> None:
        self.idleness.stop()

    def get_default_screen(self) -> SignIn:
        return SignIn()

    def on_mount(self) -> None:
        self.listen_to_signals()
        self.soundings.ask_width()
        self.look_for_visitors()
        self._when_started(self)
        # The first frame is painted before anything heavy is imported.
        self.call_after_refresh(self._start)

    def _start(self) -> None:
        self.soundings.ask_speed()
        self.idleness.watch(lambda: self.call_later(self.idleness.look))
        self.run_worker(self._load(), group="load")

    async def _load(self) -> None:
        """Behind the first frame: imports, store code, readers."""
        try:
            self._office = await asyncio.to_thread(self._imported)
        except Failure as failure:
            self.complain(failure)
            return
        self.loaded.set()
        self._office = self.watch_over(self._office)
        self.frame.rewrite()
        self.run_worker(self._fetch_book(), group="book")
        self.run_worker(import_ahead(lambda: self.idleness.seconds), group="load")
        await self._listen(self._office.readers())

    def _imported(self) -> Office:
        import counter_tui.screens.ready  # noqa: F401

        office = self._make_office()
        gc.collect()
        gc.freeze()
        return office

    @property
    def office(self) -> Office:
        """The desk's services; there from shortly after the first frame."""
        assert self._office is not None
        return self._office

    @property
    def whereabouts(self) -> str:
        """Which place this is, who is signed in and the date, for the top line."""
        if self.desk is None or self._clerk is None or self.frame.place == "signin":
            return ""
        if self.banner:
            # Who watches, and how to end it, needs the whole line.
            return ""
        today = self.now()
        day = self.words(DAYS[today.weekday()])
        return (
            f"{self.desk.place_name(self.words.language)}  {self._clerk.name}  {today:%m-%d} {day}"
        )

    async def on_event(self, event: Event) -> None:
        if isinstance(event, Key | Paste) and await self.idleness.takes_key():
            return
        if isinstance(event, Key):
            event = half_key(event)
            if not event.is_forwarded and self._in_order.holds(event):
                return
            # A key that no widget used comes back here, forwarded; it has had its turn.
            taker = None if event.is_forwarded else self._scan_keys
            if taker is not None and await taker.take(event):
                return
            turning = not event.is_forwarded and event.key in TURNING
            before = (self.frame.focused or self.frame) if turning else None
            await super().on_event(event)
            if before is not None:
                self._in_order.turned(before)
            return
        await super().on_event(event)

    @property
    def busy_with_key(self) -> bool:
        """Whether keys typed now would wait for what the one before them does."""
        return self._in_order.waiting

    async def _kept(self) -> None:
        """What was finished is on the disk, as far as that takes a bearable time."""
        if self.desk is not None:
            await self.desk.settle()

    async def pass_on(self, event: Key) -> None:
        """Do with a key what is usually done with it."""
        await super().on_event(event)

    def hang_up(self, status: int) -> None:
        """The line is lost or the system stops: what was typed is kept, as when one leaves."""
        self.run_worker(self._hang_up(status), group="leave", exclusive=True)

    async def _hang_up(self, status: int) -> None:
        # A terminal that is there and takes nothing would hold the way out for ever.
        end = Timer(2 * HANG_UP_SECONDS, os._exit, (status,))
        end.daemon = True
        end.start()
        try:
            await asyncio.wait_for(self.leave(status), HANG_UP_SECONDS)
        except TimeoutError:
            self.exit(return_code=status)

    async def leave(self, status: int = 0) -> None:
        """End: what was typed is on the disk before the screen goes."""
        if self.desk is not None:
            self.frame.commit()
            await self.desk.flush()
        if self._answering is not None:
            await self._answering.papers.stop()
        self.end_company()
        if self._office is not None:
            await self._office.close()
        self.exit(return_code=status)

    def on_failure(self, error: BaseException | None) -> str:
        root = root_of(error) if error is not None else None
        if self._office is not None:
            self._office.note_failure(root)
        return self.words(
            N_("The program failed ({kind}); the case is saved. Start it again and call support."),
            kind=type(root).__name__,
        )

    # Sign-in and lock

    def sign_in(self, clerk: Clerk, pin: str) -> None:
        """Try a PIN; the screen after it is the one the clerk left."""
        self.run_worker(self._sign_in(clerk, pin), group="sign-in")

    async def _sign_in(self, clerk: Clerk, pin: str) -> None:
        await self.loaded.wait()
        try:
            entry = await self.office.sign_in(clerk.id, pin)
        except Failure as failure:
            self.frame.flash(failure.said(self.words), bad=True)
            return
        from counter_tui.answering import Answering
        from counter_tui.desk import Desk
        from counter_tui.screens.matters import Matters

        self._clerk = clerk
        # The lock shows this screen again, later and maybe in the other language.
        self.frame.flash("")
        self._answering = Answering(self, entry)
        if self.desk is None:
            self.desk = Desk(self.office, entry, self.now, self.complain)
            self.matters = Matters(self)
            self.office.watch(self.show_outbox)
            self._give_book()
        else:
            self.desk.enter(entry)
        await self.go_on()

    async def _fetch_book(self) -> None:
        self._book = await self.office.address_book()
        self._give_book()

    def _give_book(self) -> None:
        if self._book is not None and self.desk is not None:
            self.desk.take_book(self._book)
            self.frame.rewrite()

    def complain(self, failure: Failure) -> None:
        """Say what went wrong behind the keys."""
        self.frame.flash(failure.said(self.words), bad=True)

    async def lock(self) -> None:
        """Hide everything behind the sign-in screen; the case stays open and kept."""
        if not self._stands_open():
            return
        self.frame.commit()
        self.frame.close_boxes()
        self.mask()
        # Sign-in is the floor of the stack; what the clerk works on stands on it.
        await self.pop_screen()

    def _stands_open(self) -> bool:
        """Whether somebody is signed in, and what she works on is to be seen."""
        return self.desk is not None and self.frame.place != "signin"

    def record(self, action: str) -> None:
        """Write what the clerk did with what is in sight to the audit chain."""
        subject = self.frame.subject
        if subject:
            self.run_worker(self.office.record(action, subject), group="audit")

    # What comes from outside

    def show_outbox(self, glance: OutboxGlance) -> None:
        """The store moved: the outbox stands differently, or an answer came from the centre."""
        self.outbox = glance
        self.frame.show_status()
        self.frame.on_store_moved()
        if self.matters is not None:
            self.matters.heard()

    async def _listen(self, events: AsyncIterator["ReaderEvent"]) -> None:
        from counter_tui.reading import Reading
        from counter_tui.scan_keys import ScanKeys

        self._reading = reading = Reading(self)
        prefix = self.config.readers.scanner_prefix
        offer, put_in = self.heard_typed(reading.offer), self.heard_typed(reading.put_in)
        self._scan_keys = ScanKeys(self, offer, put_in, self.pass_on, prefix)
        async for event in events:
            self.heard(event)
            await self.idleness.look()
            await reading.take(event)

    @property
    def reader_line(self) -> str:
        """What the status line says of the readers."""
        return self._reading.status(self.words) if self._reading else ""

    def break_off_read(self) -> bool:
        """End the reading in hand; False when none is."""
        return self._reading is not None and self._reading.break_off()

    def ask_zone(self) -> None:
        """Let the key to a document's chip be typed or scanned."""
        if self._reading is not None:
            self.run_worker(self._reading.ask_zone(), group="ask", exclusive=True)
