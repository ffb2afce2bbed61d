"""A station's home, and what enrolment wrote into its `station.toml`. Nothing in it is secret."""

import json
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from counter_tui.failure import WrongUse
from counter_tui.store.sealed_file import write_durably
from counter_tui.words import N_

Jwk = dict[str, Any]
_LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class CentreTrust:
    """The centre as pinned at enrolment: address, name (the audience of assertions), keys."""

    url: str
    name: str
    keys: list[Jwk]
    seal_key: Jwk


@dataclass(frozen=True, slots=True)
class Station:
    """One service point. `centre` is None until the centre's answer was installed."""

    code: str
    kind: str
    station_key: Jwk
    centre: CentreTrust | None = None
    pack_keys: list[Jwk] = field(default_factory=list)


def store_path(home: Path) -> Path:
    """The sealed store."""
    return home / "store.db"


def read_station(home: Path) -> Station:
    """What enrolment wrote. Raises WrongUse where there is none or it is damaged."""
    path = home / "station.toml"
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
        centre = values.get("centre")
        return Station(
            code=values["code"],
            kind=values["kind"],
            station_key=values["station_key"],
            centre=CentreTrust(
                url=checked_address(centre["url"]),
                name=centre["name"],
                keys=centre["keys"],
                seal_key=centre["seal_key"],
            )
            if centre
            else None,
            pack_keys=values.get("pack_keys", []),
        )
    except FileNotFoundError:
        raise WrongUse(
            N_("This station is not enrolled yet: run `counter enrol`, or `counter demo` to try.")
        ) from None
    except (OSError, ValueError, KeyError, TypeError):
        raise WrongUse(
            N_("{path}: damaged; install the centre's answer again"), path=path
        ) from None


def write_station(home: Path, station: Station) -> None:
    """Write `station.toml`, whole or not at all."""
    lines = [
        "# Written by `counter enrol`. Nothing here is secret.",
        f"code = {_text(station.code)}",
        f"kind = {_text(station.kind)}",
        f"station_key = {_table(station.station_key)}",
        f"pack_keys = {_tables(station.pack_keys)}",
    ]
    if station.centre:
        lines += [
            "",
            "[centre]",
            f"url = {_text(station.centre.url)}",
            f"name = {_text(station.centre.name)}",
            f"keys = {_tables(station.centre.keys)}",
            f"seal_key = {_table(station.centre.seal_key)}",
        ]
    write_durably(home / "station.toml", ("\n".join(lines) + "\n").encode())


def trust_from(answer: object) -> tuple[str, CentreTrust, list[Jwk]]:
    """Station code, centre and pack keys from the centre's answer. Raises WrongUse."""
    try:
        if not isinstance(answer, dict):
            raise TypeError
        centre = answer["centre"]
        trust = CentreTrust(
            checked_address(centre["url"]),
            str(centre["name"]),
            [_public(key) for key in centre["keys"]],
            _public(centre["seal_key"]),
        )
        return str(answer["station"]), trust, [_public(key) for key in answer["pack_keys"]]
    except (KeyError, TypeError, ValueError):
        raise WrongUse(N_("This is not an answer of the centre to an enrolment.")) from None


def checked_address(url: str) -> str:
    """The address, if it is https or on this machine. Raises ValueError."""
    parts = urlsplit(url)
    loopback = parts.scheme == "http" and parts.hostname in _LOOPBACK
    if not parts.hostname or not (parts.scheme == "https" or loopback):
        raise ValueError(url)
    return url.rstrip("/")


def _public(key: Jwk) -> Jwk:
    return {name: str(key[name]) for name in ("kty", "crv", "x", "kid") if name in key}


def _text(value: str) -> str:
    # A JSON string without control characters is a TOML basic string.
    return json.dumps(value, ensure_ascii=False)


def _table(values: Jwk) -> str:
    return "{ " + ", ".join(f"{name} = {_text(str(one))}" for name, one in values.items()) + " }"


def _tables(values: list[Jwk]) -> str:
    return "[" + ", ".join(_table(one) for one in values) + "]"
