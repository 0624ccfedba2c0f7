"""An unknown command names the full one that the word means."""

import click
import pytest

from catlog.cli.main import root
from catlog.cli.suggestions import SYNONYMS
from tests.cli.conftest import Catlog


@pytest.mark.parametrize("command", sorted({command for meant in SYNONYMS.values() for command in meant}))
def test_every_suggestion_is_a_command(command: str) -> None:
    found: click.Command = root
    for name in command.split(" --")[0].split():
        assert isinstance(found, click.Group)
        next_one = found.get_command(click.Context(found), name)
        assert next_one is not None
        found = next_one


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (["export"], "catlog list export"),
        (["login"], "catlog account login"),
        (["list", "climbers"], "catlog analytics"),
    ],
)
def test_an_unknown_command_suggests_by_meaning(catlog: Catlog, typed: list[str], meant: str) -> None:
    ended = catlog(*typed)
    assert ended.code == 2
    assert meant in ended.err


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["list", "ls", "--statuss", "watching"], "--status"),
        (["list", "ls", "--filter", "x"], "You may mean: --query"),
        (["list", "ls", "--json"], "You may mean: --format json"),
        (["list", "ls", "-n", "5"], "You may mean: --limit"),
        (["list", "set", "1", "--rating", "3"], "You may mean: --score"),
        (["list", "export", "--file", "x"], "You may mean: --output"),
        (["analytics", "climbers", "--on-list"], "You may mean: --mine"),
        (["search", "x", "--order", "score"], "You may mean: --order-by"),
    ],
)
def test_an_unknown_option_suggests_those_of_its_command(catlog: Catlog, typed: list[str], said: str) -> None:
    ended = catlog(*typed)
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err


def test_an_option_that_means_nothing_here_suggests_none(catlog: Catlog) -> None:
    ended = catlog("account", "whoami", "--rating")
    assert (ended.code, "You may mean" in ended.err) == (2, False)
