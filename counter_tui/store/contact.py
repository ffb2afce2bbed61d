"""What the station knows about the centre and the time, for offline work."""

from datetime import datetime, timedelta

from counter_tui.store.database import Database, stamp
from counter_tui.store.resources import Settings

_ROLL_BACK_TOLERANCE = timedelta(minutes=5)
_JUST_NOW = timedelta(seconds=1)
"""A contact so soon after the last one is not written down: a drain makes hundreds a second."""


class Contact:
    """When the centre last answered with a proof of who it is, and the highest time seen."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database, self._settings = database, settings

    def made(self, centre_time: datetime | None = None) -> None:
        """The centre answered, provably. Its signed time mends a clock that was once set ahead."""
        last, now = self.last(), self._database.now()
        if centre_time and self.highest_time() > centre_time + _ROLL_BACK_TOLERANCE:
            self._settings.put("clock.highest", stamp(centre_time))
        elif last and timedelta() <= now - last < _JUST_NOW and self.offline_since() is None:
            return
        self._settings.put("contact.last", stamp(now))
        self.back()
        self.note_time()

    def lost(self) -> None:
        """The centre does not answer: note since when, the first time."""
        if self._settings.get("contact.offline_since") is None:
            self._settings.put("contact.offline_since", self._database.stamp())

    def back(self) -> None:
        """The centre answers again, by a sign that proves nothing yet."""
        if self._settings.get("contact.offline_since") is not None:
            self._settings.put("contact.offline_since", None)

    def last(self) -> datetime | None:
        """When the centre last answered; None: never."""
        return _moment(self._settings.get("contact.last"))

    def offline_since(self) -> datetime | None:
        """Since when the centre has not answered; None: it does, or was not asked yet."""
        return _moment(self._settings.get("contact.offline_since"))

    def age(self) -> timedelta | None:
        """How long ago the centre last answered; None: never. A clock set back is no help."""
        last = self.last()
        return None if last is None else self.highest_time() - last

    def note_time(self) -> None:
        """Remember the highest time seen."""
        noted = _moment(self._settings.get("clock.highest"))
        if noted is None or self._database.now() > noted:
            self._settings.put("clock.highest", self._database.stamp())

    def highest_time(self) -> datetime:
        """The later of now and of every moment noted before."""
        noted = _moment(self._settings.get("clock.highest"))
        now = self._database.now()
        return max(noted, now) if noted else now

    def clock_went_back(self) -> timedelta:
        """By how much the clock stands behind a time already seen; zero within five minutes."""
        behind = self.highest_time() - self._database.now()
        return behind if behind > _ROLL_BACK_TOLERANCE else timedelta()


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
