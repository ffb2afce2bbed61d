"""Somebody else at the centre's address: bounded, and never taken for the centre."""

import asyncio
import gzip
import json
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from counter_tui.agent import centre as centre_module
from counter_tui.agent.backoff import delay
from counter_tui.agent.centre import Answer, Centre, Unreachable
from counter_tui.agent.verdict import Held, Later, Login, Refused, judge
from counter_tui.clean import TooDeep, clean, clean_document
from counter_tui.keys.jose import KeySigner, new_key, public_part
from counter_tui.station import CentreTrust, checked_address
from tests.store.homes import CODE, enrolled, make, sign_receipt

LOCK = Path("requirements.lock").read_text("ascii")


@asynccontextmanager
async def answering(
    answer: bytes, *, drip: bool = False, seen: list[bytes] | None = None
) -> AsyncIterator[Centre]:
    """A client whose centre answers these bytes to everything; `seen` gets what was sent."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        if seen is not None:
            length = re.search(rb"(?i)content-length: (\d+)", head)
            seen.append(head + await reader.readexactly(int(length[1]) if length else 0))
        if drip:
            for byte in answer:
                writer.write(bytes([byte]))
                await asyncio.sleep(0.05)
        writer.write(answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    client = Centre(CentreTrust(f"http://127.0.0.1:{port}", "x", [], {}), KeySigner(new_key()))
    try:
        yield client
    finally:
        await client.close()
        server.close()
        await server.wait_closed()


def http(status: str, kind: str, body: bytes, *more: str) -> bytes:
    head = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *more]
    return "\r\n".join([*head, "", ""]).encode() + body


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (http("200 OK", "text/html", b"<p>log in</p>"), "not-the-centre-200"),
        (
            http("302 Found", "text/html", b"", "Location: http://127.0.0.1:1/"),
            "not-the-centre-302",
        ),
        (http("200 OK", "application/json", b"{"), "not-json"),
        (http("200 OK", "application/json", b"[" * 100_000), "not-json"),
        (http("200 OK", "application/json", b'{"a":' * 90 + b"1" + b"}" * 90), "not-json"),
        (b"garbage\r\n\r\n", "RemoteProtocolError"),
    ],
)
async def test_what_is_not_the_centres_form_is_nobody(answer: bytes, reason: str) -> None:
    """Finding 6: the client itself is content with a captive portal's 200."""
    async with answering(answer) as client:
        with pytest.raises(Unreachable) as caught:
            await client.get("/v1/sites", "token")
    assert caught.value.reason == reason


