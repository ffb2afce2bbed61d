"""Clerk and supervisor by PKI card, from the enrolment to what a real centre holds."""

import json
from pathlib import Path

import pytest

from counter_tui import enrolment, second_person
from counter_tui.keys.jose import verify
from counter_tui.keys.pki_card import CardPin, CardSigner, NoCard
from tests.central.centres import command
from tests.keys import cards
from tests.store.centre import Pair, paired
from tests.store.homes import PIN, QUICK, counter, enrolled, make, person_facts


@pytest.fixture(autouse=True)
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOFTHSM2_CONF", cards.reader(tmp_path))


def enrol_by_card(pair: Pair, clerk: str, role: str) -> None:
    """A card enrolled by the command at the station and at the centre."""
    place = ":".join(cards.insert(f"card of {clerk}"))
    done = counter(
        pair.home.path, "enrol", "--clerk", clerk, "--name", "持卡样本", "--role", role,
        "--card", place, "--by", "c-0001", "--pin-stdin", text=f"{PIN}\n{PIN}\n",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    known = {one["id"]: one["key"] for one in json.loads(done.stdout)["clerks"]}
    command(
        "enrol-clerk", *pair.kept.where, "--clerk", clerk, "--role", role,
        "--station", pair.home.station.code, "--key", json.dumps(known[clerk]),
    )  # fmt: skip


def test_clerk_and_supervisor_by_card_reach_a_real_centre(pair: Pair, tmp_path: Path) -> None:
    """Finding 10: a card's key cannot carry TLS from Python; it signs what stands for the clerk."""
    enrol_by_card(pair, "c-card", "clerk")
    enrol_by_card(pair, "s-card", "supervisor")
    options = ("--json", "--clerk", "c-card", "--pin-stdin")
    file = tmp_path / "facts.json"
    file.write_text(json.dumps(person_facts(5)))
    with pair.centre():
        for _ in range(2):
            done = counter(pair.home.path, "accept", str(file), *options, text=f"{PIN}\n")
            assert done.returncode == 0, done.stderr
        synced = counter(pair.home.path, "sync", *options, text=f"{PIN}\n")
        said = json.loads(synced.stdout)
        assert (said["receipted"], said["refused"]) == (1, 1), synced.stderr

        # The second is a possible duplicate: the supervisor's card signs over its very bytes.
        supervisor = second_person.step_up(pair.home.path, "c-card", "s-card", PIN)
        with pair.home.store() as store:
            (task,) = store.tasks.list()
            assert task.key is not None
            row = second_person.approve(store, supervisor, "c-card", task.key, "双胞胎，已核对")
            assert row.approval is not None
            assert (
                verify(row.approval, [supervisor.signer.public], "approval+jws")["sub"] == "s-card"
            )
        synced = counter(pair.home.path, "sync", *options, text=f"{PIN}\n")
        assert json.loads(synced.stdout)["receipted"] == 1, synced.stderr
    held = [json.loads(body) for _, body in pair.held()]
    assert [one["clerk"] for one in held] == ["c-card", "c-card"]


def test_a_card_taken_out_after_the_pin_approves_nothing(pair: Pair, tmp_path: Path) -> None:
    enrol_by_card(pair, "s-card", "supervisor")
    made = make(pair.home.station, 6)
    with pair.home.store() as store:
        store.contact.made()
        store.accept_pending_approval(made)
        supervisor = second_person.step_up(pair.home.path, "c-0001", "s-card", PIN)
        cards.remove(tmp_path)
        with pytest.raises(NoCard):
            second_person.approve(store, supervisor, "c-0001", made.id, "已核对")
        row = store.outbox.get(made.id)
        assert (row.state, row.approval) == ("needs_supervisor", None)


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    return paired(tmp_path)


def test_a_clerk_signs_in_and_signs_with_a_card(tmp_path: Path) -> None:
    card = cards.insert("police")
    home = enrolled(tmp_path / "home")
    enrolment.add_clerk(
        home.path,
        home.key,
        "c-card",
        "持卡样本",
        "clerk",
        PIN,
        CardSigner(*card, PIN).place(),
        QUICK,
    )

    session = home.unlock("c-card")

    token = session.sign({"sub": "c-card"}, "JWT")
    public = next(
        one["key"] for one in enrolment.public_keys(home.path)["clerks"] if one["id"] == "c-card"
    )
    assert verify(token, [public], "JWT") == {"sub": "c-card"}
    assert session.store_key == home.key


def test_a_wrong_pin_and_a_missing_card_are_told_apart() -> None:
    card = cards.insert("police")
    with pytest.raises(CardPin):
        CardSigner(*card, "999999").sign({}, "JWT")
    with pytest.raises(NoCard):
        CardSigner(card[0], "elsewhere", card[2], PIN).sign({}, "JWT")
