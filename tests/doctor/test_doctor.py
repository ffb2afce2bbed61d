"""The doctor as a process: what it says, how it ends, and that it never keeps anybody waiting."""

import json
import os
import socket
import socketserver
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from counter_tui.doctor import machine
from counter_tui.doctor.examine import examine
from counter_tui.doctor.finding import Finding, Verdict
from counter_tui.station import store_path
from tests.doctor.homes import CLERK, PIN, counter, enrolled

pytestmark = pytest.mark.alone
"""Each check has two seconds, which others at the machine would take from it."""

BUDGET_SECONDS = 3.0


@contextmanager
def centre(skew: timedelta = timedelta(), status: int = 200) -> Iterator[str]:
    """A centre's health page with a clock of its own."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response_only(status)
            self.send_header("Date", format_datetime(datetime.now(UTC) + skew, usegmt=True))
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(b'{"state": "ok"}')

        def log_message(self, *_: object) -> None: ...

    with socketserver.TCPServer(("127.0.0.1", 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def silent(family: int = socket.AF_INET, address: Any = ("127.0.0.1", 0)) -> Iterator[Any]:
    """Something that takes connections and never says a word."""
    with socket.socket(family) as listener:
        listener.bind(address)
        listener.listen()
        yield listener.getsockname()


def lines(out: str) -> dict[str, dict[str, str]]:
    return {one["check"]: one for one in json.loads(out)["checks"]}


def test_a_station_in_order(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with centre() as url:
        enrolled(home, url)
        ran = counter(home, "doctor", "--json", "--pin-stdin", given=f"{PIN}\n")
    assert ran.status == 0, ran.out + ran.err
    told = lines(ran.out)
    assert set(told) == {
        *("readers", "centre", "clock", "keyring", "store", "disk", "pack", "printer", "terminal")
    }
    # The configured reader is the virtual one, which a station must not go to work with.
    assert {name for name, one in told.items() if one["verdict"] == "warn"} == {"readers"}
    assert json.loads(ran.out)["verdict"] == "warn"
    assert told["readers"]["remedy"]


def test_without_a_pin_it_says_what_it_did_not_look_into(tmp_path: Path) -> None:
    home = tmp_path / "home"
    enrolled(home, "http://127.0.0.1:9")
    ran = counter(home, "doctor", "--json")
    assert ran.status == 0
    assert lines(ran.out)["store"]["verdict"] == "ok"
    assert "PIN" in lines(ran.out)["store"]["text"]
    assert lines(ran.out)["centre"]["verdict"] == "warn", "offline is a way to work, not a failure"


def test_everything_hangs_and_it_still_answers_in_time(tmp_path: Path) -> None:
    home = tmp_path / "home"
    master, slave = os.openpty()
    bus = tmp_path / "bus"
    try:
        with silent() as (host, port), silent(socket.AF_UNIX, str(bus)):
            enrolled(home, f"http://{host}:{port}")
            (home / "counter.toml").write_text(
                f'[readers]\nuris = ["samv:{os.ttyname(slave)}", "samv:socket://{host}:{port}"]\n'
                '[keys]\ncustody = "secret-service"\n'
            )
            ran = counter(home, "doctor", "--json", DBUS_SESSION_BUS_ADDRESS=f"unix:path={bus}")
    finally:
        os.close(master)
        os.close(slave)
    assert ran.seconds < BUDGET_SECONDS
    assert ran.status == 3
    told = json.loads(ran.out)["checks"]
    assert [one["verdict"] for one in told if one["check"] == "readers"] == ["fail", "fail"]
    assert [one["verdict"] for one in told if one["check"] == "centre"] == ["warn"]
    assert {one["verdict"] for one in told if one["check"] == "keyring"} & {"warn", "fail"}
    assert all(one["remedy"] for one in told if one["verdict"] != "ok")


@pytest.mark.parametrize(
    ("skew", "verdict"),
    [(timedelta(), "ok"), (timedelta(seconds=-90), "warn"), (timedelta(hours=2), "fail")],
)
def test_the_clock_is_held_against_the_centres(
    tmp_path: Path, skew: timedelta, verdict: str
) -> None:
    home = tmp_path / "home"
    with centre(skew) as url:
        enrolled(home, url)
        ran = counter(home, "doctor", "--json")
    assert lines(ran.out)["clock"]["verdict"] == verdict
    assert ran.status == (3 if verdict == "fail" else 0)


def test_a_computer_that_is_not_on_the_citys_time_is_told_so(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with centre() as url:
        enrolled(home, url)
        ran = counter(home, "doctor", "--json", TZ="UTC")
    told = lines(ran.out)["clock"]
    assert told["verdict"] == "warn" and ran.status == 0
    assert "+00:00" in told["text"] and "+08:00" in told["text"]
    assert "timedatectl set-timezone" in told["remedy"]
    shown = datetime.fromisoformat(f"{told['text'][:19]}+08:00")
    assert abs(shown - datetime.now(UTC)) < timedelta(minutes=1), "the time shown is the city's"


def test_a_page_that_is_not_well_is_no_centre(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with centre(status=503) as url:
        enrolled(home, url)
        ran = counter(home, "doctor", "--json")
    assert lines(ran.out)["centre"]["verdict"] == "warn"


def test_nothing_enrolled_fails_with_what_to_do(tmp_path: Path) -> None:
    ran = counter(tmp_path / "none", "doctor")
    assert ran.status == 3
    assert "counter enrol" in ran.out and "Traceback" not in ran.err
    assert not (tmp_path / "none").exists(), "a look leaves nothing behind"


def test_a_plain_or_damaged_store_is_a_failure(tmp_path: Path) -> None:
    home = tmp_path / "home"
    enrolled(home, "http://127.0.0.1:9")
    path = store_path(home)
    sealed = path.read_bytes()
    path.write_bytes(sealed[:5000] + bytes([sealed[5000] ^ 1]) + sealed[5001:])
    given = f"{PIN}\n"
    damaged = counter(home, "doctor", "--json", "--clerk", CLERK, "--pin-stdin", given=given)
    assert lines(damaged.out)["store"]["verdict"] == "fail" and damaged.status == 3
    for old in home.glob("store.db*"):
        old.unlink()
    with sqlite3.connect(path) as plain:
        plain.execute("CREATE TABLE people (name)")
    plain.close()
    found = counter(home, "doctor", "--json")
    assert lines(found.out)["store"]["verdict"] == "fail" and found.status == 3


def test_a_wrong_pin_is_refused_before_anything_is_looked_at(tmp_path: Path) -> None:
    home = tmp_path / "home"
    enrolled(home, "http://127.0.0.1:9")
    ran = counter(home, "doctor", "--pin-stdin", given="000000\n")
    assert ran.status == 1 and not ran.out


def test_a_folder_open_to_others_and_a_damaged_key_file_are_warnings(tmp_path: Path) -> None:
    home = tmp_path / "home"
    enrolled(home, "http://127.0.0.1:9")
    (home / "clerks" / "c-0002.json").write_text("{}")
    home.chmod(0o755)
    ran = counter(home, "doctor", "--json")
    verdicts = [one for one in json.loads(ran.out)["checks"] if one["check"] == "keyring"]
    assert [one["verdict"] for one in verdicts] == ["warn", "warn"]


def test_an_unknown_pack_names_its_place(tmp_path: Path) -> None:
    home = tmp_path / "home"
    enrolled(home, "http://127.0.0.1:9")
    (home / "counter.toml").write_text('[rules]\npack = "nowhere"\n')
    ran = counter(home, "doctor", "--json")
    assert (
        lines(ran.out)["pack"]["verdict"] == "fail" and "nowhere" in lines(ran.out)["pack"]["text"]
    )


def test_a_check_that_breaks_or_hangs_hides_no_other() -> None:
    forever = threading.Event()

    def breaks() -> list[Finding]:
        raise KeyError("510107195805161235")

    def hangs() -> list[Finding]:
        forever.wait()
        return []

    found = examine(
        {
            "one": breaks,
            "two": hangs,
            "three:more": hangs,
            "four": lambda: [Finding("four", Verdict.OK, "fine")],
        },
        seconds=0.2,
    )
    forever.set()
    assert [(one.check, one.verdict) for one in found] == [
        *(("one", "fail"), ("two", "fail"), ("three", "fail"), ("four", "ok"))
    ]
    assert "510107195805161235" not in repr(found)


@pytest.mark.parametrize(
    ("free", "verdict"), [(10 << 20, "fail"), (100 << 20, "warn"), (10 << 30, "ok")]
)
def test_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, verdict: str) -> None:
    usage = type("Usage", (), {"free": free})
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage)
    assert machine.disk(tmp_path / "not" / "yet").verdict == verdict
