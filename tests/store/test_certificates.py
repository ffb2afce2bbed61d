"""A disability certificate proves a waiver and its number is nowhere afterwards."""

from datetime import UTC, datetime
from pathlib import Path

from counter_tui import accept, packs
from counter_tui.certificates import certificate_hash, station_hash
from intake.reading import read_facts
from intake.waiver import doubts
from tests.store.homes import enrolled, person_facts

CLERK = "c-0001"
BORN_1969 = 29 * 336_000


def test_the_number_is_kept_as_a_hash_and_the_waiver_stands(tmp_path: Path) -> None:
    home = enrolled(tmp_path / "home")
    given = person_facts(BORN_1969)
    given["accepted_on"] = "2018-05-16"
    number = f"{given['applicant']['number']}42"
    given["applicant"] |= {"disability_certificate": number}
    pack = packs.load("chengdu")
    with home.store() as store:
        hashed = station_hash(store)
        made = accept.application(
            read_facts(given),
            pack,
            home.station,
            CLERK,
            datetime.now(UTC),
            accept.new_id(),
            hashed,
        )
        store.accept(made)
        assert station_hash(store)(number) == hashed(number), "the station's key stays the same"

    (waiver,) = made.waivers
    assert waiver.ground == "disability"
    assert waiver.certificate_hash == hashed(number)
    assert number.encode() not in made.body()
    assert doubts(made, pack) == []


def test_another_key_gives_another_hash() -> None:
    assert certificate_hash("a")("1") != certificate_hash("b")("1")
