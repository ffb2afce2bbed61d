"""The person at the counter: a card brings up what they have open, before a new case."""

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Final

from counter_tui import matters, timeline
from counter_tui.case import taking_over
from counter_tui.case.draft import Draft
from counter_tui.deferrals import Deferral
from counter_tui.guards import Freeze
from counter_tui.matters import Earlier, Matter, OpenItem, PreAcceptance
from counter_tui.photo import earlier
from counter_tui.photo.earlier import EarlierPhoto
from counter_tui.screens.beginning import allowed_after_all
from counter_tui.screens.handing_in import hand_in
from counter_tui.screens.matter_lines import as_old, line
from counter_tui.store import Store
from counter_tui.words import N_, Words
from intake.application import Application
from widgets.seams import padded

if TYPE_CHECKING:
    from counter_tui.app import CounterApp
    from counter_tui.screens.frame import Frame
    from devices.records import IdCard

FIELDS: Final = {"name": N_("Name"), "number": N_("Citizen number")}


class Matters:
    """What the person in hand has open. One at a time; a new card begins anew."""

    def __init__(self, app: "CounterApp") -> None:
        self._app = app
        self.number = ""
        self.found: list[Matter] = []
        self._asked = False
        self._reuse: Earlier | None = None
        self._not_same: set[tuple[str, object]] = set()

    # A card, a case

    async def card(self, card: "IdCard") -> None:
        """A card was laid down and no case is open: its matters, or a case at once."""
        frame = self._app.frame
        self._person(card.number.upper())
        await self._gather()
        if self.found:
            frame.run_worker(partial(self._choose, frame, card), group="ask", exclusive=True)
        else:
            await self.begin(card)

    async def begin(self, card: "IdCard") -> None:
        """Open the person's case: the draft there is, or a new one unless a guard stops it."""
        desk, office = self._app.desk, self._app.office
        assert desk is not None
        draft = await desk.draft_for(card)
        freeze = await office.freeze()
        if freeze is None or draft.id in {row.id for row in await office.drafts()}:
            await self._open(draft)
        else:
            self._ask_leave(freeze, draft)

    async def begin_by_hand(self) -> None:
        """Open a case for somebody without a chip, unless a guard stops it."""
        desk = self._app.desk
        assert desk is not None
        freeze = await self._app.office.freeze()
        if freeze is None:
            await self._app.open(desk.blank())
        else:
            self._ask_leave(freeze, desk.blank())

    def look(self, number: str) -> None:
        """The open case's person is known by this number now; ask for their matters once."""
        if len(number) == 18 and number != self.number:
            self._person(number)
            self._app.run_worker(self._gather, group="matters", exclusive=True)

    def _person(self, number: str) -> None:
        """Somebody is at the counter; nothing is known of another any more."""
        if number != self.number:
            self._reuse, self._not_same = None, set()
        self.number, self.found, self._asked = number, [], False

    async def _gather(self) -> None:
        number = self.number

        def known(store: Store) -> list[Matter]:
            earlier.forget(store)
            matters.ask(store, number)
            return matters.local(store, number)

        found = await self._app.office.ask(known)
        if number == self.number:
            self.found, self._asked = found, True
            self._app.office.wake_agent()

    async def _open(self, draft: Draft) -> None:
        await self._app.open(draft)
        self._app.frame.flash(self._app.words(N_("Card read.")))

    def _ask_leave(self, freeze: Freeze, draft: Draft) -> None:
        frame = self._app.frame

        async def ask() -> None:
            if await allowed_after_all(frame, freeze):
                self._app.call_later(self._open, draft)

        frame.run_worker(ask, group="ask", exclusive=True)

    # What comes later

    def heard(self) -> None:
        """The store moved: the centre may have answered."""
        if self._asked or self._reuse:
            self._app.run_worker(self._hear, group="matters-heard", exclusive=True)

    async def _hear(self) -> None:
        number, wanted = self.number, self._reuse

        def answer(store: Store) -> tuple[list[Matter] | None, Application | None]:
            application = timeline.known(store, wanted.application).application if wanted else None
            return matters.answered(store, number), application

        theirs, application = await self._app.office.ask(answer)
        if theirs is not None and number == self.number:
            self._asked = False
            known = {matters.identity(one) for one in self.found}
            self.found = matters.joined(self.found, theirs)
            self._check_draft(theirs)
            new = [one for one in self.found if matters.identity(one) not in known]
            if new and self._app.frame.place == "case":
                self._app.frame.rewrite()
                self._app.frame.flash(
                    self._app.words(
                        N_("The centre knows of {count} more matters of this person: Ctrl+G 4"),
                        count=len(new),
                    )
                )
        if application is not None and wanted is not None:
            self._reuse = None
            self._take_over(wanted, application)

    def _check_draft(self, theirs: Iterable[Matter]) -> None:
        """What was taken over from an old list may have been used up since."""
        case = self._app.desk.case if self._app.desk else None
        taken = case.draft.pre_acceptance if case else ""
        there = {str(one.id) for one in theirs if isinstance(one, PreAcceptance)}
        if taken and taken not in there and case and case.draft.person.number == self.number:
            text = N_("The centre does not have this pre-acceptance open any more; ask about it.")
            self._app.frame.flash(self._app.words(text), bad=True)

    def note(self, draft: Draft) -> str:
        """What the top line of the case says; empty when there is nothing."""
        if draft.person.number != self.number or not self.found:
            return ""
        same = self.same_item(draft)
        if same:
            return self._app.words(
                N_("not finished yet: {number}  Ctrl+G 4"), number=same[0].number
            )
        return self._app.words(N_("open matters: {count}  Ctrl+G 4"), count=len(self.found))

    # Choosing

    def show(self) -> None:
        """Ctrl+G 4 in a case: the person's matters."""
        frame = self._app.frame
        if self.found:
            frame.run_worker(partial(self._choose, frame, None), group="ask", exclusive=True)
        else:
            frame.flash(self._app.words(N_("Nothing open is known of this person.")))

    async def _choose(self, frame: "Frame", card: "IdCard | None") -> None:
        words = self._app.words
        way_on = N_("Esc: a new case") if card else N_("Esc: go on with this case")
        title = words(N_("What this person has open   ({way_on})"), way_on=words(way_on))
        chosen = await frame.dialog.choose(title, self.lines(words))
        if chosen is not None:
            await self._take(frame, self.found[chosen], card)
        elif card is not None:
            # After the key that closed the question: it may have led elsewhere.
            self._app.call_later(self._go_on, frame, card)

    async def _go_on(self, frame: "Frame", card: "IdCard") -> None:
        if self._app.frame is frame and self._app.desk and self._app.desk.case is None:
            await self.begin(card)

    async def _take(self, frame: "Frame", one: Matter, card: "IdCard | None") -> None:
        if isinstance(one, Deferral):
            await self._hand_in(frame, one, card)
        elif isinstance(one, OpenItem):
            self._show_application(frame, one)
        else:
            if card is not None:
                await self.begin(card)
            if isinstance(one, PreAcceptance):
                self._take_draft(one)
            else:
                await self._reuse_earlier(one)

    async def _hand_in(self, frame: "Frame", one: Deferral, card: "IdCard | None") -> None:
        if not await hand_in(frame, one):
            await self._choose(frame, card)
            return
        self.found = [left for left in self.found if left is not one]
        if any(isinstance(left, Deferral) for left in self.found):
            await self._choose(frame, card)

    def _show_application(self, frame: "Frame", one: OpenItem) -> None:
        if one.visible:
            self._app.call_later(self._app.show_history, one.application, one.number)
        else:
            text = N_("{number} was accepted at {station}; ask there.")
            frame.flash(self._app.words(text, number=one.number, station=one.station), bad=True)

    def lines(self, words: Words) -> list[str]:
        """One line for each matter."""
        today = self._app.now().date()
        return [line(one, self.photos([one]), today, words) for one in self.found]

    def photos(self, of: Iterable[Matter] | None = None) -> list[EarlierPhoto]:
        """The photos of the person's earlier applications, or of the matters given."""
        desk, today = self._app.desk, self._app.now().date()
        if desk is None:
            return []
        return earlier.earlier_photos(
            self.found if of is None else of, self.number, today, desk.pack
        )

    def photos_for(self, draft: Draft) -> list[EarlierPhoto]:
        """The photos that the case of `draft` could use again; none for another person's."""
        return self.photos() if draft.person.number == self.number else []

    # Taking over

    def _take_draft(self, one: PreAcceptance) -> None:
        desk, frame, words = self._app.desk, self._app.frame, self._app.words
        if desk is None or desk.case is None:
            return
        desk.put(
            taking_over.with_pre_acceptance(desk.case.draft, str(one.id), one.phone, one.items)
        )
        frame.relabel()
        frame.rewrite()
        differing = taking_over.differences(desk.case.draft, one.name, one.number)
        if not differing:
            said = words(N_("Taken over; it agrees with the card."))
            frame.flash(f"{said} {as_old(one, words)}".rstrip())
            return
        rows = [f" {padded('', 14)}{padded(words(N_('card')), 24)}{words(N_('pre-acceptance'))}"]
        rows += [
            f" {padded(words(FIELDS[difference.what]), 14)}{padded(difference.card, 24)}"
            f"{difference.given}"
            for difference in differing
        ]
        rows += ["", f" {words(N_('The card counts. Is it the same person? Esc closes this.'))}"]
        if one.age is not None:
            rows.append(f" {as_old(one, words)}")
        frame.box.open(words(N_("Taken over; it differs from the card")), rows)

    async def _reuse_earlier(self, one: Earlier) -> None:
        """From here when its bytes are; else the centre is asked, and the case is not delayed."""
        self._reuse = one

        def look(store: Store) -> Application | None:
            found = timeline.known(store, one.application).application
            if found is None:
                timeline.ask(store, one.application)
            return found

        found = await self._app.office.ask(look)
        if found is not None:
            self._reuse = None
            self._take_over(one, found)
            return
        self._app.office.wake_agent()
        self._app.frame.flash(
            self._app.words(N_("Asking the centre for {number} ..."), number=one.number)
        )

    def _take_over(self, one: Earlier, application: Application) -> None:
        desk, frame, words = self._app.desk, self._app.frame, self._app.words
        if desk is None or desk.case is None or desk.case.draft.person.number != self.number:
            return
        today = self._app.now().date()
        photo = next((photo for photo in self.photos([one]) if photo.usable(today)), None)
        before = desk.case.draft
        after = taking_over.with_earlier(before, application, photo.for_draft if photo else None)
        if not desk.put(after):
            frame.flash(words(N_("{number} has nothing that this case lacks."), number=one.number))
            return
        frame.rewrite()
        taken = [
            words(name)
            for name, differs in (
                (N_("photo"), after.photo != before.photo),
                (N_("phone"), after.phone != before.phone),
                (N_("address"), after.recipient != before.recipient),
            )
            if differs
        ]
        text = N_("Taken from {number}: {what}; Ctrl+U takes it back.")
        frame.flash(words(text, number=one.number, what=" / ".join(taken)))

    # The same again

    def same_item(self, draft: Draft) -> list[OpenItem]:
        """What the case asks for that the person has open already, and nobody said is another."""
        if draft.person.number != self.number or draft.corrects:
            return []
        same = matters.same_item(self.found, draft.id, draft.items)
        return [one for one in same if matters.identity(one) not in self._not_same]

    def stop(self, draft: Draft) -> bool:
        """Before acceptance: True when the same item is open, and then what to do is asked."""
        same = self.same_item(draft)
        if same:
            frame = self._app.frame
            frame.run_worker(partial(self._ask_same, frame, same), group="ask", exclusive=True)
        return bool(same)

    async def _ask_same(self, frame: "Frame", same: list[OpenItem]) -> None:
        words, one = self._app.words, same[0]
        answers = (
            N_("Look at {number}"),
            N_("It is another matter: accept it; the centre will want a supervisor's reason"),
            N_("Back to the case"),
        )
        chosen = await frame.dialog.choose(
            words(N_("The same is not finished yet")),
            [f" {words(text, number=one.number)}" for text in answers],
            told=[line(one, (), self._app.now().date(), words), ""],
        )
        if chosen == 0:
            self._show_application(frame, one)
        elif chosen == 1:
            self._not_same.update(matters.identity(each) for each in same)
            self._app.call_later(self._app.action_accept)
