"""Refusals: RFC 9457 problem documents with stable types. A client switches on `type` only."""

from typing import Any, Final

from starlette.responses import JSONResponse

PREFIX: Final = "urn:counter:problem:"
MEDIA_TYPE: Final = "application/problem+json"

STATUS: Final = {
    "invalid": 422,
    "unknown-pack": 422,
    "rules-disagree": 422,
    "key-reused": 422,
    "approval-required": 422,
    "approval-refused": 422,
    "blob-refused": 422,
    "unauthenticated": 401,
    "not-found": 404,
    "method-not-allowed": 405,
    "id-taken": 409,
    "possible-duplicate": 409,
    "state-conflict": 409,
    "precondition-failed": 412,
    "too-large": 413,
    "unsupported-type": 415,
    "precondition-required": 428,
    "rate-limited": 429,
    "locked-out": 429,
    "too-slow": 408,
    "fault": 500,
    "unavailable": 503,
}
"""Every problem there is, with its HTTP status."""

TITLES: Final = {
    "invalid": "The body is not what this resource takes",
    "unknown-pack": "The policy pack or its version is not known here",
    "rules-disagree": "The centre decides otherwise",
    "key-reused": "The Idempotency-Key was used for something else",
    "approval-required": "A second person has to approve this",
    "approval-refused": "The approval does not hold",
    "blob-refused": "The file is not what it says or carries what it must not",
    "unauthenticated": "No valid token and proof of possession",
    "not-found": "Nothing here for you",
    "method-not-allowed": "This resource does not take the method",
    "id-taken": "The id belongs to another body",
    "possible-duplicate": "The same person has the same item open",
    "state-conflict": "The present state does not allow this",
    "precondition-failed": "The resource has changed or exists already",
    "too-large": "The body is larger than this resource takes",
    "unsupported-type": "The content type or coding is not taken here",
    "precondition-required": "The request must say what it expects (If-None-Match or If-Match)",
    "rate-limited": "Too many calls",
    "locked-out": "Too many failed sign-ins",
    "too-slow": "The body took too long to arrive",
    "fault": "The centre failed",
    "unavailable": "The centre is not ready",
}


class Problem(Exception):
    """A refusal by name, with the fields its type carries. Raising it undoes the transaction."""

    def __init__(self, name: str, *, headers: dict[str, str] | None = None, **fields: Any) -> None:
        super().__init__(name)
        self.name = name
        self.status = STATUS[name]
        self.headers = headers or {}
        self.fields = fields

    def response(self) -> JSONResponse:
        """The problem document."""
        content = {
            "type": PREFIX + self.name,
            "title": TITLES[self.name],
            "status": self.status,
            **self.fields,
        }
        return JSONResponse(content, self.status, self.headers, MEDIA_TYPE)


def not_found() -> Problem:
    """What is not there and what may not be seen look the same."""
    return Problem("not-found")


def unauthenticated(error: str = "invalid_token") -> Problem:
    """No or bad credentials; `error` is an RFC 6750 / 9449 code."""
    challenge = f'DPoP error="{error}", algs="Ed25519"'
    return Problem("unauthenticated", headers={"WWW-Authenticate": challenge}, error=error)
