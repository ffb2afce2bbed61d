"""The systemd units: read by systemd itself, hardened as far as each one's work allows."""

import re
import subprocess
from pathlib import Path

import pytest

from deploy import install

UNITS = Path(install.__file__).parent / "units"
EVERY = sorted(UNITS.rglob("*.service"))


@pytest.mark.parametrize("unit", sorted(UNITS.rglob("*.*er")) + EVERY, ids=lambda one: one.name)
def test_systemd_understands_every_line(unit: Path, tmp_path: Path) -> None:
    """`verify` skips what it does not know with a warning; there is to be none."""
    for one in UNITS.rglob("counter-*"):
        text = re.sub("(?m)^ExecStart=\\S+", "ExecStart=/bin/true", one.read_text())
        (tmp_path / one.name).write_text(text)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--recursive-errors=no", str(tmp_path / unit.name)],
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_what_fetches_over_the_network_is_shut_in() -> None:
    """systemd's own score, 0 (shut) to 10 (open); 1.5 leaves the network and little else."""
    unit = UNITS / "system" / "counter-update.service"
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=15", str(unit)],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("unit", EVERY, ids=lambda one: one.name)
def test_every_service_is_bounded_and_gains_nothing(unit: Path) -> None:
    lines = set(unit.read_text().splitlines())
    assert lines >= {
        "NoNewPrivileges=yes",
        "UMask=0077",
        "LimitCORE=0",
        "RestrictSUIDSGID=yes",
        "RestrictNamespaces=yes",
        "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6",
        "SystemCallFilter=@system-service",
    }
    assert any(line.startswith("MemoryMax=") for line in lines)
