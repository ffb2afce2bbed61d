"""Start a twin by hand.

    python -m devices.virtual samv              a card reader on a pseudo-terminal
    python -m devices.virtual samv --control S  ... that also takes commands on the Unix socket S
    python -m devices.virtual chip              a travel document in a slot of a running vpcd

The first line printed is JSON: {"path", "reader", "control"} or {"port", "trust", "control"}. Then
type `people`, `lay plain`, `take`, `unplug`, `plug`; or `documents`, `lay passport`, `take`. It
ends when its standard input does, or with SIGTERM.
"""

import importlib
import sys

TWINS = ("samv", "chip")


def main(arguments: list[str]) -> None:
    """Hand over to the twin the first argument names."""
    if not arguments or arguments[0] not in TWINS:
        sys.exit(f"usage: python -m devices.virtual {'|'.join(TWINS)} [--help]")
    importlib.import_module(f"devices.virtual.run_{arguments[0]}").main(arguments[1:])


if __name__ == "__main__":
    main(sys.argv[1:])
