"""A real terminal full of people, a real supporter on it: what reached the supporter's terminal."""

import json
import os
import re
import shlex
import signal
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pytest
from pypinyin import lazy_pinyin
from uuid6 import uuid7

from counter_tui.bindings import KEYS, PARTS, Key
from counter_tui.case.draft import Draft
from counter_tui.store import Store
from counter_tui.support.setup import plan
from devices.virtual.cards import ResidentCard
from devices.virtual.people import crowd
from tests.doctor.homes import PIN, enrolled, opened
from tests.e2e.tmux import Tmux
from tests.support.station import Station, made, until

PEOPLE = crowd(50, date(2026, 11, 24))
VISIT_KEYS = {"back", "support", "take", "leave", "lock", "language", "accept"}
"""Keys that end or change the visit itself; the rest are pressed in every part."""


def born(person: ResidentCard) -> str:
    digits = person.number[6:14]
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"


def phone(index: int) -> str:
    return f"1390000{index:04}"


def draft(index: int, person: ResidentCard) -> Draft:
    """An unfinished case with everything of a person in it."""
    sounds = [one.upper() for one in lazy_pinyin(person.name)]
    now = datetime(2026, 11, 24, 9, 0, tzinfo=UTC).isoformat()
    return (
        Draft(id=str(uuid7()), created_at=now, evidence="temporary_card", phone=phone(index))
        .with_person(
            name=person.name,
            number=person.number,
            address=person.address,
            birth_date=born(person),
            sex="male" if int(person.number[16]) % 2 else "female",
            surname_pinyin=sounds[0],
            given_pinyin="".join(sounds[1:]),
        )
        .with_recipient(
            name=person.name, phone=phone(index), detail=person.address[-12:], postcode="610041"
        )
    )


def forms(index: int, person: ResidentCard) -> set[str]:
    """What of a person must not arrive, in every way it is written."""
    number = person.number
    return {
        *(person.name, f"{person.name[0]}*", person.address, person.address[-8:]),
        *(number, number[:3] + "*" * 11 + number[-4:], number[6:14], number[-4:]),
        *(phone(index), f"{phone(index)[:3]}****{phone(index)[-4:]}", born(person)),
        "".join(lazy_pinyin(person.name)).upper(),
    }


@pytest.fixture(scope="module")
def station() -> Iterator[Station]:
    with made() as one:
        plan.install(one.places, one.authority, lambda step: None)
        one.sign()
        one.start_sshd()
        shelf = one.home / "station"
        key = enrolled(shelf, "http://127.0.0.1:9")
        with opened(shelf, key) as store:
            for index, person in enumerate(PEOPLE):
                case = draft(index, person)
                store.drafts.save(UUID(case.id), case.to_json(), label=person.name)
        (shelf / "counter.toml").write_text(
            f'[support]\nmeeting_place = "{one.place.folder}"\nuser = "{one.place.supporter}"\n'
            "[readers]\nuris = []\n"
        )
        one.key, one.home = key, shelf
        subprocess.run(["chown", "-R", f"{one.clerk}:", str(shelf.parent)], check=True)
        one.start_counter()
        one.shows("PIN", 30)
        one.keys(PIN, "Enter")
        one.shows("草稿：", 30)
        yield one


class Supporter:
    """A supporter's own terminal, with every byte that reached it."""

    def __init__(self, station: Station, folder: Path) -> None:
        self._bytes = folder / "received"
        line = shlex.join(["ssh", "-tt", *station.ssh()[1:]])
        self._tmux = Tmux(f"{line}; sleep 60")
        self._tmux._tmux("pipe-pane", "-t", "main", f"cat > {self._bytes}")
        self.screens: list[str] = []

    def sees(self, pattern: str, seconds: float = 20.0) -> str:
        return self._tmux.wait_for(pattern, seconds)[0]

    def looks(self) -> str:
        """Remember what stands on the screen."""
        text = self._tmux.screen()
        self.screens.append(text)
        return text

    def received(self) -> str:
        return self._bytes.read_bytes().decode("utf-8", "replace") + "\n".join(self.screens)

    def close(self) -> None:
        self._tmux.close()


