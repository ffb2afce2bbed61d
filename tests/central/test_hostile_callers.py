"""Callers who mean harm cost bounded memory and time, leave one clean log line, and get nothing."""

import asyncio
import gzip
import hashlib
import json
import ssl
import uuid
from pathlib import Path

import httpx
import pytest

from tests.central.certificates import Authority
from tests.central.conftest import STATIONS, Town, keep, seated, settle
from tests.central.people import application, id_of, path_of

pytestmark = pytest.mark.parametrize("settled", ["sqlite"], indirect=True)

MOST_MEMORY = 150


def memory(pid: int) -> int:
    """Resident MB at its highest so far."""
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) // 1024


async def raw(town: Town, sent: bytes, seconds: float = 20) -> bytes:
    """Bytes over a bare connection; what comes back before it ends or `seconds` are over."""
    host, _, port = town.served.url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    answer = b""
    try:
        async with asyncio.timeout(seconds):
            writer.write(sent)
            await writer.drain()
            answer = await reader.read(4096)
    except (ConnectionError, TimeoutError):
        pass
    finally:
        writer.close()
    return answer


async def test_bombs_floods_and_depths_stay_bounded(town: Town) -> None:
    """Security test 20: decompression bomb, 1 GB header, 1 GB body, deep JSON."""
    seat, body = town.clerk, application()
    bomb = gzip.compress(bytes(300 << 20), 9)
    answer = await seat.put(path_of(body), bomb, **{"Content-Encoding": "gzip"})
    assert (answer.status_code, answer.json()["type"][-9:]) == (413, "too-large")
    twice = gzip.compress(gzip.compress(body))
    answer = await seat.put(path_of(body), twice, **{"Content-Encoding": "gzip, gzip"})
    assert answer.status_code == 415
    for text in (b"[" * 400_000, b'{"a":' * 150_000, b'{"id":"' + b"9" * 900_000):
        answer = await seat.put(path_of(body), text)
        assert answer.status_code == 422
    deep = b'{"alg":' * 100_000
    answer = await town.client.get("/v1/me", headers={"Authorization": f"DPoP {deep!r}"[:20000]})
    assert answer.status_code in (400, 401, 431)
    huge = b"PUT /v1/me HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n"
    assert b" 413 " in await raw(town, huge)
    head = b"GET /v1/me HTTP/1.1\r\nHost: x\r\nX-Large: " + b"x" * (40 << 20)
    assert b" 200 " not in await raw(town, head)
    endless = b"PUT /v1/me HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = b"100000\r\n" + bytes(1 << 20) + b"\r\n"
    assert b" 413 " in await raw(town, endless + 24 * chunk), "heard though more was on its way"
    for unfinished in (b"1;" + b"x" * (1 << 20), b"0\r\n" + b"X-Trailer: x\r\n" * 80_000):
        assert b" 200 " not in await raw(town, endless + unfinished, seconds=5)
    assert (await town.client.get("/healthz")).status_code == 200
    assert memory(town.served.process.pid) < MOST_MEMORY


async def test_half_a_piece_is_no_piece(town: Town) -> None:
    """A line that is cut in the middle of a piece leaves nothing that looks like one."""
    seat = town.clerk
    name = hashlib.sha256(b"cut").hexdigest()
    path = f"/v1/blobs/{name}/pieces/0"
    head = "".join(f"{key}: {value}\r\n" for key, value in seat.headers("PUT", path).items())
    begun = (
        f"PUT {path} HTTP/1.1\r\nHost: {town.served.url[7:]}\r\n{head}Content-Length: 900\r\n\r\n"
    )
    await raw(town, begun.encode() + b"x" * 100, seconds=1)
    await asyncio.sleep(0.3)
    assert (await seat.call("GET", f"/v1/blobs/{name}/pieces")).json()["pieces"] == []


@pytest.mark.parametrize(
    "path",
    [
        "/v1/blobs/../../etc/passwd",
        "/v1/blobs/..%2f..%2fetc%2fpasswd",
        f"/v1/blobs/{'0' * 64}/pieces/..%2f1",
        f"/v1/blobs/{'0' * 64}/pieces/-1",
        f"/v1/blobs/{'A' * 64}",
        "/v1/packs/..%2Fchengdu",
        "/v1/packs/chengdu%00",
        "/v1/clerks/%0d%0aX: 1",
    ],
)
async def test_names_of_paths_lead_nowhere(town: Town, path: str) -> None:
    """Security test 21: names that are paths."""
    for method in ("GET", "PUT", "POST"):
        answer = await town.clerk.call(method, path)
        assert answer.status_code in (401, 404, 405, 422), answer.text
        assert "root:" not in answer.text


HOSTILE = '\r\n\x1b[2J\x1b]52;c;eA==\x07{"level":"forged"}\u202e\u2028[/x]'


