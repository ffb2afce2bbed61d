"""Signed packs: only what a pinned key signed, only what is newer; the last good one decides."""

from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import OKPKey

from counter_tui import packs, signed_packs
from counter_tui.signed_packs import SENTENCES, Refused
from intake.pack import Pack


def key() -> OKPKey:
    return OKPKey.generate_key("Ed25519")


def private(of: OKPKey) -> dict[str, Any]:
    return of.as_dict(private=True)


def public(of: OKPKey) -> dict[str, Any]:
    return of.as_dict(private=False)


def version(number: str) -> Pack:
    return Pack(packs.load("chengdu").resolved.model_copy(update={"version": number}))


def test_round_trip() -> None:
    ours = key()
    token = signed_packs.sign(version("2018.05"), private(ours))
    read = signed_packs.verify(token, [public(key()), public(ours)])
    assert read.resolved == packs.load("chengdu").resolved
    assert read.sha256 == packs.load("chengdu").sha256


def test_a_pem_key_signs_too() -> None:
    ours = key()
    pem = ours.as_pem(private=True).decode()
    token = signed_packs.sign(version("2018.05"), signed_packs.read_key(pem))
    assert signed_packs.verify(token, [public(ours)]).version == "2018.05"


def test_any_changed_character_is_noticed() -> None:
    ours = key()
    token = signed_packs.sign(version("2018.05"), private(ours))
    for place in range(0, len(token), len(token) // 60):
        changed = "A" if token[place] != "A" else "B"
        bad = token[:place] + changed + token[place + 1 :]
        with pytest.raises(Refused):
            signed_packs.verify(bad, [public(ours)])


@pytest.mark.parametrize("junk", ["", "a.b.c", "x" * 1000, "{}", "é"])
def test_junk(junk: str) -> None:
    with pytest.raises(Refused) as caught:
        signed_packs.verify(junk, [public(key())])
    assert caught.value.why == "tampered"


def test_installing(tmp_path: Path) -> None:
    ours, keys = key(), []
    keys.append(public(ours))
    assert signed_packs.installed(tmp_path, "chengdu", keys) is None
    for number in ("2018.05", "2018.06", "2018.06.1", "2018.10"):
        token = signed_packs.sign(version(number), private(ours))
        signed_packs.install(tmp_path, token, keys, "chengdu")
        found = signed_packs.installed(tmp_path, "chengdu", keys)
        assert found is not None and found.version == number
    assert signed_packs.trouble(tmp_path, "chengdu", keys) is None


def refused(tmp_path: Path, token: str, keys: list[Any]) -> tuple[str, str | None]:
    with pytest.raises(Refused):
        signed_packs.install(tmp_path, token, keys, "chengdu")
    noted = signed_packs.trouble(tmp_path, "chengdu", keys)
    assert noted is not None and noted.sentence == SENTENCES[noted.why]
    return noted.why, noted.version


def test_refusals_leave_the_last_good_pack_and_say_why(tmp_path: Path) -> None:
    ours = key()
    keys = [public(ours)]
    good = signed_packs.sign(version("2018.06"), private(ours))
    signed_packs.install(tmp_path, good, keys, "chengdu")
    older = signed_packs.sign(version("2018.05"), private(ours))
    assert refused(tmp_path, older, keys) == ("older", "2018.05")
    foreign = signed_packs.sign(version("2019.01"), private(key()))
    assert refused(tmp_path, foreign, keys) == ("unknown_key", None)
    newer = signed_packs.sign(version("2019.01"), private(ours))
    assert refused(tmp_path, newer[:-4] + "AAAA", keys) == ("tampered", None)
    narrow = signed_packs.sign(packs.load("chengdu-narrow"), private(ours))
    assert refused(tmp_path, narrow, keys) == ("another_name", "2023.01")
    found = signed_packs.installed(tmp_path, "chengdu", keys)
    assert found is not None and found.version == "2018.06"
    signed_packs.install(tmp_path, good, keys, "chengdu")
    signed_packs.install(tmp_path, newer, keys, "chengdu")
    assert signed_packs.trouble(tmp_path, "chengdu", keys) is None


def test_the_same_version_with_other_rules_is_refused(tmp_path: Path) -> None:
    ours = key()
    keys = [public(ours)]
    first = version("2018.06")
    signed_packs.install(tmp_path, signed_packs.sign(first, private(ours)), keys, "chengdu")
    other = Pack(first.resolved.model_copy(update={"waivers": ()}))
    assert refused(tmp_path, signed_packs.sign(other, private(ours)), keys) == ("older", "2018.06")


def test_a_spoiled_file_falls_back_to_the_one_before(tmp_path: Path) -> None:
    ours = key()
    keys = [public(ours)]
    for number in ("2018.06", "2018.07"):
        token = signed_packs.sign(version(number), private(ours))
        signed_packs.install(tmp_path, token, keys, "chengdu")
    (tmp_path / "packs" / "chengdu.jws").write_text("spoiled")
    found = signed_packs.installed(tmp_path, "chengdu", keys)
    assert found is not None and found.version == "2018.06"
    trouble = signed_packs.trouble(tmp_path, "chengdu", keys)
    assert trouble is not None and trouble.why == "tampered"


def test_without_installed_packs_the_shipped_one_decides(tmp_path: Path) -> None:
    used = packs.in_use("chengdu", tmp_path)
    assert (used.origin, used.trouble, used.pack.version) == ("shipped", None, "2018.05")
