"""The side that may crash: loads the vendor's library and decodes blocks until stdin ends.

    python -m devices.wlt.worker PATH[#BUILD]

Each block of 1024 bytes on stdin is answered by a 4-byte big-endian length and so many bytes.
The library exports `unpack(char *block, char *picture, int build)`, as C or as C++; BUILD is the
number its build wants as the third argument (608, 708 and 752 are known; 708 if left out).
"""

import ctypes
import os
import sys
from typing import Any, Final

from devices.wlt.picture import BMP_BYTES, RAW_BYTES, WLT_BYTES

USUAL_BUILD: Final = 708
_ROOM: Final = 1 << 16
_NAMES: Final = ("unpack", "_Z6unpackPcS_i")


def load(library: str) -> tuple[Any, int]:
    """The library's function and its third argument. Raises OSError, AttributeError."""
    path, _, build = library.partition("#")
    loaded = ctypes.CDLL(path)
    name = next((one for one in _NAMES if hasattr(loaded, one)), _NAMES[0])
    unpack = getattr(loaded, name)
    unpack.argtypes = (ctypes.c_char_p, ctypes.c_char_p, ctypes.c_int)
    unpack.restype = ctypes.c_int
    return unpack, int(build) if build else USUAL_BUILD


def decode(unpack: Any, build: int, block: bytes) -> bytes:
    """What the library made of `block`, cut to the size its first bytes tell."""
    room = ctypes.create_string_buffer(_ROOM)
    unpack(block, room, build)
    return room.raw[: BMP_BYTES if room.raw.startswith(b"BM") else RAW_BYTES]


def main() -> None:
    """Serve stdin; a missing library or function ends the process with a status."""
    # The library may print; that must not get between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    unpack, build = load(sys.argv[1])
    while len(block := sys.stdin.buffer.read(WLT_BYTES)) == WLT_BYTES:
        picture = decode(unpack, build, block)
        answers.write(len(picture).to_bytes(4, "big") + picture)
        answers.flush()


if __name__ == "__main__":
    main()
