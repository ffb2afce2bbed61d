"""Setting up and undoing: only what is ours, whole or not at all."""

import pwd
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from counter_tui.support.setup import plan
from counter_tui.support.setup.steps import NotOurs, StepFailed, run
from tests.support.station import Station, made


@pytest.fixture
def station() -> Iterator[Station]:
    with made() as one:
        yield one


def quiet(step: object) -> None: ...


def everything(station: Station) -> set[str]:
    return {str(one.relative_to(station.folder)) for one in station.folder.rglob("*")}


def test_what_is_done_is_undone_and_nothing_else_is_touched(station: Station) -> None:
    before = everything(station)
    told: list[object] = []
    plan.install(station.places, station.authority, told.append)
    assert len(told) == 6
    assert plan.missing(station.places) == plan.Missing(())
    again: list[object] = []
    plan.install(station.places, station.authority, again.append)
    assert again == [], "a second time nothing is left to do"
    plan.uninstall(station.places, quiet)
    assert everything(station) - before <= {"etc", "ssh/sshd_config.d"}
    with pytest.raises(KeyError):
        pwd.getpwnam(station.place.supporter)


def test_nothing_is_undone_under_a_running_terminal(station: Station) -> None:
    plan.install(station.places, station.authority, quiet)
    before = everything(station)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(station.place.screen))
        server.listen()
        with pytest.raises(plan.TerminalRuns):
            plan.uninstall(station.places, quiet)
        assert everything(station) - before == {"place/screen.sock"}
    plan.uninstall(station.places, quiet)


def test_a_login_that_waits_does_not_keep_the_account(station: Station) -> None:
    plan.install(station.places, station.authority, quiet)
    user = str(pwd.getpwnam(station.place.supporter).pw_uid)
    with subprocess.Popen(["setpriv", "--reuid", user, "sleep", "60"]) as waits:
        while Path(f"/proc/{waits.pid}").stat().st_uid != int(user):
            time.sleep(0.02)
        plan.uninstall(station.places, quiet)
        assert waits.wait(5) == -signal.SIGKILL
    assert not accounts(station.place.supporter)


def test_an_unknown_clerk_and_an_ordinary_user_change_nothing(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, told = everything(station), []
    unknown = replace(station.places, clerk="no-such-clerk")
    with pytest.raises(plan.NoSuchClerk):
        plan.install(unknown, station.authority, told.append)
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    with pytest.raises(plan.NotRoot):
        plan.install(station.places, station.authority, told.append)
    with pytest.raises(plan.NotRoot):
        plan.uninstall(station.places, told.append)
    monkeypatch.undo()
    assert told == [] and everything(station) == before
    with pytest.raises(KeyError):
        pwd.getpwnam(station.place.supporter)


def contents(station: Station) -> dict[str, bytes]:
    files = (one for one in station.folder.rglob("*") if one.is_file())
    return {str(one.relative_to(station.folder)): one.read_bytes() for one in files}


def accounts(name: str) -> list[str]:
    files = [Path("/etc") / one for one in ("passwd", "shadow", "group", "gshadow", "subuid")]
    lines = [line for one in files if one.exists() for line in one.read_text().splitlines()]
    return [line for line in lines if re.search(rf"\b{name}\b", line)]


def test_a_machine_with_settings_of_its_own_is_byte_for_byte_as_before(station: Station) -> None:
    sshd = station.places.sshd
    sshd.drop_in.parent.mkdir()
    (sshd.drop_in.parent / "10-site.conf").write_text("Match User backup\n    PermitTTY no\n")
    (sshd.drop_in.parent / "90-site.conf").write_text("MaxAuthTries 5\n")
    with sshd.main.open("a") as main:
        main.write("Match User git\n    ForceCommand /bin/git\n    PermitTTY no\n")
        main.write("Match Address 192.0.2.0/24\n    PasswordAuthentication yes\n")
        main.write("Match all\n    DisableForwarding no\n")

    def others() -> list[str]:
        sshd.check()
        return [
            run("sshd", "-T", "-f", str(sshd.main), "-C", f"user={user},host=h,addr={address}")
            for user in ("backup", "git", "root")
            for address in ("192.0.2.9", "198.51.100.9")
        ]

    before, settings = contents(station), others()
    plan.install(station.places, station.authority, quiet)
    assert plan.missing(station.places) == plan.Missing(())
    assert others() == settings, "nobody else's login changed"
    assert accounts(station.place.supporter)
    plan.uninstall(station.places, quiet)
    assert contents(station) == before
    assert others() == settings
    assert not accounts(station.place.supporter)


def test_a_file_of_somebody_else_stays_and_the_rest_is_taken_back(station: Station) -> None:
    station.places.door.parent.mkdir()
    station.places.door.write_text("#!/bin/sh\nsomething else\n")
    with pytest.raises(NotOurs):
        plan.install(station.places, station.authority, quiet)
    assert station.places.door.read_text() == "#!/bin/sh\nsomething else\n"
    assert not station.places.authority.exists()
    with pytest.raises(KeyError):
        pwd.getpwnam(station.place.supporter)


def test_an_account_of_somebody_else_is_not_taken_over(station: Station) -> None:
    taken = replace(station.places, supporter=station.clerk)
    with pytest.raises(NotOurs):
        plan.install(taken, station.authority, quiet)
    assert pwd.getpwnam(station.clerk)


def test_an_sshd_that_would_not_start_is_never_left_behind(station: Station) -> None:
    main = station.places.sshd.main
    main.write_text(main.read_text() + "NoSuchSetting yes\n")
    with pytest.raises(StepFailed):
        plan.install(station.places, station.authority, quiet)
    assert not station.places.sshd.drop_in.exists()


def test_a_setting_that_comes_first_and_wins_is_noticed(station: Station) -> None:
    plan.install(station.places, station.authority, quiet)
    first = station.places.sshd.drop_in.with_name("10-local.conf")
    first.write_text("Match all\nDisableForwarding no\nForceCommand none\n")
    assert set(plan.missing(station.places).settings) == {"disableforwarding", "forcecommand"}


def test_a_sudo_rule_or_another_group_is_noticed(station: Station) -> None:
    plan.install(station.places, station.authority, quiet)
    subprocess.run(["usermod", "-aG", "dialout", station.place.supporter], check=True)
    missing = plan.missing(station.places)
    assert [type(step).__name__ for step in missing.steps] == ["Account"]


@pytest.mark.parametrize("content", ["", "hello", "-----BEGIN OPENSSH PRIVATE KEY-----"])
def test_what_is_no_public_key_is_refused(tmp_path, content: str) -> None:
    path = tmp_path / "ca.pub"
    path.write_text(content)
    with pytest.raises(plan.BadAuthority):
        plan.authority_text(path)
