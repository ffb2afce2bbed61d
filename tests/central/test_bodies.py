"""A body comes whole and in time, or it is none."""

import asyncio
import time
from typing import Any

from central.bodies import LINGER_SECONDS, BodyGuard
from central.settings import Limits


async def test_a_body_that_drips_ends_with_its_time() -> None:
    """Security test 20: a body that comes by the byte."""
    said: list[Any] = []

    async def drip() -> dict[str, Any]:
        await asyncio.sleep(0.05)
        return {"type": "http.request", "body": b"x", "more_body": True}

    async def send(message: Any) -> None:
        said.append(message)

    async def never(*_: object) -> None:
        raise AssertionError("half a body was handed on")

    guard = BodyGuard(never, Limits(body_seconds=0.3))
    began = time.monotonic()
    await guard({"type": "http", "headers": []}, drip, send)
    assert said[0]["status"] == 408
    assert time.monotonic() - began < 0.3 + LINGER_SECONDS + 1
    assert not said[-1].get("more_body", False), "the answer has an end"

    async def gone() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    await guard({"type": "http", "headers": []}, gone, send)
