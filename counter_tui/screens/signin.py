"""The first screen: who is here, and the PIN."""

from textual.containers import Vertical
from textual.events import Key
from textual.widget import Widget
from textual.widgets import Input

from counter_tui.bindings import Screen
from counter_tui.office import Clerk
from counter_tui.screens.frame import Frame
from counter_tui.words import N_
from widgets.form import Form
from widgets.rows import RowList, Rows
from widgets.seams import SlimInput


class _Clerks(RowList):
    """Who is chosen is marked while the cursor is in the PIN too."""

    def is_marked(self, index: int) -> bool:
        return index == self.cursor


class SignIn(Frame):
    """A clerk from the list and a PIN. Also the lock: the case behind it stays as it was."""

    place: Screen = "signin"

    DEFAULT_CSS = """
    #welcome { height: 6; }
    #clerks { height: 8; margin: 0 0 0 2; width: 60; }
    #pin { width: 24; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.welcome = Rows(id="welcome")
        self.clerk_rows = _Clerks(id="clerks")
        self.pin = SlimInput(password=True, max_length=32, id="pin")
        self.form = Form((lambda: self.words(N_("PIN")), self.pin), id="pinform")
        self.clerks: list[Clerk] = []

    def body(self) -> Widget:
        return Vertical(self.welcome, self.clerk_rows, self.form, id="body")

    def on_mount(self) -> None:
        self.put_clerks(self.counter.clerks)

    def put_clerks(self, clerks: list[Clerk]) -> None:
        """Show who may sign in here."""
        self.clerks = clerks
        self.rewrite()
        (self.pin if clerks else self.clerk_rows).focus()

    def rewrite(self) -> None:
        super().rewrite()
        words = self.words
        chosen = self.clerk
        hint = words(N_("Demo: the PIN is {pin}"), pin=chosen.pin) if chosen and chosen.pin else ""
        self.welcome.show(
            [
                "",
                "  " + words(N_("Exit-entry service point: intake")),
                # In the language that is not in use: whoever looks for it reads the other.
                "  " + words(N_("中文：Ctrl+T")),
                "  "
                + (
                    words(N_("Choose yourself, type your PIN, press Enter."))
                    if self.clerks
                    else words(N_("Nobody is enrolled here; run `counter enrol` first."))
                ),
                "  " + hint,
            ]
        )
        self.clerk_rows.show([f" {one.name}  {one.id}" for one in self.clerks])
        self.form.relabel()

    @property
    def clerk(self) -> Clerk | None:
        """Who is chosen."""
        return self.clerks[self.clerk_rows.cursor] if self.clerks else None

    def on_key(self, event: Key) -> None:
        """The arrows choose a person while the PIN is typed; nobody else's PIN begins."""
        step = {"up": -1, "down": 1}.get(event.key)
        if step and self.focused is self.pin and len(self.clerks) > 1:
            event.stop()
            event.prevent_default()
            self.pin.value = ""
            self.clerk_rows.move_to(self.clerk_rows.cursor + step)

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        if event.rows is self.clerk_rows:
            self.rewrite()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        if event.rows is self.clerk_rows:
            self.pin.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        pin, self.pin.value = self.pin.value, ""
        if self.clerk is None:
            return
        if not pin:
            self.flash(self.words(N_("Type the PIN")), bad=True)
            return
        self.flash(self.words(N_("Opening …")))
        self.counter.sign_in(self.clerk, pin)
