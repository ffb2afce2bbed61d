"""How remote support says no."""

from counter_tui.failure import ClearNo, OutOfOrder, WrongUse
from counter_tui.words import N_


class NoMeetingPlace(WrongUse):
    """The configuration does not allow anybody in."""

    def __init__(self) -> None:
        super().__init__(
            N_("Remote support is not set up: put meeting_place under [support] in counter.toml.")
        )


class NoTerminal(ClearNo):
    """There is no screen to watch."""

    def __init__(self) -> None:
        super().__init__(N_("No terminal runs here that a supporter could watch."))


class NotMasked(ClearNo):
    """The terminal did not say in time that it had masked itself."""

    def __init__(self) -> None:
        super().__init__(N_("The terminal did not mask itself, so nobody was let in."))


class AlreadyOpen(ClearNo):
    """One supporter at a time."""

    def __init__(self) -> None:
        super().__init__(N_("A supporter has been let in already; end that visit first."))


class StillInside(OutOfOrder):
    """The supporter could not be shown to be gone. The screen stays masked."""

    def __init__(self) -> None:
        super().__init__(
            N_("The supporter could not be thrown out; the screen stays masked. Try again.")
        )
