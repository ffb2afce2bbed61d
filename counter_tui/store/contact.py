"""What the station knows about the centre and the time, for offline work."""

from datetime import UTC, datetime, timedelta

from counter_tui.store.database import Database, stamp
from counter_tui.store.resources import Settings

_ROLL_BACK_TOLERANCE = timedelta(minutes=5)


class Contact:
    """When the centre last answered with a proof of who it is, and the highest time seen."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database, self._settings = database, settings

    def made(self) -> None:
        """The centre answered, provably: note it and the time."""
        now = self._database.stamp()
        self._settings.put("contact.last", now)
        self._settings.put("contact.offline_since", None)
        self.note_time()

    def lost(self) -> None:
        """The centre does not answer: note since when, the first time."""
        if self._settings.get("contact.offline_since") is None:
            self._settings.put("contact.offline_since", self._database.stamp())

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
        if self._database.now() > self.highest_time():
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

    def set_clock_right(self, now: datetime) -> None:
        """The centre's signed time shows that the noted time was wrong (a clock once set ahead)."""
        self._settings.put("clock.highest", stamp(now.astimezone(UTC)))


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
