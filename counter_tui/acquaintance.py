"""Everything the screens get from the office passes here, so that whoever is in it is known."""

import inspect
from collections.abc import AsyncIterator, Callable
from typing import Any, Final, cast

from counter_tui.office import Office

_NOBODY: Final = frozenset({"sign_in", "step_up", "address_book"})
"""What takes a PIN, or answers with rules and places, which are long; no person is in them."""


def acquainted(office: Office, meet: Callable[[object], None]) -> Office:
    """`office`, with `meet` called for all that goes in and comes out."""
    return cast("Office", _Acquainted(office, meet))


class _Acquainted:
    def __init__(self, office: Office, meet: Callable[[object], None]) -> None:
        self._office, self._meet = office, meet

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._office, name)
        if name in _NOBODY:
            return found
        if inspect.iscoroutinefunction(found):

            async def asked(*arguments: object, **named: object) -> object:
                self._meet(arguments)
                answer = await found(*arguments, **named)
                self._meet(answer)
                return answer

            return asked
        if inspect.isasyncgenfunction(found):

            async def heard(*arguments: object) -> AsyncIterator[object]:
                async for one in found(*arguments):
                    self._meet(one)
                    yield one

            return heard
        return found
