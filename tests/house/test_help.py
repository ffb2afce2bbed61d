"""What the commands say of themselves and refuse: in the configured language, on 80 columns."""

from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from rich.cells import cell_len

from counter_tui.cli import counter
from counter_tui.config import CONFIG_VARIABLE
from counter_tui.words import LANGUAGES

COLUMNS = 80


def say(folder: Path, language: str, *arguments: str) -> Result:
    file = folder / "counter.toml"
    file.write_text(f'language = "{language}"\n')
    return CliRunner().invoke(counter, arguments, env={CONFIG_VARIABLE: str(file)})


def commands(group: click.Group = counter, *above: str) -> Iterator[tuple[str, ...]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        yield (*above, name)
        found = group.get_command(context, name)
        if isinstance(found, click.Group):
            yield from commands(found, *above, name)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_help_fits_the_screen(tmp_path: Path, language: str) -> None:
    wide = {}
    for command in ((), *commands()):
        said = say(tmp_path, language, *command, "--help")
        assert said.exit_code == 0, (command, said.output)
        wide[command] = [one for one in said.output.splitlines() if cell_len(one) > COLUMNS]

    assert len(wide) > 40
    assert {command: lines for command, lines in wide.items() if lines} == {}


def test_help_is_chinese_until_the_configuration_says_otherwise(tmp_path: Path) -> None:
    usual = CliRunner().invoke(counter, ["read", "-h"], env={CONFIG_VARIABLE: None})
    chosen = say(tmp_path, "en", "read", "-h")

    assert usual.output.splitlines()[0] == "用法: counter read [选项]"
    assert "读取一张证件并显示。" in usual.output
    assert "等待放卡的时间。  [默认 15.0" in usual.output
    assert chosen.output.splitlines()[0] == "Usage: counter read [OPTIONS]"
    assert "How long to wait for a card.  [default: 15.0" in chosen.output


def test_help_works_beside_a_broken_configuration(tmp_path: Path) -> None:
    file = tmp_path / "counter.toml"
    file.write_text("language = ")

    said = CliRunner().invoke(counter, ["doctor", "-h"], env={CONFIG_VARIABLE: str(file)})

    assert said.output.startswith("用法: counter doctor")


def test_a_hidden_option_stays_hidden(tmp_path: Path) -> None:
    assert "--key-stdin" not in say(tmp_path, "en", "agent", "-h").output


@pytest.mark.parametrize(
    ("arguments", "chinese", "english"),
    [
        (["red"], "没有命令 red", "There is no command red; see `counter --help`."),
        (["read", "--no"], "没有选项 --no", "There is no option --no; see `counter read --help`."),
        (["outbox", "show"], "缺少 ID", "ID is missing; see `counter outbox show --help`."),
        (
            ["read", "--wait", "long"],
            "--wait 的值不可用",
            "--wait cannot be that ('long' is not a valid float range); see `counter read --help`.",
        ),
        (
            ["readers", "more"],
            "命令行有误",
            "The command line is wrong (Got unexpected extra argument (more)); "
            "see `counter readers --help`.",
        ),
        (["enrol", "--name", "样本"], "请说明登记什么", "Say what to enrol"),
        (
            ["support", "open", "--reason", "none"],
            "--reason 只能是：reader printer",
            "--reason is one of these: reader printer network",
        ),
        (
            ["decide", "--pack", "national", "x.json"],
            "national 是供其他政策包引用的基础包",
            "national is a base for other packs",
        ),
    ],
)
def test_a_refusal_is_one_sentence_in_the_configured_language(
    tmp_path: Path, arguments: list[str], chinese: str, english: str
) -> None:
    for language, sentence in (("zh_CN", chinese), ("en", english)):
        refused = say(tmp_path, language, *arguments)
        assert (refused.exit_code, refused.stdout) == (2, "")
        assert refused.stderr.startswith(sentence)
        assert refused.stderr.count("\n") == 1
