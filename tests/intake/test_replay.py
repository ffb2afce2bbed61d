"""A past case under two packs: what flips, line by line, and by which rules."""

from typing import Any

import pytest

from counter_tui import packs
from intake.pack import Pack, Texts, load
from intake.replay import Difference, Flip, Tally, differences, replay
from tests.intake.cases import POLICE, decided, facts, item, pack

LATER = {"site": POLICE, "on": "2023-05-05"}
SPLIT = {"method": "post", "combined": False}


def changed(old: str, new: str, file: str = "post.toml") -> Pack:
    """The city's pack with one piece of text in another's place."""

    def source(name: str) -> Texts:
        texts = dict(packs.shipped(name))
        if name == "chengdu":
            assert old in texts[file]
            texts[file] = texts[file].replace(old, new)
        return texts

    return load("chengdu", source)


def plain(flip: Flip | None) -> list[tuple[str, Any, Any]]:
    assert flip is not None
    return [(one.path, one.before, one.after) for one in flip.differences]


def test_a_price() -> None:
    flip = replay(facts(item(), delivery=SPLIT), pack(), changed("amount = 10", "amount = 12"))
    assert plain(flip) == [("fees[postage].amount", 10, 12), ("totals.carrier", 10, 12)]
    assert flip is not None and (flip.before, flip.after) == ("accept", "accept")
    assert [reason.rule for reason in flip.differences[0].why] == ["postage-2018"]
    assert flip.differences[1].why == ()


def test_a_waiver_that_is_given_no_longer_names_its_rule() -> None:
    flip = replay(facts(born="1958-05-16"), pack(), changed("value = 60", "value = 65"))
    assert plain(flip)[0] == ("fees[postage].waived", True, False) and flip is not None
    why = flip.differences[0].why
    assert [reason.rule for reason in why] == ["postage-2018", "postage-waiver-age"]


def test_lines_of_one_kind_are_told_apart() -> None:
    two = facts(item(), item("tw_permit"), delivery=SPLIT)
    found = plain(replay(two, pack(), changed("amount = 10", "amount = 12")))
    assert [path for path, *_ in found] == [
        "fees[postage].amount",
        "fees[postage #2].amount",
        "totals.carrier",
    ]


def test_a_referral_takes_its_lines_along() -> None:
    flip = replay(facts(item("passport", "renew"), **LATER), pack(), pack("chengdu-narrow"))
    assert flip is not None and (flip.before, flip.after) == ("accept", "refer")
    found = plain(flip)
    assert found[0] == ("outcome", "accept", "refer")
    assert ("items[0].outcome", "accept", "refer") in found
    assert ("items[0].refer_to", None, "district_hall") in found
    assert ("items[0].ready_by", "2023-05-15", None) in found
    gone = {path for path, before, after in found if before is not None and after is None}
    assert {"materials[current_document 0]", "fees[passport 0]", "parcels[0]"} <= gone
    assert ("totals.treasury", 120, 0) in found
    for one in flip.differences[:2]:
        assert [reason.rule for reason in one.why] == ["scope-narrow-first-chengdu"]
    fee = next(one for one in flip.differences if one.path == "fees[passport 0]")
    assert [reason.rule for reason in fee.why] == ["fee-passport-2019"]  # what has gone says why
    back = replay(facts(item("passport", "renew"), **LATER), pack("chengdu-narrow"), pack())
    assert ("fees[passport 0]", None) in [(path, before) for path, before, _ in plain(back)]


def test_a_deferral_and_a_warning() -> None:
    lost = facts(item("passport", "reissue_lost", missing=("loss_statement",)))
    later = changed("days = 5", "days = 6", "intake.toml")
    assert plain(replay(lost, pack(), later)) == [
        ("deferrals[loss_statement 0].due_on", "2018-05-23", "2018-05-24")
    ]
    before, after = decided(), decided(identity_evidence="temporary_card")
    (*_, warned) = differences(before, after)
    assert warned == Difference("warnings[temporary_card]", None, {"code": "temporary_card"})


def test_sentences_and_sources_alone_flip_nothing() -> None:
    assert replay(facts(), pack(), changed("Postage: 10 yuan", "The post: 10 yuan")) is None
    assert replay(facts(), pack(), pack()) is None


@pytest.mark.parametrize("late_first", [True, False])
def test_a_case_that_one_pack_cannot_take(late_first: bool) -> None:
    def source(name: str) -> Texts:
        texts = dict(packs.shipped(name))
        if name == "chengdu":
            texts["pack.toml"] = "begins = 2018-05-17\n" + texts["pack.toml"]
        return texts

    late = load("chengdu", source)
    both = (late, pack()) if late_first else (pack(), late)
    names = ("bad_input", "accept") if late_first else ("accept", "bad_input")
    flip = replay(facts(), *both)
    assert flip == Flip(*names, (Difference("outcome", *names),))
    assert replay(facts(), late, late) is None


def test_a_tally() -> None:
    tally, narrow = Tally(), pack("chengdu-narrow")
    for one in ("first", "renew", "reissue_damaged"):
        tally.add(replay(facts(item("passport", one), **LATER), pack(), narrow))
    tally.add(replay(facts(), pack(), changed("amount = 10", "amount = 12")))
    assert (tally.cases, tally.flips) == (4, 3)
    assert tally.outcomes == {("accept", "refer"): 2}
    assert tally.rules == {"scope-narrow-first-chengdu": 2, "postage-2018": 1}
