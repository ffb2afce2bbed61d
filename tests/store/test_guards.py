"""When new cases stop, and how long a supervisor's leave lasts: the station's own day."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from counter_tui import deferrals, guards
from counter_tui.limits import Limits
from counter_tui.signin import Session, SignInRefused
from tests.screens.desk_office import SoftKey
from tests.store.homes import Home, enrolled
from tests.store.test_deferrals import told

LATE = datetime(2026, 11, 26, 15, 30, tzinfo=UTC)
"""Half past eleven at night at the station."""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return enrolled(tmp_path / "home")


def somebody(role: str) -> Session:
    return Session("S0001", "样本值班", role, b"", SoftKey())  # type: ignore[arg-type]


def test_a_leave_for_today_ends_at_the_stations_midnight_and_not_at_eight_in_the_morning(
    home: Home,
) -> None:
    now = [LATE - timedelta(hours=16)]  # half past seven in the morning
    with home.store(clock=lambda: now[0]) as store:
        store.settings.put("pack.confirmed", (LATE - timedelta(days=100)).isoformat())
        assert guards.freeze(store, Limits()) is not None
        guards.allow_today(store, somebody("supervisor"), "pack_age")

        for later in (0, 1, 16):
            now[0] = LATE - timedelta(hours=16 - later)
            assert guards.freeze(store, Limits()) is None, f"{later} hours later"
        now[0] = LATE + timedelta(hours=1)
        assert guards.freeze(store, Limits()) == guards.Freeze("pack_age", days=100)


def test_only_a_supervisor_gives_leave(home: Home) -> None:
    with home.store() as store, pytest.raises(SignInRefused):
        guards.allow_today(store, somebody("clerk"), "pack_age")


def test_a_deferral_was_accepted_on_the_stations_day(home: Home) -> None:
    record = {**told(LATE.date()), "created_at": "2026-11-17T23:30:00+00:00"}
    with home.store() as store:
        one = deferrals.of_record(store, record)
    assert (one.id, one.accepted_on.isoformat()) == (UUID(record["id"]), "2026-11-18")
