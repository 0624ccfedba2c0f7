"""What CatLog keeps and which command opens it; what every refusal says."""

import os
from pathlib import Path

import pytest

from tests.ownership.spoilt import SOMEBODY, SPOILT, made
from tests.support.cli import CommandLine, Ending

IS_ROOT = os.geteuid() == 0


def assert_refused(ending: Ending, path: Path, words: str) -> None:
    """Assert exit code 78, one line that names path, owner and mode, and one with the way out."""
    told = ending.err.splitlines()
    assert (ending.code, ending.out, len(told)) == (78, "", 2), ending
    assert told[0].startswith(f"catlog: {path} {words}"), told
    assert "mode " in told[0]
    assert told[1].startswith("hint: ")
    assert str(path) in told[1]


COMMANDS: dict[str, tuple[str, ...]] = {
    "config/config.toml": ("config", "show"),
    "data/catlog.sqlite": ("list", "ls"),
    "data/catlog.sqlite-wal": ("list", "ls"),
    "data/catlog.sqlite-shm": ("list", "ls"),
    "data/catlog.sqlite.etl.lock": ("etl", "run"),
    "data/backups/.lock": ("db", "backup"),
    "state/keys.json": ("list", "ls"),
    "state/tokens/*.token": ("list", "ls"),
    "state/presets.json": ("list", "ls", "--view", "mine"),
    "state/jikan-health.json": ("etl", "run"),
    "cache/last-search.json": ("search", "bebop", "--page", "2"),
    "cache/upcoming/*.json": ("next", "--short"),
}
"""A command that opens each file."""

MAY_BE_LINKS = ("config/config.toml", "data/catlog.sqlite")

SPOILT_FILES = [
    (name, kind)
    for name in COMMANDS
    for kind in SPOILT
    if not (name in MAY_BE_LINKS and kind in ("a link", "a dangling link"))
]


def ready(home: Path, name: str) -> Path:
    """Return the file of that name, which is made where nothing has made it yet."""
    if name == "cache/upcoming/*.json":
        catlog = CommandLine().having(home=home)
        assert catlog("next", "--short").code == 0
    found = list(home.glob(name))
    assert found or "*" not in name
    return made(found[0] if found else home / name)


def someone_elses(path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a path somebody else's, and return what is refused.

    Whoever is not root cannot give anything away: then CatLog asks as if it were another user, to whom all that the
    tests have made is somebody else's, and the first of these folders is what it names.
    """
    if IS_ROOT:
        os.chown(path, SOMEBODY, SOMEBODY, follow_symlinks=False)
        return path
    me = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: SOMEBODY)
    return next(folder for folder in [*reversed(path.parents), path] if folder.lstat().st_uid == me)
