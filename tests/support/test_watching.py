"""A supporter over real sshd and tmux: sees, and can do nothing else. One station for all of it."""

import subprocess
import time
from collections.abc import Iterator

import pytest

from counter_tui.support.errors import AlreadyOpen, NotMasked, StillInside
from counter_tui.support.pointer import Arrival, Pointer, Pointing, Proposal
from counter_tui.support.setup import plan
from counter_tui.support.visit import Desk
from counter_tui.support.watch import Watch
from tests.support.station import Station, Watcher, as_user, made, until


@pytest.fixture(scope="module")
def station() -> Iterator[Station]:
    with made() as one:
        plan.install(one.places, one.authority, lambda step: None)
        one.sign()
        one.start_sshd()
        yield one


@pytest.fixture
def desk(station: Station) -> Iterator[Desk]:
    """A terminal that shows a line and echoes what is typed."""
    station.start_terminal(["sh", "-c", "echo 受理-on-screen; exec cat"])
    until(lambda: "受理-on-screen" in station.screen(), what="the terminal")
    yield Desk(station.home, station.place)
    station.stop_terminal()
    (station.home / "visit.json").unlink(missing_ok=True)


def let_in(desk: Desk, minutes: int = 5):
    return desk.admit(desk.confirm_masked(desk.ask("reader", minutes)))


def test_the_set_up_is_whole_and_sshd_says_so(station: Station) -> None:
    missing = plan.missing(station.places)
    assert missing.steps == () and missing.settings == ()


def test_nobody_comes_in_before_the_clerk_agrees(station: Station, desk: Desk) -> None:
    watcher = Watcher(station.ssh())
    try:
        watcher.is_gone()
        assert "受理-on-screen" not in watcher.received.decode()
    finally:
        watcher.close()


def test_sees_the_screen_and_cannot_type(station: Station, desk: Desk) -> None:
    let_in(desk)
    watcher = Watcher(station.ssh())
    try:
        watcher.sees("受理-on-screen")
        watcher.type(b"rm -rf\r\x02:kill-server\r\x02d\x03\x04\x1a")
        # What the clerk types afterwards arrives, so the supporter's keys had their chance.
        socket = str(station.place.screen)
        station.as_clerk("tmux", "-S", socket, "send-keys", "-t", "=counter:", "clerk-typed")
        watcher.sees("clerk-typed")
        assert "rm" not in station.screen() and "kill" not in station.screen()
        assert watcher.is_there()
    finally:
        watcher.close()


