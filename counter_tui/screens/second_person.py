"""A supervisor steps up at the clerk's terminal: chosen, PIN typed, for one step."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from counter_tui.failure import Failure
from counter_tui.screens.columns import wrapped
from counter_tui.screens.frame import Frame
from counter_tui.words import N_

if TYPE_CHECKING:
    from counter_tui.signin import Session


async def step_up(frame: Frame, told: Sequence[str]) -> "Session | None":
    """The session of a supervisor who agreed to what is `told`; None when nobody did.

    Ask it in a worker of the group "ask". A wrong PIN is said and asked again; Esc ends it.
    """
    words, office = frame.words, frame.counter.office
    people = await office.supervisors()
    if not people:
        frame.flash(words(N_("No supervisor is enrolled at this station; call support.")), True)
        return None
    title = words(N_("A supervisor approves this, with their own PIN"))
    at: int | None = 0
    if len(people) > 1:
        at = await frame.dialog.choose(title, [f" {one.id}  {one.name}" for one in people])
    if at is None:
        return None
    one, lines = people[at], told_lines(frame, told)
    who = words(N_("Supervisor {name} ({id})"), name=one.name, id=one.id)
    known = next((clerk.pin for clerk in frame.counter.clerks if clerk.id == one.id), "")
    if known:
        who += f"   {words(N_('Demo: the PIN is {pin}'), pin=known)}"
    while True:
        pin = await frame.dialog.ask_secret(title, [*lines, "", f" {who}"], words(N_("PIN")))
        if not pin:
            return None
        try:
            return await office.step_up(one.id, pin)
        except Failure as failure:
            # What is approved stays in sight beneath it.
            lines = told_lines(frame, [failure.said(words), *told])


def told_lines(frame: Frame, told: Sequence[str]) -> list[str]:
    """Sentences as lines of a dialog."""
    width = frame.window.width - 3
    return [f" {line}" for text in told for line in wrapped(text, width)]
