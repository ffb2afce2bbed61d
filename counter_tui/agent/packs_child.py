"""The child of `packs`: a signed pack on stdin, on stdout what became of it.

The rules and the signature library are large in memory, and the agent runs all day without them.
"""

import json
import sys
from pathlib import Path
from typing import Any

from counter_tui import packs, signed_packs
from counter_tui.keys.hardening import harden
from counter_tui.signed_packs import Refused
from counter_tui.station import read_station


def main() -> None:
    """Install what came, for the home and pack named in the arguments."""
    harden()
    home, name = Path(sys.argv[1]), sys.argv[2]
    json.dump(_installed(home, name, sys.stdin.read()), sys.stdout)


def _installed(home: Path, name: str, token: str) -> dict[str, Any]:
    keys = read_station(home).pack_keys
    before = packs.in_use(name, home).pack
    try:
        pack = signed_packs.verify(token, keys)
        if pack.name == name and pack.sha256 == before.sha256:
            # What is in use already, the shipped one perhaps, is not installed once more.
            return {"in_use": pack.version, "new": False}
        pack = signed_packs.install(home, token, keys, name)
    except Refused as refusal:
        signed_packs.remember(home, name, refusal)
        return {"refused": refusal.why}
    return {"in_use": pack.version, "new": pack.sha256 != before.sha256}


if __name__ == "__main__":
    main()
