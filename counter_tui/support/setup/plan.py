"""The whole set-up of one station, in order; undone in the reverse order."""

import os
import pwd
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from counter_tui.failure import ClearNo, Failure, WrongUse
from counter_tui.support.place import SUPPORTER, USUAL_PLACE, Place
from counter_tui.support.setup import sshd as sshd_part
from counter_tui.support.setup.sshd import Sshd
from counter_tui.support.setup.steps import OURS, Account, File, Folder, Step, StepFailed, run
from counter_tui.words import N_


class BadAuthority(WrongUse):
    """What was given is not a public key that certificates can be checked against."""

    def __init__(self) -> None:
        super().__init__(
            N_("The help desk's certificate key must be a file with one SSH public key.")
        )


class NotRoot(WrongUse):
    """Users, folders of the system and sshd's configuration are root's."""

    def __init__(self) -> None:
        super().__init__(N_("Only root can change this machine: run the same as root."))


class TerminalRuns(ClearNo):
    """A terminal is where supporters are let in, and somebody may look at it."""

    def __init__(self) -> None:
        super().__init__(N_("The terminal still runs; leave it first, then run the same again."))


class NoSuchClerk(WrongUse):
    """Whom the meeting place is to belong to is unknown here."""

    def __init__(self, name: str) -> None:
        super().__init__(
            N_("This machine has no user {name}: --clerk is whom the terminal runs as."), name=name
        )


@dataclass(frozen=True, slots=True)
class Places:
    """Where everything goes. The values are those of a station; tests give their own."""

    clerk: str
    """The unix user the terminal runs as."""
    supporter: str = SUPPORTER
    folder: Path = USUAL_PLACE
    authority: Path = Path("/etc/counter/support_ca.pub")
    door: Path = Path("/usr/local/libexec/counter-support-door")
    boot: Path = Path("/etc/tmpfiles.d/counter-support.conf")
    sshd: Sshd = field(default_factory=lambda: Sshd(Path("/etc/ssh/sshd_config")))


def authority_text(path: Path) -> str:
    """The help desk's public key as it will be installed. Raises BadAuthority."""
    try:
        lines = [one for one in path.read_text("ascii").splitlines() if one and one[0] != "#"]
        run("ssh-keygen", "-l", "-f", str(path))
    except (OSError, ValueError, StepFailed):
        raise BadAuthority from None
    if len(lines) != 1 or "PRIVATE" in lines[0]:
        raise BadAuthority
    return f"# Made by `{OURS} install`: who signs supporters' certificates.\n{lines[0]}\n"


def steps(places: Places, authority: str) -> list[Step]:
    """What is done, the last thing being that sshd lets the supporter in."""
    door = (files("counter_tui.support") / "door.py").read_text("utf-8")
    mark = f"# Made by `{OURS} install`: the folder again after each start of the machine.\n"
    return [
        Account(places.supporter),
        Folder(places.folder, places.clerk, places.supporter),
        File(
            places.boot,
            f"{mark}d {places.folder} 2710 {places.clerk} {places.supporter} -\n",
            0o644,
            N_("write {path}, which makes that folder at each start"),
        ),
        File(
            places.authority,
            authority,
            0o644,
            N_("write {path}: the key that signs supporters' certificates"),
            alone=True,
        ),
        File(
            places.door,
            f"{door}\n# Installed by `{OURS} install`.\n",
            0o755,
            N_("write {path}: the one program a supporter's login runs"),
            alone=True,
        ),
        File(
            places.sshd.drop_in,
            sshd_part.drop_in(places.supporter, places.door, places.folder, places.authority),
            0o644,
            N_("write {path}: sshd admits a supporter to that program alone"),
        ),
    ]


def install(places: Places, authority: str, tell: Callable[[Step], None]) -> None:
    """Make what is missing, calling `tell` before each step.

    If a step fails, or sshd does not accept its configuration, what this call made is undone.
    Raises the failure; NotRoot and NoSuchClerk come before anything is made.
    """
    _needs_root()
    try:
        pwd.getpwnam(places.clerk)
    except KeyError:
        raise NoSuchClerk(places.clerk) from None
    made: list[Step] = []
    try:
        for step in steps(places, authority):
            if not step.is_done():
                tell(step)
                step.make()
                made.append(step)
        places.sshd.check()
        places.sshd.read_again()
    except Failure:
        for step in reversed(made):
            step.undo()
        raise


def _needs_root() -> None:
    if os.geteuid() != 0:
        raise NotRoot


def uninstall(places: Places, tell: Callable[[Step], None]) -> None:
    """Undo everything that carries our mark. sshd first, so that nobody can come in meanwhile.

    Raises TerminalRuns before anything is undone: without its socket nobody could be thrown out.
    """
    _needs_root()
    if _is_answered(Place(places.folder).screen):
        raise TerminalRuns
    for step in reversed(steps(places, "")):
        step.undo()
        if isinstance(step, File) and step.path == places.sshd.drop_in:
            places.sshd.read_again()
        tell(step)


def _is_answered(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as end:
        return end.connect_ex(str(path)) == 0


@dataclass(frozen=True, slots=True)
class Missing:
    """What is not as it should be: steps not done, and settings sshd does not have."""

    steps: tuple[Step, ...]
    settings: tuple[str, ...] = ()


def missing(places: Places) -> Missing:
    """Look at the machine and ask sshd. Both parts empty: a supporter can come and only look."""
    try:
        authority = places.authority.read_text("ascii")
    except (FileNotFoundError, UnicodeDecodeError):
        authority = ""
    undone = tuple(step for step in steps(places, authority) if not step.is_done())
    if undone or not authority:
        return Missing(undone)
    settings = places.sshd.wrong(places.supporter, places.door, places.folder, places.authority)
    return Missing((), (*settings, *sshd_part.powers(places.supporter)))
