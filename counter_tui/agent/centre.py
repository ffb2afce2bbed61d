"""The one module that speaks HTTP: calls of the centre, bounded in time and size.

Redirects are not followed, proxies of the environment not used, and an answer counts as the
centre's only where it has the centre's form; what it proves is for the caller to verify.
"""

import asyncio
import base64
import hashlib
import json
import ssl
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final

import httpx

from counter_tui.clean import TooDeep, clean_document
from counter_tui.ids import uuid7
from counter_tui.keys.jose import KeySigner
from counter_tui.station import CentreTrust

# httpcore looks for this library at every lock it makes and does without; a search that finds
# nothing is not remembered, and would be a fifth of what a call costs.
sys.modules.setdefault("sniffio", None)  # type: ignore[arg-type]

_CONNECT: Final = 5.0
READ_SECONDS: Final = 20.0
SEND_SECONDS: Final = 60.0
_PROBE_SECONDS: Final = 5.0
_LARGEST_ANSWER: Final = 8 * 1024 * 1024
PROBLEM_PREFIX: Final = "urn:counter:problem:"


class Unreachable(Exception):
    """No answer of the centre: no connection, too slow, too large, or somebody else's page.

    `reason` is one word for logs; `least` how long the centre asked to be left alone, if it did.
    """

    def __init__(self, reason: str, least: timedelta | None = None) -> None:
        super().__init__(reason)
        self.reason, self.least = reason, least


@dataclass(frozen=True, slots=True)
class Answer:
    """What the centre said. `problem` is the problem's name when it refused; text is cleaned."""

    status: int
    document: dict[str, Any]
    problem: str | None = None
    etag: str | None = None
    retry_after: timedelta | None = None


class Centre:
    """A client of one centre, for one station."""

    def __init__(self, trust: CentreTrust, station: KeySigner) -> None:
        self._trust, self._station = trust, station
        # The machine's own trust store, where a bureau puts its certificate authority.
        self._tls = ssl.create_default_context()
        self._lines: list[httpx.AsyncClient] = []
        self._free: list[httpx.AsyncClient] = []

    async def close(self) -> None:
        """Close the connections."""
        for line in self._lines:
            await line.aclose()

    async def token(self, assertion: str) -> Answer:
        """Exchange a clerk's assertion for an access token bound to the station's key."""
        form = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": assertion}
        return await self._call("POST", "/v1/token", READ_SECONDS, data=form)

    async def put_application(
        self, id: str, body: bytes, token: str, headers: Mapping[str, str]
    ) -> Answer:
        """Create an application; `body` goes out byte for byte, of the kind `headers` name."""
        given = {"If-None-Match": "*", **headers}
        path = f"/v1/applications/{id}"
        return await self._call("PUT", path, SEND_SECONDS, token, headers=given, content=body)

    async def post(self, path: str, body: bytes, token: str, headers: Mapping[str, str]) -> Answer:
        """An action or a question with a JSON body."""
        return await self._call("POST", path, SEND_SECONDS, token, headers=headers, content=body)

    async def put_piece(self, path: str, piece: bytes, token: str) -> Answer:
        """A piece of a file; the same again is fine."""
        kind = {"Content-Type": "application/octet-stream"}
        return await self._call("PUT", path, SEND_SECONDS, token, headers=kind, content=piece)

    async def get(self, path: str, token: str, etag: str | None = None) -> Answer:
        """A resource; status 304 when it is still the one of `etag`."""
        headers = {"If-None-Match": etag} if etag else {}
        return await self._call("GET", path, READ_SECONDS, token, headers=headers)

    async def get_file(self, path: str, token: str) -> Answer:
        """A file; the document has its bytes as `content`, in base64."""
        return await self._call("GET", path, READ_SECONDS, token, read=_file_answer)

    async def answers(self) -> bool:
        """Whether something at the centre's address says it is well. A hint, not a proof."""
        try:
            answer = await self._call("GET", "/healthz", _PROBE_SECONDS)
        except Unreachable:
            return False
        return answer.status == 200

    async def _call(
        self,
        method: str,
        path: str,
        seconds: float,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
        read: Callable[[httpx.Response, bytes], Answer] | None = None,
        **content: Any,
    ) -> Answer:
        url = self._trust.url + path
        sent = {"DPoP": self._proof(method, url, token), **(headers or {})}
        if token:
            sent["Authorization"] = f"DPoP {token}"
        line = self._free.pop() if self._free else self._new_line()
        try:
            # httpx limits each read; a dripping server would keep the call open for ever.
            async with (
                asyncio.timeout(seconds),
                line.stream(method, url, headers=sent, **content) as response,
            ):
                return (read or _answer)(response, await _bounded(response))
        except TimeoutError:
            raise Unreachable("slow") from None
        except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, OSError) as error:
            raise Unreachable(type(error).__name__) from None
        finally:
            self._free.append(line)

    def _new_line(self) -> httpx.AsyncClient:
        """A client of one connection, for one call at a time.

        In a pool that calls share, each looks at every connection, and those that start together
        are given the same one and ask again.
        """
        line = httpx.AsyncClient(
            verify=self._tls,
            trust_env=False,
            follow_redirects=False,
            timeout=httpx.Timeout(SEND_SECONDS, connect=_CONNECT),
            limits=httpx.Limits(max_connections=1, keepalive_expiry=120),
        )
        self._lines.append(line)
        return line

    def _proof(self, method: str, url: str, token: str | None) -> str:
        claims = {
            "htm": method,
            "htu": url.partition("?")[0],
            "iat": int(time.time()),
            "jti": str(uuid7()),
        }
        if token:
            digest = hashlib.sha256(token.encode()).digest()
            claims["ath"] = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        return self._station.sign(claims, "dpop+jwt", jwk=self._station.public)


