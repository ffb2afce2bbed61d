"""The look-ups of the case in sight: asked, waited for, given up, or set by hand."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from counter_tui import terms
from counter_tui.case.lookups import SECOND, Inquiry
from counter_tui.failure import Failure
from counter_tui.words import N_
from intake.decision import MaterialLine

if TYPE_CHECKING:
    from counter_tui.screens.case import CaseScreen

LATE_SECONDS: Final = 6.0
"""After this long without an answer a look-up counts as unavailable; a late answer still counts."""


class Inquiring:
    """Asks the registers for one screen, and has it written again when something came."""

    def __init__(self, stage: "CaseScreen") -> None:
        self._stage = stage

    def ask_what_helps(self) -> None:
        """Leave what helps now and was not asked yet."""
        if wanted := self._stage.desk.lookups.wanted():
            self._stage.run_worker(partial(self._leave, wanted), group="look-ups")

    async def _leave(self, wanted: Sequence[Inquiry]) -> None:
        try:
            await self._stage.desk.lookups.leave(wanted)
        except Failure as failure:
            self._stage.counter.complain(failure)
            return
        self._wait()

    def _wait(self) -> None:
        self._stage.set_timer(LATE_SECONDS, partial(self.look, True))
        self._stage.show_again()

    def look(self, give_up: bool = False) -> None:
        """An answer may have come. `give_up`: what did not counts as unavailable, and says so."""
        stage = self._stage
        if stage.counter.desk is not None and stage.desk.lookups.open:
            stage.run_worker(partial(self._collect, give_up), group="answers")

    async def _collect(self, give_up: bool) -> None:
        try:
            await self._stage.desk.lookups.collect(give_up)
        except Failure as failure:
            self._stage.counter.complain(failure)
        self._stage.show_again()

    def ask(self, kind: str, line: MaterialLine | None) -> None:
        """Ask a register; when it was asked already, let the clerk set what it would say."""
        if kind:
            self._stage.run_worker(self._ask(kind), group="ask", exclusive=True)
        elif line is not None:
            said = self._stage.words(N_("no look-up can stand in for this material"))
            self._stage.flash(said, bad=True)

    async def _ask(self, kind: str) -> None:
        stage, case, words = self._stage, self._stage.case, self._stage.words
        if case is None:
            return
        if kind in stage.desk.lookups.open or kind in case.draft.lookups:
            answers = list(terms.LOOKUP_ANSWERS)
            title = words(N_("Set by hand what the register says (it is recorded)"))
            lines = [f" {words(terms.LOOKUP_ANSWERS[one])}" for one in answers]
            chosen = await stage.dialog.choose(title, lines)
            if chosen is not None:
                stage.desk.put_lookup(kind, answers[chosen])
        elif not await stage.desk.lookups.ask(kind):
            label = words(terms.SECOND[SECOND[kind]])
            title = words(N_("Whom else is the look-up about?"))
            number = await stage.dialog.ask(title, [], label)
            if number and SECOND[kind] == "guardian":
                stage.desk.put_text("guardian.number", number)
            elif number:
                stage.desk.put_related(kind, number)
            if number:
                await stage.desk.lookups.ask(kind)
        self._wait()
