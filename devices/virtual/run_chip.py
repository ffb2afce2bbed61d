"""`python -m devices.virtual chip`: a travel document in a vpcd slot until told to stop."""

import argparse
import sys
from pathlib import Path

from devices.virtual.chip.card import ChipCard
from devices.virtual.chip.documents import Document
from devices.virtual.chip.slot import FIRST_PORT, REAL, Pace, VirtualChip
from devices.virtual.chip.specimens import specimens
from devices.virtual.desk import Command, Desk, run


def chip_commands(slot: VirtualChip, shelf: dict[str, Document]) -> dict[str, Command]:
    """What a chip twin can be told."""

    def lay(word: str) -> dict[str, object]:
        if word not in shelf:
            raise ValueError("no such document; see: documents")
        slot.insert(ChipCard(shelf[word]))
        return {"laid": word, "mrz": shelf[word].lines.lines}

    def take(word: str) -> dict[str, object]:
        slot.remove()
        return {"laid": None}

    def listing(word: str) -> dict[str, object]:
        return {"documents": {key: document.lines.lines for key, document in shelf.items()}}

    return {"lay": lay, "take": take, "documents": listing}


def main(arguments: list[str]) -> None:
    """Start a slot as the arguments say and serve it."""
    parser = argparse.ArgumentParser(prog="python -m devices.virtual chip", description=__doc__)
    parser.add_argument("--control", type=Path, help="take commands on this Unix socket too")
    parser.add_argument("--port", type=int, default=FIRST_PORT, help="the slot's TCP port")
    parser.add_argument("--trust", type=Path, help="put the issuers' root certificates here")
    parser.add_argument("--lay", metavar="KEY", help="start with this document in the slot")
    parser.add_argument("--real-speed", action="store_true", help="as slow as a chip in a field")
    options = parser.parse_args(arguments)
    shelf = specimens()
    if options.trust is not None:
        options.trust.mkdir(parents=True, exist_ok=True)
        for number, issuer in enumerate(shelf.issuers):
            (options.trust / f"specimen-{number}.cer").write_bytes(issuer.root_der)
    slot = VirtualChip(
        ChipCard(next(iter(shelf.documents.values()))),
        port=options.port,
        pace=REAL if options.real_speed else Pace(),
    )
    hello = {
        "port": options.port,
        "trust": None if options.trust is None else str(options.trust),
        "control": None if options.control is None else str(options.control),
    }
    commands = chip_commands(slot, shelf.documents)
    try:
        if options.lay is not None:
            commands["lay"](options.lay)
        run(Desk(commands), hello, options.control, sys.stdin)
    finally:
        slot.remove()
