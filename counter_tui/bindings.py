"""The one table of keys: key bar, help screen, palette, manual and tests all read it.

A key that does nothing now is not hidden; pressing it says why. Function keys mean the same on
every screen. Each has a second way for terminals that swallow it. No chord is used that somebody
between the keyboard and us keeps for itself: Ctrl+A and Ctrl+B (screen, tmux), Ctrl+S and Ctrl+Q
(flow control), Ctrl+V (paste), Ctrl+Z (suspend), and those that are Backspace, Tab and Enter. The
desks share one chord, followed by a digit.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

from counter_tui.words import N_

Screen = Literal[
    "signin",
    "home",
    "case",
    "search",
    "history",
    "deferrals",
    "rejections",
    "papers",
    "photo",
    "readback",
]
ALL: Final = frozenset[Screen](get_args(Screen))
SIGNED_IN: Final = ALL - {"signin"}
CASE: Final = frozenset[Screen]({"case"})
HOME: Final = frozenset[Screen]({"home"})


@dataclass(frozen=True, slots=True)
class Situation:
    """What decides which keys work now."""

    screen: Screen = "signin"
    obstacle: str = ""
    """Why the open case cannot be accepted now; empty when it can."""
    changed: bool = False
    """Whether there is something to undo."""
    busy: bool = False
    """Whether an acceptance is being committed."""
    reasons: Mapping[str, str] = field(default_factory=dict)
    """Why an action does nothing on this screen now: its name, and the sentence."""


def _always(situation: Situation) -> str:
    return ""


def _needs_change(situation: Situation) -> str:
    return "" if situation.changed else N_("nothing to undo")


def _needs_acceptable(situation: Situation) -> str:
    if situation.busy:
        return N_("the acceptance is being stored; wait for its number")
    return situation.obstacle


def _needs_quiet(situation: Situation) -> str:
    return N_("the acceptance is being stored; wait for its number") if situation.busy else ""


@dataclass(frozen=True, slots=True)
class Key:
    """One thing that can be done with a key."""

    key: str
    """A chord, or a chord and a digit behind it."""
    second: str
    """Another key for the same; empty when the first one always arrives."""
    action: str
    label: str
    """Short, for the key bar."""
    help: str
    screens: frozenset[Screen]
    why_disabled: Callable[[Situation], str] = _always
    dangerous: bool = False
    """Whether it cannot be taken back."""
    bar: bool = True
    """Whether it stands in the key bar."""

    def reason(self, situation: Situation) -> str:
        """Why it does nothing now; empty when it works."""
        if situation.screen not in self.screens:
            if self.screens == CASE:
                return N_("no case is open; lay a card on the reader or choose a draft")
            return N_("not on this screen")
        return situation.reasons.get(self.action) or self.why_disabled(situation)


KEYS: Final = (
    Key(
        "f1",
        "ctrl+w",
        "why",
        N_("Why"),
        N_("Why the line says what it says; again: what would change it"),
        ALL,
    ),
    Key("f2", "pageup", "part('identity')", N_("Ident"), N_("Part 1: who the applicant is"), CASE),
    Key("f3", "pageup", "part('items')", N_("Items"), N_("Part 2: what is asked for"), CASE),
    Key(
        "f4",
        "pagedown",
        "part('materials')",
        N_("Papers"),
        N_("Part 3: papers, one key each"),
        CASE,
    ),
    Key(
        "f5",
        "pagedown",
        "part('delivery')",
        N_("Post"),
        N_("Part 4: by post or collected, and where to"),
        CASE,
    ),
    Key(
        "f6", "pagedown", "part('fees')", N_("Fees"), N_("Part 5: two ledgers and the waiver"), CASE
    ),
    Key(
        "f7",
        "pagedown",
        "part('accept')",
        N_("Review"),
        N_("Part 6: everything once more before acceptance"),
        CASE,
    ),
    Key(
        "f8",
        "ctrl+f",
        "fill",
        N_("Fill"),
        N_("Fill in what is known: recipient and address as on the card"),
        CASE,
    ),
    Key(
        "f9",
        "ctrl+p",
        "menu",
        N_("Menu"),
        N_("Everything that can be done, found by name or pinyin initials"),
        ALL,
    ),
    Key(
        "f10",
        "ctrl+x",
        "accept",
        N_("Accept"),
        N_("Accept the application: stored, numbered and sent"),
        CASE,
        _needs_acceptable,
        dangerous=True,
    ),
    Key("escape", "", "back", N_("Back"), N_("Back; nothing is lost"), ALL, bar=False),
    Key(
        "ctrl+n",
        "",
        "manual",
        N_("New by hand"),
        N_("A case without a chip: temporary card or household register"),
        HOME,
        bar=False,
    ),
    Key(
        "ctrl+g",
        "",
        "go",
        N_("Go to"),
        N_("Go to a desk: choose it, or its digit at once"),
        SIGNED_IN,
        _needs_quiet,
        bar=False,
    ),
    Key(
        "ctrl+g 1",
        "",
        "show('search')",
        N_("Search"),
        N_("Find a draft or an application, here and at the centre"),
        SIGNED_IN,
        _needs_quiet,
        bar=False,
    ),
    Key(
        "ctrl+g 2",
        "",
        "show('deferrals')",
        N_("To follow"),
        N_("Deferral desk: what is due, and handing it in"),
        SIGNED_IN,
        _needs_quiet,
        bar=False,
    ),
    Key(
        "ctrl+g 3",
        "",
        "show('rejections')",
        N_("Tasks"),
        N_("Rejection desk: what the centre refused, why, and what to do"),
        SIGNED_IN,
        _needs_quiet,
        bar=False,
    ),
    Key(
        "ctrl+g 4",
        "",
        "matters",
        N_("Matters"),
        N_("What this person has open: to hand in, pre-acceptances, earlier"),
        CASE,
        bar=False,
    ),
    Key(
        "ctrl+o",
        "",
        "papers",
        N_("Print"),
        N_("Print the open case's notice or referral; else all papers"),
        SIGNED_IN - {"papers"},
        _needs_quiet,
        bar=False,
    ),
    Key(
        "ctrl+y",
        "",
        "show('readback')",
        N_("Read back"),
        N_("Show the applicant the case in large signs, to check"),
        CASE,
        bar=False,
    ),
    Key(
        "ctrl+r",
        "",
        "reveal",
        N_("Reveal"),
        N_("Show masked data for a few seconds; it is recorded"),
        SIGNED_IN - {"home"},
        bar=False,
    ),
    Key(
        "ctrl+u",
        "",
        "undo",
        N_("Undo"),
        N_("Take the last change back"),
        CASE,
        _needs_change,
        bar=False,
    ),
    Key(
        "ctrl+t",
        "",
        "language",
        N_("中/EN"),
        N_("Switch between Chinese and English"),
        ALL,
        bar=False,
    ),
    Key(
        "ctrl+d",
        "",
        "zone",
        N_("Document"),
        N_("Open a document's chip: scan or type the lines of its data page"),
        SIGNED_IN,
        bar=False,
    ),
    Key("ctrl+l", "", "repaint", N_("Repaint"), N_("Draw the whole screen again"), ALL, bar=False),
    Key(
        "ctrl+e",
        "",
        "support",
        N_("Support"),
        N_("Let a supporter watch, who sees no people; again: end it at once"),
        ALL,
        bar=False,
    ),
    Key(
        "insert",
        "",
        "take",
        N_("Take"),
        N_("Take what the supporter proposes"),
        ALL,
        bar=False,
    ),
    Key(
        "ctrl+k",
        "",
        "lock",
        N_("Lock"),
        N_("Lock the screen; the case stays where it is"),
        SIGNED_IN,
        _needs_quiet,
        bar=False,
    ),
    Key(
        "ctrl+c",
        "",
        "leave",
        N_("Leave"),
        N_("Leave the program; drafts are kept"),
        ALL,
        _needs_quiet,
        bar=False,
    ),
)
"""Every key, in the order of help and key bar."""

GO: Final = "ctrl+g "
"""What the chords of the desks begin with; a digit follows."""

UNUSED: Final = ("ctrl+q",)
"""Keys that mean something to the library and nothing here: leaving is asked about first."""

PARTS: Final = ("identity", "items", "materials", "delivery", "fees", "accept")
"""The parts of a case, in the order of PgUp and PgDn and of F2 to F7."""


def by_action(action: str) -> Key:
    """The table's row for an action. Raises KeyError."""
    return next(key for key in KEYS if key.action == action)
