"""Finding records: this station's at once, the centre's when it answers. No Textual."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from counter_tui.store import OutboxRow, Store

QUESTION: Final = "search"
"""Name of the one question to the centre; a new one takes the place of the last."""

PATH: Final = "/v1/searches"

_NUMBER: Final = re.compile(r"[0-9A-Z]{4}-?[0-9A-Z]{4}-?[0-9A-Z]")
_IDENTITY: Final = re.compile(r"\d{17}[\dX]")


@dataclass(frozen=True, slots=True)
class Found:
    """One record. `state` is a draft's "draft", an outbox state, or an outcome at the centre."""

    id: UUID
    number: str
    name: str = field(repr=False)
    """As it is; what left the station is known here by its masked name only."""
    at: datetime
    station: str
    """Empty for this one."""
    state: str
    items: tuple[Mapping[str, Any], ...] = ()
    open_items: int = 0


def enough(typed: str) -> bool:
    """Whether the centre can be asked for this: a surname, or two letters or digits."""
    return len(typed) > 1 or (typed != "" and not typed.isascii())


def question(typed: str) -> dict[str, str]:
    """What is asked of the centre: by application number, identity number, or name prefix."""
    text = typed.strip()
    if _IDENTITY.fullmatch(text.upper()):
        return {"person": text.upper()}
    if _is_number(text.upper()):
        return {"number": text.upper()}
    return {"name_prefix": text}


def local(store: Store, typed: str, limit: int = 50) -> list[Found]:
    """This station's drafts and applications that fit, the newest first; all, for an empty line.

    What was receipted can be read by the centre only; of that the number and the masked name are
    left to find it by.
    """
    wanted = _fold(typed)
    found = [
        Found(
            draft.id,
            "",
            draft.body.get("person", {}).get("name", ""),
            datetime.fromisoformat(draft.saved_at),
            "",
            "draft",
            tuple(draft.body.get("items", ())),
        )
        for draft in store.drafts.list()
        if _fits(wanted, draft.body.get("person", {}), "")
    ]
    rows = [row for row in store.outbox.list() if row.action is None]
    found += [_row(row) for row in rows if _row_fits(store, wanted, row)]
    return sorted(found, key=lambda one: one.at, reverse=True)[:limit]


def at_centre(answer: Mapping[str, Any], known: list[Found]) -> list[Found]:
    """What the centre found besides `known`, in its order."""
    here = {one.id for one in known}
    return [
        Found(
            UUID(one["id"]),
            one["number"],
            one["name"],
            datetime.fromisoformat(one["received_at"]),
            one["station"],
            one["outcome"],
            open_items=len(one["open_items"]),
        )
        for one in answer.get("items", ())
        if UUID(one["id"]) not in here
    ]


def _is_number(text: str) -> bool:
    """One number in thirty has no digit; its check symbol tells it from a name in letters."""
    # Models are a library of their own, which is here long before anybody searches.
    from intake.application import number_check

    if not _NUMBER.fullmatch(text):
        return False
    bare = text.replace("-", "")
    try:
        return any(sign.isdigit() for sign in bare) or number_check(bare[:8]) == bare[8]
    except ValueError:
        return False


def _row(row: OutboxRow) -> Found:
    return Found(row.application, row.number, row.label or "", row.queued_at, "", row.state)


def _row_fits(store: Store, wanted: str, row: OutboxRow) -> bool:
    if _in(wanted, row.number):
        return True
    if store.outbox.body(row.key) is None:
        return False
    person = store.application(row.application).person
    return person is not None and _fits(wanted, person.model_dump(), row.number)


def _fits(wanted: str, person: Mapping[str, Any], number: str) -> bool:
    pinyin = f"{person.get('surname_pinyin') or ''}{person.get('given_pinyin') or ''}"
    return _in(wanted, person.get("name", ""), person.get("number", ""), pinyin, number)


def _in(wanted: str, *texts: str) -> bool:
    return any(wanted in _fold(text) for text in texts)


def _fold(text: str) -> str:
    """What makes no difference to people: case, blanks, the dashes of a number."""
    return re.sub(r"[\s-]", "", text).casefold()
