"""A list at once: the first command of a fresh home, and what the account commands say of it."""

import json
from pathlib import Path

import pytest

from catlog.config import load_settings
from catlog.db.session import Database
from tests.library.people import BEBOP, fill_catalogue
from tests.support.cli import CommandLine


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def catlog(home: Path) -> CommandLine:
    """Give a command line with a fresh home, whose catalogue has titles."""
    command = CommandLine().having(home=home)
    assert command("etl", "logs").code == 0
    database = Database(load_settings(command.environ).database_url)
    fill_catalogue(database)
    database.close()
    return command


def test_a_fresh_home_has_a_list_at_once(catlog: CommandLine) -> None:
    assert catlog("list", "add", str(BEBOP)).code == 0
    assert [row["malId"] for row in catlog("list", "ls", "--format", "json").rows] == [BEBOP]
    assert catlog("account", "sessions", "--format", "json").rows[0]["endsAt"] is None


def test_reading_the_catalogue_makes_no_account(catlog: CommandLine) -> None:
    assert catlog("search", "bebop", "--offline").code == 0
    assert catlog("admin", "users", "--format", "json").rows == []


def test_whoami_says_what_it_is_and_how_to_protect_it(catlog: CommandLine) -> None:
    told = catlog("account", "whoami", "--format", "json")
    assert told.row["email"] is None
    assert "without a password; to protect it: catlog account password" in told.err
    out = catlog("account", "logout")
    assert (out.code, "nothing to sign out of" in out.err) == (0, True)


def test_through_ssh_nobody_has_it_without_a_key(catlog: CommandLine) -> None:
    entry = CommandLine({**catlog.environ, "SSH_ORIGINAL_COMMAND": "list ls"})
    refused = entry("ssh-entry", "--user", "mika")
    assert (refused.code, "there is no user" in refused.err) == (77, True)
    assert catlog("admin", "users", "--format", "json").rows == []


def test_a_folder_that_others_may_write_asks(tmp_path: Path, home: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    catlog = CommandLine().having(home=home, database_url=f"sqlite:///{shared / 'catlog.db'}")
    asked = catlog("list", "ls")
    assert (asked.code, "catlog account register" in asked.err) == (77, True)


def test_registering_needs_no_address(catlog: CommandLine) -> None:
    ending = catlog("account", "register", "--username", "noor")
    assert (ending.code, "--password-stdin" in ending.err) == (64, True)
    assert json.loads(catlog("account", "whoami", "--format", "json").out)["row"]["username"] != "noor"