async def test_what_the_http_client_is_relied_on_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Finding 6: httpx is no longer maintained, so it is pinned, alone, and held to this.

    No proxy from the environment, a header given is sent as it is, a body byte for byte.
    """
    clients = {"httpx", "httpx2", "niquests", "aiohttp", "respx", "pytest-httpx", "httpx-retries"}
    pinned = dict(re.findall(r"^([\w-]+)==(\S+)", LOCK, re.M))
    assert {name: pinned[name] for name in clients & pinned.keys()} == {"httpx": "0.28.1"}
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    seen: list[bytes] = []
    async with answering(http("200 OK", "application/json", b"{}"), seen=seen) as client:
        body = b'{"b":1, "a":2}\n'
        await client.put_application("1", body, "token", {"Content-Type": "application/json"})
    (request,) = seen
    head, sent = request.split(b"\r\n\r\n", 1)
    lines = head.decode("ascii").lower().split("\r\n")
    assert lines[0] == "put /v1/applications/1 http/1.1" and sent == body
    assert {"if-none-match: *", f"content-length: {len(body)}"} <= set(lines)
    assert [one for one in lines if one.startswith("content-type:")] == [
        "content-type: application/json"
    ]


async def test_a_decompression_bomb_stops_at_the_cap() -> None:
    bomb = gzip.compress(b" " * 100_000_000)
    async with answering(http("200 OK", "application/json", bomb, "Content-Encoding: gzip")) as one:
        with pytest.raises(Unreachable) as caught:
            await one.get("/v1/sites", "token")
    assert caught.value.reason == "large"


async def test_a_dripping_answer_ends_with_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(centre_module, "READ_SECONDS", 0.5)
    begun = time.monotonic()
    async with answering(http("200 OK", "application/json", b"{}" * 500), drip=True) as client:
        with pytest.raises(Unreachable) as caught:
            await client.get("/v1/sites", "token")
    assert caught.value.reason == "slow"
    assert time.monotonic() - begun < 3


async def test_texts_of_an_answer_are_cleaned() -> None:
    body = json.dumps({"type": "urn:counter:problem:invalid", "field": "x\x1b]52;c;QQ\x07\u202ey"})
    async with answering(http("422 X", "application/problem+json", body.encode())) as client:
        answer = await client.get("/v1/sites", "token")
    assert (answer.problem, answer.document["field"]) == ("invalid", "x]52;c;QQy")


@pytest.mark.parametrize("url", ["http://192.0.2.1/", "ftp://x", "https://", "http://127.0.0.1.x"])
def test_only_https_or_this_machine_is_an_address(url: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        checked_address(url)


def test_each_answer_has_its_meaning(tmp_path: Path) -> None:
    home = enrolled(tmp_path / "home")
    made = make(home.station)
    with home.store() as store:
        row = store.accept(made)
    keys = [public_part(home.centre_key)]

    def receipt(**change: object) -> Answer:
        values = {"key": row.key, "sha256": row.sha256, "seq": 1, **change}
        return Answer(201, {"receipt": sign_receipt(home, **values)})  # type: ignore[arg-type]

    assert isinstance(judge(receipt(), row, keys, CODE), Held)
    for answer in (
        Answer(200, {"receipt": "hello"}),
        Answer(200, {}),
        receipt(sha256="0" * 64),
        receipt(station="elsewhere"),
        receipt(seq="1"),
        Answer(503, {}, "unavailable"),
        Answer(429, {}, "rate-limited"),
        Answer(302, {}, "unknown"),
    ):
        assert isinstance(judge(answer, row, keys, CODE), Later), answer
    assert isinstance(judge(receipt(), row, [new_key() | {"d": ""}], CODE), Later)
    assert isinstance(judge(Answer(401, {}, "unauthenticated"), row, keys, CODE), Login)
    for status, problem, state in (
        (409, "id-taken", "needs_clerk"),
        (409, "possible-duplicate", "needs_clerk"),
        (412, "precondition-failed", "needs_clerk"),
        (413, "too-large", "needs_clerk"),
        (422, "rules-disagree", "needs_clerk"),
        (404, "not-found", "needs_clerk"),
        (403, "unknown", "needs_supervisor"),
        (422, "approval-required", "needs_supervisor"),
    ):
        verdict = judge(Answer(status, {"field": "x"}, problem), row, keys, CODE)
        assert isinstance(verdict, Refused)
        assert (verdict.state, verdict.problem) == (state, problem)


def test_waiting_grows_has_a_ceiling_and_heeds_the_centre() -> None:
    from datetime import timedelta

    assert all(delay(0) <= timedelta(seconds=1) for _ in range(100))
    drawn = [delay(30).total_seconds() for _ in range(500)]
    assert 250 < max(drawn) <= 300
    assert min(drawn) < 50, "full jitter"
    assert delay(1, least=timedelta(seconds=90)) == timedelta(seconds=90)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("王小\x1b[31m明", "王小[31m明"),
        ("a\u202eb\u2066c\u200bd\ufeffe", "abcde"),
        ("two\r\nlines\tof", "two lines of"),
        ("\x9b2J\x85x\x00", "2J x"),
        ("\U000e0041tag", "tag"),
        ("𠮷野家 㐂 \ue863 葛\U000e0100", "𠮷野家 㐂 \ue863 葛\U000e0100"),
        ("[/x] [bold]", "[/x] [bold]"),
    ],
)
def test_text_from_outside_is_cleaned_and_names_are_kept(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned
    assert clean_document({text: [text, 1, None]}) == {cleaned: [cleaned, 1, None]}


def test_a_document_deeper_than_any_of_ours_is_refused() -> None:
    deep: object = 1
    for _ in range(100):
        deep = [deep]
    with pytest.raises(TooDeep):
        clean_document(deep)
