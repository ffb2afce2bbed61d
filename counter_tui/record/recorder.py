"""Writes down what the clerk did and what the rules said to it. Nothing of a person is written.

What is typed where a person may be meant is not written key by key: when the clerk leaves the
field, one line gives its stand-in. A PIN leaves one line that says that one was typed. A number
typed elsewhere, by a scanner or by mistake, is a scanner's line too.
"""

import json
import os
import re
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, cast

from textual.events import Key, Paste

from counter_tui.record.held import masked as masked_lines
from counter_tui.record.readers import masked
from counter_tui.record.standins import ZONE, StandIns
from widgets.seams import SlimInput

if TYPE_CHECKING:
    from counter_tui.app import CounterApp
    from counter_tui.deferrals import Held
    from counter_tui.screens.deferrals import DeferralDesk
    from devices.records import ReaderEvent

FORMAT: Final = 2

SOME_SIGN: Final = "某"
"""Stands for a Chinese character that was typed where no text belongs."""

_WITHIN: Final = frozenset({"backspace", "delete", "left", "right", "home", "end", "space"})
"""Keys that stay within a field."""
_LIKE_A_SCAN: Final = re.compile(r"[A-Z0-9<-]{9,}")
"""What no clerk types as keys that do something: a zone, a number of a person, parcel, receipt."""


class Recorder:
    """One session's record, a JSON line an event."""

    def __init__(self, app: "CounterApp", path: Path, program: str, site: tuple[str, str]) -> None:
        self._app = app
        self._began = monotonic()
        app.recorder = self
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        self._file = os.fdopen(handle, "w", encoding="utf-8", buffering=1)
        now = app.now()
        self._people = StandIns(now.date())
        self._typing: SlimInput | None = None
        self._state: dict[str, Any] = {}
        self._held: list[dict[str, Any]] = []
        self._run: list[tuple[int, Key]] = []
        """Signs typed one after the other where they may do something, with their times."""
        self._write(
            record=FORMAT,
            program=program,
            site=site,
            pack=app.config.rules.pack,
            language=app.words.language,
            now=now.isoformat(timespec="seconds"),
            size=[app.size.width, app.size.height],
        )

    def pressed(self, event: Key | Paste) -> None:
        """A key or a paste arrived; it has not been acted on yet."""
        if event.is_forwarded:
            # What nobody used comes back to the application, perhaps behind the keys after it.
            return
        field = self._app.frame.focused
        within = isinstance(event, Paste) or event.is_printable or event.key in _WITHIN
        if isinstance(field, SlimInput) and (field.about_people or field.password) and within:
            if self._typing is not field:
                self._leave()
            self._typing = field
            return
        if isinstance(event, Key) and event.is_printable and self._typing is None:
            self._run.append((self._elapsed(), event))
            return
        self._leave()
        self.saw()
        if isinstance(event, Paste):
            self._write(scan=self._people.scanned("", event.text))
        else:
            self._write_key(self._elapsed(), event)

    def heard(self, event: "ReaderEvent") -> None:
        """Something came from a reader or a scanner, of either kind."""
        app = self._app
        case, field = app.desk.case if app.desk is not None else None, app.frame.focused
        name = (field.name or field.id or "") if isinstance(field, SlimInput) else ""
        draft = case.draft if case is not None else None
        kept = masked(event, self._people, draft, name, app.now().date())
        if kept is not None:
            self._leave()
            self.saw()
            self._write(**kept)

    def saw(self) -> None:
        """The screen was written anew: note where it stands and what the rules say, if changed."""
        app = self._app
        state = state_of(app)
        if app.frame.place == "deferrals":
            self._hold(cast("DeferralDesk", app.frame).held)
        if state != self._state:
            self._flush()
            self._state = state
            self._write(state=state)

    def _hold(self, held: "Held") -> None:
        """Note what is still to follow, for whatever the clerk does with it."""
        lines = masked_lines(held.records, self._people)
        if lines and lines != self._held:
            self._flush()
            self._held = lines
            self._write(held=lines)

    def close(self) -> None:
        """The session ends."""
        self._leave()
        self._write(end=self._app.now().isoformat(timespec="seconds"))
        self._file.close()

    def _leave(self) -> None:
        """Write what was typed up to here."""
        self._flush()
        field, self._typing = self._typing, None
        if field is None:
            return
        if field.password:
            self._write(pin=True)
            return
        name, value = field.name or field.id or "", field.value
        if not self._app.frame.dialog.visible:
            # A scanner's zone is on its way out of the field, and is a line of its own.
            value = ZONE.sub("", value)
        self._write(fill=name, value=self._people.of(name, value))

    def _flush(self) -> None:
        """Write the signs that were typed outside of people's fields."""
        run, self._run = self._run, []
        text = "".join(event.character or "" for _, event in run)
        if _LIKE_A_SCAN.fullmatch(text):
            self._write(scan=self._people.scanned("", text))
            return
        for at, event in run:
            self._write_key(at, event)

    def _write_key(self, at: int, event: Key) -> None:
        # What can be typed is written as its sign, the rest by name.
        sign = event.character if event.is_printable else None
        if sign and not sign.isascii():
            # No key that does something: a name typed into the wrong place.
            self._write(at, key=SOME_SIGN, sign=SOME_SIGN)
            return
        self._write(at, key=event.key, **({"sign": sign} if sign else {}))

    def _elapsed(self) -> int:
        return round((monotonic() - self._began) * 1000)

    def _write(self, at: int | None = None, **event: Any) -> None:
        if not self._file.closed:
            line = {"at": self._elapsed() if at is None else at, **event}
            self._file.write(json.dumps(line, ensure_ascii=False) + "\n")


def state_of(app: "CounterApp") -> dict[str, Any]:
    """Where the clerk is and what the rules say: codes and sums, no sentence and no person."""
    state: dict[str, Any] = {"screen": app.frame.place}
    if app.frame.dialog.visible:
        state["asks"] = "dialog"
    elif app.frame.box.visible:
        state["asks"] = "box"
    case = app.desk.case if app.desk is not None else None
    if app.frame.place != "case" or case is None:
        return state
    state |= {"part": case.draft.part, "outcome": case.outcome}
    state["gaps"] = [gap.text for gap in case.gaps]
    if case.draft.documents:
        state["documents"] = {
            one["kind"]: [one["passive"], one["active"], *one["differs"]]
            for one in case.draft.documents
        }
    decision = case.decision
    if decision is not None:
        state["materials"] = {
            f"{line.code}{'' if line.item is None else f'/{line.item}'}": line.status
            for line in decision.materials
        }
        state["fees"] = [decision.totals.treasury, decision.totals.carrier]
        state["rules"] = sorted({one.rule for item in decision.items for one in item.reasons})
    return state