async def test_every_field_with_line_ends_and_escapes_leaves_whole_log_lines(town: Town) -> None:
    """Security test 22: log injection through addresses, headers, bodies, tokens."""
    body = json.loads(application())
    for change in (
        {"station": HOSTILE},
        {"clerk": HOSTILE},
        {"person": {**body["person"], "name": HOSTILE}},
        {"pack": {**body["pack"], "name": HOSTILE}},
        {"number": HOSTILE},
    ):
        await town.clerk.put(f"/v1/applications/{body['id']}", {**body, **change})
    odd = "".join(f"%{byte:02x}" for byte in HOSTILE.encode())
    for path in (f"/v1/{odd}", f"/v1/clerks/{odd}", f"/v1/deferrals?state={odd}&cursor={odd}"):
        await town.seats["S1"].call("GET", path)
    for text in ({"name_prefix": HOSTILE}, {"person": HOSTILE}, {"number": HOSTILE}):
        assert (await town.clerk.call("POST", "/v1/searches", text)).status_code == 422
    held = application()
    reason = {"Override-Duplicate": odd}
    assert (await town.clerk.put(path_of(held), held, **reason)).status_code == 422
    form = {"grant_type": HOSTILE, "assertion": HOSTILE, "refresh_token": HOSTILE}
    await town.clerk.exchange(form)
    await town.clerk.exchange({"grant_type": "refresh_token", "refresh_token": HOSTILE})
    lines = town.served.log.read_text("utf-8").splitlines()
    assert lines
    for line in lines:
        entry = json.loads(line)
        assert entry["level"] in ("info", "warning", "error"), line
        assert all(ord(sign) >= 32 for value in entry.values() for sign in str(value))
        assert "forged" not in line


async def test_texts_with_escapes_are_not_kept(town: Town) -> None:
    """Security test 1, the server's part: control, direction and line signs are refused."""
    hostile = (
        "\x1b[2J",
        "\x9b2J",
        "\x1b]52;c;eA==\x07",
        "a\u202eb",
        "a\u2028b",
        "a\x00b",
        "a\ud800b",
    )
    body = application()
    assert (await town.clerk.put(path_of(body), body)).status_code == 201
    for text in hostile:
        key = {"Idempotency-Key": str(uuid.uuid4())}
        payment = {
            "ledger": "treasury", "amount": 1, "method": "cash", "state": "recorded",
            "reference": text,
        }  # fmt: skip
        answer = await town.clerk.call("POST", f"{path_of(body)}/payments", payment, key)
        assert answer.status_code == 422, repr(text)


async def test_application_texts_with_escapes_are_refused(town: Town) -> None:
    """Security test 1, the server's part, for what a station sends of a person."""
    body = json.loads(application())
    for text in ("样本\x1b[2J", "样本\x9b", "样本\u202e甲", "样本\u2066甲"):
        for change in ({"person": {**body["person"], "name": text}}, {"phone": text}):
            answer = await town.clerk.put(f"/v1/applications/{body['id']}", {**body, **change})
            assert answer.status_code == 422, repr(change)
            assert "样本" not in answer.text


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
async def test_tls_with_an_authority_of_our_own(
    settled: Town, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Security test 19, the server's part: TLS 1.2 and up, no plain answer, the right name."""
    kept = keep("sqlite", tmp_path, request)
    await asyncio.to_thread(settle, kept)
    authority = Authority(tmp_path)
    certificate, key = authority.issue("localhost")
    options = ("--tls-certificate", str(certificate), "--tls-key", str(key))
    with kept.served(*options) as served:
        url = served.url.replace("127.0.0.1", "localhost")
        trusting = ssl.create_default_context(cafile=authority.file)
        async with seated(url, served.name, verify=trusting) as seat:
            body = application()
            assert (await seat.put(path_of(body), body)).status_code == 201
            assert (await seat.call("GET", path_of(body))).content == body
        with pytest.raises(httpx.ConnectError):
            async with httpx.AsyncClient(verify=ssl.create_default_context()) as stranger:
                await stranger.get(f"{url}/healthz")
        with pytest.raises(httpx.ConnectError):
            async with httpx.AsyncClient(verify=trusting) as wrong:
                await wrong.get(f"{served.url}/healthz")
        old = ssl.create_default_context(cafile=authority.file)
        old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
        old.set_ciphers("DEFAULT@SECLEVEL=0")
        with pytest.raises(httpx.ConnectError):
            async with httpx.AsyncClient(verify=old) as former:
                await former.get(f"{url}/healthz")
        with pytest.raises(httpx.RemoteProtocolError):
            async with httpx.AsyncClient() as plain:
                await plain.get(url.replace("https", "http") + "/healthz")
        assert key.stat().st_mode & 0o77 == 0
        assert served.stop() == 0


async def test_somebody_elses_key_and_other_clerks_key(town: Town) -> None:
    """Security test 12: same key other body, other clerk's key; the first answer stays."""
    body, key = application(), {"Idempotency-Key": str(uuid.uuid4())}
    assert (await town.clerk.put(path_of(body), body)).status_code == 201
    act = f"{path_of(body)}/payments"
    payment = {"ledger": "treasury", "amount": 160, "method": "cash", "state": "recorded"}
    first = await town.clerk.call("POST", act, payment, key)
    other = await town.clerk.call("POST", act, {**payment, "amount": 1}, key)
    assert other.json()["type"] == "urn:counter:problem:key-reused"
    elsewhere = application(station=STATIONS["near"].code, clerk="C2")
    seat = town.seats["C2"]
    assert (await seat.put(path_of(elsewhere), elsewhere)).status_code == 201
    stolen = await seat.call("POST", f"{path_of(elsewhere)}/payments", payment, key)
    assert stolen.json()["type"] == "urn:counter:problem:key-reused"
    taken = application(station=STATIONS["near"].code, clerk="C2", id=uuid.UUID(id_of(body)))
    assert (await seat.put(path_of(body), taken)).status_code in (409, 422)
    again = await town.clerk.call("POST", act, payment, key)
    assert (again.status_code, again.json()) == (200, first.json())
