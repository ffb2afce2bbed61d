"""What the station notes of its contact with the centre."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.store.homes import enrolled


def test_a_contact_is_noted_again_after_a_second_and_at_once_when_it_tells_something(
    tmp_path: Path,
) -> None:
    now = [datetime(2026, 11, 23, 9, tzinfo=UTC)]
    with enrolled(tmp_path / "home").store(clock=lambda: now[0]) as store:
        first = now[0]
        store.contact.made(now[0])
        now[0] += timedelta(milliseconds=300)
        store.contact.made(now[0])
        assert store.contact.last() == first
        store.contact.lost()
        store.contact.made(now[0])
        assert (store.contact.last(), store.contact.offline_since()) == (now[0], None)
        now[0] += timedelta(seconds=1)
        store.contact.made(now[0])
        assert store.contact.last() == now[0]

        # The clock was ahead and is set right: the centre's word lowers the highest time at once.
        now[0] += timedelta(days=30)
        store.contact.made(now[0])
        now[0] -= timedelta(days=30)
        store.contact.made(now[0])
        assert store.contact.clock_went_back() == timedelta()
        assert store.contact.last() == now[0]
        # Set back without such a word, it does not make the last contact look fresh.
        now[0] -= timedelta(hours=1)
        store.contact.made()
        assert store.contact.last() == now[0]