@pytest.mark.parametrize(
    ("words", "options"),
    [
        (("id",), ()),
        (("tmux", "kill-server"), ()),
        (("point", "1", "2;id"), ()),
        (("propose", "$(id)", "x"), ()),
        (("sh", "-c", "id"), ("-t",)),
        (("sftp",), ("-s",)),
    ],
)
def test_cannot_run_anything(
    station: Station, desk: Desk, words: tuple[str, ...], options: tuple[str, ...]
) -> None:
    let_in(desk)
    done = subprocess.run(
        station.ssh(*words, options=options),
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode != 0
    assert "uid=" not in done.stdout + done.stderr
    assert not done.stdout


def test_cannot_forward_a_port_or_a_socket(station: Station, desk: Desk) -> None:
    let_in(desk)
    forward = ("-N", "-o", "ExitOnForwardFailure=yes", "-R", "0:127.0.0.1:22")
    done = subprocess.run(station.ssh(options=forward), capture_output=True, text=True, timeout=20)
    assert done.returncode != 0
    through = ("-W", f"127.0.0.1:{station.port}")
    done = subprocess.run(
        station.ssh(options=through), capture_output=True, text=True, timeout=20, input=""
    )
    assert "SSH-2.0" not in done.stdout


@pytest.mark.parametrize(
    "tmux",
    [
        ("send-keys", "-t", "=counter:", "typed"),
        ("run-shell", "id"),
        ("capture-pane", "-p", "-t", "=counter:"),
        ("new-window", "id"),
        ("kill-server",),
        ("set-option", "-g", "status", "on"),
        ("show-environment", "-g"),
        ("source-file", "/etc/passwd"),
        ("server-access", "-a", "-w", "nobody"),
        ("display-message", "-p", "#(id)"),
    ],
)
def test_even_as_that_user_without_the_door_tmux_refuses(
    station: Station, desk: Desk, tmux: tuple[str, ...]
) -> None:
    let_in(desk)
    socket = str(station.place.screen)
    answer = as_user(station.place.supporter, "tmux", "-N", "-S", socket, *tmux)
    assert answer.strip() == "client is read-only"


def test_cannot_read_the_station_nor_list_the_meeting_place(station: Station, desk: Desk) -> None:
    (station.home / "store.db").write_bytes(b"sealed")
    let_in(desk)
    supporter = station.place.supporter
    assert "Permission denied" in as_user(supporter, "cat", str(station.home / "store.db"))
    assert "Permission denied" in as_user(supporter, "ls", str(station.place.folder))
    assert "Permission denied" in as_user(supporter, "touch", str(station.place.folder / "x"))


def test_the_clerk_ends_it_and_the_supporter_is_out_and_stays_out(
    station: Station, desk: Desk
) -> None:
    let_in(desk)
    watcher = Watcher(station.ssh())
    try:
        watcher.sees("受理-on-screen")
        began = time.monotonic()
        desk.end()
        watcher.is_gone()
        assert time.monotonic() - began < 2
    finally:
        watcher.close()
    assert Watch(station.home).look() is None
    again = Watcher(station.ssh())
    try:
        again.is_gone()
        assert "受理-on-screen" not in again.received.decode()
    finally:
        again.close()


def test_a_server_that_cannot_be_asked_keeps_the_mask_while_somebody_looks(
    station: Station, desk: Desk
) -> None:
    let_in(desk)
    watcher = Watcher(station.ssh())
    away = station.folder / "screen.sock"
    try:
        watcher.sees("受理-on-screen")
        station.place.screen.rename(away)
        with pytest.raises(StillInside):
            desk.end()
        assert watcher.is_there() and Watch(station.home).look() is not None
        away.rename(station.place.screen)
        desk.end()
        watcher.is_gone()
    finally:
        watcher.close()


def test_time_throws_the_supporter_out_without_our_help(station: Station, desk: Desk) -> None:
    desk.confirm_masked(desk.ask("network", 1))
    # The timer of the tmux server alone, shortened; nothing of ours runs while it waits.
    from counter_tui.support.screen import Screen

    screen = Screen(station.place)
    screen.admit("abcd1234", 1)
    watcher = Watcher(station.ssh())
    try:
        watcher.sees("受理-on-screen")
        watcher.is_gone(seconds=8)
    finally:
        watcher.close()
    assert Watch(station.home).look() is not None, "the mask stays until the terminal has looked"
    desk.end()
    assert Watch(station.home).look() is None


def test_an_old_timer_does_not_end_the_next_visit(station: Station, desk: Desk) -> None:
    from counter_tui.support.screen import Screen

    screen = Screen(station.place)
    screen.admit("aaaa0001", 1)
    screen.expel()
    screen.admit("aaaa0002", 60)
    watcher = Watcher(station.ssh())
    try:
        watcher.sees("受理-on-screen")
        until_old = time.monotonic() + 1.5
        until(lambda: time.monotonic() > until_old or not watcher.is_there(), what="the old timer")
        assert watcher.is_there()
    finally:
        watcher.close()


def test_an_unmasked_terminal_lets_nobody_in(station: Station, desk: Desk) -> None:
    asked = desk.ask("reader", 5)
    with pytest.raises(NotMasked):
        desk.admit(asked)
    with pytest.raises(AlreadyOpen):
        desk.ask("reader", 5)
    refused = as_user(
        station.place.supporter, "tmux", "-N", "-S", str(station.place.screen), "list-clients"
    )
    assert "denied" in refused or "not allowed" in refused


@pytest.mark.parametrize(("principal", "valid"), [("root", "+5m"), (None, "20200101:20200102")])
def test_another_or_an_old_certificate_does_not_open(
    station: Station, desk: Desk, principal: str | None, valid: str
) -> None:
    let_in(desk)
    station.sign(principal, valid)
    try:
        watcher = Watcher(station.ssh())
        try:
            watcher.is_gone()
            assert b"Permission denied" in watcher.received
        finally:
            watcher.close()
    finally:
        station.sign()


def test_points_and_proposes(station: Station, desk: Desk) -> None:
    pointer = Pointer(station.place)
    try:
        let_in(desk)
        watcher = Watcher(station.ssh())
        try:
            watcher.sees("受理-on-screen")
            assert pointer.receive() == Arrival("desk-07")
        finally:
            watcher.close()
        say(station, ("point", "4", "17"), "看这里\x1b[2J\x1b]52;c;aGk=\x07\n")
        assert pointer.receive() == Pointing(4, 17, "看这里[2J]52;c;aGk=")
        say(station, ("propose", "delivery.method"), "post\n")
        assert pointer.receive() == Proposal("delivery.method", "post")
        assert pointer.receive() is None
    finally:
        pointer.close()


def test_a_message_of_another_user_is_dropped(station: Station, desk: Desk) -> None:
    pointer = Pointer(station.place)
    try:
        station.place.folder.chmod(0o2711)
        station.place.pointer.chmod(0o666)
        program = (
            "import socket,sys; s=socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM);"
            's.sendto(b\'{"do":"point","row":1,"column":1,"text":"x"}\', sys.argv[1])'
        )
        assert as_user("nobody", "python3", "-c", program, str(station.place.pointer)) == ""
        assert pointer.receive() is None
    finally:
        station.place.folder.chmod(0o2710)
        pointer.close()


def say(station: Station, words: tuple[str, ...], text: str) -> None:
    done = subprocess.run(station.ssh(*words), input=text, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
