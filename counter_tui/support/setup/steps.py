"""One thing done to the machine: what it is in words, whether it is in place, doing, undoing."""

import grp
import os
import pwd
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from counter_tui.failure import ClearNo, OutOfOrder
from counter_tui.support.presence import processes_of
from counter_tui.words import N_

_OUT_SECONDS: Final = 5.0

OURS: Final = "counter support"
"""Stands in every file and account made here. What does not carry it is never changed."""


class NotOurs(ClearNo):
    """Something of that name is there and was not made by this set-up."""

    def __init__(self, what: str) -> None:
        super().__init__(
            N_("{what} is there already and was not made by this program; nothing was changed."),
            what=what,
        )


class StepFailed(OutOfOrder):
    """A system program did not do its part."""

    def __init__(self, what: str, answer: str) -> None:
        super().__init__(N_("{what}: {answer}"), what=what, answer=answer)


class Step(Protocol):
    """`say` is a catalogue string with `values`; `is_done` looks at the machine each time."""

    @property
    def say(self) -> tuple[str, dict[str, object]]: ...

    def is_done(self) -> bool: ...

    def make(self) -> None: ...

    def undo(self) -> None: ...


@dataclass(frozen=True, slots=True)
class File:
    """A file of root's with known content. The content carries the mark `OURS`."""

    path: Path
    content: str
    mode: int
    purpose: str
    alone: bool = False
    """Its folder was made for it, and goes with it when nothing else is there."""

    @property
    def say(self) -> tuple[str, dict[str, object]]:
        return self.purpose, {"path": self.path}

    def is_done(self) -> bool:
        try:
            status = self.path.stat()
            same = self.path.read_text("utf-8") == self.content
        except FileNotFoundError:
            return False
        return same and status.st_uid == os.geteuid() and status.st_mode & 0o7777 == self.mode

    def make(self) -> None:
        if self.path.exists() and OURS not in self.path.read_text("utf-8", errors="replace"):
            raise NotOurs(str(self.path))
        self.path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        fresh = self.path.with_name(f".{self.path.name}.new")
        fresh.write_text(self.content, "utf-8")
        fresh.chmod(self.mode)
        fresh.replace(self.path)

    def undo(self) -> None:
        if self.path.exists():
            if OURS not in self.path.read_text("utf-8", errors="replace"):
                raise NotOurs(str(self.path))
            self.path.unlink()
        if self.alone:
            with suppress(OSError):
                self.path.parent.rmdir()


@dataclass(frozen=True, slots=True)
class Account:
    """The supporter's user and group: no password, no home, no sudo, no other group."""

    name: str

    @property
    def say(self) -> tuple[str, dict[str, object]]:
        return N_("make the system user {name}: no password, no home, no other group"), {
            "name": self.name
        }

    def is_done(self) -> bool:
        try:
            entry = pwd.getpwnam(self.name)
        except KeyError:
            return False
        others = [one.gr_name for one in grp.getgrall() if self.name in one.gr_mem]
        return entry.pw_gecos == OURS and not others and entry.pw_uid != 0

    def make(self) -> None:
        try:
            if pwd.getpwnam(self.name).pw_gecos != OURS:
                raise NotOurs(self.name)
        except KeyError:
            # `*`: no password fits, and sshd does not take the account for a locked one.
            account = ("--home-dir", "/", "--shell", "/bin/sh", "--password", "*")
            run("useradd", "--system", "--user-group", "--comment", OURS, *account, self.name)

    def undo(self) -> None:
        try:
            entry = pwd.getpwnam(self.name)
        except KeyError:
            return
        if entry.pw_gecos != OURS:
            raise NotOurs(self.name)
        self._throw_out(entry.pw_uid)
        run("userdel", self.name)

    def _throw_out(self, user: int) -> None:
        """End what still runs as this account: a login that waits outlives the door's closing."""
        deadline = time.monotonic() + _OUT_SECONDS
        while there := processes_of(user):
            if time.monotonic() > deadline:
                raise StepFailed(self.name, "still logged in")
            for process in there:
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            time.sleep(0.05)


@dataclass(frozen=True, slots=True)
class Folder:
    """The meeting place: the clerk's, passable for the supporter's group and no one else's."""

    path: Path
    owner: str
    group: str

    @property
    def say(self) -> tuple[str, dict[str, object]]:
        text = N_("make the folder {path}, where {owner} and {group} meet")
        return text, {"path": self.path, "owner": self.owner, "group": self.group}

    def is_done(self) -> bool:
        try:
            status = self.path.stat()
            ids = (pwd.getpwnam(self.owner).pw_uid, grp.getgrnam(self.group).gr_gid)
        except (FileNotFoundError, KeyError):
            return False
        # Set-gid: the sockets made in it belong to the supporter's group by themselves.
        return status.st_mode & 0o7777 == 0o2710 and (status.st_uid, status.st_gid) == ids

    def make(self) -> None:
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.chown(self.path, self.owner, self.group)
        self.path.chmod(0o2710)

    def undo(self) -> None:
        if self.path.exists():
            for name in ("screen.sock", "pointer.sock"):
                (self.path / name).unlink(missing_ok=True)
            try:
                self.path.rmdir()
            except OSError as error:
                raise StepFailed(str(self.path), error.strerror or "") from None


def run(program: str, *arguments: str) -> str:
    """What a system program prints. Raises StepFailed with its last line."""
    usual = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin"))
    found = shutil.which(program, path=usual)
    if found is None:
        raise StepFailed(program, "not installed")
    done = subprocess.run(  # noqa: S603 - fixed programs
        [found, *arguments], capture_output=True, text=True, check=False, timeout=30
    )
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines()
        raise StepFailed(program, lines[-1] if lines else str(done.returncode))
    return done.stdout
