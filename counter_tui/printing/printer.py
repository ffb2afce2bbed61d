"""The printer as the terminal and the commands see it: one child a paper, cancellable."""

import asyncio
import json
import sys
from contextlib import suppress
from typing import Final

from counter_tui.failure import OutOfOrder
from counter_tui.printing.target import BadTarget, target
from counter_tui.slips.slip import Slip
from counter_tui.words import N_

PATIENCE_SECONDS: Final = 40.0
"""Longer than any printer should take; then it is given up, and the paper can be printed again."""

TROUBLES: Final = {
    "no-font": N_("No Chinese font: install the package fonts-noto-cjk, then print again."),
    "queue": N_("The print queue refused it: check the printer's queue, then print again."),
    "denied": N_("No right to the printer: add this account to the groups lp and dialout."),
    "absent": N_("The printer is not there: check cable, power and address, then print again."),
    "failed": N_("The printer failed: check paper and power, then print again."),
    "slow": N_("The printer does not answer: check paper and power, then print again."),
    "none": N_("No printer is set: name one under [printer] in counter.toml."),
}
"""What a clerk is told; the case itself is safe in every one of them."""


class PrinterTrouble(OutOfOrder):
    """It did not print. `word` is a key of `TROUBLES`."""

    def __init__(self, word: str) -> None:
        self.word = word
        super().__init__(TROUBLES[word])


async def put_on_paper(uri: str, slip: Slip, name: str) -> None:
    """Print; returns when the printer has it all. Cancelling stops it.

    `name` is what a file or a queue calls it; it names no person. Raises PrinterTrouble.
    """
    try:
        if not target(uri).on:
            raise PrinterTrouble("none")
    except BadTarget:
        raise PrinterTrouble("none") from None
    order = {"uri": uri, "slip": slip.to_json(), "name": name}
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        "-m",
        "counter_tui.printing.child",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            answer, _ = await child.communicate(json.dumps(order, ensure_ascii=False).encode())
    except TimeoutError:
        raise PrinterTrouble("slow") from None
    finally:
        with suppress(ProcessLookupError):
            child.kill()
        await child.wait()
    try:
        trouble = json.loads(answer)["trouble"]
    except (ValueError, KeyError):
        trouble = "failed"
    if trouble:
        raise PrinterTrouble(trouble)
