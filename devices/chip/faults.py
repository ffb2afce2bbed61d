"""How talking to a chip goes wrong, inside this package. All are `ReaderError`s."""

from devices.records import Problem, ReaderError


class BadData(ReaderError):
    """What the chip sent cannot be what the standard describes."""

    def __init__(self, detail: str) -> None:
        super().__init__(Problem.BAD_DATA, detail)


class StatusError(ReaderError):
    """The chip answered a command with the status word `sw`."""

    def __init__(self, sw: int, doing: str) -> None:
        super().__init__(Problem.BAD_DATA, f"{doing}: status {sw:04X}")
        self.sw = sw


class Unprotected(StatusError):
    """An answer without its MAC while secure messaging is on; the session may be lost."""


class AccessDenied(ReaderError):
    """The chip does not take this key, or no access protocol of it is known here."""

    def __init__(self, detail: str) -> None:
        super().__init__(Problem.ACCESS_DENIED, detail)


class NoBac(AccessDenied):
    """The chip does not even give a challenge: it knows no BAC, or its state is not what it was."""


class WrongMac(ReaderError):
    """An answer that secure messaging does not vouch for. Nothing after it is believed."""

    def __init__(self, detail: str) -> None:
        super().__init__(Problem.BAD_DATA, detail)
