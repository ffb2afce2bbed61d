"""Answers on paper: receipt after acceptance, one-time notice, referral. Asks and prints."""

from typing import TYPE_CHECKING
from uuid import UUID

from counter_tui.case.case import Case
from counter_tui.deferrals import Deferral
from counter_tui.failure import Failure
from counter_tui.office import Accepted, Entry
from counter_tui.papers import PaperDesk
from counter_tui.referral import place
from counter_tui.screens.columns import cell
from counter_tui.slips.place import said
from counter_tui.store.errors import Unknown
from counter_tui.words import N_
from intake.pack.rows import SiteRow

if TYPE_CHECKING:
    from counter_tui.app import CounterApp


class Answering:
    """What the keys for paper do on the open case."""

    def __init__(self, app: "CounterApp", entry: Entry) -> None:
        self._app, self._pack, self._station = app, entry.pack, entry.place.code or ""
        self.papers = PaperDesk(
            app.office, entry.pack, entry.clerk, app.config.printer.uri, app.words, app.now
        )

    async def print_accepted(self, accepted: Accepted) -> None:
        """Receipt and notice of deferred materials; without a printer they are kept to be shown."""
        try:
            about, slips = await self.papers.of_accepted(UUID(accepted.id))
        except (Unknown, Failure):
            return
        if self.papers.on:
            # The number stays in sight beside what came of the printing.
            number = self._app.words(N_("Accepted: {number}"), number=accepted.number)
            self.papers.start(about, slips, lambda text: self._say(f"{number}   {text}"))
            return
        for slip in slips:
            await self.papers.keep(about, slip)

    def begin(self) -> bool:
        """Answer the open case on paper; False when its answer is no paper."""
        app = self._app
        case = app.desk.case if app.desk else None
        if case is None or case.decision is None:
            return False
        if case.outcome == "incomplete":
            app.run_worker(self._notice(case), group="ask", exclusive=True)
        elif case.outcome in ("refer", "refuse"):
            app.run_worker(self._refer(case), group="ask", exclusive=True)
        else:
            return False
        return True

    async def _notice(self, case: Case) -> None:
        try:
            about, slip = await self.papers.notice(case)
        except Failure as failure:
            self._app.complain(failure)
            return
        self._app.frame.flash(self._app.words(N_("Printing the one-time notice …")))
        self.papers.start(about, [slip], self._say)

    async def _refer(self, case: Case) -> None:
        """Choose where to, record it, print the slip; what can be accepted here stays open."""
        app, words = self._app, self._app.words
        halls = self.papers.halls(case)
        to: SiteRow | None = None
        if halls:
            title = words(N_("Refer to (Enter records it and prints the slip)"))
            chosen = await app.frame.dialog.choose(title, [self._hall(one) for one in halls])
            if chosen is None:
                return
            to = halls[chosen]
        try:
            about, slip = await self.papers.refer(case, to)
        except Failure as failure:
            app.complain(failure)
            return
        name = said(to.name, words) if to else words(N_("the place of household registration"))
        await self._done_with(case)
        app.frame.flash(words(N_("Referred to {place}; recorded."), place=name))
        self.papers.start(about, [slip], self._say)

    async def letter(self, one: Deferral) -> None:
        """The letter on a material that was not handed in in time; without a printer it is kept."""
        about, slip = self.papers.letter(one, self._station)
        if self.papers.on:
            self._say(self._app.words(N_("Printing the letter: {number}"), number=one.number))
            self.papers.start(about, [slip], self._say)
            return
        await self.papers.keep(about, slip)
        self._say(
            self._app.words(N_("The letter on {number} is with the papers."), number=one.number)
        )

    async def _done_with(self, case: Case) -> None:
        app, desk = self._app, self._app.desk
        assert case.decision is not None and desk is not None
        if any(one.outcome == "accept" for one in case.decision.items):
            for one in reversed(case.decision.items):
                if one.outcome != "accept":
                    desk.drop_item(one.index)
            app.frame.rewrite()
            return
        await desk.flush()
        desk.let_go()
        await app.office.discard(case.draft.id, "referred")
        await app.go_home()

    def _hall(self, one: SiteRow) -> str:
        app = self._app
        hours = place(self._pack, one, app.now().date()).hours_text(app.words)
        name, address = cell(said(one.name, app.words), 25), cell(one.address, 30)
        return f" {name} {address} {hours}"

    def _say(self, sentence: str) -> None:
        self._app.frame.flash(sentence)
