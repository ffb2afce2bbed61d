"""A photo from the camera's folder to the centre's folder: cropped, without the camera's notes."""

import asyncio
import hashlib
import io
from pathlib import Path
from uuid import UUID

import pytest
from PIL import Image

from counter_tui.failure import ClearNo
from counter_tui.photo.photos import Finished, finish, in_folder
from intake import photos
from tests.agent.stations import accepted, agent_of, signed_in
from tests.printing.samples import AT, PACK
from tests.store.centre import Pair

RULES = photos.rules(PACK, AT.date())


def taken(path: Path, size: tuple[int, int] = (1200, 1400)) -> Path:
    """A made-up picture as a camera writes it: light ground, a dark middle, notes, lying."""
    picture = Image.effect_noise(size, 12).convert("RGB").point(lambda tone: min(tone + 110, 255))
    picture.paste((90, 70, 60), (size[0] // 3, size[1] // 4, size[0] * 2 // 3, size[1] * 3 // 4))
    notes = Image.Exif()
    notes[306] = "2018:05:16 10:00:00"
    notes[271] = "CAMERA-OF-NOTE"
    picture.save(path, "JPEG", exif=notes)
    return path


def look(path: Path) -> Finished:
    return asyncio.run(finish(path, RULES))


def test_a_photo_comes_out_as_the_rules_want_it(tmp_path: Path) -> None:
    made = look(taken(tmp_path / "a.jpg"))

    found = photos.faults(photos.Photo(made.width, made.height, len(made.content)), RULES)
    assert found == []
    assert made.taken_on == "2018-05-16"
    assert made.light
    assert b"CAMERA-OF-NOTE" not in made.content
    with Image.open(io.BytesIO(made.content)) as picture:
        assert (picture.format, picture.mode) == ("JPEG", "RGB")
        assert not picture.getexif()


@pytest.mark.parametrize("content", [b"", b"GIF89a" + bytes(50), b"\xff\xd8\xff\xe0" + bytes(9)])
def test_what_is_no_photo_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.jpg").write_bytes(content)
    with pytest.raises(ClearNo):
        look(tmp_path / "a.jpg")


def test_too_few_pixels_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ClearNo):
        look(taken(tmp_path / "a.jpg", (300, 400)))


def test_the_newest_comes_first(tmp_path: Path) -> None:
    import os

    for number, name in enumerate(("b.jpg", "a.jpg", "c.txt")):
        (tmp_path / name).write_bytes(b"x")
        os.utime(tmp_path / name, (number, number))

    assert [one.name for one in in_folder(str(tmp_path))] == ["a.jpg", "b.jpg"]
    assert in_folder("") == []


def test_the_centre_holds_the_photo_of_an_accepted_application(
    pair: Pair,
    tmp_path: Path,
) -> None:
    content = look(taken(tmp_path / "a.jpg")).content
    sha256 = hashlib.sha256(content).hexdigest()
    signed_in(pair)
    (id,) = accepted(pair, 0)
    with pair.home.store() as store:
        assert store.blobs.keep(UUID(id), "image/jpeg", content) == sha256
        # One of a draft stays here until it is accepted.
        store.blobs.keep(UUID(int=5), "image/jpeg", content + b"x")

    async def run() -> None:
        with pair.centre():
            async with agent_of(pair) as (agent, thread):
                await agent.round()
                assert await thread.call(lambda store: store.blobs.to_send()) == []

    asyncio.run(run())
    held = [path for path in tmp_path.rglob("*") if path.is_file() and path.name == sha256]
    assert [path.read_bytes() for path in held] == [content]
