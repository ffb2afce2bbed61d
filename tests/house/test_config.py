"""`counter.toml`: what is wrong is said in one sentence with file, line and remedy."""

from pathlib import Path

import pytest

from counter_tui import config
from counter_tui.failure import WrongUse

SHIPPED = Path(__file__).parents[2] / "counter.toml"


def test_the_shipped_file_says_the_built_in_values(tmp_path: Path) -> None:
    shipped = config.parse(SHIPPED.read_text("utf-8"), SHIPPED, tmp_path)

    assert shipped == config.Config(home=tmp_path, source=SHIPPED)


@pytest.mark.parametrize(
    ("text", "line", "hint"),
    [
        ('[readers]\nuri = ["virtual:"]\n', 2, "uris"),
        ("\n\n[reader]\n", 3, "readers"),
        ('[terminal]\n# a comment\nreveal_seconds = "10"\n', 3, "60"),
        ("[terminal]\nreveal_seconds = 61\n", 2, "60"),
        ("[terminal]\nlock_after_minutes = true\n", 2, "120"),
        ('language = "fr"\n', 1, "zh_CN"),
        ("[readers]\nuris = [1]\n", 2, "["),
        ("[rules]\npack = 3\n", 2, "rules.pack"),
        ('readers = "virtual:"\n', 1, "[readers]"),
        ("home = 3\n", 1, "home"),
    ],
)
def test_a_wrong_line_is_named(text: str, line: int, hint: str, tmp_path: Path) -> None:
    source = tmp_path / "counter.toml"

    with pytest.raises(WrongUse) as refused:
        config.parse(text, source)

    sentence = refused.value.format_message()
    assert sentence.startswith(f"{source}:{line}: ")
    assert hint in sentence
    assert "\n" not in sentence


def test_broken_toml_names_its_line(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="line 2"):
        config.parse("[rules]\npack = \n", tmp_path / "counter.toml")


def test_a_missing_or_unreadable_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match=r"nowhere\.toml"):
        config.load(tmp_path / "nowhere.toml", {})

    gbk = tmp_path / "gbk.toml"
    gbk.write_bytes("# 配置".encode("gbk"))
    with pytest.raises(WrongUse, match="UTF-8"):
        config.load(gbk, {})


def test_the_environment_names_home_and_file(tmp_path: Path) -> None:
    file = tmp_path / "other.toml"
    file.write_text('home = "/nowhere"\n[rules]\npack = "chengdu-narrow"\n', "utf-8")

    loaded = config.load(None, {"COUNTER_HOME": str(tmp_path / "h"), "COUNTER_CONFIG": str(file)})

    assert loaded.home == tmp_path / "h"
    assert loaded.rules.pack == "chengdu-narrow"


def test_a_file_in_the_home_is_found(tmp_path: Path) -> None:
    (tmp_path / "counter.toml").write_text('language = "en"\n', "utf-8")

    assert config.load(None, {"COUNTER_HOME": str(tmp_path)}).language == "en"
