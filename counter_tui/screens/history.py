"""One application: what it is, and everything that happened to it, as a timeline."""

from uuid import UUID

from rich.style import Style
from rich.text import Text
from textual.containers import Vertical
from textual.widget import Widget

from counter_tui import terms, timeline
from counter_tui.bindings import Screen
from counter_tui.case import masking
from counter_tui.failure import Failure
from counter_tui.screens.frame import Frame
from counter_tui.store import Store
from counter_tui.timeline import Event, Known
from counter_tui.words import N_
from intake.days import city_time
from widgets.rows import Line, RowList
from widgets.seams import padded


class History(Frame):
    """Told by this station at once, and by the centre when it answers."""

    place: Screen = "history"

    DEFAULT_CSS = """
    History #history-rows { height: 1fr; margin: 1 0 0 0; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.rows = RowList(id="history-rows")
        self.number = ""
        self._application: UUID | None = None
        self._known = Known()

    def body(self) -> Widget:
        return Vertical(self.rows, id="body")

    def title_text(self) -> str:
        return self.words(N_("Application {number}"), number=self.number)

    @property
    def subject(self) -> str:
        return str(self._application or "")

    def take(self, application: UUID, number: str) -> None:
        """Tell of this application from now on."""
        self._application, self.number, self._known = application, number, Known()

    def come_into_sight(self) -> None:
        super().come_into_sight()
        self.rows.focus()
        self.rows.move_to(0)
        self.run_worker(self._gather(), group="history", exclusive=True)

    def on_screen_suspend(self) -> None:
        application = self._application
        if application is not None:
            work = self.counter.office.ask(lambda store: timeline.forget(store, application))
            self.counter.run_worker(work, group="history")

    def on_store_moved(self) -> None:
        self.run_worker(self._hear(), group="history", exclusive=True)

    async def _gather(self) -> None:
        application = self._application
        if application is None:
            return
        await self.counter.office.ask(lambda store: timeline.ask(store, application))
        self.counter.office.wake_agent()
        await self._hear()

    async def _hear(self) -> None:
        application = self._application
        if application is None:
            return

        def look(store: Store) -> Known:
            return timeline.known(store, application)

        try:
            self._known = await self.counter.office.ask(look)
        except Failure as failure:
            self.flash(failure.said(self.words), bad=True)
            return
        self.number = self._known.number or self.number
        self.rewrite()

    def rewrite(self) -> None:
        super().rewrite()
        self.rows.show([*self._summary(), "", *self._story()])

    def _summary(self) -> list[Line]:
        words, known = self.words, self._known
        one = known.application
        state = words(terms.ROW_STATES.get(known.state, known.state))
        lines: list[Line] = []
        if one is None:
            lines.append(f"  {padded(words(N_('Applicant')), 12)}{known.label}")
        else:
            person = one.person
            if person is not None:
                shown = self.counter.revealed
                name = person.name if shown else masking.name(person.name)
                number = person.number if shown else masking.number(person.number)
                lines.append(f"  {padded(words(N_('Applicant')), 12)}{name}  {number}")
            for item in one.facts.items:
                text = terms.item_text(item.model_dump(mode="json"), words)
                lines.append(f"  {padded(words(N_('Item')), 12)}{text}")
            for deferral in one.decision.deferrals:
                text = words(terms.MATERIALS.get(deferral.code, deferral.code))
                due = words(N_("due {about}{day}"), about="", day=deferral.due_on)
                lines.append(f"  {padded(words(N_('To follow')), 12)}{text}  {due}")
            totals = one.decision.totals
            lines.append(
                f"  {padded(words(N_('Fees')), 12)}"
                + words(
                    N_("treasury {treasury}, carrier {carrier} yuan"),
                    treasury=totals.treasury,
                    carrier=totals.carrier,
                )
            )
        if state:
            lines.append(f"  {padded(words(N_('State')), 12)}{state}")
        return lines

    def _story(self) -> list[Line]:
        words, known = self.words, self._known
        lines: list[Line] = [Text(f"  {words(N_('Timeline'))}", Style(bold=True), end="")]
        lines += [self._event(event) for event in known.events]
        if known.waiting:
            lines.append(f"  {words(N_('Asking the centre …'))}")
        elif known.problem == "unreachable":
            lines.append(
                "  " + words(N_("The centre cannot be reached; this is what the station knows."))
            )
        return lines

    def _event(self, event: Event) -> str:
        words = self.words
        where = words(N_("centre")) if event.at_centre else words(N_("here"))
        state = words(terms.EVENT_STATES.get(event.state, event.state))
        return (
            "  "
            + "".join(
                (
                    padded(f"{city_time(event.at):%m-%d %H:%M}", 13),
                    padded(where, 8),
                    padded(words(event.what), 26),
                    padded(state, 20),
                    event.by,
                )
            ).rstrip()
        )
