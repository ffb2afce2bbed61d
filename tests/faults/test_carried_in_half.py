"""An outbox carried by hand whose taking in is killed half-way, and done again: all of it, once."""

import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from starlette.responses import Response

from central import carried
from central.resource import Call
from central.settings import Settings, settings_for
from central.upkeep import import_outbox
from counter_tui import carrying
from counter_tui.store.rows import Carried
from counter_tui.store.sending import Sending
from tests.agent.test_carrying import at_the_centre, neighbour, said, states
from tests.agent.test_photos import look, taken
from tests.store.centre import Pair, paired
from tests.store.homes import CLERK, Home, make


class HalfRead(list[Carried]):
    """Rows that are never read to their end."""

    def __iter__(self) -> Iterator[Carried]:
        yield self[0]
        die()


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    return paired(tmp_path)


def die(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def killed(work: Callable[[], object]) -> None:
    """Do `work` in a process of its own, which kills itself on its way."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def settings(pair: Pair) -> Settings:
    """The centre's, as the command has them."""
    folder = pair.kept.folder
    return settings_for(pair.kept.database, folder / "identity.json", folder / "blobs")


def accepted(home: Home, folder: Path) -> None:
    """Three applications and a payment wait, the first two with a photo that is only here."""
    payment = {"ledger": "treasury", "amount": 120, "method": "cash", "state": "recorded"}
    with home.store() as store:
        for index in (1, 2, 3):
            made = make(home.station, index)
            store.accept(made)
            if index < 3:
                picture = look(taken(folder / f"{index}.jpg", (1200 + index, 1400))).content
                store.blobs.keep(made.id, "image/jpeg", picture)
        store.act(made.id, "payments", json.dumps(payment).encode(), CLERK)


def test_at_the_centre_it_goes_on_where_it_was_killed(
    pair: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    accepted(pair.home, tmp_path)
    stick, back = tmp_path / "stick", tmp_path / "back"
    with pair.home.store() as store:
        carrying.export_outbox(store, pair.home.station, CLERK, stick)
    put, held = carried.put_application, []
    seen: list[UUID] = []

    async def put_until(key: UUID, call: Call) -> Response:
        answer = await put(key, call)
        seen.append(key)
        if len(seen) == 2:
            die()
        return answer

    for where, name, dying in (
        # After the second row's commit; between a photo's pieces and the whole; at the very end.
        (carried, "put_application", put_until),
        (carried, "post_blob", die),
        (carried.Taken, "receipts", die),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(where, name, dying)
            killed(lambda: import_outbox(settings(pair), stick, "o-0001", back))
        held.append(len(pair.held()))
        assert not back.exists()
    assert held == [2, 3, 3]
    status, lines, complaint = at_the_centre(pair, str(stick), "--receipts", str(back))
    assert (status, [one["held"] for one in lines]) == (0, [True] * 6), complaint
    assert said(pair.home, "outbox", "receipts", str(back))["receipted"] == 4
    with pair.centre():
        assert said(pair.home, "sync")["refused"] == 0
        with pair.home.store() as store:
            assert store.blobs.to_send() == []
    ids = [id for id, _ in pair.held()]
    assert len(ids) == len(set(ids)) == 3


def test_at_another_station_all_or_nothing_is_taken_over(
    pair: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    near = neighbour(pair, tmp_path / "near")
    accepted(pair.home, tmp_path)
    stick = tmp_path / "stick"
    with pair.home.store() as store:
        carrying.export_outbox(store, pair.home.station, CLERK, stick)
    session, take_over = near.unlock("s-near"), Sending.take_over

    def taken_over() -> int:
        with near.store() as store:
            return carrying.import_outbox(store, near.station, session, stick)

    def inside_the_commit(sending: Sending, rows: list[Carried]) -> None:
        take_over(sending, HalfRead(rows))

    def after_the_commit(sending: Sending, rows: list[Carried]) -> None:
        take_over(sending, rows)
        die()

    there = []
    for dying in (inside_the_commit, after_the_commit):
        with monkeypatch.context() as patch:
            patch.setattr(Sending, "take_over", dying)
            killed(taken_over)
        there.append(len(states(near)))
    assert there == [0, 4]
    assert taken_over() == 0
    with pair.kept.served() as served:
        near.point_at(served.url)
        assert said(near, "sync", clerk="s-near")["receipted"] == 4
        pair.home.point_at(served.url)
        assert said(pair.home, "sync")["receipted"] == 4
    assert len(pair.held()) == 3


def test_photos_are_carried_as_far_as_there_is_room(
    pair: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    accepted(pair.home, tmp_path)
    stick = tmp_path / "stick"
    with pair.home.store() as store:
        sizes = [len(one.content) for one in store.blobs.to_send()]
        assert len(sizes) == 2
        for room, photos in ((sum(sizes), 2), (sizes[0] - 1, 0), (sum(sizes) - 1, 1)):
            monkeypatch.setattr(carrying, "_PHOTOS", room)
            written = carrying.export_outbox(store, pair.home.station, CLERK, stick)
            assert written == carrying.Written(4, photos, 2 - photos)
            assert len(json.loads(stick.read_text())["photos"]) == photos
        # Each export goes on where the one before ended, and after the last begins again: a photo
        # of which nothing was heard was perhaps on a stick that is lost.
        names = [one.sha256 for one in store.blobs.to_send()]
        monkeypatch.setattr(carrying, "_PHOTOS", max(sizes))
        turns = []
        for turn in range(3):
            carrying.export_outbox(store, pair.home.station, CLERK, tmp_path / f"turn-{turn}")
            (one,) = json.loads((tmp_path / f"turn-{turn}").read_text())["photos"]
            turns.append(one["sha256"])
        assert turns == [names[1], names[0], names[1]], "the one before ended with the first"
    # What stays here does not spoil the signature over the rest.
    taken_in = import_outbox(settings(pair), stick, "o-0001", None)
    assert [one.problem for one in taken_in.outcomes] == [None] * 4
    assert [one.problem for one in taken_in.photos] == [None]
