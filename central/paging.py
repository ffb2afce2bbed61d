"""Pages by cursor: the place after the last row shown, not a count that shifts."""

import base64
import binascii
import json
from typing import Annotated, Any

from fastapi import Query

from central.problems import Problem

Limit = Annotated[int, Query(ge=1, le=200)]
Cursor = Annotated[str | None, Query(max_length=400)]


def cursor_of(*place: str) -> str:
    """A cursor that stands after `place`."""
    return base64.urlsafe_b64encode(json.dumps(place).encode()).rstrip(b"=").decode()


def place_of(cursor: str | None, length: int) -> list[str] | None:
    """The place a cursor stands at. Raises Problem `invalid`."""
    if cursor is None:
        return None
    try:
        padded = cursor.encode() + b"=" * (-len(cursor) % 4)
        place: Any = json.loads(base64.b64decode(padded, b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError):
        place = None
    if not (isinstance(place, list) and len(place) == length):
        raise Problem("invalid", field="cursor", message="not a cursor of this list")
    if not all(isinstance(step, str) and "\x00" not in step for step in place):
        raise Problem("invalid", field="cursor", message="not a cursor of this list")
    return place
