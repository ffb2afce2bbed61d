"""Look-ups of the open case: left for the agent, collected when it answers. No Textual.

While a register is not reached the case goes on as the rules have it for `unavailable`; an answer
that comes later still counts, as long as the clerk has set nothing by hand.
"""

from collections.abc import Callable, Sequence
from typing import Final

from counter_tui.case import lookups
from counter_tui.case.case import Case
from counter_tui.case.lookups import FUNCTIONARY, Inquiry
from counter_tui.office import Office
from counter_tui.store import Store

PATH: Final = "/v1/lookups"
ANSWERS: Final = frozenset({"matched", "mismatch", "unavailable"})


class Lookups:
    """Asks for one case at a time. `moved` is called when an answer changed the case."""

    def __init__(self, office: Office, moved: Callable[[], None]) -> None:
        self._office, self._moved = office, moved
        self._case: Case | None = None
        self._asked: dict[str, Inquiry] = {}
        self.open: set[str] = set()
        """Kinds that were asked and not answered yet."""

    def take(self, case: Case | None) -> None:
        """Another case is open."""
        if self._case is not case:
            self._case, self._asked, self.open = case, {}, set()

    def wanted(self) -> list[Inquiry]:
        """What helps now and was not asked yet; it counts as asked from here on."""
        case = self._case
        if case is None or case.decision is None:
            return []
        kinds = lookups.asked_of(case.draft, case.decision.materials)
        if FUNCTIONARY not in case.draft.looked_up and not case.is_minor:
            kinds.add(FUNCTIONARY)
        found = (lookups.inquiry(case.draft, kind) for kind in sorted(kinds))
        new = [one for one in found if one is not None and self._asked.get(one.kind) != one]
        self._note(new)
        return new

    async def ask(self, kind: str) -> bool:
        """Ask one register; False while a number that it needs is not known."""
        found = lookups.inquiry(self._case.draft, kind) if self._case else None
        if found is None:
            return False
        self._note([found])
        await self.leave([found])
        return True

    async def leave(self, inquiries: Sequence[Inquiry]) -> None:
        """Leave them for the agent."""

        def leave(store: Store) -> None:
            for one in inquiries:
                store.cache.drop(one.name)
                store.questions.ask(one.name, PATH, one.body)

        await self._office.ask(leave)
        self._office.wake_agent()

    def _note(self, inquiries: Sequence[Inquiry]) -> None:
        for one in inquiries:
            self._asked[one.kind] = one
            self.open.add(one.kind)

    async def collect(self, give_up: bool = False) -> None:
        """Take the answers that came. `give_up`: what is still open counts as unavailable."""
        case, asked = self._case, [self._asked[kind] for kind in self.open]
        if case is None or not asked:
            return
        answers = await self._office.ask(lambda store: [_answer(store, one) for one in asked])
        if case is not self._case:
            return
        changed = False
        for one, answer in zip(asked, answers, strict=True):
            by_hand = case.draft.looked_up.get(one.kind, {}).get("asked") == "clerk"
            if answer in ANSWERS:
                self.open.discard(one.kind)
            elif answer == "refused" or give_up:
                # Unreached stays open: the agent asks again, and a late answer still counts.
                answer = "unavailable"
                if one.kind in case.draft.lookups or one.kind in case.draft.looked_up:
                    continue
            else:
                continue
            if not by_hand:
                changed = case.answer_lookup(one.kind, answer, "centre") or changed
        if changed:
            self._moved()


def _answer(store: Store, one: Inquiry) -> str:
    """`matched`, `mismatch`, `unavailable`; `refused`; "" while nothing came."""
    cached = store.cache.get(one.name)
    if cached is not None:
        said = cached.body.get("answer") if isinstance(cached.body, dict) else None
        return said if said in ANSWERS else "refused"
    left = store.questions.get(one.name)
    return "refused" if left is not None and left.problem else ""
