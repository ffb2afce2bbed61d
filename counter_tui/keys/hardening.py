"""Nobody of the same user reads this process's memory, and no core file holds a person's data."""

import ctypes
import resource

_PR_SET_DUMPABLE = 4


def harden() -> None:
    """Forbid dumps and tracing by the same user, for this process. Raises OSError."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    library = ctypes.CDLL(None, use_errno=True)
    if library.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) != 0:
        number = ctypes.get_errno()
        raise OSError(number, "prctl")
