"""Files that somebody else has written, or that the disk does not give back: a plain line, and never a bug."""

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from catlog.accounts.identity import remember
from catlog.accounts.keys import key_file
from catlog.accounts.sign_in import begin_session
from catlog.accounts.users import register
from catlog.atomic_files import write_private
from catlog.config import load_settings
from catlog.db.session import Database
from catlog.paths import paths_under
from tests.support.cli import ROOT, CommandLine, Ending

UNREADABLE = Path("/proc/self/mem")
"""What a disk with a fault is like: it is opened, and the first read is answered with EIO."""

CONTENTS = {
    "nested lists": b"[" * 100_000,
    "nested objects": b'{"a":' * 100_000,
    "a list": b"[]",
    "a list in the place of each object": b'{"keys": [[]], "ada": [], "stamp": "2026-01-01", "tokens": [], "read": []}',
    "keys that are none": b'{"keys": [{"kid": [], "secret": 7, "madeAt": {}}], "ada": {"list": 3}}',
    "a number that no float is": b'{"stamp": 1' + b"0" * 400 + b', "recent": [1' + b"0" * 400 + b"]}",
    "nothing": b"",
    "bytes": bytes(range(256)),
    "half of a file": b'{"keys": [{"kid": "a", "secr',
}

SHOW, SEARCH, ETL = ("list", "ls"), ("search", "cowboy"), ("etl", "run")
READERS: dict[str, tuple[tuple[str, ...], ...]] = {
    "config/config.toml": (("config", "show"),),
    "state/keys.json": (SHOW,),
    "state/presets.json": (("list", "ls", "--view", "mine"),),
    "state/jikan-health.json": (SEARCH, ETL),
    "state/jikan-silence.json": (SEARCH,),
    "state/jikan-limit-127.0.0.1_9.json": (ETL,),
    "cache/last-search.json": (SEARCH,),
    "cache/search-index": (SEARCH,),
    "state/tokens/*.token": (SHOW, ("account", "whoami")),
    "cache/upcoming/*.json": (("next", "--short"),),
}
"""The files that CatLog finds again, each with commands that read it."""


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """Give a home where somebody is signed in, with each of the files."""
    home = tmp_path_factory.mktemp("stored") / "home"
    command_line = CommandLine({"CATLOG_HOME": str(home)}).having(jikan_urls="http://127.0.0.1:9", jikan_backoff=0)
    settings = load_settings(command_line.environ)
    assert command_line("db", "upgrade").code == 0
    database = Database.configured(settings)
    account = register(database, settings, username="ada", email="ada@example.org", password="correct horse battery")
    remember(database, settings, begin_session(database, settings, account.id))
    database.close()
    assert command_line("next", "--short").code == 0
    return command_line


def files_of(home: Path) -> Iterator[tuple[Path, tuple[tuple[str, ...], ...]]]:
    """Yield each of the files with its readers; each is as it was afterwards."""
    for pattern, commands in READERS.items():
        file = next(iter(home.glob(pattern)), home / pattern)
        assert "*" not in file.name, f"nobody has written {pattern}"
        before = file.read_bytes() if file.exists() else None
        yield file, commands
        file.unlink(missing_ok=True)
        if before is not None:
            write_private(file, before)


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
def test_a_stored_file_of_another_shape_is_no_bug(here: CommandLine, content: bytes) -> None:
    for file, commands in files_of(Path(here.environ["CATLOG_HOME"])):
        write_private(file, content)
        for command in commands:
            assert_plain(here(*command), f"{file.name} as {content[:20]!r}: {command}")


def test_a_stored_file_that_the_disk_does_not_give_back_is_no_bug(here: CommandLine) -> None:
    with pytest.raises(OSError, match="Input/output error"):
        UNREADABLE.read_bytes()
    for file, commands in files_of(Path(here.environ["CATLOG_HOME"])):
        file.unlink(missing_ok=True)
        file.parent.mkdir(exist_ok=True, parents=True)
        file.symlink_to(UNREADABLE)
        for command in commands:
            assert_plain(here(*command), f"{file.name}, which cannot be read: {command}")


def test_keys_that_are_nested_too_deep_name_the_file_and_the_way_out(here: CommandLine) -> None:
    file = key_file(paths_under(Path(here.environ["CATLOG_HOME"])))
    before = file.read_bytes()
    write_private(file, b'{"keys":' + b"[" * 100_000)
    ending = here("list", "ls")
    write_private(file, before)
    assert (ending.code, "keys.json is damaged" in ending.err) == (78, True), ending.err
    assert "hint: remove it" in ending.err


@pytest.mark.parametrize(
    "command",
    [
        ("list", "import"),
        ("list", "edit"),
        ("etl", "import-history"),
        ("etl", "import-catalogue"),
        ("etl", "import-crossids"),
        ("db", "restore", "--yes"),
    ],
    ids=" ".join,
)
def test_a_file_whose_first_read_fails_is_told_in_plain_words(here: CommandLine, command: tuple[str, ...]) -> None:
    ending = here(*command, UNREADABLE)
    assert ending.code in (65, 69), ending.err
    assert "cannot be read: Input/output error" in ending.err, ending.err


@pytest.mark.parametrize("command", [("list", "import", "-"), ("list", "edit", "-")], ids=" ".join)
def test_standard_input_that_cannot_be_read_is_told_in_plain_words(here: CommandLine, command: tuple[str, ...]) -> None:
    with UNREADABLE.open("rb") as broken:
        done = subprocess.run(
            [sys.executable, "-m", "catlog", *command],
            env={**here.surroundings, "PYTHONPATH": str(ROOT)},
            stdin=broken,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode in (65, 69), done.stderr
    assert "Input/output error" in done.stderr


def test_a_fault_of_the_disk_is_no_bug_wherever_it_is_met(here: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO), "/somewhere")

    monkeypatch.setattr("catlog.cli.config._settings", broken)
    ending = here("config", "show")
    assert (ending.code, ending.out) == (69, "")
    assert ending.err.startswith("catlog: /somewhere cannot be used: Input/output error\nhint: ")


def assert_plain(ending: Ending, what: str) -> None:
    assert ending.code not in (70, 130), f"{what} -> {ending.code}\n{ending.err}"
    assert "Traceback" not in ending.err, what
    if ending.code not in (0, 1):
        assert ending.err.startswith(("catlog: ", "Usage: ")) or "catlog: " in ending.err, (what, ending.err)
