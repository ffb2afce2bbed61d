"""`counter.toml`: one station's configuration.

The file is checked whole before anything starts: an unknown key or a bad value is one sentence with
file, line and remedy. It is read before the first frame, so it uses plain dataclasses; a model
library would double the time to that frame.
"""

import difflib
import os
import tomllib
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any, Final, Literal, get_args, get_origin

from counter_tui.failure import WrongUse
from counter_tui.printing.target import BadTarget, target
from counter_tui.words import N_, Words

HOME_VARIABLE: Final = "COUNTER_HOME"
CONFIG_VARIABLE: Final = "COUNTER_CONFIG"


def _between(low: int, high: int, default: int) -> Any:
    return field(default=default, metadata={"low": low, "high": high})


@dataclass(frozen=True, slots=True)
class Rules:
    """Which policy pack decides."""

    pack: str = "chengdu"


@dataclass(frozen=True, slots=True)
class ReadersConfig:
    """What the card readers are and what their data is checked against."""

    uris: tuple[str, ...] = ("virtual:",)
    trust: str = ""
    """Folder of CSCA certificates; empty: chip signatures are reported as not checked."""
    wlt_library: str = ""
    """Vendor library that decodes the portrait of a resident ID card; empty: none."""
    scanner_prefix: str = field(default="", metadata={"longest": 1})
    """Character that a scanner which types like a keyboard sends first; empty: none."""


@dataclass(frozen=True, slots=True)
class KeysConfig:
    """Where the store's key is kept beside the clerks' sealed files."""

    custody: Literal["sealed-file", "secret-service"] = "sealed-file"


@dataclass(frozen=True, slots=True)
class Terminal:
    """How the screens behave."""

    line: Literal["auto", "fast", "slow"] = "auto"
    """How sparing to be with the line to the terminal; `auto` measures it."""
    lock_after_minutes: int = _between(1, 120, 10)
    reveal_seconds: int = _between(3, 60, 10)


@dataclass(frozen=True, slots=True)
class Printer:
    """Where slips are printed."""

    uri: str = ""
    """As `counter_tui.printing.target` takes it apart; empty: nothing is printed."""


@dataclass(frozen=True, slots=True)
class PhotoConfig:
    """Where photos come from."""

    folder: str = ""
    """The camera's folder; empty: photos are named by file only."""


@dataclass(frozen=True, slots=True)
class Logs:
    """How much is logged. Personal data never is."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    keep_days: int = _between(1, 3650, 180)


@dataclass(frozen=True, slots=True)
class Support:
    """Who helps from outside, and where they may meet the clerk."""

    help_desk_key: str = ""
    """The help desk's age public key; empty: a support bundle cannot be sealed."""
    meeting_place: str = ""
    """Folder where supporter and terminal meet; empty: no remote support."""
    user: str = "counter-support"
    """The system user a supporter arrives as."""


@dataclass(frozen=True, slots=True)
class Config:
    """A whole checked configuration. `home` is the folder of the station's state."""

    home: Path
    source: Path | None = None
    language: Literal["zh_CN", "en"] = "zh_CN"
    rules: Rules = field(default_factory=Rules)
    readers: ReadersConfig = field(default_factory=ReadersConfig)
    keys: KeysConfig = field(default_factory=KeysConfig)
    terminal: Terminal = field(default_factory=Terminal)
    printer: Printer = field(default_factory=Printer)
    photo: PhotoConfig = field(default_factory=PhotoConfig)
    logs: Logs = field(default_factory=Logs)
    support: Support = field(default_factory=Support)


_SECTIONS: Final[Mapping[str, type]] = {
    "rules": Rules,
    "readers": ReadersConfig,
    "keys": KeysConfig,
    "terminal": Terminal,
    "printer": Printer,
    "photo": PhotoConfig,
    "logs": Logs,
    "support": Support,
}


