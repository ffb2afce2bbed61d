"""Bodies that a station had sealed to the centre after sending them, and now sends again.

So stations repair a centre that was restored from a backup, without being able to read what they
still hold.
"""

from dataclasses import replace

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwe import JWERegistry

from central.blobs import LARGEST
from central.identity import SEALING
from central.problems import Problem
from central.resource import Call

MEDIA_TYPE = "application/jose"


class _Registry(JWERegistry):
    """The library opens 64 KiB; what may come is bounded where it comes in, a photo the largest."""

    max_ciphertext_length = LARGEST * 4 // 3 + 4


_ANY_SIZE = _Registry(algorithms=list(SEALING.values()))


def sent_again(call: Call) -> bool:
    """Whether the body is one that was sent before and sealed since."""
    return call.header("content-type") == MEDIA_TYPE


def opened(call: Call) -> Call:
    """The call with its body as it was first sent. Raises Problem `invalid`."""
    if not sent_again(call):
        return call
    try:
        sealed = call.body.decode("ascii")
        plain = jwe.decrypt_compact(sealed, call.centre.identity.seal, registry=_ANY_SIZE)
    except (JoseError, ValueError, TypeError):
        raise Problem("invalid", field="", message="not sealed to this centre") from None
    return replace(call, body=plain.plaintext or b"")
