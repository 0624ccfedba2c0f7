"""The folders for config, data, state and cache, under one folder when `CATLOG_HOME` is set."""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass
from pathlib import Path

from catlog.ownership import check_folder


@dataclass(frozen=True, slots=True)
class Paths:
    """The four folders of a user; each is created on first use, mode 0700."""

    config: Path
    data: Path
    state: Path
    cache: Path

    @property
    def config_file(self) -> Path:
        """The settings file, which need not exist."""
        return self.config / "config.toml"

    @property
    def default_database(self) -> Path:
        """The embedded database, used when no other is configured."""
        return self.data / "catlog.sqlite"

    @property
    def backups(self) -> Path:
        """The folder of backups, automatic and requested ones."""
        return self.data / "backups"


def paths_under(home: Path) -> Paths:
    """Return the four folders under one `home`."""
    return Paths(home / "config", home / "data", home / "state", home / "cache")


def user_paths() -> Paths:
    """Return the operating system's folders for a user's programs."""
    from platformdirs import PlatformDirs  # 6 ms that a set CATLOG_HOME does not need

    dirs = PlatformDirs("catlog", appauthor=False)
    return Paths(dirs.user_config_path, dirs.user_data_path, dirs.user_state_path, dirs.user_cache_path)


def make_private(folder: Path) -> Path:
    """Create a folder of CatLog's own with its parents, mode 0700, and return it.

    Raises NotOwnError when it or a parent belongs to another user or may be changed by others; OSError.
    """
    if not check_folder(folder):
        make_folder(folder)
        check_folder(folder)  # in a folder like /tmp another user may have been faster
    elif not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))
    return folder


def make_folder(folder: Path) -> Path:
    """Create a folder that the user named, with its parents, mode 0700, and return it. Raises OSError."""
    for missing in reversed([one for one in (folder, *folder.parents) if not one.exists()]):
        missing.mkdir(mode=0o700, exist_ok=True)  # `parents=True` would leave those above open to the umask
    if not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))
    return folder
