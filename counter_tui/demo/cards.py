"""The sample cards of the demo: laid on the virtual reader through its control socket.

The reader is another process that speaks the real protocol; only the hand that lays the card is
ours.
"""

import json
import socket
from pathlib import Path
from typing import Final

from counter_tui.words import N_

ANSWER_SECONDS: Final = 2.0

SAMPLES: Final = (
    ("sixty", N_("60 today")),
    ("fifty-nine", N_("60 tomorrow")),
    ("plain", N_("an adult of Chengdu")),
    ("fifteen", N_("16 tomorrow")),
    ("disabled", N_("disability certificate")),
    ("mianyang", N_("hukou in Mianyang")),
    ("chongqing", N_("hukou in Chongqing")),
    ("moved", N_("moved house")),
    ("hongkong", N_("Hong Kong resident")),
)
"""What the digits 1 to 9 lay: the virtual reader's name for the card, and what it shows."""


class SampleCards:
    """The hand at the virtual reader. Raises OSError when the reader's process is gone."""

    def __init__(self, control: Path) -> None:
        self._control = control

    def lay(self, key: str) -> None:
        """Lay this card, taking away the one that lies there."""
        self._tell("take")
        self._tell(f"lay {key}")

    def take(self) -> None:
        """Take the card away."""
        self._tell("take")

    def _tell(self, line: str) -> None:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(ANSWER_SECONDS)
            connection.connect(str(self._control))
            connection.sendall(line.encode() + b"\n")
            with connection.makefile("rb") as answers:
                answer = json.loads(answers.readline())
        if not answer["ok"]:
            raise OSError(answer["error"])
