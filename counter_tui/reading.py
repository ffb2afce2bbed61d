"""What happens when a card is laid on a reader, or a reader comes and goes."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

from counter_tui import terms, zone
from counter_tui.case import documents, masking
from counter_tui.device_words import PROBLEMS
from counter_tui.document_words import ACTIVE, DIFFERENCES, PASSIVE, said
from counter_tui.words import N_, Words
from devices.records import (
    CardAgain,
    CardFailed,
    CardIn,
    CardOut,
    CardRead,
    IdCard,
    Problem,
    Progress,
    ReaderDown,
    ReaderEvent,
    ReaderUp,
    Scanned,
    TravelDocument,
)
from devices.scanners.classify import ScanKind, classify
from widgets.seams import SlimInput

if TYPE_CHECKING:
    from counter_tui.app import CounterApp

_ZONE_WANTED = frozenset({Problem.MRZ_NEEDED, Problem.ACCESS_DENIED})


class Reading:
    """Turns reader events into what the clerk sees. Persons are never mixed."""

    def __init__(self, app: "CounterApp") -> None:
        self._app = app
        self._down: dict[str, Problem] = {}
        self._lying: set[str] = set()
        self._reading: set[str] = set()

    def status(self, words: Words) -> str:
        """What the status line says of the readers; empty when there is nothing to say."""
        if self._down:
            return words(PROBLEMS[next(iter(self._down.values()))])
        return words(N_("a card lies on the reader")) if self._lying else ""

    def break_off(self) -> bool:
        """Esc: end the reading in hand; False when none is."""
        if not self._reading:
            return False
        self._app.office.break_off_read()
        return True

    async def take(self, event: ReaderEvent) -> None:
        """One event of a reader."""
        app, words = self._app, self._app.words
        self._follow(event)
        if isinstance(event, CardIn):
            app.frame.flash(words(N_("Reading the card ... (Esc breaks it off)")))
        elif isinstance(event, Progress) and app.soundings.line.slow and event.percent % 25:
            return
        elif isinstance(event, Progress):
            app.frame.flash(
                words(
                    N_("Reading the chip: {percent} %  (Esc breaks it off)"), percent=event.percent
                )
            )
        elif isinstance(event, CardFailed):
            hint = words(N_("To type them: Ctrl+D.")) if event.problem in _ZONE_WANTED else ""
            app.frame.flash(f"{words(PROBLEMS[event.problem])} {hint}".strip(), bad=True)
        elif isinstance(event, CardAgain):
            app.frame.flash(words(N_("Card read.")))
        elif isinstance(event, Scanned):
            self._scanned(event.text)
        elif isinstance(event, CardRead):
            if app.desk is None or app.frame.place == "signin":
                app.frame.flash(words(N_("Sign in first, then lay the card down again.")), bad=True)
            elif isinstance(event.card, IdCard):
                await self._id_card(event.card)
            else:
                self._document(event.card)

    def _follow(self, event: ReaderEvent) -> None:
        """Keep what the status line says."""
        before = self.status(self._app.words)
        reader = event.reader
        match event:
            case ReaderUp():
                self._down.pop(reader, None)
            case ReaderDown(problem=problem):
                self._down[reader] = problem
                self._lying.discard(reader)
                self._reading.discard(reader)
            case CardIn():
                self._lying.add(reader)
                self._reading.add(reader)
            case CardRead() | CardFailed() | CardAgain():
                self._lying.add(reader)
                self._reading.discard(reader)
            case CardOut():
                self._lying.discard(reader)
                self._reading.discard(reader)
            case Progress():
                self._reading.add(reader)
            case Scanned():
                pass
        if self.status(self._app.words) != before:
            self._app.frame.show_status()

    # Identity cards

    async def _id_card(self, card: IdCard) -> None:
        app, desk = self._app, self._app.desk
        assert desk is not None and app.matters is not None
        # What is being typed is part of the case: a name half typed is not that of the card.
        app.frame.commit()
        if desk.case is None:
            await app.matters.card(card)
        elif desk.card_again(card):
            app.frame.rewrite()
            app.frame.flash(app.words(N_("Card read again: the same person.")))
        else:
            app.frame.ask(
                [
                    *self._guardians(card),
                    (N_("Stay with this case"), None),
                    (
                        N_("Keep this case as a draft and open the other person's"),
                        lambda: self._change_person(card),
                    ),
                ],
                app.words(N_("Another person's card lies on the reader")),
            )

    def _guardians(self, card: IdCard) -> list[tuple[str, Callable[[], Awaitable[None]]]]:
        """A minor's second card may be that of who came along: the first answers then."""
        desk = self._app.desk
        if desk is None or not desk.wants_guardian():
            return []

        async def take(comes_instead: bool) -> None:
            desk.take_guardian(card, comes_instead)
            self._app.frame.rewrite()
            self._app.frame.flash(self._app.words(N_("Taken over from their own card.")))

        guardian = (N_("This is the guardian"), partial(take, False))
        companion = (N_("This is who comes in the guardian's place"), partial(take, True))
        return [companion, guardian] if desk.is_accompanied() else [guardian, companion]

    async def _change_person(self, card: IdCard) -> None:
        app, desk = self._app, self._app.desk
        if desk is not None and app.matters is not None:
            app.frame.commit()
            desk.close()
            await app.matters.card(card)

    # Chip documents

    def _document(self, document: TravelDocument) -> None:
        app, words = self._app, self._app.words
        case = app.desk.case if app.desk else None
        if case is None:
            text = N_("Open the applicant's case first, then lay the document down again.")
            app.frame.flash(words(text), bad=True)
        elif not documents.is_ours(document):
            app.frame.flash(words(N_("No case is about a document of this kind.")), bad=True)
        elif not documents.is_credible(document):
            self._refuse(document)
        elif differing := documents.differences(case.draft, document):
            self._ask_whose(document, differing)
        else:
            self._take(document)

    def _ask_whose(self, document: TravelDocument, differing: list[documents.Difference]) -> None:
        words = self._app.words
        title = "; ".join(words(DIFFERENCES[one]) for one in differing)
        draft_id = self._case_id()

        async def take() -> None:
            # The clerk may have gone to another case while the question stood.
            if self._case_id() == draft_id:
                self._take(document)

        self._app.frame.ask(
            [
                (N_("Not the applicant's document: do not take it"), None),
                (N_("It is the applicant's all the same: take it"), take),
            ],
            title,
        )

    def _case_id(self) -> str:
        case = self._app.desk.case if self._app.desk else None
        return case.draft.id if case else ""

    def _take(self, document: TravelDocument) -> None:
        app, words, desk = self._app, self._app.words, self._app.desk
        if desk is None or desk.case is None:
            return
        desk.take_document(document)
        app.record("document_read")
        app.frame.rewrite()
        text = words(
            N_("{document} read: {verdict}"),
            document=words(terms.DOCUMENTS[document.kind]),
            verdict=words(PASSIVE[document.authenticity.passive]),
        )
        lost = documents.said_lost(desk.case.draft, document.kind)
        if lost:
            text += "  " + words(N_("The case says that it is lost!"))
        app.frame.flash(text, bad=lost or document.authenticity.passive == "untrusted")

    def _refuse(self, document: TravelDocument) -> None:
        """Say that it is not genuine, and why: a person must look at it."""
        app, words = self._app, self._app.words
        app.record("document_refused")
        text = words(N_("The document is not genuine; it was not taken."))
        app.frame.flash(text, bad=True)
        title = f"{words(terms.DOCUMENTS[document.kind])}: {text}"
        app.frame.box.open(title, self._findings(document))

    def _findings(self, document: TravelDocument) -> list[str]:
        words, proof = self._app.words, document.authenticity
        shown: Callable[[str], str] = (lambda text: text) if self._app.revealed else masking.number
        rows = (
            (N_("Document number"), shown(document.document_number)),
            (N_("Valid to"), document.expiry_date.isoformat()),
            (N_("Authenticity"), words(PASSIVE[proof.passive])),
            (N_("Original chip"), words(ACTIVE[proof.active])),
            *((N_("Reason"), said(code, words)) for code in proof.reasons),
            *((N_("Note"), said(code, words)) for code in document.warnings),
        )
        return [f" {words(label)}: {value}" for label, value in rows]

    # Zones and barcodes

    def _scanned(self, text: str) -> None:
        """A serial scanner's text: a zone is a key, anything else goes where the cursor is."""
        app = self._app
        found = classify(text, app.now().date())
        if found.kind is ScanKind.MRZ:
            self.offer(found.text)
        else:
            self.put_in(found.text)

    def put_in(self, text: str) -> None:
        """What was scanned goes where the cursor is; a receipt leads to what is to follow of it."""
        app = self._app
        found = classify(text, app.now().date())
        if found.kind is ScanKind.RECEIPT and app.frame.place in ("home", "deferrals"):
            app.call_later(app.show_deferral, found.text)
        elif isinstance(app.frame.focused, SlimInput):
            app.frame.focused.insert_text_at_cursor(text)
        else:
            app.frame.flash(app.words(N_("Scanned, but no field here takes it.")), bad=True)

    def offer(self, text: str) -> None:
        """A zone was scanned or typed: the readers may open a chip with it."""
        self._app.office.offer_zone(text)
        message = N_("Lines taken. Lay the document on the reader.")
        if not self._reading:
            self._app.frame.flash(self._app.words(message))

    async def ask_zone(self) -> None:
        """Ctrl+D: let the key to a chip be typed, or scanned by a scanner that types."""
        app, words = self._app, self._app.words
        case = app.desk.case if app.desk else None
        birth = case.draft.person.birth_date if case else ""
        today = app.now().date()

        def fault(text: str) -> str:
            if zone.is_key(zone.completed(text, birth), today):
                return ""
            return words(N_(" Not whole yet: type or scan on, or correct it."))

        given = await app.frame.dialog.ask(
            words(N_("Key to the chip of a document")),
            [
                " " + words(N_("Scan the lines at the foot of the data page, or type them; or")),
                " " + words(N_("number and date of expiry (YYMMDD); or the six-digit CAN.")),
                "",
            ],
            words(N_("Lines")),
            fault=fault,
        )
        if given is not None:
            self.offer(zone.completed(given, birth))
