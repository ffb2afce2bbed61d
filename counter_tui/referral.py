"""The places a referral names: the nearest ones that serve it, with address and today's hours."""

from dataclasses import dataclass
from datetime import date, time

from counter_tui.case.case import Case
from counter_tui.words import N_, Words
from intake import sites
from intake.decision import ItemDecision, Text
from intake.facts import SiteKind
from intake.pack import Pack
from intake.pack.rows import SiteRow


@dataclass(frozen=True, slots=True)
class Place:
    """Where to go. `opens`: today's hours in order, empty when closed."""

    code: str
    name: Text
    address: str
    opens: tuple[tuple[time, time], ...]

    def hours_text(self, words: Words) -> str:
        """Today's hours, or that it is closed."""
        if not self.opens:
            return words(N_("closed today"))
        spans = "  ".join(f"{start:%H:%M}-{end:%H:%M}" for start, end in self.opens)
        return words(N_("today {hours}"), hours=spans)


def places(case: Case, decided: ItemDecision, limit: int = 3) -> list[Place]:
    """The nearest places for an item that is referred; none for one that is refused."""
    if not decided.refer_to:
        return []
    kind = SiteKind(decided.refer_to)
    found = sites.nearest(case.pack, case.site_code, case.today, kind, limit)
    return [place(case.pack, one, case.today) for one in found]


def place(pack: Pack, one: SiteRow, today: date) -> Place:
    """One of the pack's places as it is today."""
    opens = tuple((row.opens, row.closes) for row in sites.hours(pack, one, today))
    return Place(one.id, one.name, one.address, opens)