@pytest.fixture
def visit(station: Station, tmp_path: Path) -> Iterator[Supporter]:
    """The clerk lets a supporter in by the menu and a choice; the supporter comes."""
    station.keys("F9")
    station.shows("查找")
    # 让技术支持…: found by a word of what it says, like everything in the menu.
    station.keys("supporter watch", "Enter")
    station.shows("不让任何人")
    station.keys("Down", "Enter")
    station.shows(r"\[[0-9a-f]{8}\]")
    station.shows("现在可以进来")
    supporter = Supporter(station, tmp_path)
    supporter.sees(r"\[[0-9a-f]{8}\]")
    yield supporter
    if (station.home / "visit.json").exists():
        station.keys("C-e")
        station.shows("已经没有人观看")
    supporter.close()


ESCAPE_SECONDS = 0.4
"""After Esc: a key that follows sooner is one with Alt."""


def press(station: Station, supporter: Supporter, *keys: str) -> None:
    station.keys(*keys)
    before = None
    for _ in range(20):
        seen = supporter.looks()
        if seen == before:
            return
        before = seen
        time.sleep(0.05)


def back_to_case(station: Station, supporter: Supporter) -> None:
    """Out of whatever stands over the case; in again where that led home."""
    for _ in range(8):
        if "F2身份" in station.screen():
            return
        press(station, supporter, "Enter" if "草稿：" in station.screen() else "Escape")
        time.sleep(ESCAPE_SECONDS)
    station.shows("F2身份")


def leads_elsewhere(key: Key) -> bool:
    """Whether a screen of its own comes, with a draft that can be decided about."""
    return key.action.startswith("show") or key.action == "papers"


def tmux_names(key: str) -> list[str]:
    """A chord of the table and the digit behind it, where there is one."""
    return [tmux_name(one) for one in key.split()]


def tmux_name(key: str) -> str:
    names = {"escape": "Escape", "insert": "IC", "pageup": "PPage", "pagedown": "NPage"}
    return names.get(key) or (key.upper() if key[0] == "f" else key.replace("ctrl+", "C-"))


@pytest.mark.parametrize("cases", [1, pytest.param(3, marks=pytest.mark.soak)])
def test_nobody_of_fifty_reaches_the_supporter(
    station: Station, visit: Supporter, cases: int
) -> None:
    press(station, visit, "End")
    press(station, visit, "PPage", "Home")
    for opened_case in range(cases):
        station.keys(*["Down"] * opened_case, "Enter")
        station.shows("F2身份")
        for part in range(2, 2 + len(PARTS)):
            press(station, visit, f"F{part}")
            press(station, visit, "Tab", "Tab", "Tab")
            for key in KEYS:
                if (
                    key.action not in VISIT_KEYS
                    and key.action != "back"
                    and "part" not in key.action
                    and not leads_elsewhere(key)
                ):
                    press(station, visit, *tmux_names(key.key))
                    press(station, visit, "Escape") if key.action in ("why", "menu", "go") else None
        for key in KEYS:
            if leads_elsewhere(key):
                station.keys(*tmux_names(key.key))
                until(lambda: "F2身份" not in station.screen(), what=key.action)
                press(station, visit, "End")
                back_to_case(station, visit)
        press(station, visit, "F5", "Tab", "Tab", *"张三丰13812345678")
        while "草稿：" not in station.screen():
            press(station, visit, "Escape")
            time.sleep(ESCAPE_SECONDS)
    received = visit.received()
    assert "N-" in received and "ID-" in received, "pseudonyms stand for them"
    assert len(visit.screens) > 40 * cases
    for index, person in enumerate(PEOPLE):
        for form in forms(index, person):
            assert form not in received, form
    for screen in visit.screens:
        assert "张三丰" not in screen and "13812345678" not in screen


def test_pseudonyms_are_stable_within_a_visit(station: Station, visit: Supporter) -> None:
    station.keys("Home", "Enter")
    station.shows("F2身份")
    press(station, visit, "F2")
    visit.sees("联系电话 .*T-")
    first = re.findall(r"(?:N|ID)-[2-9A-Z]{4}", visit.looks())
    press(station, visit, "F5", "F2")
    visit.sees("拼音姓")
    assert re.findall(r"(?:N|ID)-[2-9A-Z]{4}", visit.looks()) == first != []
    station.keys("Escape")
    station.shows("草稿：")
    line = next(one for one in visit.looks().splitlines() if first[0] in one)
    assert first[1] in line, "the list calls them the same"


