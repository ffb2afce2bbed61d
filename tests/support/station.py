"""A station to be helped: two real users, a real sshd, a real tmux. Needs root."""

import contextlib
import functools
import grp
import os
import pty
import pwd
import re
import secrets
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from counter_tui.support.place import Place
from counter_tui.support.screen import hosted
from counter_tui.support.setup import plan
from counter_tui.support.setup.sshd import Sshd


def until(condition, seconds: float = 10.0, what: str = "it") -> None:
    """Wait for a condition, and fail with what was waited for."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds} s for {what}"
        time.sleep(0.02)


class Station:
    """`clerk` runs the terminal, `supporter` may look at it through sshd."""

    def __init__(self, folder: Path, clerk: str, supporter: str) -> None:
        self.folder, self.clerk = folder, clerk
        ssh = folder / "ssh"
        ssh.mkdir()
        self.home = folder / "home"
        self.home.mkdir(mode=0o700)
        shutil.chown(self.home, clerk)
        for name in ("host", "authority", "supporter"):
            self._keygen("-q", "-t", "ed25519", "-N", "", "-f", str(ssh / name))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        main = ssh / "sshd_config"
        main.write_text(
            f"Include {ssh}/sshd_config.d/*.conf\nPort {self.port}\nListenAddress 127.0.0.1\n"
            f"HostKey {ssh}/host\nPidFile none\nUsePAM no\nX11Forwarding yes\n"
            "AcceptEnv LANG LC_*\nSubsystem sftp /usr/lib/openssh/sftp-server\n"
        )
        self.places = plan.Places(
            clerk=clerk,
            supporter=supporter,
            folder=folder / "place",
            authority=folder / "etc" / "support_ca.pub",
            door=folder / "libexec" / "door",
            boot=folder / "etc" / "tmpfiles.conf",
            sshd=Sshd(main, reload=("true",)),
        )
        self.place = Place(self.places.folder, supporter)
        self.authority = plan.authority_text(ssh / "authority.pub")
        self._ssh, self._sshd = ssh, None
        self.key = b""
        """The key of the store in `home`, when there is one."""

    def sign(self, principal: str | None = None, valid: str = "+5m") -> None:
        """A fresh certificate for the supporter's key."""
        principal = principal or self.place.supporter
        what = ("-I", "desk-07", "-n", principal, "-V", valid)
        ca, key = str(self._ssh / "authority"), str(self._ssh / "supporter.pub")
        self._keygen("-q", "-s", ca, *what, key)

    def start_sshd(self) -> None:
        """A real sshd on a free port of the loopback."""
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        log = (self._ssh / "log").open("wb")
        command = ["/usr/sbin/sshd", "-D", "-e", "-f", str(self.places.sshd.main)]
        self._sshd = subprocess.Popen(command, stderr=log)

        def listens() -> bool:
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", self.port)) == 0

        until(listens, what="sshd")

    def start_terminal(self, command: list[str]) -> None:
        """The clerk's terminal, run as `counter run` runs it; nobody attached yet."""
        line = hosted(self.place, command)
        assert line is not None
        at = line.index("new-session")
        self.as_clerk(*line[: at + 1], "-d", "-x", "80", "-y", "24", *line[at + 3 :])

    def start_counter(self) -> None:
        """The real program as the clerk runs it, over the station in `home`."""
        self.start_terminal(
            ["env", f"COUNTER_HOME={self.home}", sys.executable, "-m", "counter_tui", "run"]
        )

    def keys(self, *keys: str) -> None:
        """What the clerk presses, by tmux's names of keys."""
        socket_ = str(self.place.screen)
        self.as_clerk("tmux", "-S", socket_, "send-keys", "-t", "=counter:", *keys)

    def shows(self, pattern: str, seconds: float = 20.0) -> "re.Match[str]":
        """Wait until the clerk's screen matches."""
        deadline = time.monotonic() + seconds
        while not (found := re.search(pattern, screen := self.screen())):
            assert time.monotonic() < deadline, f"no {pattern!r} on the screen:\n{screen}"
            time.sleep(0.02)
        return found

    def stop_terminal(self) -> None:
        """End the terminal, and wait until its server is gone."""
        ask = ["tmux", "-N", "-S", str(self.place.screen), "kill-server"]
        subprocess.run(ask, capture_output=True, check=False)

        def refuses() -> bool:
            with socket.socket(socket.AF_UNIX) as probe:
                return probe.connect_ex(str(self.place.screen)) != 0

        until(refuses, what="the tmux server to end")

    def as_clerk(self, *command: str) -> str:
        return as_user(self.clerk, *command)

    def screen(self) -> str:
        """What stands on the clerk's screen."""
        socket_ = str(self.place.screen)
        return self.as_clerk("tmux", "-S", socket_, "capture-pane", "-p", "-t", "=counter:")

    def pid(self, which: str) -> int:
        """A process by tmux's name of it: `#{pid}` is the server, `#{pane_pid}` the terminal."""
        ask = ("tmux", "-S", str(self.place.screen), "display-message", "-p", "-t", "=counter:")
        return int(self.as_clerk(*ask, which))

    def ssh(self, *words: str, options: tuple[str, ...] = ()) -> list[str]:
        """The supporter's command line."""
        quiet = ("UserKnownHostsFile=/dev/null", "StrictHostKeyChecking=no", "LogLevel=ERROR")
        fixed = [part for one in (*quiet, "BatchMode=yes") for part in ("-o", one)]
        who = f"{self.place.supporter}@127.0.0.1"
        key = str(self._ssh / "supporter")
        return ["ssh", "-i", key, "-p", str(self.port), *fixed, *options, who, *words]

    def stop(self) -> None:
        self.stop_terminal()
        if self._sshd is not None:
            self._sshd.terminate()
            self._sshd.wait(10)

    def _keygen(self, *arguments: str) -> None:
        subprocess.run(["ssh-keygen", *arguments], check=True, capture_output=True)


