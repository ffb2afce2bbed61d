"""The sample cards of the demo: laid on the virtual reader through its control socket.

The reader is another process that speaks the real protocol; only the hand that lays the card is
ours.
"""

import json
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ANSWER_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class SamplePerson:
    """A made-up person whose card can be laid; `about` says in English what the sample shows."""

    key: str
    name: str
    about: str


class SampleCards:
    """The hand at the virtual reader. Raises OSError when the reader's process is gone."""

    def __init__(self, control: Path) -> None:
        self._control = control

    def people(self) -> tuple[SamplePerson, ...]:
        """Everyone whose card can be laid, in the order of the list."""
        return tuple(
            SamplePerson(person["key"], person["name"], person["about"])
            for person in self._ask("people")["people"]
        )

    def lay(self, person: SamplePerson) -> None:
        """Lay this person's card, taking away the one that lies there."""
        self._ask("take")
        self._ask(f"lay {person.key}")

    def take(self) -> None:
        """Take the card away."""
        self._ask("take")

    def _ask(self, line: str) -> dict[str, Any]:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(ANSWER_SECONDS)
            connection.connect(str(self._control))
            connection.sendall(line.encode() + b"\n")
            with connection.makefile("rb") as answers:
                answer = json.loads(answers.readline())
        if not answer["ok"]:
            raise OSError(answer["error"])
        return answer
