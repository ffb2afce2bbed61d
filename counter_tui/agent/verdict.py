"""What an answer of the centre means for an outbox row. Pure; switches on types, never on text."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from counter_tui.agent.centre import Answer
from counter_tui.keys.jose import BadSignature, Jwk
from counter_tui.keys.receipt import verified_receipt
from counter_tui.store.rows import NeedsPerson, OutboxRow, Receipt

_LATER: Final = (408, 425, 429)
_SUPERVISOR: Final = ("approval-required", "approval-refused")


@dataclass(frozen=True, slots=True)
class Held:
    """The centre holds exactly these bytes, and has signed it."""

    receipt: Receipt


@dataclass(frozen=True, slots=True)
class Later:
    """It may pass by itself: the same again under the same key.

    `least` is what the centre asked for; `sick` that it answered, and could not serve.
    """

    problem: str
    least: timedelta | None = None
    sick: bool = False


@dataclass(frozen=True, slots=True)
class Login:
    """The centre wants a fresh proof of the clerk."""

    problem: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A person has to look: a task with what the centre said."""

    state: NeedsPerson
    problem: str
    detail: dict[str, Any]


Verdict = Held | Later | Login | Refused


def judge(answer: Answer, row: OutboxRow, keys: list[Jwk], station: str) -> Verdict:
    """What `answer` means for `row`."""
    if answer.status in (200, 201):
        # An action that was carried to a colleague and came from there first has their receipt.
        of = (row.origin or station) if row.action is None else None
        try:
            receipt = verified_receipt(str(answer.document.get("receipt")), keys, of)
        except BadSignature:
            return Later("unsigned")
        if (receipt.key, receipt.sha256) != (row.key, row.sha256):
            return Later("foreign-receipt")
        return Held(receipt)
    problem = answer.problem or "unknown"
    if answer.status == 401:
        return Login(problem)
    if answer.status >= 500 or answer.status in _LATER or answer.status < 400:
        return Later(problem, answer.retry_after, sick=answer.status >= 500)
    state: NeedsPerson = "needs_clerk"
    if answer.status == 403 or problem in _SUPERVISOR:
        state = "needs_supervisor"
    detail = {name: one for name, one in answer.document.items() if name not in ("type", "status")}
    return Refused(state, problem, detail)
