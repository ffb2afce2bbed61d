"""Search: this station's records while typing, the centre's on Enter."""

from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Input

from counter_tui import finding, terms
from counter_tui.bindings import Screen
from counter_tui.case import masking
from counter_tui.finding import Found
from counter_tui.screens.columns import spread
from counter_tui.screens.frame import Frame
from counter_tui.store import Store
from counter_tui.words import N_
from intake.days import city_time
from widgets.form import Form
from widgets.rows import RowList, Rows
from widgets.seams import SlimInput


class Search(Frame):
    """By name, pinyin, identity number or application number."""

    place: Screen = "search"

    DEFAULT_CSS = """
    Search #search-form { margin: 1 0 1 0; }
    Search #search-head { height: 1; }
    Search #search-rows { height: 1fr; }
    Search #search-told { height: 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.line = SlimInput(id="search-line", select_on_focus=False)
        self.form = Form((lambda: self.words(N_("Find")), self.line), id="search-form")
        self.head = Rows(id="search-head")
        self.rows = RowList(id="search-rows")
        self.told = Rows(id="search-told")
        self.found: list[Found] = []
        self._asked = ""

    def body(self) -> Widget:
        return Vertical(self.form, self.head, self.rows, self.told, id="body")

    def title_text(self) -> str:
        return self.words(N_("Search"))

    @property
    def subject(self) -> str:
        return "search" if self.found else ""

    def come_into_sight(self) -> None:
        super().come_into_sight()
        self.line.focus()
        self.run_worker(self._look(self.line.value), group="search", exclusive=True)

    def relabel(self) -> None:
        self.form.relabel()

    def rewrite(self) -> None:
        super().rewrite()
        words = self.words
        self.form.relabel()
        titles = (N_("Number"), N_("Name"), N_("When"), N_("State"), N_("Place"))
        self.head.show([self._columns(*(words(title) for title in titles))])
        self.rows.show([self._line(one) for one in self.found])

    def _line(self, one: Found) -> str:
        words = self.words
        name = one.name if self.counter.revealed else masking.name(one.name)
        state = words({**terms.ROW_STATES, **terms.OUTCOMES_HELD}.get(one.state, one.state))
        when = f"{city_time(one.at):%Y-%m-%d %H:%M}"
        number = one.number or " + ".join(terms.item_short(item, words) for item in one.items)
        desk = self.counter.desk
        place = desk.place_name(words.language, one.station) if desk else one.station
        return self._columns(number, name, when, state, place or words(N_("here")))

    def _columns(self, *texts: str) -> str:
        return spread(texts, (20, 9, 17, 16), 0, self.window.width)

    def _tell(self, text: str, bad: bool = False, **values: object) -> None:
        self.told.show([f"  {self.words(text, **values)}"])
        if bad:
            self.flash(self.words(text, **values), bad=True)

    # Looking

    def on_input_changed(self, event: Input.Changed) -> None:
        if event.input is self.line:
            event.stop()
            self.run_worker(self._look(event.value), group="search", exclusive=True)

    async def _look(self, typed: str) -> None:
        self.found = await self.counter.office.ask(lambda store: finding.local(store, typed))
        if self._asked and typed != self._asked:
            self._asked = ""
        self.rows.show([self._line(one) for one in self.found])
        if typed:
            self._tell(N_("{count} here; Enter asks the centre too"), count=len(self.found))
        else:
            self._tell(N_("A name, pinyin, an identity number or an application number."))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if event.input is not self.line:
            return
        event.stop()
        typed = event.value.strip()
        if self._asked == typed and self.found:
            self.rows.focus()
        elif finding.enough(typed):
            self.run_worker(self._ask_centre(typed), group="search", exclusive=True)
        else:
            self._tell(N_("Type at least two characters."), bad=True)

    async def _ask_centre(self, typed: str) -> None:
        def leave(store: Store) -> list[Found]:
            store.cache.drop(finding.QUESTION)
            store.questions.ask(finding.QUESTION, finding.PATH, finding.question(typed))
            return finding.local(store, typed)

        self._asked = typed
        self.found = await self.counter.office.ask(leave)
        self.counter.office.wake_agent()
        self._tell(N_("Asking the centre … {count} here"), count=len(self.found))
        self.rows.show([self._line(one) for one in self.found])
        if self.found:
            self.rows.focus()

    def on_store_moved(self) -> None:
        if self._asked:
            self.run_worker(self._hear(self._asked), group="search", exclusive=True)

    async def _hear(self, typed: str) -> None:
        """What the centre answered, if it has."""

        def answer(store: Store) -> tuple[dict | None, str | None]:
            asked = store.questions.get(finding.QUESTION)
            held = store.cache.get(finding.QUESTION)
            return held.body if held else None, asked.problem if asked else None

        body, problem = await self.counter.office.ask(answer)
        if body is not None:
            theirs = finding.at_centre(body, self.found)
            self.found = [*self.found, *theirs]
            self.rows.show([self._line(one) for one in self.found])
            self._tell(
                N_("{count} in all, {theirs} at the centre only"),
                count=len(self.found),
                theirs=len(theirs),
            )
            if theirs and self.line.has_focus:
                self.rows.focus()
            await self.counter.office.ask(lambda store: store.cache.drop(finding.QUESTION))
        elif problem == "unreachable":
            self._tell(N_("The centre cannot be reached; only this station's records are shown."))
        elif problem:
            self._tell(N_("The centre does not answer this search ({problem})."), problem=problem)

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        chosen = self.found[event.index]
        if chosen.state == "draft":
            self.counter.call_later(self.counter.open_draft, chosen.id)
        else:
            self.counter.call_later(self.counter.show_history, chosen.id, chosen.number)
