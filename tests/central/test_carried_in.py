"""A carried outbox at the centre of production: PostgreSQL, while it serves, photos and all."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, update

from central import upkeep
from central.carried import NotAnExport
from central.settings import Settings, settings_for
from central.storage.migrate import migrate
from central.storage.schema import applications, blobs, stations
from counter_tui import enrolment
from counter_tui.carrying import export_outbox, take_receipts
from counter_tui.failure import WrongUse
from tests.agent.test_carrying import at_the_centre, neighbour, said, states
from tests.agent.test_photos import look, taken
from tests.central.centres import Cluster, Kept, enrol
from tests.store.centre import Pair, paired
from tests.store.homes import CLERK, make

NOW = datetime(2026, 11, 25, tzinfo=UTC)


@pytest.fixture(scope="module")
def pair(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """A station whose centre keeps its things in PostgreSQL."""
    folder = tmp_path_factory.mktemp("carried")
    made = paired(folder)
    kept = Kept(cluster.database("carried"), made.kept.folder)
    pair = Pair(made.home, kept)
    migrate(settings_for(kept.database))
    enrol(kept, pair.home.station.code, enrolment.public_keys(pair.home.path))
    return pair


@dataclass
class Inside:
    """What the centre's database holds."""

    settings: Settings

    def count(self) -> tuple[int, int]:
        """Applications and photos."""

        def work(connection: Connection) -> tuple[int, int]:
            found = [connection.execute(select(table)).all() for table in (applications, blobs)]
            return len(found[0]), len(found[1])

        return upkeep.write(self.settings, work)

    @contextmanager
    def switched_off(self, station: str) -> Iterator[None]:
        """The station's machine was stolen, or it is closed for good."""
        for moment in (NOW, None):
            upkeep.write(
                self.settings,
                lambda c, moment=moment: c.execute(
                    update(stations).where(stations.c.code == station).values(disabled_at=moment)
                ),
            )
            if moment:
                yield


def accept_with_photo(pair: Pair, index: int, picture: Path) -> str:
    """An accepted application and the hash of its photo, which is only here."""
    content = look(taken(picture, (1200 + index, 1400))).content
    with pair.home.store() as store:
        made = make(pair.home.station, index)
        store.accept(made)
        return store.blobs.keep(made.id, "image/jpeg", content)


def test_rows_and_photos_are_held_once_while_the_centre_serves(pair: Pair, tmp_path: Path) -> None:
    settings = settings_for(pair.kept.database)
    folder = pair.kept.folder / "blobs"
    photos = [accept_with_photo(pair, index, tmp_path / f"{index}.jpg") for index in (1, 2)]
    stick, back = tmp_path / "stick", tmp_path / "back"
    written = said(pair.home, "outbox", "export", str(stick))
    assert (written["count"], written["photos"], written["photos_left"]) == (2, 2, 0)
    assert b"JFIF" not in stick.read_bytes() and b"/9j/" not in stick.read_bytes()

    with pair.centre():
        status, lines, complaint = at_the_centre(pair, str(stick), "--receipts", str(back))
        assert status == 0, (lines, complaint)
        assert [one["held"] for one in lines] == [True] * 4
        assert [one["photo"] for one in lines[2:]] == photos
        assert at_the_centre(pair, str(stick))[:2] == (0, lines), "the same file again"
        assert Inside(settings).count() == (2, 2)
        assert said(pair.home, "outbox", "receipts", str(back))["receipted"] == 2
        synced = said(pair.home, "sync")
        assert (synced["reached"], synced["refused"]) == (True, 0)
        with pair.home.store() as store:
            assert store.blobs.to_send() == [], "the station knows that the photos are there"
        assert Inside(settings).count() == (2, 2)
    for sha256 in photos:
        content = (folder / "whole" / sha256[:2] / sha256).read_bytes()
        assert hashlib.sha256(content).hexdigest() == sha256


def test_what_a_switched_off_station_accepted_is_not_lost(pair: Pair, tmp_path: Path) -> None:
    inside = Inside(settings_for(pair.kept.database))
    before = inside.count()[0]
    near = neighbour(pair, tmp_path / "near")
    with pair.home.store() as store:
        store.accept(make(pair.home.station, 7))
    stick = tmp_path / "stick"
    assert said(pair.home, "outbox", "export", str(stick))["count"] == 1
    with pair.kept.served() as served, inside.switched_off(pair.home.station.code):
        near.point_at(served.url)
        status, lines, complaint = at_the_centre(pair, str(stick))
        assert (status, lines, complaint.count("Error:")) == (2, [], 1)
        assert "switched off" in complaint and "counter outbox import" in complaint
        assert inside.count()[0] == before
        # The way that the sentence names.
        assert said(near, "outbox", "import", str(stick), clerk="s-near")["count"] == 1
        assert said(near, "sync", clerk="s-near")["receipted"] == 1
        assert states(near) == [("", "receipted")]
    assert inside.count()[0] == before + 1
    with pair.centre():
        # Switched on again, it hears that all is there.
        assert said(pair.home, "sync")["receipted"] == 1
    assert inside.count()[0] == before + 1


def test_a_photo_that_is_not_what_it_says_is_refused_alone(pair: Pair, tmp_path: Path) -> None:
    picture = tmp_path / "3.jpg"
    with pair.home.store() as store:
        made = make(pair.home.station, 31)
        store.accept(made)
        store.blobs.keep(made.id, "image/jpeg", b"GIF89a no photo")
    good = accept_with_photo(pair, 32, picture)
    stick = tmp_path / "stick"
    with pair.home.store() as store:
        export_outbox(store, pair.home.station, CLERK, stick)
    folder = pair.kept.folder
    settings = settings_for(pair.kept.database, folder / "identity.json", folder / "blobs")
    taken_in = upkeep.import_outbox(settings, stick, "o-0001", None)
    assert [one.problem for one in taken_in.outcomes] == [None, None]
    assert [one.problem for one in taken_in.photos] == ["blob-refused", None]
    assert taken_in.photos[1].sha256 == good
    # Without any network the station hears of it, and carries neither again.
    back, again = tmp_path / "back", tmp_path / "again"
    assert upkeep.import_outbox(settings, stick, "o-0001", back) == taken_in
    answer = json.loads(back.read_text())
    other = {**answer, "station": "510107-ps-015"}
    for forged in ({**answer, "photos": answer["photos"][:-8]}, {**answer, "photos": []}, other):
        again.write_text(json.dumps(forged))
        with pair.home.store() as store, pytest.raises(WrongUse):
            take_receipts(store, pair.home.station, pair.home.unlock(), again)
    with pair.home.store() as store:
        assert len(store.blobs.to_send()) == 2
    settled = {"receipted": 2, "photos": 1}
    assert said(pair.home, "outbox", "receipts", str(back)) == settled
    again.unlink()
    written = said(pair.home, "outbox", "export", str(again))
    assert (written["photos"], written["photos_left"]) == (0, 0)
    # Nor can somebody take a photo off the stick on its way.
    document = json.loads(stick.read_text())
    document["photos"].pop()
    stick.write_text(json.dumps(document))
    with pytest.raises(NotAnExport):
        upkeep.import_outbox(settings, stick, "o-0001", None)
