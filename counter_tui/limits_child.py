"""The child of `limits.asked`: the limits of a pack as JSON, spans in seconds."""

import json
import sys
from dataclasses import fields
from datetime import timedelta
from pathlib import Path

from counter_tui import packs
from counter_tui.limits import Limits


def main() -> None:
    """Print the limits of the pack and home named in the arguments."""
    name, home = sys.argv[1:]
    limits = Limits().by(packs.in_use(name, Path(home)).pack.resolved.retention)
    values = {one.name: getattr(limits, one.name) for one in fields(limits)}
    plain = {
        name: value.total_seconds() if isinstance(value, timedelta) else value
        for name, value in values.items()
    }
    sys.stdout.write(json.dumps(plain))


if __name__ == "__main__":
    main()
