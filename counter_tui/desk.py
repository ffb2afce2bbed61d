"""The desk: the open case and its drafts; every change is kept behind the keys. No Textual."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from counter_tui.address.book import CODE_SYSTEM, AddressBook, Unit
from counter_tui.case import cards, documents, fields
from counter_tui.case.case import Case
from counter_tui.case.draft import Draft, OtherDraft, RecipientDraft
from counter_tui.case.lookups import FUNCTIONARY, SECOND
from counter_tui.failure import Failure
from counter_tui.ids import uuid7
from counter_tui.keeping import Keeping
from counter_tui.lookups import Lookups
from counter_tui.office import Accepted, DraftRow, Entry, Office
from counter_tui.pinyin import suggestion
from devices.records import IdCard, TravelDocument
from intake import Pack
from intake.sites import site


class Desk:
    """One clerk at one counter."""

    def __init__(
        self,
        office: Office,
        entry: Entry,
        now: Callable[[], datetime],
        complain: Callable[[Failure], None],
    ) -> None:
        self._office, self._entry, self._now = office, entry, now
        self._keeping = Keeping(office, complain)
        self.case: Case | None = None
        self.book: AddressBook | None = None
        self.lookups = Lookups(office, self.keep)

    def enter(self, entry: Entry) -> None:
        """Another sign-in: a case opened from now on is decided by its rules."""
        self._entry = entry

    @property
    def refused_pack(self) -> str:
        """Why a newer pack is not used, a sentence of the catalogue; empty: none was refused."""
        return self._entry.refused

    @property
    def rules(self) -> str:
        """Name and version of the rules in use."""
        return f"{self._entry.pack.name} {self._entry.pack.version}"

    def place_name(self, language: str, code: str | None = None) -> str:
        """What a place is called, this service point by default; its code where nobody names it."""
        code = self._entry.place.code if code is None else code
        row = site(self._entry.pack, code) if code else None
        if row is None:
            return code or ""
        return row.name.zh if language == "zh_CN" else row.name.en

    def take_book(self, book: AddressBook) -> None:
        """The address book is there; the open case profits at once."""
        self.book = book
        if self.case is not None and self.case.absorb(self._placed(self.case.draft)):
            self.keep()

    # Opening and closing

    async def draft_for(self, card: IdCard) -> Draft:
        """The draft a card opens: the person's own unfinished one, or a new one."""
        now = self._now()
        await self.flush()
        for row in await self._office.drafts():
            found = Draft.from_json(row.body)
            if cards.same_person(found, card):
                return cards.with_card(found, card, now)
        return cards.draft_of(card, str(uuid7()), now)

    def blank(self) -> Draft:
        """A new case for somebody without a chip."""
        made = self._now().isoformat(timespec="seconds")
        return Draft(id=str(uuid7()), created_at=made, evidence="temporary_card", part="identity")

    def open(self, draft: Draft) -> Case:
        """Make `draft` the open case and keep it."""
        ready = _spelled(self._placed(draft))
        self.case = Case(ready, self._entry.pack, self._entry.place, self._deciding(draft))
        self.lookups.take(self.case)
        self.keep()
        return self.case

    @property
    def clerk(self) -> str:
        """Id of who signed in."""
        return self._entry.clerk

    @property
    def pack(self) -> Pack:
        """The rules in use."""
        return self._entry.pack

    def put(self, draft: Draft) -> bool:
        """The open case's draft was changed as a whole; True when something differs.

        What was begun for one case and done when another is open changes nothing.
        """
        return self._changed(lambda case: draft.id == case.draft.id and case.change(draft))

    def draft_of(self, row: DraftRow) -> Draft:
        """A kept draft. Raises ValueError for one a newer program wrote."""
        return Draft.from_json(row.body)

    def card_again(self, card: IdCard) -> bool:
        """The open case's own card was read; False when the card is another person's."""
        case = self.case
        if case is None or not cards.may_be_of(case.draft, card):
            return False
        case.change(_spelled(self._placed(cards.with_card(case.draft, card, self._now()))))
        self.keep()
        return True

    def take_document(self, document: TravelDocument) -> bool:
        """The applicant's present document was read; False when no case is open for it."""
        return self._changed(
            lambda case: case.change(documents.with_document(case.draft, document, self._now()))
        )

    def wants_guardian(self) -> bool:
        """Whether the next person's card may be that of the applicant's guardian or companion."""
        return self.case is not None and self.case.is_minor

    def is_accompanied(self) -> bool:
        """Whether somebody comes in the guardian's place, with a letter."""
        case = self.case
        return case is not None and case.draft.materials.get("delegation_letter") == "present"

    def take_guardian(self, card: IdCard, comes_instead: bool = False) -> None:
        """The guardian's own card was read; or that of who comes in the guardian's place."""
        owner = "agent" if comes_instead else "guardian"

        def take(case: Case) -> bool:
            before: OtherDraft = getattr(case.draft, owner)
            relation = before.relation or {"male": "father", "female": "mother"}.get(card.sex, "")
            other = replace(
                before,
                name=card.name,
                number=card.number.upper(),
                relation="" if comes_instead else relation,
                evidence="chip",
            )
            return case.change(replace(case.draft, **{owner: other}))

        self._changed(take)

    def close(self) -> None:
        """Put the case aside; it stays among the drafts."""
        if self.case:
            self.keep()
        self._leave_case()

    def _leave_case(self) -> None:
        self.case = None
        self.lookups.take(None)
        # The key to one person's chip opens no other's.
        self._office.withdraw_zone()

    def let_go(self) -> None:
        """Close the case without keeping it; its answer was given otherwise."""
        self._leave_case()

    # Intents

    def put_text(self, path: str, text: str) -> bool:
        """A field was finished; True when something changed."""

        def take(case: Case) -> bool:
            draft = fields.with_text(case.draft, path, text)
            if path == "person.name" or path == "person.address":
                draft = _spelled(self._placed(draft), anew=path == "person.name")
            return draft != case.draft and case.change(draft)

        return self._changed(take)

    def put_choice(self, name: str, value: str) -> bool:
        """A question of few answers was answered."""
        if name == FUNCTIONARY:
            said = {"consent_needed": "matched", "not_needed": "mismatch"}
            return self.put_lookup(name, said.get(value, "unavailable"))
        return self._changed(lambda case: case.change(fields.with_choice(case.draft, name, value)))

    def put_material(self, code: str, item: int | None, status: str) -> str:
        """A material was set; "" or the sentence why not."""
        if self.case is None:
            return ""
        why_not = self.case.put_material(code, item, status)
        self.keep()
        return why_not

    def put_all_core(self) -> bool:
        """The clerk has checked all core papers."""
        return self._changed(lambda case: case.put_all_core())

    def put_lookup(self, kind: str, answer: str) -> bool:
        """The clerk asked elsewhere and sets what a look-up would say."""
        return self._changed(lambda case: case.answer_lookup(kind, answer))

    def put_related(self, kind: str, number: str) -> bool:
        """The second party's number of a look-up: the relative's, the firm's."""
        return self._changed(
            lambda case: case.set(related={**case.draft.related, SECOND[kind]: number})
        )

    def put_item(self, index: int | None, item: dict[str, Any]) -> bool:
        """An item out of the form: a new one, or in the place of `index`."""
        return self._changed(
            lambda case: (
                case.add_items((item,)) if index is None else case.replace_item(index, item)
            )
        )

    def confirm(self) -> bool:
        """The applicant has looked at everything that is read back: spelling and undertaking."""

        def take(case: Case) -> bool:
            draft = case.draft.with_person(pinyin_checked="applicant")
            agreed = case.outcome == "accept_with_deferral" and draft.deferral_agreed
            return case.change(replace(draft, undertaking=agreed or draft.undertaking))

        return self._changed(take)

    def take_items(self, items: tuple[dict[str, Any], ...], method: str | None) -> bool:
        """The items line was entered."""

        def take(case: Case) -> bool:
            draft = replace(case.draft, items=case.draft.items + items)
            return case.change(replace(draft, method=method) if method else draft)

        return self._changed(take)

    def drop_item(self, index: int) -> bool:
        """An item was taken out."""
        return self._changed(lambda case: case.remove_item(index))

    def undo(self) -> bool:
        """The last change was taken back."""
        return self._changed(lambda case: case.undo())

    def fill(self) -> bool:
        """Recipient and address are those of the card."""

        def take(case: Case) -> bool:
            draft, person = case.draft, case.draft.person
            # A minor's parcel goes to the guardian, at the address of the card that was read.
            guardian = draft.guardian if case.is_minor else OtherDraft()
            draft = draft.with_recipient(
                name=guardian.name or person.name,
                phone=draft.recipient.phone or guardian.phone or draft.phone,
                relation="guardian" if guardian.name else "self",
            )
            found = self.book.parse(person.address) if self.book else None
            if self.book and found and found.unit:
                unit = found.unit
                draft = _delivered_to(draft, unit, self.book.as_of, found.rest, found.sure)
            elif self.book:
                _, rest = self.book.units_of_zone(person.address)
                to = replace(RecipientDraft(), detail=rest, sure=False)
                said = draft.recipient
                to = replace(to, name=said.name, phone=said.phone, relation=said.relation)
                draft = replace(draft, recipient=to)
            return case.change(draft)

        return self._changed(take)

    def townships(self) -> list[Unit]:
        """What could stand in the open place of the card's address: its county, then its units."""
        case = self.case
        if self.book is None or case is None or case.draft.recipient.sure:
            return []
        code = case.draft.recipient.division_code
        county = self.book.county(code) if code else None
        if county is None:
            return self.book.units_of_zone(case.draft.person.address)[0]
        return [county, *self.book.units_in(code)]

    def division_name(self, code: str) -> str:
        """The name of a county by its code; "" where it is not in the list."""
        unit = self.book.county(code) if self.book else None
        return unit.full_name if unit else ""

    def put_division(self, unit: Unit) -> bool:
        """A unit was picked from the address book."""
        as_of = self.book.as_of if self.book else ""
        return self._changed(
            lambda case: case.change(
                _delivered_to(case.draft, unit, as_of, case.draft.recipient.detail, True)
            )
        )

    def go(self, part: str) -> None:
        """The clerk went to another part; where they are is kept too, once the part is painted."""
        if self.case is not None and self.case.change(replace(self.case.draft, part=part)):
            self._keeping.keep_soon(self.case.draft)

    async def accept(self) -> Accepted:
        """Store the case as accepted. Raises Failure, and then it is still a draft."""
        case = self.case
        assert case is not None and case.obstacle is None
        await self.flush()
        accepted = await self._office.accept(case)
        self._keeping.forget(case.draft.id)
        self._leave_case()
        return accepted

    # Keeping

    def keep(self) -> None:
        """Save the open case behind the keys."""
        if self.case is not None:
            self._keeping.keep(self.case.draft)

    async def settle(self) -> None:
        """Wait for what is being written now, but no longer than a clerk would."""
        await self._keeping.settle()

    async def flush(self) -> None:
        """Wait until everything typed so far is on the disk."""
        await self._keeping.flush()

    def _placed(self, draft: Draft) -> Draft:
        """The draft with the place of registration that its address names, if it lacks one."""
        if self.book is None or draft.hukou_code or not draft.person.address:
            return draft
        unit = self.book.parse(draft.person.address).unit
        return replace(draft, hukou_code=unit.code[:6]) if unit else draft

    def _deciding(self, draft: Draft) -> Callable[[], datetime]:
        """Whose date and time decide: a correction's are those of its acceptance."""
        if not draft.decided_as_of:
            return self._now
        moment = datetime.fromisoformat(draft.decided_as_of)
        return lambda: moment

    def _changed(self, change: Callable[[Case], bool]) -> bool:
        if self.case is None or not change(self.case):
            return False
        self.keep()
        return True


def _spelled(draft: Draft, anew: bool = False) -> Draft:
    """The draft with a suggested spelling of its name where there is none yet, or a new name."""
    person = draft.person
    if not person.name or (not anew and (person.surname_pinyin or person.given_pinyin)):
        return draft
    found = suggestion(person.name)
    return draft.with_person(
        surname_pinyin=found.surname,
        given_pinyin=found.given,
        pinyin_checked="suggested",
        pinyin_unsure="".join(dict.fromkeys((*found.unsure, *found.unknown))),
    )


def _delivered_to(draft: Draft, unit: Unit, as_of: str, detail: str, sure: bool) -> Draft:
    to = replace(
        draft.recipient,
        division_code=unit.code,
        division_name=unit.full_name,
        code_system=CODE_SYSTEM,
        as_of=as_of,
        detail=detail,
        postcode=unit.postcode or draft.recipient.postcode,
        usual_postcode=unit.postcode,
        sure=sure,
    )
    return replace(draft, recipient=to)
