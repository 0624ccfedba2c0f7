"""Every file and folder that CatLog keeps, spoilt in every way, before the real commands: 78, by name, nothing lost."""

import os
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from catlog.ownership import problems_of_file
from tests.ownership.plan import (
    COMMANDS,
    IS_ROOT,
    MAY_BE_LINKS,
    SPOILT_FILES,
    assert_refused,
    ready,
    someone_elses,
    words_of,
)
from tests.ownership.spoilt import SOMEBODY, SPOILT, as_fifo, as_link, condition, elsewhere, for_a_group, for_all, made
from tests.support.cli import CommandLine
from tests.support.terminal import Terminal


@pytest.mark.parametrize(("name", "kind"), SPOILT_FILES)
def test_a_spoilt_file_stops_the_command_that_needs_it(catlog: CommandLine, home: Path, name: str, kind: str) -> None:
    file = ready(home, name)
    SPOILT[kind][0](file)
    database = home / "data" / "catlog.sqlite"
    before = condition(home)
    assert_refused(catlog(*COMMANDS[name]), file, words_of(name, kind))
    left = condition(home)
    changed = {path for path in before if left[path] != before[path]}
    log = {str(database), f"{database}-wal", f"{database}-shm"} if name == "state/jikan-health.json" else set()
    assert changed <= log, "but for the log of runs, where this one failed, nothing that was there changed"
    assert not any("crash" in path for path in left)


