"""Sign-in: the PIN, its tries, the rules of offline work, a second person."""

import json
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from counter_tui import enrolment, second_person, signin
from counter_tui.failure import WrongUse
from counter_tui.keys import clerk_file, envelope
from counter_tui.keys.clerk_file import DamagedClerkFile
from counter_tui.keys.jose import verify
from counter_tui.limits import Limits
from counter_tui.signin import (
    ClerkDisabled,
    ClockWentBack,
    Locked,
    OfflineTooLong,
    TooSoon,
    WrongPin,
)
from counter_tui.station import store_path
from counter_tui.store import Store
from counter_tui.store.errors import WrongKey
from tests.store.homes import CLERK, CODE, PIN, SUPERVISOR, Home, enrolled


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return enrolled(tmp_path / "home", supervisor=True)


def test_the_sixth_try_is_locked_even_with_the_right_pin(home: Home) -> None:
    now = datetime.now(UTC)
    for left in (4, 3, 2, 1):
        with pytest.raises(WrongPin) as caught:
            signin.unlock(home.path, CLERK, "000000", now)
        assert caught.value.left == left
        with pytest.raises(TooSoon):
            signin.unlock(home.path, CLERK, PIN, now)
        now += timedelta(seconds=10)
    with pytest.raises(Locked):
        signin.unlock(home.path, CLERK, "000000", now)
    with pytest.raises(Locked):
        signin.unlock(home.path, CLERK, PIN, now + timedelta(days=30))

    supervisor = home.unlock(SUPERVISOR)
    with home.store() as store:
        second_person.unlock_clerk(home.path, store, supervisor, CLERK)
    assert home.unlock().clerk_id == CLERK


def test_a_clock_set_back_gives_no_tries_and_the_right_pin_clears_them(home: Home) -> None:
    now = datetime.now(UTC)
    with pytest.raises(WrongPin):
        signin.unlock(home.path, CLERK, "000000", now)
    with pytest.raises(TooSoon):
        signin.unlock(home.path, CLERK, PIN, now - timedelta(days=30))
    signin.unlock(home.path, CLERK, PIN, now - timedelta(days=29))
    with pytest.raises(WrongPin) as caught:
        signin.unlock(home.path, CLERK, "000000", now)
    assert caught.value.left == 4


def test_damaging_the_count_gives_no_fresh_tries(home: Home) -> None:
    (home.path / "clerks" / f"{CLERK}.tries").write_text("garbage")
    with pytest.raises(Locked):
        home.unlock()


def test_two_sign_ins_of_one_clerk_at_once_both_succeed(home: Home) -> None:
    opened = []
    threads = [threading.Thread(target=lambda: opened.append(home.unlock())) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.store_key for one in opened] == [home.key] * 2


def test_nothing_of_a_session_is_in_its_repr(home: Home) -> None:
    session = home.unlock()
    assert home.key.hex() not in repr(session)
    assert "signer" not in repr(session)


def test_what_stands_outside_the_seal_is_authenticated(home: Home) -> None:
    path = home.path / "clerks" / f"{CLERK}.json"
    path.write_text(path.read_text().replace('"role":"clerk"', '"role":"supervisor"'))
    with pytest.raises(WrongPin):
        home.unlock()
    path.write_text("{")
    with pytest.raises(DamagedClerkFile):
        home.unlock()


def test_a_try_of_the_pin_costs_what_the_facts_ask(home: Home) -> None:
    """64 MiB and three passes (reliability, §2). The tests' own homes are sealed more cheaply."""
    enrolment.add_clerk(home.path, home.key, "c-2", "样本", "clerk", PIN, enrolment.file_key())
    sealed = json.loads((home.path / "clerks" / "c-2.json").read_text())
    assert sealed["argon2id"] == [64 * 1024, 3, 1]
    assert home.unlock("c-2").clerk_id == "c-2"


def test_a_short_pin_and_a_strange_id_are_refused(home: Home) -> None:
    for id, pin in (("c-9", "12345"), ("../c", PIN), (CLERK, PIN)):
        with pytest.raises(WrongUse):
            enrolment.add_clerk(home.path, home.key, id, "样本", "clerk", pin, enrolment.file_key())


