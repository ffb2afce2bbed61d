"""How the store says no. Each is one sentence a clerk can act on."""

from counter_tui.failure import ClearNo, OutOfOrder, WrongUse
from counter_tui.words import N_


class WrongKey(OutOfOrder):
    """The file does not open with this key: another station's file, or a damaged one."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "The store does not open with this key: it belongs to another station or is "
                "damaged. Nothing was changed; call support."
            )
        )


class NoStore(OutOfOrder):
    """The file is gone or empty. A new one is made by enrolment only."""

    def __init__(self) -> None:
        super().__init__(N_("The store is gone. Put its file back from a copy, and call support."))


class UnsuitableDisk(OutOfOrder):
    """The file system cannot keep the write-ahead log: a network folder, most likely."""

    def __init__(self) -> None:
        super().__init__(N_("The store has to lie on a disk of this machine; move its folder."))


class NotSealed(OutOfOrder):
    """A store that is not encrypted, or would not be."""

    def __init__(self) -> None:
        super().__init__(
            N_("The store is not encrypted, so it is not used. Put it aside and enrol again.")
        )


class UnsafeDatabaseLibrary(OutOfOrder):
    """The database library cannot keep the promise of the store."""

    def __init__(self) -> None:
        super().__init__(
            N_("The database library is not one the store can rely on; run `make setup` again.")
        )


class NewerStore(OutOfOrder):
    """The store was written by a later version of the program."""

    def __init__(self) -> None:
        super().__init__(
            N_("The store was written by a newer version of the program; install that version.")
        )


class StorageTrouble(OutOfOrder):
    """The disk failed while writing. What was not confirmed was not saved."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "The disk failed while saving. The last step was not saved; do it again, and call "
                "support if this repeats."
            )
        )


class DiskFull(OutOfOrder):
    """No room, and the reserve is used up as well."""

    def __init__(self) -> None:
        super().__init__(N_("The disk is full. Nothing was saved; free space and do it again."))


class Busy(OutOfOrder):
    """Another process has held the store for longer than anybody should."""

    def __init__(self) -> None:
        super().__init__(N_("The store is busy in another process; try again in a moment."))


class InUse(ClearNo):
    """Somebody has the store open, and this step needs it alone."""

    def __init__(self) -> None:
        super().__init__(N_("Stop the agent and the terminal first."))


class Unknown(ClearNo):
    """No such row."""

    def __init__(self) -> None:
        super().__init__(N_("There is nothing of this number in the store."))


class WrongState(ClearNo):
    """The row is not in a state that allows this."""

    def __init__(self) -> None:
        super().__init__(N_("This is not possible now: look at the row's state first."))


class NeedsSupervisor(ClearNo):
    """Only a second person's approval moves the row."""

    def __init__(self) -> None:
        super().__init__(N_("A supervisor has to approve this first."))


class AlreadyAccepted(ClearNo):
    """An application of this id was accepted before."""

    def __init__(self) -> None:
        super().__init__(N_("This application was accepted before."))


class NotAcceptable(WrongUse):
    """What is to be stored is not what its decision says."""

    def __init__(self) -> None:
        super().__init__(N_("Only an application that its decision accepts can be stored."))
