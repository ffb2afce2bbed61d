"""A centre restored from yesterday's backup is repaired by what its stations hold, sealed."""

import json
import time
import uuid
from typing import Any

from joserfc import jwe
from joserfc.jwk import OKPKey

from tests.central.centres import Kept
from tests.central.conftest import seated
from tests.central.people import Seat, application, facts, identity_number, path_of, payload_of
from tests.central.test_who_may_what import approval

JOSE = {"Content-Type": "application/jose"}
LOST = {"document": "passport", "kind": "reissue_lost"}


def sealed(body: bytes, key: dict[str, str]) -> bytes:
    """What a station keeps of a body it has sent."""
    methods = ["ECDH-ES+A256KW", "A256GCM"]
    opened = OKPKey.import_key({name: key[name] for name in ("kty", "crv", "x")})
    header = {"alg": methods[0], "enc": methods[1]}
    return jwe.encrypt_compact(header, body, opened, methods).encode()


async def test_acts_and_applications_come_back_from_the_station(
    enrolled: Kept, seal_key: dict[str, str]
) -> None:
    """Everything after the backup, in order: held again with new receipts, exactly once."""
    kept = enrolled
    number = identity_number(801, born="19880516")
    body = application(number=number, given=facts(number, "1988-05-16", items=[LOST]))
    handed = json.dumps(
        {
            "code": "loss_statement", "item": 0, "channel": "window",
            "received_at": "2018-05-20T10:00:00+08:00",
        }
    ).encode()  # fmt: skip
    waiver = json.dumps({"parcel": 0, "ground": "other", "proof": "veteran"}).encode()
    with kept.served() as served:
        async with (
            seated(served.url, served.name) as seat,
            seated(served.url, served.name, "S1") as supervisor,
        ):
            # Approved two days ago, sent then; the receipt was lost with the restored disk.
            old = approval(supervisor, waiver, "waivers", iat=int(time.time()) - 2 * 86400)
            again = sealed(body, seal_key)
            first = await seat.put(path_of(body), again, **JOSE)
            assert first.status_code == 201
            keys = [{"Idempotency-Key": str(uuid.uuid4()), **JOSE} for _ in range(2)]
            act = f"{path_of(body)}/supplements"
            plain = await send(seat, act, handed, {**keys[0], "Content-Type": "application/json"})
            assert plain[0] == 201
            repeat = await send(seat, act, sealed(handed, seal_key), keys[0])
            assert repeat == (200, plain[1])
            path = f"{path_of(body)}/waivers"
            fresh = {**keys[1], "Approval": old}
            stale = await send(seat, path, waiver, {**fresh, "Content-Type": "application/json"})
            assert stale[0] == 422
            assert (await send(seat, path, sealed(waiver, seal_key), fresh))[0] == 201
            assert (await send(seat, path, b"x.y.z", fresh))[0] == 422
            page = (await seat.call("GET", "/v1/receipts")).json()
            assert [payload_of(one)["seq"] for one in page["receipts"]] == [1, 2, 3]
            fees = (await seat.call("GET", f"{path_of(body)}/fees")).json()
            assert fees["waived_later"] == 10


async def send(
    seat: Seat, path: str, content: bytes, headers: dict[str, str]
) -> tuple[int, dict[str, Any]]:
    answer = await seat.call("POST", path, content, headers)
    return answer.status_code, answer.json()