def load(path: Path | None = None, environment: Mapping[str, str] = os.environ) -> Config:
    """Read the configuration.

    `path`, else `COUNTER_CONFIG`, else `counter.toml` in the home, else built-in values. The
    home is `COUNTER_HOME`, else the file's `home`, else `~/.local/share/counter`.
    Raises WrongUse with file, line and remedy.
    """
    named = path or (Path(environment[CONFIG_VARIABLE]) if CONFIG_VARIABLE in environment else None)
    home = Path(environment[HOME_VARIABLE]) if HOME_VARIABLE in environment else None
    if named is None:
        usual = (home or _usual_home()) / "counter.toml"
        named = usual if usual.exists() else None
    if named is None:
        return Config(home=home or _usual_home())
    return parse(_text_of(named), named, home)


def parse(text: str, source: Path, home: Path | None = None) -> Config:
    """Check the `text` of a configuration; `source` names it in messages."""
    complaint = _Complaint(source, text)
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise WrongUse(f"{source}: {error}") from None
    top: dict[str, Any] = {}
    for key, value in values.items():
        if key in _SECTIONS:
            if not isinstance(value, dict):
                raise complaint.at((key,), N_("write it as a section: [{key}]"), key=key)
            top[key] = _section(_SECTIONS[key], value, (key,), complaint)
        elif key == "language":
            top[key] = _value(_field_of(Config, key), value, (key,), complaint)
        elif key == "home":
            if not isinstance(value, str) or not value:
                raise complaint.at((key,), N_("home is a folder's path in quotes"))
            home = home or Path(value).expanduser()
        else:
            raise complaint.unknown((key,), [*_SECTIONS, "language", "home"])
    if "printer" in top:
        try:
            target(top["printer"].uri)
        except BadTarget as error:
            raise complaint.at(("printer", "uri"), str(error)) from None
    return Config(home=home or _usual_home(), source=source, **top)


def _usual_home() -> Path:
    return Path.home() / ".local" / "share" / "counter"


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise WrongUse(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise WrongUse(Words()(N_("{path}: not UTF-8; save it as UTF-8"), path=path)) from None


class _Complaint:
    """Makes the one sentence about a wrong line."""

    def __init__(self, source: Path, text: str) -> None:
        self._source, self._text = source, text

    def at(self, path: tuple[str, ...], message: str, **values: object) -> WrongUse:
        # Imported on a complaint only: intake brings pydantic, which the first frame does without.
        from intake.toml_lines import line_of

        line = line_of(self._text, path)
        place = f"{self._source}:{line}" if line else str(self._source)
        return WrongUse(f"{place}: {Words()(message, **values)}")

    def unknown(self, path: tuple[str, ...], known: list[str]) -> WrongUse:
        close = difflib.get_close_matches(path[-1], known, n=1)
        if close:
            return self.at(
                path,
                N_("unknown key {key}; did you mean {close}?"),
                key=".".join(path),
                close=close[0],
            )
        return self.at(
            path,
            N_("unknown key {key}; known here: {known}"),
            key=".".join(path),
            known=", ".join(known),
        )


def _field_of(owner: type, name: str) -> Field[Any]:
    return next(f for f in fields(owner) if f.name == name)


def _section(owner: type, values: dict[str, Any], at: tuple[str, ...], say: _Complaint) -> Any:
    known = {f.name: f for f in fields(owner)}
    checked = {}
    for key, value in values.items():
        if key not in known:
            raise say.unknown((*at, key), list(known))
        checked[key] = _value(known[key], value, (*at, key), say)
    return owner(**checked)


def _value(wanted: Field[Any], value: object, at: tuple[str, ...], say: _Complaint) -> object:
    key = ".".join(at)
    if get_origin(wanted.type) is Literal:
        choices = get_args(wanted.type)
        if value not in choices:
            raise say.at(at, N_("{key} is one of: {choices}"), key=key, choices=", ".join(choices))
        return value
    if wanted.type is int:
        low, high = wanted.metadata["low"], wanted.metadata["high"]
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise say.at(
                at,
                N_("{key} is a whole number from {low} to {high}"),
                key=key,
                low=low,
                high=high,
            )
        return value
    if wanted.type is str:
        if not isinstance(value, str):
            raise say.at(at, N_("{key} is text in quotes"), key=key)
        if len(value) > wanted.metadata.get("longest", len(value)):
            raise say.at(at, N_("{key} is one character, or empty"), key=key)
        return value
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise say.at(at, N_('{key} is a list of texts: ["…", "…"]'), key=key)
    return tuple(value)