@pytest.mark.parametrize("name", COMMANDS)
def test_somebody_elses_file_stops_it_too(
    catlog: CommandLine, home: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = ready(home, name)
    refused = someone_elses(file, monkeypatch)
    assert_refused(catlog(*COMMANDS[name]), refused, "belongs to ")


FOLDERS: dict[str, tuple[str, ...]] = {
    ".": ("config", "show"),
    "config": ("config", "show"),
    "data": ("db", "info"),
    "data/backups": ("db", "backup"),
    "state": ("list", "ls"),
    "state/tokens": ("list", "ls"),
    "cache": ("search", "bebop"),
}
"""A command that opens something in each folder."""


@pytest.mark.parametrize("spoil", [for_all, for_a_group])
@pytest.mark.parametrize("name", FOLDERS)
def test_a_folder_that_others_may_write_stops_it(
    catlog: CommandLine, home: Path, name: str, spoil: Callable[[Path], None]
) -> None:
    if spoil is for_a_group and not IS_ROOT:
        spoil = for_all  # the only group that whoever is not root can give may be a private one
    folder = home / name if name != "." else home
    folder.mkdir(exist_ok=True)
    spoil(folder)
    ending = catlog(*FOLDERS[name])
    assert_refused(ending, folder, "can be changed by ")
    hint = ending.err.splitlines()[1].removeprefix("hint: ").partition(";")[0]
    assert os.system(hint) == 0
    assert catlog(*FOLDERS[name]).code == 0


@pytest.mark.parametrize("name", FOLDERS)
def test_somebody_elses_folder_stops_it(
    catlog: CommandLine, home: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = home / name if name != "." else home
    folder.mkdir(exist_ok=True)
    refused = someone_elses(folder, monkeypatch)
    assert_refused(catlog(*FOLDERS[name]), refused, "belongs to ")


def test_no_settings_are_taken_from_a_folder_where_others_may_put_some(catlog: CommandLine, home: Path) -> None:
    (home / "config" / "config.toml").unlink()
    for_all(home / "config")
    assert_refused(catlog("config", "show"), home / "config", "can be changed by others")


def test_settings_and_database_may_be_links_of_ones_own_to_ones_own(catlog: CommandLine, home: Path) -> None:
    for name in MAY_BE_LINKS:
        as_link(home / name)
    as_link(home / "config")  # as stow links a whole folder
    assert "motion" in catlog("config", "show").out
    assert catlog("list", "ls").code == 0
    assert (home / "data" / "catlog.sqlite").is_symlink()
    for_all(home / "data" / "catlog.sqlite.elsewhere")
    assert_refused(catlog("list", "ls"), home / "data" / "catlog.sqlite.elsewhere", "can be changed by others")


@pytest.mark.parametrize("name", MAY_BE_LINKS)
def test_a_link_to_what_is_not_there_is_said_so_and_makes_nothing(catlog: CommandLine, home: Path, name: str) -> None:
    file = home / name
    target = elsewhere(file)
    target.rename(home / "unplugged")
    file.symlink_to(target)
    ending = catlog(*COMMANDS[name])
    assert_refused(ending, file, f"is a link to {target}, where nothing is")
    assert not target.exists()


@pytest.mark.parametrize("name", MAY_BE_LINKS)
def test_somebody_elses_link_is_not_followed(
    catlog: CommandLine, home: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_link(home / name)
    refused = someone_elses(home / name, monkeypatch)
    assert_refused(catlog(*COMMANDS[name]), refused, "belongs to ")


def test_a_database_that_was_made_before_with_0666_is_not_filled(catlog: CommandLine, home: Path) -> None:
    file = home / "planted.sqlite"
    with closing(sqlite3.connect(file)) as planted:
        planted.execute("CREATE TABLE bait (x)")
    file.chmod(0o666)
    before = file.read_bytes()
    there = catlog.having(database_url=f"sqlite:///{file}")
    for command in (("db", "info"), ("db", "upgrade"), ("list", "ls"), ("etl", "run"), ("db", "backup")):
        assert_refused(there(*command), file, "can be changed by others")
    assert file.read_bytes() == before
    assert "PostgreSQL, or through SSH" in there("list", "ls").err, "the way out for several people"


def test_a_database_is_not_put_into_a_folder_that_others_may_write(catlog: CommandLine, home: Path) -> None:
    shared = home / "shared"
    shared.mkdir()
    for_all(shared)
    ending = catlog.having(database_url=f"sqlite:///{shared}/club.sqlite")("db", "upgrade")
    assert_refused(ending, shared, "can be changed by others")
    assert list(shared.iterdir()) == []


def test_a_new_database_in_a_folder_like_tmp_is_fine(catlog: CommandLine, home: Path) -> None:
    sticky = home / "tmp"
    sticky.mkdir()
    sticky.chmod(0o1777)
    there = catlog.having(database_url=f"sqlite:///{sticky}/own.sqlite")
    assert there("db", "upgrade").code == 0
    assert stat.S_IMODE((sticky / "own.sqlite").stat().st_mode) == 0o600
    victim = made(home / "precious", b"precious")
    (sticky / "own.sqlite.etl.lock").symlink_to(victim)
    assert_refused(there("etl", "run"), sticky / "own.sqlite.etl.lock", "is a link, not a file")
    assert victim.read_bytes() == b"precious"


def test_a_service_account_may_be_let_read_settings_that_are_roots(home: Path) -> None:
    # The other way round than everywhere here: root owns, another user asks.
    file = home / "config" / "config.toml"
    file.chmod(0o640)
    found = problems_of_file(file, linked=True, uid=SOMEBODY)
    assert found == [] if IS_ROOT else all(trouble.kind == "owner" for trouble in found)


def test_root_takes_no_home_that_is_somebody_elses(
    catlog: CommandLine, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with sudo and HOME kept: it would leave files there that their owner cannot open."""
    if IS_ROOT:
        os.chown(home, SOMEBODY, SOMEBODY)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: 0)
    ending = catlog("list", "ls")
    assert (ending.code, ending.out) == (78, "")
    assert "and CatLog runs as root" in ending.err
    assert "hint: run CatLog as " in ending.err


def test_a_pipe_among_the_backups_keeps_nobody_waiting(catlog: CommandLine, home: Path) -> None:
    assert catlog("db", "backup").code == 0
    (file,) = (home / "data" / "backups").glob("*.backup")
    as_fifo(file)
    ending = catlog("db", "restore", file, "--yes")
    assert ending.code == 69
    assert "it is a FIFO, not a file" in ending.err


def test_what_the_user_names_is_the_users_affair(catlog: CommandLine, home: Path) -> None:
    shared = home / "shared"
    shared.mkdir()
    for_all(shared)
    victim = made(home / "precious", b"precious")
    (shared / "list.json").symlink_to(victim)
    for command in (
        ("list", "export", "-o", shared / "list.json"),
        ("next", "--ics", shared / "next.ics"),
        ("db", "backup", "-o", shared / "mine.backup"),
    ):
        ending = catlog(*command)
        assert ending.code == 0, ending.err
    assert victim.read_bytes() == b"precious", "the link is replaced, and what it named is not written"
    assert {stat.S_IMODE(file.lstat().st_mode) for file in shared.iterdir()} == {0o600}
    os.mkfifo(home / "pipe")
    for_all(shared / "list.json")
    assert catlog("list", "import", shared / "list.json", "--no-backup").code == 0


@pytest.mark.parametrize("name", ["data/catlog.sqlite", "state/keys.json"])
def test_the_app_ends_with_the_same_words(home: Path, name: str) -> None:
    for_all(home / name)
    with Terminal(environ={"CATLOG_HOME": str(home)}) as terminal:
        assert terminal.end() == 78
        said = " ".join(terminal.received.decode("utf-8", "replace").split())
    assert f"catlog: {home / name} " in said
    assert "hint: " in said
    assert "chmod 600" in said
