"""Case: the draft with what the rules say about it now, and the way back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from pydantic import ValidationError

from counter_tui.case.draft import Draft, differs
from counter_tui.case.facts import Gap, Place, facts_of, gaps
from counter_tui.words import N_
from intake import Decision, Facts, Pack, decide

LOOKUP_OF: Final = {
    "guardianship_proof": "guardianship",
    "kinship_proof": "kinship",
    "business_licence": "business_registry",
    "tax_registration": "tax",
    "social_insurance_list": "social_insurance",
    "residence_permit": "residence",
}
"""Which look-up can stand in for which material."""

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
        self._decide()

    @property
    def pack(self) -> Pack:
        """The pack that decides."""
        return self._pack

    def change(self, draft: Draft) -> bool:
        """Take `draft` as the case's new state; False when nothing differs."""
        if draft == self.draft:
            return False
        if differs(draft, self.draft):
            self._history.append(self.draft)
        self.draft = draft
        self._decide()
        return True

    def undo(self) -> bool:
        """Take the last change back; False when there is none."""
        if not self._history:
            return False
        self.draft = replace(self._history.pop(), part=self.draft.part)
        self._decide()
        return True

    def set(self, **changes: Any) -> bool:
        """Change plain fields of the draft."""
        return self.change(replace(self.draft, **changes))

    def add_items(self, items: tuple[dict[str, Any], ...]) -> bool:
        """Ask for more; an endorsement for a permit asked for already joins that item."""
        return self.change(replace(self.draft, items=self.draft.items + items))

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
        answers = dict(draft.lookups)
        if lookup:
            answers.pop(lookup, None)
        if status == "verified" and lookup:
            answers[lookup] = "matched"
        if status == "deferred":
            draft = replace(draft, deferral_agreed=True)
        draft = replace(draft, lookups=answers)
        self.change(_with_paper(draft, code, item, "present" if status == "present" else "missing"))
        if status == "deferred" and not self._is_deferred(code, item):
            return N_("not deferred: it is a core material, or a core material is missing")
        return ""

    def answer_lookup(self, name: str, answer: str) -> bool:
        """Record what a look-up said: `matched`, `mismatch` or `unavailable`."""
        return self.set(lookups={**self.draft.lookups, name: answer})

    @property
    def changed(self) -> bool:
        """Whether there is a change to undo."""
        return bool(self._history)

    @property
    def delivery_gaps(self) -> list[Gap]:
        """What the post needs and does not have yet."""
        return delivery_gaps(self.draft)

    @property
    def outcome(self) -> str:
        """The decision's outcome; "" while something the rules need is missing."""
        return self.decision.outcome if self.decision else ""

    @property
    def obstacle(self) -> Gap | None:
        """Why the case cannot be accepted now; None when it can."""
        if self.gaps:
            return self.gaps[0]
        delivery = delivery_gaps(self.draft)
        if self.outcome in ("accept", "accept_with_deferral"):
            return delivery[0] if delivery else None
        return Gap(
            {"incomplete": "materials"}.get(self.outcome, "items"),
            {
                "incomplete": N_("a core material is missing"),
                "refer": N_("another place serves this; print the referral"),
                "refuse": N_("the rules refuse this application"),
            }.get(self.outcome, N_("the rules cannot decide yet")),
        )

    def _is_deferred(self, code: str, item: int | None) -> bool:
        return self.decision is not None and any(
            line.code == code and line.item == item and line.status == "deferred"
            for line in self.decision.materials
        )

    def _decide(self) -> None:
        self.facts = self.decision = None
        self.gaps = gaps(self.draft)
        if self.gaps:
            return
        try:
            self.facts = facts_of(self.draft, self._now(), self._place)
            self.decision = decide(self.facts, self._pack)
        except (ValidationError, ValueError) as error:
            self.gaps = [Gap(_part_of(error), N_("a value is not one the rules know"))]


def delivery_gaps(draft: Draft) -> list[Gap]:
    """What the post needs and does not have yet."""
    if draft.method != "post":
        return []
    to = draft.recipient
    wanted = (
        (to.name, N_("the recipient's name is missing")),
        (to.phone or draft.phone, N_("a phone number is missing")),
        (to.division_code, N_("the delivery address has no division yet")),
        (to.detail, N_("street and house number are missing")),
        (to.postcode, N_("the postcode is missing")),
    )
    return [Gap("delivery", text) for value, text in wanted if not value]


def _with_paper(draft: Draft, code: str, item: int | None, presence: str) -> Draft:
    if item is None:
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
