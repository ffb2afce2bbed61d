"""The packs a centre keeps: each the one that was signed, what they have in common kept once."""

from itertools import combinations
from pathlib import Path

from central.rules import known_packs
from intake.decision import Text
from intake.pack.pack import Pack, from_canonical
from intake.pack.resolved import TABLES, rows_of
from intake.pack.rows import Row


def rows_by_id(pack: Pack) -> dict[tuple[str, str], Row]:
    return {(table, row.id): row for table in TABLES for row in rows_of(pack.resolved, table)}


def test_a_row_that_two_packs_have_is_kept_once_and_no_pack_changes() -> None:
    packs = list(known_packs())
    assert len(packs) > 1
    common = 0
    for one, other in combinations(map(rows_by_id, packs), 2):
        for key in one.keys() & other.keys():
            assert (one[key] == other[key]) == (one[key] is other[key])
            common += one[key] is other[key]
    assert common > 100
    for pack in packs:
        assert from_canonical(pack.resolved.canonical()).sha256 == pack.sha256


def test_an_earlier_version_keeps_what_it_says_in_its_own_way(tmp_path: Path) -> None:
    """A row of the same name that says something else must not take the other's words."""
    shipped = next(pack for pack in known_packs() if pack.name == "chengdu")
    name = shipped.resolved.names[0]
    other = name.model_copy(update={"name": Text(zh="别名", en="another")})
    changed = shipped.resolved.model_copy(
        update={"version": "2018.04", "names": (other, *shipped.resolved.names[1:])}
    )
    (tmp_path / "earlier.json").write_bytes(changed.canonical())
    kept = {(pack.name, pack.version): pack for pack in known_packs(tmp_path)}
    assert kept["chengdu", "2018.04"].called(name.code).zh == "别名"
    assert kept["chengdu", shipped.version].sha256 == shipped.sha256
