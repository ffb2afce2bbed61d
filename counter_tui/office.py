"""What the screens ask of the rest of the house, and the thread that answers.

Screens await these; none of them blocks the keys. The store belongs to one thread, here.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from counter_tui.address.book import AddressBook
    from counter_tui.case.case import Case
    from counter_tui.case.facts import Place
    from counter_tui.guards import Freeze
    from counter_tui.signin import Session
    from counter_tui.store import Store
    from devices.records import ReaderEvent
    from intake import Pack


Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Clerk:
    """One who may sign in here. `pin` is given in the demo only, to be shown."""

    id: str
    name: str
    pin: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class DraftRow:
    """One line of the list of drafts."""

    id: str
    body: dict[str, Any] = field(repr=False)
    saved_at: str


@dataclass(frozen=True, slots=True)
class OutboxGlance:
    """What the status line says about the way to the centre."""

    waiting: int = 0
    oldest_seconds: int = 0
    receipted: int = 0
    tasks: int = 0
    needs_login: bool = False
    space_is_low: bool = False
    """The disk's reserve is used up: this case can be finished, and then space has to be freed."""
    last_number: str = ""
    last_receipted: bool = False


@dataclass(frozen=True, slots=True)
class Accepted:
    """An application that is on the disk: its id and the number people say."""

    id: str
    number: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What a sign-in opens: the rules that decide and the place that accepts."""

    pack: "Pack"
    place: "Place"
    clerk: str = ""
    """Who signed in."""
    refused: str = ""
    """Why a newer pack that arrived is not used, a sentence of the catalogue; empty: none was."""


class Office(Protocol):
    """The desk's services. Each raises `Failure` with a sentence when it cannot."""

    async def sign_in(self, clerk: str, pin: str) -> Entry:
        """Open the station for a clerk; returns when drafts can be read."""
        ...

    async def supervisors(self) -> list[Clerk]:
        """Who can be the second person here, other than the clerk who signed in."""
        ...

    async def step_up(self, supervisor: str, pin: str) -> "Session":
        """A supervisor's session for one step at the clerk's terminal; the clerk stays."""
        ...

    async def freeze(self) -> "Freeze | None":
        """Why no new case may be begun now; None when one may."""
        ...

    async def drafts(self) -> list[DraftRow]:
        """All drafts, the last saved first."""
        ...

    async def save(self, draft_id: str, body: dict[str, Any], label: str) -> None:
        """Keep a draft; on the disk when it returns."""
        ...

    async def discard(self, draft_id: str, reason: str) -> None:
        """Take a draft off the list."""
        ...

    async def accept(self, case: "Case") -> Accepted:
        """Store the application, its audit entry and its outbox row in one commit."""
        ...

    async def ask(self, work: "Callable[[Store], Result]") -> Result:
        """Do `work` with the store, on the store's thread. What is written is on the disk then."""
        ...

    def wake_agent(self) -> None:
        """Something was left for the agent: a question, or a row of the outbox."""
        ...

    def watch(self, moved: Callable[[OutboxGlance], None]) -> None:
        """Call `moved` now and whenever the outbox stands differently."""
        ...

    async def record(self, action: str, draft_id: str) -> None:
        """Write an entry to the audit chain."""
        ...

    async def note(self, event: str, detail: dict[str, Any]) -> None:
        """Write what is about no application to the audit chain; signed out, at the next sign-in.

        `detail` holds ids, counts and names of fields, nobody's data.
        """
        ...

    async def address_book(self) -> "AddressBook | None":
        """The address book; None when it can be neither read nor made."""
        ...

    def readers(self) -> AsyncIterator["ReaderEvent"]:
        """What the card readers see, for ever."""
        ...

    def offer_zone(self, text: str) -> None:
        """Give a document's machine readable zone to the readers, as the key to its chip."""
        ...

    def withdraw_zone(self) -> None:
        """Forget the zone: its person has left."""
        ...

    def break_off_read(self) -> None:
        """End the reading in hand; its card then fails as cancelled."""
        ...

    def note_failure(self, error: BaseException | None) -> None:
        """Log that the program failed; the type of the error, never its text."""
        ...

    async def close(self) -> None:
        """Finish what is being written and let go."""
        ...
