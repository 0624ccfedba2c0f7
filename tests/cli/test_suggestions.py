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
