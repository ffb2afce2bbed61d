"""Questions to the centre: the terminal leaves them, the agent asks, the answer is in the cache.

A question names a person now and then, so it lies in the store and never in a datagram.
"""

import json
from dataclasses import dataclass
from typing import Any

from counter_tui.store.database import Database


@dataclass(frozen=True, slots=True)
class Question:
    """One call of the centre: `GET path`, or `POST path` with a JSON `body`.

    The answer comes under `name` in the cache. `problem` is the name of the problem the centre (or
    the network, `unreachable`) answered last time.
    """

    name: str
    path: str
    body: Any
    problem: str | None


class Questions:
    """What is to be asked."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def ask(self, name: str, path: str, body: Any = None) -> None:
        """Leave a question; then ring the agent. The same name again replaces it."""
        text = None if body is None else json.dumps(body, ensure_ascii=False)
        values = (name, path, text, self._database.stamp())
        self._database.write(
            lambda c: c.execute("REPLACE INTO questions VALUES (?, ?, ?, ?, NULL)", values)
        )

    def open(self) -> list[Question]:
        """Those not answered and not refused yet, oldest first."""
        return self._where("problem IS NULL OR problem = 'unreachable' ORDER BY asked_at")

    def get(self, name: str) -> Question | None:
        """One question while it is unanswered; None once its answer is in the cache."""
        found = self._where("name = ?", name)
        return found[0] if found else None

    def answered(self, name: str) -> None:
        """The answer is in the cache."""
        self._database.write(lambda c: c.execute("DELETE FROM questions WHERE name = ?", (name,)))

    def failed(self, name: str, problem: str) -> None:
        """No answer this time; `unreachable` is asked again."""
        self._database.write(
            lambda c: c.execute("UPDATE questions SET problem = ? WHERE name = ?", (problem, name))
        )

    def _where(self, condition: str, *values: Any) -> list[Question]:
        rows = self._database.rows(
            f"SELECT name, path, body, problem FROM questions WHERE {condition}",  # noqa: S608
            *values,
        )
        return [
            Question(name, path, None if body is None else json.loads(body), problem)
            for name, path, body, problem in rows
        ]
