"""Papers on real ways out: folders, a pty as the printer's line, a socket, a child that hangs."""

import asyncio
import os
import pty
import socket
import threading
import time
import tty
from pathlib import Path

import pytest

from counter_tui.printing.fonts import chinese_font
from counter_tui.printing.printer import PrinterTrouble, put_on_paper
from counter_tui.printing.target import BadTarget, target
from counter_tui.slips.slip import Block, Slip
from counter_tui.words import Words
from tests.printing.raster import printed
from tests.printing.samples import NAME, accepted
from tests.printing.test_slips import slips

RECEIPT = slips(Words("zh_CN"))["receipt"]


def test_a_text_file_holds_the_paper_and_its_name_no_person(tmp_path: Path) -> None:
    asyncio.run(put_on_paper(f"file:{tmp_path}/papers", RECEIPT, "28T5-CY4T-3-receipt-1-1"))

    (made,) = (tmp_path / "papers").iterdir()
    assert NAME in made.read_text("utf-8")
    assert NAME not in made.name


def test_a_pdf_embeds_the_signs_it_uses(tmp_path: Path) -> None:
    asyncio.run(put_on_paper(f"pdf:{tmp_path}", RECEIPT, "one"))

    made = (tmp_path / "one.pdf").read_bytes()
    assert made.startswith(b"%PDF")
    assert b"/FontFile" in made
    assert len(made) < 100_000


def test_a_printer_on_a_serial_line_gets_chinese_bars_and_a_cut() -> None:
    ours, theirs = pty.openpty()
    tty.setraw(theirs)
    got, ended = bytearray(), threading.Event()

    def take() -> None:
        while not ended.is_set() or not got:
            try:
                got.extend(os.read(ours, 4096))
            except OSError:
                return

    reader = threading.Thread(target=take, daemon=True)
    reader.start()
    try:
        asyncio.run(put_on_paper(f"escpos:serial:{os.ttyname(theirs)}?baud=19200", RECEIPT, "one"))
        time.sleep(0.3)
    finally:
        ended.set()
        os.close(theirs)
        os.close(ours)
    paper = printed(bytes(got))

    assert paper.lines[0] == ("        受理回执", True)
    assert "？" not in paper.text
    assert "普通护照 补发（遗失）" in paper.text
    assert paper.bars == ["{B" + accepted().number]
    assert paper.cuts == 1
    # The name's rare signs are in no printer's font: that line is a picture.
    assert len(paper.pictures) == 2
    assert all(width == 48 * 12 for width, _ in paper.pictures)


def test_a_printer_on_the_network() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        got = bytearray()

        def take() -> None:
            line, _ = server.accept()
            with line:
                while part := line.recv(4096):
                    got.extend(part)

        reader = threading.Thread(target=take)
        reader.start()
        port = server.getsockname()[1]
        slip = Slip("notice", (Block("title", "一次性告知书"), Block("line", "缺：照片，￥0。")))
        asyncio.run(put_on_paper(f"escpos:tcp://127.0.0.1:{port}?cut=0", slip, "one"))
        reader.join(10)

    assert printed(bytes(got)).text.splitlines()[1] == "缺：照片，￥0。"
    assert printed(bytes(got)).cuts == 0


@pytest.mark.parametrize(
    ("uri", "word"),
    [
        ("", "none"),
        ("escpos:/dev/no-such-printer", "absent"),
        ("escpos:serial:/dev/no-such-line", "absent"),
        ("escpos:tcp://127.0.0.1:9", "absent"),
        ("cups:no-such-queue", "queue"),
    ],
)
def test_trouble_is_one_sentence(uri: str, word: str) -> None:
    with pytest.raises(PrinterTrouble) as trouble:
        asyncio.run(put_on_paper(uri, RECEIPT, "one"))

    assert trouble.value.word in (word, "absent" if word == "queue" else "failed")
    assert "样本" not in str(trouble.value)


def test_a_print_can_be_cancelled_and_leaves_no_child(tmp_path: Path) -> None:
    pipe = tmp_path / "printer"
    # Nobody reads this pipe, so opening it waits for ever: a printer that hangs.
    os.mkfifo(pipe)

    async def run() -> float:
        task = asyncio.create_task(put_on_paper(f"escpos:{pipe}", RECEIPT, "one"))
        await asyncio.sleep(1)
        began = time.monotonic()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return time.monotonic() - began

    assert asyncio.run(run()) < 2


def test_addresses_are_taken_apart_or_refused() -> None:
    assert target("escpos:serial:/dev/ttyS0?baud=19200&columns=32").columns == 32
    assert target("escpos:usb:04b8:0e15").where == "04b8:0e15"
    assert target("cups:").way == "cups"
    for bad in ("lpt1", "escpos:", "escpos:usb:1", "escpos:tcp://host", "pdf:", "file:/x?cols=1"):
        with pytest.raises(BadTarget):
            target(bad)


def test_this_machine_has_a_chinese_font() -> None:
    assert chinese_font() is not None
