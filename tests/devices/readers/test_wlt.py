"""A vendor library in a process of its own: it may print, crash or hang, and only loses itself."""

import subprocess
from pathlib import Path

import pytest

from devices.wlt.decoder import WltDecoder
from devices.wlt.picture import BMP_BYTES

SOURCE = """
#include <stdio.h>
#include <string.h>
#include <stdlib.h>
int unpack(char *block, char *picture, int build) {
    printf("chatter\\n"); fflush(stdout);
    if (block[0] == 'X') abort();
    memset(picture, block[1], 38556);
    picture[0] = build == 608 ? 1 : 2;
    return 1;
}
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wlt")
    (folder / "wlt.c").write_text(SOURCE)
    made = folder / "libwlt.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", made, folder / "wlt.c"], check=True)
    return made


def test_a_portrait_is_decoded_and_a_crash_is_survived(library: Path) -> None:
    decoder = WltDecoder(f"{library}#608")
    try:
        picture = decoder(b"W\x07" + bytes(1022))
        assert picture is not None
        assert (picture[:2], len(picture), picture[54:57]) == (b"BM", BMP_BYTES, b"\x01\x07\x07")
        assert decoder(b"X" + bytes(1023)) is None
        assert decoder(b"W\x07" + bytes(1022)) == picture
    finally:
        decoder.close()


def test_a_library_that_is_not_there_is_given_up(tmp_path: Path) -> None:
    decoder = WltDecoder(str(tmp_path / "none.so"))
    assert [decoder(bytes(1024)) for _ in range(4)] == [None] * 4
    decoder.close()