async def _bounded(response: httpx.Response) -> bytes:
    parts, size = [], 0
    async for part in response.aiter_bytes(64 * 1024):
        size += len(part)
        if size > _LARGEST_ANSWER:
            raise Unreachable("large")
        parts.append(part)
    return b"".join(parts)


def _answer(response: httpx.Response, body: bytes) -> Answer:
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    etag = response.headers.get("etag")
    if response.status_code == 304:
        return Answer(304, {}, etag=etag)
    wanted = "application/json" if response.status_code < 300 else "application/problem+json"
    if kind != wanted:
        raise Unreachable(f"not-the-centre-{response.status_code}")
    try:
        document = clean_document(json.loads(body))
    except (ValueError, RecursionError, TooDeep):
        raise Unreachable("not-json") from None
    if not isinstance(document, dict):
        document = {"items": document}
    problem = None
    if response.status_code >= 300:
        problem = str(document.get("type", "")).removeprefix(PROBLEM_PREFIX)[:64] or "unknown"
    wait = _wait(response.headers.get("retry-after"))
    return Answer(response.status_code, document, problem, etag, wait)


def _file_answer(response: httpx.Response, body: bytes) -> Answer:
    if response.status_code != 200:
        return _answer(response, body)
    return Answer(200, {"content": base64.b64encode(body).decode()})


def _wait(value: str | None) -> timedelta | None:
    if not value:
        return None
    if value.isdecimal():
        return timedelta(seconds=min(int(value), 3600))
    try:
        seconds = parsedate_to_datetime(value).timestamp() - time.time()
    except ValueError:
        return None
    return timedelta(seconds=min(max(seconds, 0), 3600))


@dataclass(frozen=True, slots=True)
class Glance:
    """A look at the centre without any key: its clock as its answer says, None if it says none."""

    clock: datetime | None


async def glance(url: str, seconds: float) -> Glance:
    """Whether the centre at `url` says it is well. A hint, not a proof. Raises Unreachable."""
    try:
        async with (
            asyncio.timeout(seconds),
            httpx.AsyncClient(verify=ssl.create_default_context(), trust_env=False) as client,
            client.stream("GET", f"{url}/healthz") as response,
        ):
            if _answer(response, await _bounded(response)).status != 200:
                raise Unreachable("not-well")
            clock = response.headers.get("date")
    except TimeoutError:
        raise Unreachable("slow") from None
    except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, OSError) as error:
        raise Unreachable(type(error).__name__) from None
    try:
        return Glance(parsedate_to_datetime(clock) if clock else None)
    except ValueError:
        return Glance(None)


_FILE_SECONDS: Final = 300.0


class FileServer:
    """A web server's files, without any key; what they prove is for the caller to verify."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client = httpx.Client(
            verify=ssl.create_default_context(),
            trust_env=False,
            timeout=httpx.Timeout(READ_SECONDS, connect=_CONNECT),
            headers={"Accept-Encoding": "identity"},
        )

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def read(self, name: str, largest: int) -> bytes:
        """The file `name`. Raises OSError: no answer, too slow, larger than `largest` bytes."""
        until, content = time.monotonic() + _FILE_SECONDS, bytearray()
        try:
            with self._client.stream("GET", f"{self._url}/{name}") as response:
                if response.status_code != 200:
                    raise OSError(f"status {response.status_code}")
                for part in response.iter_raw(64 * 1024):
                    content += part
                    if len(content) > largest or time.monotonic() > until:
                        raise OSError("too large or too slow")
        except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError) as error:
            raise OSError(type(error).__name__) from None
        return bytes(content)
