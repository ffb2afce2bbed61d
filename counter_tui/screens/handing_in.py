"""Handing in a material that was to follow: two keys from whatever found it."""

from datetime import date

from counter_tui import deferrals, terms
from counter_tui.case import masking
from counter_tui.deferrals import Deferral
from counter_tui.failure import Failure
from counter_tui.screens.frame import Frame
from counter_tui.words import N_, Words


async def hand_in(frame: Frame, one: Deferral) -> bool:
    """Ask by which way it came and queue it; False when the clerk went back. In an "ask" worker."""
    words = frame.words
    chosen = await frame.dialog.choose(
        words(N_("Hand in: {what}"), what=what(one, words)),
        [f" {words(terms.CHANNELS[channel])}" for channel in one.channels],
        told=[f" {whose(one, words)}   {due_text(one, frame.counter.now().date(), words)}", ""],
    )
    if chosen is None:
        return False
    return await put(frame, one, one.channels[chosen])


async def put(frame: Frame, one: Deferral, channel: deferrals.Channel) -> bool:
    """It came by `channel`: queued for the centre."""
    words, clerk = frame.words, _clerk(frame)
    try:
        await frame.counter.office.ask(lambda store: deferrals.hand_in(store, one, channel, clerk))
    except Failure as failure:
        frame.flash(failure.said(words), bad=True)
        return False
    frame.counter.office.wake_agent()
    frame.flash(
        words(
            N_("Handed in: {what}, {number}. It goes to the centre by itself."),
            what=what(one, words),
            number=one.number,
        )
    )
    return True


def what(one: Deferral, words: Words) -> str:
    """The material's name."""
    return words(terms.MATERIALS.get(one.code, one.code))


def whose(one: Deferral, words: Words, revealed: bool = False) -> str:
    """The application's number and the person, masked."""
    name = one.name if revealed else masking.name(one.name)
    return f"{one.number}  {name}".rstrip()


def due_text(one: Deferral, today: date, words: Words) -> str:
    """When it is due, in days from today."""
    days = (one.due_on - today).days
    if days == 0:
        return words(N_("due today"))
    text = N_("{day}, in {days} d") if days > 0 else N_("{day}, {days} d late")
    return words(text, day=f"{one.due_on:%m-%d}", days=abs(days))


def _clerk(frame: Frame) -> str:
    desk = frame.counter.desk
    assert desk is not None
    return desk.clerk
