"""An office for tests of the screens alone: drafts in memory, everything else in a real store."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar
from uuid import UUID

from counter_tui import packs
from counter_tui.address.book import AddressBook
from counter_tui.app import CounterApp
from counter_tui.case.case import Case
from counter_tui.case.facts import Place
from counter_tui.config import Config
from counter_tui.failure import ClearNo
from counter_tui.guards import Freeze, freeze
from counter_tui.limits import Limits
from counter_tui.office import Accepted, Clerk, DraftRow, Entry, OutboxGlance, Result
from counter_tui.signin import Session
from counter_tui.store import Store, StoreThread
from devices.records import CardKind, CardRead, IdCard, ReaderEvent
from intake.application import short_number

PIN = "482913"
NOW = datetime(2018, 5, 16, 10, 30, tzinfo=UTC)
CLERK = Clerk("C0001", "样本警员")


def card(
    name: str = "样本甲",
    number: str = "510107195805169987",
    birth: date = date(1958, 5, 16),
    address: str = "四川省成都市武侯区武侯祠大街1号",
) -> IdCard:
    """A resident ID card of a made-up person."""
    return IdCard(
        kind=CardKind.RESIDENT_ID,
        reader="virtual",
        name=name,
        sex="female",
        birth_date=birth,
        number=number,
        valid_from=date(2010, 1, 1),
        valid_to=None,
        long_term=True,
        number_check="ok",
        photo=None,
        ethnic_group="汉",
        ethnic_code="01",
        address=address,
        issuing_authority="成都市公安局武侯区分局",
        sam_number="05.01-1",
    )


BOOK = "\n".join(
    (
        "counter-address\t3\tsample\t2025-12-31",
        "510104\t锦江区\t四川省成都市锦江区\t610011\t jj jjq jinjiang ",
        "510107\t武侯区\t四川省成都市武侯区\t610041\t wh whq wuhou ",
        "510107001\t浆洗街街道\t四川省成都市武侯区浆洗街街道\t610041\t jxj jxjjd jiangxijie whjxj ",
        "510107005\t玉林街道\t四川省成都市武侯区玉林街道\t610041\t yl yljd yulin whyl wuhouyulin ",
        "511302\t顺庆区\t四川省南充市顺庆区\t\t sq sqq shunqing ",
        "511302001\t中城街道\t四川省南充市顺庆区中城街道\t\t zc zcjd zhongcheng ",
        "",
    )
)
"""A few lines of an address index."""


class SoftKey:
    """Signs like a supervisor's key, for an office without a centre."""

    public: ClassVar[dict[str, str]] = {}

    def sign(self, payload: dict[str, Any], typ: str, **header: Any) -> str:
        return "an approval"


class MemoryOffice:
    """Says yes to one PIN and keeps drafts in a dictionary."""

    def __init__(self) -> None:
        self.kept: dict[str, DraftRow] = {}
        self.accepted: list[Case] = []
        self.recorded: list[tuple[str, str]] = []
        self.failed: list[str] = []
        self.woken = 0
        self.zone = ""
        self.rules = "chengdu"
        self.refused = ""
        self.broken_off = 0
        self._folder = TemporaryDirectory()
        self._store: StoreThread | None = None
        self._making: asyncio.Future[StoreThread] | None = None
        self.noted: list[tuple[str, dict[str, Any]]] = []
        self.moved: Callable[[OutboxGlance], None] = lambda glance: None

    async def sign_in(self, clerk: str, pin: str) -> Entry:
        if pin != PIN:
            raise ClearNo("Wrong PIN. Tries left: {left}.", left=4)
        return Entry(packs.load(self.rules), Place("510107-ps-014"), clerk, self.refused)

    async def supervisors(self) -> list[Clerk]:
        return [Clerk("S0001", "样本值班")]

    async def step_up(self, supervisor: str, pin: str) -> Session:
        if pin != PIN:
            raise ClearNo("Wrong PIN. Tries left: {left}.", left=4)
        return Session("S0001", "样本值班", "supervisor", b"", SoftKey())

    async def freeze(self) -> Freeze | None:
        return await self.ask(lambda store: freeze(store, Limits()))

    async def drafts(self) -> list[DraftRow]:
        return sorted(self.kept.values(), key=lambda row: row.saved_at, reverse=True)

    async def save(self, draft_id: str, body: dict[str, Any], label: str) -> None:
        self.kept[draft_id] = DraftRow(draft_id, body, NOW.isoformat())

    async def discard(self, draft_id: str, reason: str) -> None:
        del self.kept[draft_id]

    async def accept(self, case: Case) -> Accepted:
        self.accepted.append(case)
        self.kept.pop(case.draft.id, None)
        return Accepted(case.draft.id, short_number(UUID(case.draft.id)))

    async def ask(self, work: Callable[[Store], Result]) -> Result:
        """A real store, made when it is first asked."""
        if self._making is None:
            self._making = asyncio.ensure_future(self._made())
        # Who asked first may be cancelled meanwhile; the store is made all the same.
        self._store = await asyncio.shield(self._making)
        return await self._store.call(work)

    async def _made(self) -> StoreThread:
        path, key = Path(self._folder.name) / "store.db", bytes(range(32))
        await asyncio.to_thread(lambda: Store.make(path, key).close())
        return await StoreThread.open(path, key, lambda: NOW)

    def wake_agent(self) -> None:
        self.woken += 1

    def watch(self, moved: Callable[[OutboxGlance], None]) -> None:
        self.moved = moved
        moved(OutboxGlance())

    async def record(self, action: str, draft_id: str) -> None:
        self.recorded.append((action, draft_id))

    async def note(self, event: str, detail: dict[str, Any]) -> None:
        self.noted.append((event, detail))

    async def address_book(self) -> AddressBook:
        return AddressBook(BytesIO(BOOK.encode()), "5101")

    def offer_zone(self, text: str) -> None:
        self.zone = text

    def withdraw_zone(self) -> None:
        self.zone = ""

    def break_off_read(self) -> None:
        self.broken_off += 1

    def note_failure(self, error: BaseException | None) -> None:
        self.failed.append(type(error).__name__)

    async def close(self) -> None:
        if self._store is not None:
            await asyncio.to_thread(self._store.close)
            self._store = None
        self._folder.cleanup()


class Bench:
    """The application over a memory office, with a card slot."""

    def __init__(self, language: str = "zh_CN") -> None:
        self.office = MemoryOffice()
        self.events: asyncio.Queue[ReaderEvent] = asyncio.Queue()
        config = Config(home=Path("/nonexistent"), language=language)  # type: ignore[arg-type]
        self.office.readers = self._events  # type: ignore[method-assign]
        self.app = CounterApp(config, [CLERK], lambda: self.office, lambda: NOW)

    async def _events(self) -> AsyncIterator[ReaderEvent]:
        while True:
            yield await self.events.get()

    def lay(self, one: IdCard) -> None:
        """Lay a card on the reader."""
        self.events.put_nowait(CardRead("virtual", one))


def screen_text(app: CounterApp) -> str:
    """The rows of the screen as text, as a person reads them."""
    rows = app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in rows)