def test_admission_leaves_a_proof_bound_to_the_station(home: Home) -> None:
    session = home.unlock()
    with home.store() as store:
        signin.admit(store, session, home.station, Limits())
        assertion = (store.secrets.get("assertion") or b"").decode()
        assert store.audit.list()[0].event == "signed_in"
    said = verify(assertion, [session.signer.public], "JWT")
    assert (said["sub"], said["aud"], said["station"]) == (CLERK, "test-centre", CODE)
    assert said["exp"] - said["iat"] <= 12 * 3600


def test_seventy_two_hours_without_the_centre_end_the_offline_work(home: Home) -> None:
    session = home.unlock()
    later = datetime.now(UTC) + timedelta(hours=73)
    with home.store(clock=lambda: later) as store:
        with pytest.raises(OfflineTooLong):
            signin.admit(store, session, home.station, Limits())
        assert store.secrets.get("assertion"), "so that the agent can mend it"
        store.contact.made()
        signin.admit(store, session, home.station, Limits())


def test_a_clock_thirty_days_back_does_not_sign_in_and_is_not_forgotten(home: Home) -> None:
    session = home.unlock()
    past = datetime.now(UTC) - timedelta(days=30)
    with home.store() as store:
        store.contact.note_time()
    with home.store(clock=lambda: past) as store:
        with pytest.raises(ClockWentBack):
            signin.admit(store, session, home.station, Limits())
        assert store.audit.list()[0].detail == {"why": "clock"}
    with home.store() as store:
        signin.admit(store, session, home.station, Limits())


def test_the_centres_time_mends_a_clock_that_was_once_far_ahead(home: Home) -> None:
    session = home.unlock()
    future = datetime.now(UTC) + timedelta(days=4000)
    with home.store(clock=lambda: future) as store:
        store.contact.note_time()
    with home.store() as store:
        with pytest.raises(ClockWentBack):
            signin.admit(store, session, home.station, Limits())
        store.contact.made(datetime.now(UTC))
        signin.admit(store, session, home.station, Limits())


def test_a_clerk_the_centre_refused_does_not_sign_in_offline(home: Home) -> None:
    session = home.unlock()
    with home.store() as store:
        store.settings.put(f"clerk.{CLERK}.refused", True)
        with pytest.raises(ClerkDisabled):
            signin.admit(store, session, home.station, Limits())


def test_the_store_of_another_station_does_not_open(home: Home, tmp_path: Path) -> None:
    other = enrolled(tmp_path / "other")
    store_path(home.path).write_bytes(store_path(other.path).read_bytes())
    session = home.unlock()
    with pytest.raises(WrongKey):
        Store.open(store_path(home.path), session.store_key)


def test_a_changed_key_opens_to_every_clerk_and_the_old_one_to_nobody(home: Home) -> None:
    with home.store() as store:
        store.settings.put("kept", True)
    fresh = enrolment.change_store_key(home.path, home.unlock())
    assert fresh != home.key
    for clerk in (CLERK, SUPERVISOR):
        with Store.open(store_path(home.path), home.unlock(clerk).store_key) as store:
            assert store.settings.get("kept") is True
    with pytest.raises(WrongKey):
        home.store()


def test_a_clerk_left_out_of_the_envelope_gets_a_sentence(home: Home) -> None:
    found = envelope.read(home.path)
    envelope.write(home.path, envelope.Envelope({SUPERVISOR: found.present[SUPERVISOR]}, {}))
    with pytest.raises(envelope.NoKeyForClerk):
        home.unlock()


def test_a_second_enrolment_changes_nothing(home: Home) -> None:
    before = {path: path.read_bytes() for path in home.path.rglob("*") if path.is_file()}
    with pytest.raises(WrongUse):
        enrolment.make_station(home.path, CODE, "police_station")
    (home.path / "station.toml").rename(home.path / "station.bak")
    with pytest.raises(WrongUse):
        enrolment.make_station(home.path, CODE, "police_station")
    (home.path / "station.bak").rename(home.path / "station.toml")
    assert {path: path.read_bytes() for path in before} == before
    assert [one.id for one in clerk_file.read_all(home.path)] == [CLERK, SUPERVISOR]