def test_what_the_supporter_proposes_is_taken_with_one_key(
    station: Station, visit: Supporter
) -> None:
    station.keys("Home", "Enter")
    station.shows("F2身份")
    station.keys("F3")
    station.shows("护照")
    say(station, ("propose", "领取方式"), "窗口领取")
    visit.sees("^ Ins 采纳，Esc 不采纳。支持人员建议 领取方式 填：窗口领取")
    station.keys("IC")
    station.shows(r"\[\d 自取\]|\[2 ")
    say(station, ("propose", "no_such_field"), "x" * 110)
    visit.sees("^ Ins 采纳，Esc 不采纳.*no_such_field")
    station.keys("Escape")
    visit.sees(r"\[[0-9a-f]{8}\]")
    say(station, ("propose", "no_such_field"), "1")
    visit.sees("no_such_field")
    station.keys("IC")
    station.shows("不属于本页")
    visit.sees(r"\[[0-9a-f]{8}\]")
    say(station, ("point", "12", "30"), "看这一行")
    visit.sees("<看这一行")
    station.keys("Escape")
    until(lambda: "看这一行" not in visit.looks(), what="the finger to go")
    station.keys("Escape")
    station.shows("草稿：")


def test_reveal_is_refused_and_the_end_unveils(station: Station, visit: Supporter) -> None:
    station.keys("Home", "Enter")
    station.shows("F2身份")
    station.keys("C-r")
    station.shows("不予显示")
    began = time.monotonic()
    station.keys("C-e")
    station.shows("已经没有人观看")
    assert time.monotonic() - began < 3
    assert re.search(r"\w\*", station.screen()), "masked as always, no longer veiled"
    until(lambda: "F2身份" not in visit.looks(), what="the supporter to be out")
    assert "*" not in "".join(visit.screens[:1])
    station.keys("Escape")
    station.shows("草稿：")


@pytest.mark.parametrize("end", [signal.SIGHUP, signal.SIGKILL, "tmux"])
def test_a_terminal_that_is_gone_ends_the_visit(
    station: Station, visit: Supporter, tmp_path: Path, end: "signal.Signals | str"
) -> None:
    asked = json.loads((station.home / "visit.json").read_text())["id"]
    if end == "tmux":
        os.kill(station.pid("#{pid}"), signal.SIGKILL)
    else:
        os.kill(station.pid("#{pane_pid}"), end)
    visit.sees("观看已结束")
    left = visit.looks()
    assert "草稿" not in left and asked not in left, "nothing of it stays on the supporter's screen"

    comes = Supporter(station, tmp_path)
    comes.sees("现在不能观看")
    station.start_counter()
    station.shows("PIN", 30)
    station.shows("观看已随终端停止而结束")
    assert not (station.home / "visit.json").exists()
    comes.close()
    comes = Supporter(station, tmp_path)
    comes.sees("现在不能观看")
    assert "/" not in comes.looks(), "no path of the station's"
    comes.close()
    assert "desk-07" not in station.screen(), "who could not come in is not said to watch"
    station.keys(PIN, "Enter")
    station.shows("草稿：", 30)
    with Store.open(station.home / "store.db", station.key) as store:
        assert store.audit.verify() is None
        told = [one for one in store.audit.list() if one.event.startswith("support_")]
    assert told[0].event == "support_ended" and told[0].detail["visit"] == asked
    assert told[0].detail["why"] == "terminal_gone"
    assert [one.event for one in told if one.detail["visit"] == asked].count("support_asked") == 1


def test_all_of_it_is_in_the_audit_chain(station: Station) -> None:
    """Of the visits of this file, which run before it at the same station."""
    with Store.open(station.home / "store.db", station.key) as store:
        assert store.audit.verify() is None
        events = [one for one in store.audit.list() if one.event.startswith("support_")]
    names = {one.event for one in events}
    assert names >= {
        *("support_asked", "support_veiled", "support_arrived", "support_ended"),
        *("support_proposed", "support_taken", "support_refused", "support_pointed"),
    }
    assert {one.clerk for one in events if "why" not in one.detail} == {"c-0001"}
    arrived = next(one for one in events if one.event == "support_arrived")
    assert arrived.detail["who"] == "desk-07" and arrived.detail["visit"]
    assert "pickup" not in str(events), "values are not recorded"


def say(station: Station, words: tuple[str, ...], text: str) -> None:
    done = subprocess.run(station.ssh(*words), input=text, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
