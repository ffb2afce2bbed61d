"""The rules again: the terminal is not trusted, so the centre decides every application itself."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from central.model import parse, refuse_hostile_text
from central.problems import Problem
from intake.application import Application, PackRef, short_number
from intake.captures import contradicted
from intake.decide import decide
from intake.decision import Decision, Proof
from intake.pack.layers import HEADER
from intake.pack.pack import Pack, from_canonical, load
from intake.pack.resolved import TABLES, Resolved, rows_of
from intake.pack.rows import Row
from intake.reading import BadFacts

HOLDABLE: Final = ("accept", "accept_with_deferral")
MOST_LINES: Final = 50


class Rules:
    """The packs this centre knows, by name and version, and deciding by them."""

    def __init__(self, packs: Iterable[Pack]) -> None:
        self._packs = {(pack.name, pack.version): pack for pack in packs}

    def packs(self) -> tuple[Pack, ...]:
        """The newest version of every pack, by name."""
        newest: dict[str, Pack] = {}
        for pack in sorted(self._packs.values(), key=lambda pack: pack.version):
            newest[pack.name] = pack
        return tuple(newest[name] for name in sorted(newest))

    def pack(self, reference: PackRef) -> Pack:
        """The very pack a station decided by. Raises Problem `unknown-pack`."""
        pack = self._packs.get((reference.name, reference.version))
        if pack is None or pack.sha256 != reference.sha256:
            raise Problem(
                "unknown-pack",
                sent={"name": reference.name, "version": reference.version},
                known=[{"name": one.name, "version": one.version} for one in self.packs()],
            )
        return pack

    def check(self, application: Application) -> None:
        """Decide again. Raises Problem `unknown-pack`, `invalid` or `rules-disagree`."""
        pack = self.pack(application.pack)
        attested: frozenset[Proof] = frozenset(one.proof for one in application.waivers)
        try:
            ours = decide(application.facts, pack, attested)
        except BadFacts as bad:
            field = f"facts.{bad.field}" if bad.field else "facts"
            raise Problem("invalid", field=field, message=bad.message) from None
        if ours != application.decision:
            raise Problem("rules-disagree", lines=list(_lines(application.decision, ours)))
        if ours.outcome not in HOLDABLE:
            raise Problem("invalid", field="decision.outcome", message="not accepted")

    def extended(
        self, application: Application, code: str, due_on: date, given: int
    ) -> date | None:
        """The new due date of a deferral after one more extension than the `given` ones.

        None when the pack gives no more.
        """
        pack = self.pack(application.pack)
        lines = (line for line in application.decision.deferrals if line.code == code)
        rules = {reason.rule for line in lines for reason in line.reasons}
        row = next((row for row in pack.resolved.deferral if row.id in rules), None)
        if row is None or row.extensions <= given:
            return None
        return pack.working_days.due(due_on, row.days, row.unit).on


def known_packs(folder: Path | None = None) -> Iterator[Pack]:
    """The packs shipped with the program, and signed ones kept in `folder` as canonical JSON.

    The folder keeps the versions that stations decided by before the present one. A row that
    several of them have is kept in memory once: most are the national ones.
    """
    rows: dict[tuple[str, str], Row] = {}
    for pack in _read_packs(folder):
        yield Pack(pack.resolved.model_copy(update=dict(_shared(pack.resolved, rows))))


def _read_packs(folder: Path | None) -> Iterator[Pack]:
    if folder is not None and folder.is_dir():
        for path in sorted(folder.glob("*.json")):
            yield from_canonical(path.read_bytes())
    for entry in sorted((files("intake") / "packs").iterdir(), key=lambda entry: entry.name):
        if (entry / HEADER).is_file():
            yield load(entry.name, _shipped)


def _shared(
    resolved: Resolved, known: dict[tuple[str, str], Row]
) -> Iterator[tuple[str, tuple[Row, ...]]]:
    for table in TABLES:
        yield (
            table,
            tuple(_the_same(row, (table, row.id), known) for row in rows_of(resolved, table)),
        )


def _the_same(row: Row, key: tuple[str, str], known: dict[tuple[str, str], Row]) -> Row:
    """The row of an earlier pack that says the same; else this one, for the packs behind it."""
    if known.get(key) != row:
        known[key] = row
    return known[key]


def _shipped(name: str) -> Mapping[str, str]:
    folder = files("intake") / "packs" / name
    if not folder.is_dir():
        raise LookupError(name)
    return {
        entry.name: entry.read_text(encoding="utf-8")
        for entry in folder.iterdir()
        if entry.name.endswith(".toml")
    }


def read_application(body: bytes) -> Application:
    """The application in `body`. Raises Problem `invalid` naming the field."""
    application = parse(Application, body)
    if application.number != short_number(application.id):
        raise Problem("invalid", field="number", message="not the number of this id")
    if (field := contradicted(application)) is not None:
        raise Problem("invalid", field=field, message="not what the materials say")
    refuse_hostile_text(body)
    return application


def _lines(station: Decision, centre: Decision) -> Iterator[dict[str, Any]]:
    """Where two decisions differ, the first few."""
    found = _differences("", _plain(station), _plain(centre))
    for _, line in zip(range(MOST_LINES), found, strict=False):
        yield line


def _plain(decision: Decision) -> Any:
    return decision.model_dump(mode="json", by_alias=True)


def _differences(path: str, theirs: Any, ours: Any) -> Iterator[dict[str, Any]]:
    if isinstance(theirs, dict) and isinstance(ours, dict):
        for key in dict.fromkeys((*theirs, *ours)):
            place = f"{path}.{key}" if path else key
            yield from _differences(place, theirs.get(key), ours.get(key))
    elif isinstance(theirs, list) and isinstance(ours, list) and len(theirs) == len(ours):
        for index, (one, other) in enumerate(zip(theirs, ours, strict=True)):
            yield from _differences(f"{path}[{index}]", one, other)
    elif theirs != ours:
        yield {"path": path, "station": theirs, "centre": ours}
