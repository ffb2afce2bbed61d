"""Photos of a person's earlier applications: how long each may be used again, and seeing it.

    found = earlier_photos(matters, born, today, pack)
    content(store, found[0].photo.sha256)       # None: ask(store, ...), and wake the agent

The centre holds the file under its hash, so a photo is used again by naming it: nothing is sent
twice, and it works where the file itself is not at hand. No Textual.
"""

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from counter_tui.matters import Earlier, Matter
from counter_tui.store import Store
from intake.application import PhotoTaken
from intake.numbers import citizen
from intake.pack import Pack
from intake.photos import reusable_by

FILES: Final = "blobs"
"""Files of the centre in the cache, by their hash; another person's visit ends their stay."""


@dataclass(frozen=True, slots=True)
class EarlierPhoto:
    """A photo of the application `number`, and the last day on which it may be used again."""

    number: str
    photo: PhotoTaken
    held: bool
    """Whether the centre holds its file, or will get it from here."""
    taken: date
    until: date

    def usable(self, today: date) -> bool:
        """Whether it may and can be used again."""
        return self.held and today <= self.until

    @property
    def for_draft(self) -> dict[str, Any]:
        """The photo as a draft keeps it."""
        photo = self.photo
        return {
            "sha256": photo.sha256,
            "width": photo.width,
            "height": photo.height,
            "taken_on": self.taken.isoformat(),
            "reused_from": str(photo.reused_from),
            "reused_number": self.number,
        }


def earlier_photos(
    matters: Iterable[Matter], number: str, today: date, pack: Pack
) -> list[EarlierPhoto]:
    """The photos of a person's earlier applications, the youngest first; each file once.

    None where the identity `number` does not tell the age, which decides how long one lasts.
    """
    born = citizen(number, today).birth_date
    found: dict[str, EarlierPhoto] = {}
    for one in matters:
        if not isinstance(one, Earlier) or one.photo is None or born is None:
            continue
        until = reusable_by(one.photo, born, today, pack)
        if one.photo.taken_on is not None and until is not None:
            photo = EarlierPhoto(one.number, one.photo, one.photo_held, one.photo.taken_on, until)
            found.setdefault(one.photo.sha256, photo)
    return sorted(found.values(), key=lambda one: one.taken, reverse=True)


def content(store: Store, sha256: str) -> bytes | None:
    """The file, where this station has it still or has fetched it."""
    own = store.blobs.get(sha256)
    fetched = None if own else store.cache.get(f"{FILES}/{sha256}")
    return base64.b64decode(fetched.body["content"]) if fetched else own


def ask(store: Store, sha256: str) -> None:
    """Leave it to the agent to fetch the file."""
    store.questions.ask(f"{FILES}/{sha256}", f"/v1/{FILES}/{sha256}")


def problem(store: Store, sha256: str) -> str:
    """Why the file could not be fetched; empty while it may still come."""
    question = store.questions.get(f"{FILES}/{sha256}")
    return (question.problem or "") if question else ""


def forget(store: Store) -> None:
    """Nobody's face lies here for longer than the person stands at the counter."""
    for name in store.cache.names(f"{FILES}/"):
        store.cache.drop(name)
