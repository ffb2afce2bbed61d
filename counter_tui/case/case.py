"""Case: the draft with what the rules say about it now, and the way back."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from pydantic import ValidationError

from counter_tui.case import captures
from counter_tui.case.draft import Draft, differs
from counter_tui.case.facts import Gap, Place, delivery_gaps, facts_of, faulty, gaps, guardian_gaps
from counter_tui.case.faults import age_on
from counter_tui.case.lookups import FUNCTIONARY, LOOKUP_OF
from counter_tui.words import N_
from intake import Decision, Facts, Pack, decide

READ_ONLY: Final = frozenset({"identity_read"})
"""Materials that follow from the identity's evidence, not from a key."""


class Case:
    """One case: intents in, decision out. `now` is asked for the date and time of each decision."""

    def __init__(self, draft: Draft, pack: Pack, place: Place, now: Callable[[], datetime]) -> None:
        self._pack, self._place, self._now = pack, place, now
        self._history: list[Draft] = []
        self.draft = draft
        self.facts: Facts | None = None
        self.decision: Decision | None = None
        self.gaps: list[Gap] = []
        self._needs: tuple[Gap, ...] | None = None
        self._decided_on = self.today
        self._decide()

    @property
    def pack(self) -> Pack:
        """The pack that decides."""
        return self._pack

    def change(self, draft: Draft) -> bool:
        """Take `draft` as the case's new state; False when nothing differs."""
        if draft == self.draft:
            return False
        before, self.draft = self.draft, draft
        if differs(draft, before):
            self._history.append(before)
            self._decide()
        elif self._decided_on != self.today:
            self._decide()
        return True

    def absorb(self, draft: Draft) -> bool:
        """Take what came from outside (a look-up, the address book); undo does not take it back."""
        if draft == self.draft:
            return False
        self.draft = draft
        self._decide()
        return True

    def undo(self) -> bool:
        """Take the clerk's last change back; False when there is none."""
        if not self._history:
            return False
        now, before = self.draft, self._history.pop()
        asked = {name for name, how in now.looked_up.items() if how["asked"] == "centre"}
        self.draft = replace(
            before,
            part=now.part,
            lookups=before.lookups | {n: a for n, a in now.lookups.items() if n in asked},
            looked_up=before.looked_up | {n: h for n, h in now.looked_up.items() if n in asked},
        )
        self._decide()
        return True

    def set(self, **changes: Any) -> bool:
        """Change plain fields of the draft."""
        return self.change(replace(self.draft, **changes))

    def add_items(self, items: tuple[dict[str, Any], ...]) -> bool:
        """Ask for more."""
        return self.change(replace(self.draft, items=self.draft.items + items))

    def replace_item(self, index: int, item: dict[str, Any]) -> bool:
        """Ask for something else in the place of item `index`; its papers stay."""
        items = list(self.draft.items)
        items[index] = {**item, "materials": items[index].get("materials", {})}
        return self.change(replace(self.draft, items=tuple(items)))

    def remove_item(self, index: int) -> bool:
        """Take item `index` out again."""
        items = self.draft.items
        return self.change(replace(self.draft, items=items[:index] + items[index + 1 :]))

    def put_material(self, code: str, item: int | None, status: str) -> str:
        """Set a material `present`, `verified`, `deferred` or `missing`.

        Returns "" or the sentence why it cannot be.
        """
        if code in READ_ONLY:
            return N_("this line follows from how the identity was established")
        lookup = LOOKUP_OF.get(code)
        if status == "verified" and lookup is None:
            return N_("no look-up can stand in for this material")
        draft = self.draft
        by_hand = lookup and draft.looked_up.get(lookup, {}).get("asked") != "centre"
        if lookup and status == "verified":
            draft = self._answered(draft, lookup, "matched", "clerk")
        elif lookup and by_hand and lookup in draft.lookups:
            draft = replace(
                draft, lookups={n: one for n, one in draft.lookups.items() if n != lookup}
            )
        if status == "deferred":
            draft = replace(draft, deferral_agreed=True, undertaking=True)
        self.change(_with_paper(draft, code, item, "present" if status == "present" else "missing"))
        if status == "deferred" and not self._is_deferred(code, item):
            return N_("not deferred: it is a core material, or a core material is missing")
        return ""

    def put_all_core(self) -> bool:
        """The clerk has checked every core paper: all that were missing are present. One change."""
        now, draft = self.draft, self.draft
        for _ in range(len(self.decision.materials) if self.decision else 0):
            # A paper that is there may ask for another: the guardian's identity card.
            wanted = [
                line
                for line in (self.decision.materials if self.decision else ())
                if line.class_ == "core" and line.status == "missing"
                if line.code not in READ_ONLY
                if not captures.is_declined(draft, line.code)
            ]
            if not wanted:
                break
            for line in wanted:
                draft = _with_paper(draft, line.code, line.item, "present")
            self.absorb(draft)
        self.draft = now
        self._decide()
        return self.change(draft)

    def answer_lookup(self, name: str, answer: str, asked: str = "clerk") -> bool:
        """Record what a look-up said: `matched`, `mismatch` or `unavailable`; who was `asked`."""
        draft = self._answered(self.draft, name, answer, asked)
        return self.absorb(draft) if asked == "centre" else self.change(draft)

    def _answered(self, draft: Draft, name: str, answer: str, asked: str) -> Draft:
        at = self._now().isoformat(timespec="seconds")
        looked_up = {**draft.looked_up, name: {"asked": asked, "at": at}}
        if name == FUNCTIONARY:
            said = {"matched": "consent_needed", "mismatch": "not_needed"}
            answer = said.get(answer, "unavailable")
            return replace(draft, registered_functionary=answer, looked_up=looked_up)
        return replace(draft, lookups={**draft.lookups, name: answer}, looked_up=looked_up)

    @property
    def site_code(self) -> str | None:
        """The place that accepts."""
        return self._place.code

    @property
    def today(self) -> date:
        """The date that decides."""
        return self._now().date()

    @property
    def age(self) -> int | None:
        """The applicant's age in years; None while the birth date is not known."""
        try:
            return age_on(date.fromisoformat(self.draft.person.birth_date), self.today)
        except ValueError:
            return None

    @property
    def is_minor(self) -> bool:
        """Whether a guardian acts for the applicant, as the rules of the day have it."""
        asked = {line.code for line in self.decision.materials} if self.decision else set()
        return bool(asked & {"guardian_present", "delegation_letter"}) or (
            not asked and self.draft.evidence == "hukou_booklet"
        )

    @property
    def is_named_document(self) -> bool:
        """Whether a document with the applicant's name is made, so that its spelling matters."""
        return any(item["kind"] not in ("endorse", "annotate") for item in self.draft.items)

    @property
    def needs(self) -> Sequence[Gap]:
        """Everything still to be given, in the order of the parts: where Enter goes next."""
        if self._needs is None:
            self._needs = tuple(self._found_needs())
        return self._needs

    def _found_needs(self) -> list[Gap]:
        found = list(self.gaps)
        if self.decision is not None:
            found += [
                Gap("materials", N_("a core material is missing"), f"{line.code}:{line.item}")
                for line in self.decision.materials
                if line.status == "missing"
            ]
        told = {gap.field for gap in found}
        for gap in (
            *faulty(self.draft, self.today),
            *(guardian_gaps(self.draft) if self.is_minor else ()),
            *delivery_gaps(self.draft),
            *self._unconfirmed(),
        ):
            if gap.field not in told:
                told.add(gap.field)
                found.append(gap)
        return found

    def _unconfirmed(self) -> list[Gap]:
        found = []
        person = self.draft.person
        if self.outcome == "accept_with_deferral" and not self.draft.undertaking:
            text = N_("the applicant has not agreed yet")
            found.append(Gap("accept", text, "undertaking"))
        if person.pinyin_unsure and self.is_named_document and person.pinyin_checked != "applicant":
            text = N_("the name has characters with several readings: confirm its spelling")
            found.append(Gap("accept", text, "pinyin"))
        return found

    @property
    def changed(self) -> bool:
        """Whether there is a change to undo."""
        return bool(self._history)

    @property
    def outcome(self) -> str:
        """The decision's outcome; "" while something the rules need is missing."""
        return self.decision.outcome if self.decision else ""

    @property
    def obstacle(self) -> Gap | None:
        """Why the case cannot be accepted now; None when it can."""
        if self.gaps:
            return self.gaps[0]
        if self.outcome in ("accept", "accept_with_deferral"):
            return next(iter(self.needs), None)
        return Gap(
            {"incomplete": "materials"}.get(self.outcome, "items"),
            {
                "incomplete": N_("a core material is missing; Ctrl+O prints the one-time notice"),
                "refer": N_("another place serves this; Ctrl+O refers and prints the slip"),
                "refuse": N_("the rules refuse this; Ctrl+O prints why and where to apply"),
            }.get(self.outcome, N_("the rules cannot decide yet")),
        )

    def would_be(self, draft: Draft) -> Decision | None:
        """What the rules would say about another state of the case; None while they cannot."""
        if gaps(draft, self.today):
            return None
        try:
            return decide(facts_of(draft, self._now(), self._place), self._pack)
        except ValueError:
            return None

    def _is_deferred(self, code: str, item: int | None) -> bool:
        return self.decision is not None and any(
            line.code == code and line.item == item and line.status == "deferred"
            for line in self.decision.materials
        )

    def _decide(self) -> None:
        self.facts = self.decision = self._needs = None
        self._decided_on = self.today
        self.gaps = gaps(self.draft, self.today)
        if self.gaps:
            return
        try:
            self.facts = facts_of(self.draft, self._now(), self._place)
            self.decision = decide(self.facts, self._pack)
        except (ValidationError, ValueError) as error:
            self.gaps = [Gap(_part_of(error), N_("a value is not one the rules know"))]


def _with_paper(draft: Draft, code: str, item: int | None, presence: str) -> Draft:
    if item is None:
        draft = captures.after_material(draft, code, presence)
        return replace(draft, materials={**draft.materials, code: presence})
    items = list(draft.items)
    papers = {**items[item].get("materials", {}), code: presence}
    items[item] = {**items[item], "materials": papers}
    return replace(draft, items=tuple(items))


def _part_of(error: ValueError) -> str:
    if isinstance(error, ValidationError):
        where = error.errors()[0]["loc"]
        return {"items": "items", "materials": "materials", "delivery": "delivery"}.get(
            str(where[0]) if where else "", "identity"
        )
    return "items"
