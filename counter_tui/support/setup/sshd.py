"""sshd's part: the drop-in, and asking sshd itself what it now allows."""

import pwd
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from counter_tui.support.setup.steps import OURS, StepFailed, run

EXPECTED: Final[Mapping[str, str]] = {
    "passwordauthentication": "no",
    "kbdinteractiveauthentication": "no",
    "hostbasedauthentication": "no",
    "gssapiauthentication": "no",
    "pubkeyauthentication": "yes",
    "authorizedkeysfile": "none",
    "disableforwarding": "yes",
    "permittunnel": "no",
    "permituserrc": "no",
    "maxsessions": "3",
    "exposeauthinfo": "yes",
}
"""What `sshd -T` must answer for the supporter."""


@dataclass(frozen=True, slots=True)
class Sshd:
    """One sshd: its main configuration, and what to do so that it reads it again."""

    main: Path
    reload: tuple[str, ...] = ("systemctl", "reload", "ssh")

    @property
    def drop_in(self) -> Path:
        """The one file put beside it; Debian's configuration includes that folder."""
        return self.main.parent / "sshd_config.d" / "50-counter-support.conf"

    def check(self) -> None:
        """Whether sshd would start with this configuration. Raises StepFailed with its answer."""
        # sshd -t wants this folder, which a sshd that never ran has not made yet.
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        run("sshd", "-t", "-f", str(self.main))

    def read_again(self) -> None:
        """Let a running sshd take the change; one that does not run reads it when it starts."""
        if self.reload[0] != "systemctl" or Path("/run/systemd/system").exists():
            run(*self.reload)

    def wrong(self, user: str, door: Path, folder: Path, authority: Path) -> list[str]:
        """The settings sshd does not have for the supporter as they should be."""
        connection = f"user={user},host=station.invalid,addr=192.0.2.1"
        printed = run("sshd", "-T", "-f", str(self.main), "-C", connection)
        has = {}
        for line in printed.splitlines():
            name, _, value = line.partition(" ")
            has.setdefault(name, value)
        wanted = {
            **EXPECTED,
            "forcecommand": f"{door} {folder}",
            "trustedusercakeys": str(authority),
        }
        return [name for name, value in wanted.items() if has.get(name) != value]


def drop_in(user: str, door: Path, folder: Path, authority: Path) -> str:
    """The text of the drop-in: certificates only, one program only, nothing forwarded."""
    return f"""\
# Made by `{OURS} install`; `{OURS} uninstall` takes it away.
# A supporter comes with a short-lived certificate of the help desk and may only look.
Match User {user}
    AuthenticationMethods publickey
    PubkeyAuthentication yes
    PasswordAuthentication no
    KbdInteractiveAuthentication no
    HostbasedAuthentication no
    GSSAPIAuthentication no
    AuthorizedKeysFile none
    AuthorizedKeysCommand none
    TrustedUserCAKeys {authority}
    ExposeAuthInfo yes
    ForceCommand {door} {folder}
    DisableForwarding yes
    PermitTunnel no
    PermitUserRC no
    PermitTTY yes
    MaxSessions 3
    MaxAuthTries 3
    ClientAliveInterval 15
    ClientAliveCountMax 4
"""


def powers(user: str) -> list[str]:
    """`sudo` if a rule of sudo's gives the supporter anything."""
    try:
        pwd.getpwnam(user)
        listed = run("sudo", "-n", "-l", "-U", user)
    except (KeyError, StepFailed):
        # No sudo on this machine, or it knows nothing of the user.
        return []
    return ["sudo"] if "may run the following" in listed else []
