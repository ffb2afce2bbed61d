"""Where a supporter and the terminal meet: one folder with two sockets."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from counter_tui.config import Config

SUPPORTER: Final = "counter-support"
"""The system user a supporter arrives as, and its group."""

USUAL_PLACE: Final = Path("/run/counter-support")


@dataclass(frozen=True, slots=True)
class Place:
    """The meeting place. It belongs to the clerk's user and to the supporter's group (mode 2710):
    the supporter may walk through it to the sockets and can neither list nor change it."""

    folder: Path
    supporter: str = SUPPORTER

    @property
    def screen(self) -> Path:
        """Socket of the tmux server the terminal runs in."""
        return self.folder / "screen.sock"

    @property
    def pointer(self) -> Path:
        """Socket on which the terminal hears what the supporter points at."""
        return self.folder / "pointer.sock"


def place_of(config: Config) -> Place | None:
    """The station's meeting place; None when the configuration names none."""
    settings = config.support
    return Place(Path(settings.meeting_place), settings.user) if settings.meeting_place else None
