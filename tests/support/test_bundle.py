"""The bundle of a station full of people: nothing of theirs in it, and only the desk opens it."""

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import lazy_pinyin
from rich.cells import cell_len
from uuid6 import uuid7

from counter_tui.config import Config
from counter_tui.logs import open_log
from counter_tui.support.bundle import loglines, sealing
from counter_tui.support.bundle.shown import lines
from devices.virtual.people import crowd
from tests.bytes.pty_app import PtyApp
from tests.doctor.homes import PIN, counter, enrolled, opened

PEOPLE = crowd(50, date(2026, 11, 24))
PHONE = "1390000"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home whose store, logs and configuration met fifty people; the logs, by mistake."""
    home = tmp_path / "home"
    key = enrolled(home, "http://127.0.0.1:9")
    log = open_log(Config(home=home), "terminal")
    with opened(home, key) as store:
        for index, person in enumerate(PEOPLE):
            about = {
                "name": person.name,
                "number": person.number,
                "address": person.address,
                "phone": f"{PHONE}{index:04}",
            }
            store.drafts.save(uuid7(), about, label=person.name)
            store.audit.append("draft_saved", "c-0001", None, **about)
            # Every way to misuse a log: an unknown field, and a person in a known one.
            number = person.number[:17]
            log.info("card read", ms=12, **about)
            log.warning(f"cannot read {person.name}", problem=person.number, reader=person.address)
            log.error("failed", error=ValueError(person.number), state=f"phone {PHONE}{index:04}")
            log.info("card read", state="".join(lazy_pinyin(person.name)).title(), seq=int(number))
    return home


def planted() -> set[str]:
    """Every value in every form it might take."""
    values: set[str] = set()
    for index, person in enumerate(PEOPLE):
        number = person.number
        values |= {person.name, person.address, number, number[:17], number[6:14], number[6:]}
        values |= {f"{number[:6]} {number[6:14]} {number[14:]}"}
        values |= {f"{PHONE}{index:04}", f"139-0000-{index:04}"}
        values |= {"".join(lazy_pinyin(person.name)), " ".join(lazy_pinyin(person.name))}
    return values


def assert_nobody_is_in(text: str, forms: set[str]) -> None:
    digits = re.sub(r"[^0-9Xx]", "", text)
    for value in forms:
        assert value not in text
        assert value.lower() not in text.lower()
    for person in PEOPLE:
        assert person.number not in digits


def test_fifty_people_and_nothing_of_them_leaves(home: Path, tmp_path: Path) -> None:
    desk = pyrage.x25519.Identity.generate()
    (home / "counter.toml").write_text(f'[support]\nhelp_desk_key = "{desk.to_public()}"\n')
    file = tmp_path / "bundle.age"
    given = f"{PIN}\n"
    ran = counter(home, "bundle", str(file), "--yes", "--pin-stdin", given=given)
    assert ran.status == 0, ran.err
    sealed = file.read_bytes()
    facts = sealing.unseal(sealed, desk)
    assert facts == json.loads(ran.out), "what was shown is what is in it"
    assert facts["counts"]["drafts"] == 50
    assert_nobody_is_in(json.dumps(facts, ensure_ascii=False) + ran.err, planted())
    assert sum(line.get("dropped", 0) for line in facts["logs"]["terminal"]) >= 150
    assert len(sealed) <= sealing.LARGEST_BYTES
    assert file.stat().st_mode & 0o777 == 0o600
    assert sealing.spoken_id(sealed) in ran.err
    with pytest.raises(pyrage.DecryptError):
        sealing.unseal(sealed, pyrage.x25519.Identity.generate())


def test_the_doctor_says_nothing_of_them_either(home: Path) -> None:
    ran = counter(home, "doctor", "--pin-stdin", given=f"{PIN}\n")
    assert_nobody_is_in(ran.out + ran.err, planted())


def test_the_clerk_is_asked_and_no_means_no(home: Path, tmp_path: Path) -> None:
    desk = pyrage.x25519.Identity.generate().to_public()
    (home / "counter.toml").write_text(f'[support]\nhelp_desk_key = "{desk}"\n')
    file = tmp_path / "bundle.age"
    ran = counter(home, "bundle", str(file), given="n\n")
    assert ran.status == 1 and not file.exists()
    assert '"doctor"' in ran.out, "it was shown before it was asked about"
    file.write_text("mine")
    assert counter(home, "bundle", str(file), "--yes").status == 1
    assert file.read_text() == "mine"


@pytest.mark.parametrize("key", ["", "age1nonsense", "AGE-SECRET-KEY-1"])
def test_without_a_help_desk_nothing_is_written(home: Path, tmp_path: Path, key: str) -> None:
    (home / "counter.toml").write_text(f'[support]\nhelp_desk_key = "{key}"\n')
    ran = counter(home, "bundle", str(tmp_path / "b"), "--yes")
    assert ran.status == 2 and not (tmp_path / "b").exists() and not ran.out


def test_too_many_lines_are_cut_to_what_fits() -> None:
    noise = [{"event": f"{index * 7919 % 104729}" * 40} for index in range(60_000)]
    data = sealing.fitted({"logs": {"terminal": noise}, "made_at": "now"})
    assert len(data) < sealing.LARGEST_BYTES


def test_a_torn_or_foreign_log_is_passed_over(tmp_path: Path) -> None:
    good = {
        "event": "outbox row sent",
        "level": "info",
        "timestamp": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
        "process": "agent",
        "application": str(uuid7()),
        "ms": 12.5,
    }
    torn = b'{"event": "\xff\n[]\nnull\n{"event": ["a"]}\n'
    (tmp_path / "agent.log").write_bytes(json.dumps(good).encode() + b"\n" + torn)
    (tmp_path / "510107195805161235.log").write_text(json.dumps(good))
    assert loglines.newest(tmp_path) == {"agent": [good, {"dropped": 1}]}


@given(
    st.recursive(
        st.none() | st.integers(-999, 999) | st.text('a \\"{}[],:张', max_size=8),
        lambda one: st.lists(one) | st.dictionaries(st.text("键 k", max_size=3), one),
        max_leaves=8,
    ),
    st.integers(60, 120),
)
def test_what_is_shown_is_json_on_lines_that_fit(facts: object, columns: int) -> None:
    shown = lines(facts, columns)
    assert json.loads("\n".join(shown)) == facts
    assert [one for one in shown if cell_len(one) > columns] == []


def test_log_lines_take_as_few_lines_as_they_can() -> None:
    record = {"at": "2026-11-26T08:00:00+08:00", "event": "sent", "level": "info"}
    shown = lines({"format": 1, "logs": {"agent": [record] * 3}, "none": []}, 79)
    assert shown == [
        "{",
        ' "format": 1,',
        ' "logs": {',
        '  "agent": [',
        *['   {"at": "2026-11-26T08:00:00+08:00", "event": "sent", "level": "info"},'] * 2,
        '   {"at": "2026-11-26T08:00:00+08:00", "event": "sent", "level": "info"}',
        "  ]",
        " },",
        ' "none": []',
        "}",
    ]


def test_a_clerk_sees_it_a_screen_at_a_time(home: Path, tmp_path: Path) -> None:
    desk = pyrage.x25519.Identity.generate().to_public()
    (home / "counter.toml").write_text(f'[support]\nhelp_desk_key = "{desk}"\n')
    run = ["-m", "counter_tui", "bundle", str(tmp_path / "b.age")]
    with PtyApp(run, variables={"COUNTER_HOME": str(home)}) as app:
        said = app.wait_for("按任意键继续").decode()
        assert '"format"' in said and len(said.splitlines()) <= 24
        while "[y/N]" not in said:
            app.send(" ")
            said = app.read(0.3).decode()
        app.send("y\r")
        app.wait_for("b.age")
    assert (tmp_path / "b.age").exists()