def as_user(user: str, *command: str) -> str:
    """Run as another user, with nothing of this process's environment."""
    entry = pwd.getpwnam(user)
    ids = ["--reuid", user, "--regid", str(entry.pw_gid), "--init-groups", "--reset-env"]
    if user.startswith("ctr-clerk"):
        # This Python may lie in a folder of root's; it says nothing about what the user may else.
        ids += ["--inh-caps", "+dac_read_search", "--ambient-caps", "+dac_read_search"]
    done = subprocess.run(
        ["setpriv", *ids, "env", "LC_ALL=C.UTF-8", "TERM=xterm-256color", *command],
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
    )
    return done.stdout + done.stderr


class Watcher:
    """A supporter's ssh on a pseudo-terminal; everything that reached it is kept."""

    def __init__(self, command: list[str]) -> None:
        self._master, slave = pty.openpty()
        self._process = subprocess.Popen(
            [*command[:1], "-tt", *command[1:]],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            env={**os.environ, "TERM": "xterm-256color"},
        )
        os.close(slave)
        self.received = b""

    def type(self, keys: bytes) -> None:
        os.write(self._master, keys)

    def sees(self, text: str, seconds: float = 10.0) -> None:
        until(lambda: text.encode() in self._read(), seconds, f"{text!r} in {self.received!r}")

    def is_gone(self, seconds: float = 10.0) -> None:
        def gone() -> bool:
            self._read()
            return self._process.poll() is not None

        until(gone, seconds, "the supporter to be thrown out")

    def is_there(self) -> bool:
        self._read()
        return self._process.poll() is None

    def close(self) -> None:
        if self._process.poll() is None:
            self._process.terminate()
        self._process.wait(10)
        os.close(self._master)

    def _read(self) -> bytes:
        while select.select([self._master], [], [], 0)[0]:
            try:
                data = os.read(self._master, 65536)
            except OSError:
                break
            if not data:
                break
            self.received += data
        return self.received


@contextlib.contextmanager
def made() -> Iterator[Station]:
    """A station with two users of its own; both and everything else are gone afterwards."""
    assert os.geteuid() == 0, "this test makes two users: run it as root"
    mark = secrets.token_hex(3)
    clerk, supporter = f"ctr-clerk-{mark}", f"ctr-help-{mark}"
    folder = Path(tempfile.mkdtemp(prefix=f"counter-{mark}-", dir="/tmp"))
    folder.chmod(0o755)
    new = ["useradd", "--system", "--user-group", "--home-dir", "/", "--shell", "/bin/sh", clerk]
    subprocess.run(new, check=True)
    station = Station(folder, clerk, supporter)
    try:
        yield station
    finally:
        station.stop()
        for user in (clerk, supporter):
            with contextlib.suppress(KeyError):
                uid = pwd.getpwnam(user).pw_uid
                for process in _of(uid):
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(process, signal.SIGKILL)
                until(functools.partial(_none_left, uid), what=user)
                subprocess.run(["userdel", user], check=True)
            with contextlib.suppress(KeyError):
                grp.getgrnam(user)
                subprocess.run(["groupdel", user], check=True)
        shutil.rmtree(folder)


def _of(uid: int) -> Iterator[int]:
    """The processes of a user that have not ended."""
    for one in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            ended = "\nState:\tZ" in (one / "status").read_text()
            if one.stat().st_uid == uid and not ended:
                yield int(one.name)


def _none_left(uid: int) -> bool:
    return not any(True for _ in _of(uid))
