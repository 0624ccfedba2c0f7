"""Files of this machine for an import: paths as they are typed or dropped, folders to browse, exports that lie around.

Names of files are text of any origin: what is shown of them is cleaned.
"""

from __future__ import annotations

import os
import re
import shlex
import stat
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from catlog.access import Right, require
from catlog.errors import BadDataError
from catlog.interchange.records import FILE_LIMIT
from catlog.text import clean

if TYPE_CHECKING:
    from catlog.tui.backend import Backend

MOST_SHOWN = 2_000
"""Entries of a folder that are read at most."""

_LIST = re.compile(r"\.(xml|json|jsonl|csv|list)(\.(gz|zst))?$", re.IGNORECASE)
"""The endings of files that may be lists."""

_EXPORT = re.compile(
    r"^(animelist_.*\.xml|gdpr_data\.json|catlog-.*\.(xml|json|jsonl|csv)|.*(anime|kitsu|anilist|simkl|yamtrack|shikimori).*"
    r"\.(xml|json|csv))(\.gz)?$",
    re.IGNORECASE,
)
"""The names under which services hand out lists."""

_CONTENT = ("<", "{", "[")
_LONGEST_PATH = 4_096


@dataclass(frozen=True, slots=True)
class FolderEntry:
    """A folder or a file that may be chosen; `name` is clean. `size` in bytes and `modified` (POSIX) are of files."""

    path: Path
    name: str
    is_folder: bool
    size: int = 0
    modified: float = 0.0


@dataclass(frozen=True, slots=True)
class Folder:
    """The entries of a folder, folders first; `more` says that there are others that were not read."""

    path: Path
    entries: tuple[FolderEntry, ...]
    more: bool = False


def is_content(text: str) -> bool:
    """Say whether a text that was pasted is the content of a list rather than the path of a file."""
    text = text.strip()
    return text.startswith(_CONTENT) or "\n" in text or len(text) > _LONGEST_PATH


def path_typed(text: str) -> Path:
    """Return the path in a text that was typed, or pasted by a terminal where a file was dropped.

    A text that names a file stays as it is; else quotes, escapes and file:// are resolved. Raises BadDataError.
    """
    text = text.strip()
    if not text or "\0" in text:
        raise BadDataError("type the path of a file, or drop the file here")
    try:
        if text.startswith("file://"):
            return Path(unquote(urlsplit(text).path))
        plain = Path(text).expanduser()
        if plain.exists():
            return plain
        parts = shlex.split(text)
        if len(parts) != 1:
            return plain
        return Path(unquote(urlsplit(parts[0]).path) if parts[0].startswith("file://") else parts[0]).expanduser()
    except (OSError, ValueError, RuntimeError):
        raise BadDataError("this is no path of a file") from None


def plain_file(path: Path) -> Path:
    """Return the path of a readable file of a possible size. Raises BadDataError."""
    name = clean(path.name) or str(path)
    try:
        found = path.stat()
    except (OSError, ValueError):
        raise BadDataError(f"there is no file {name}") from None
    if not stat.S_ISREG(found.st_mode):
        raise BadDataError(f"{name} is a folder" if stat.S_ISDIR(found.st_mode) else f"{name} is no plain file")
    if found.st_size > FILE_LIMIT:
        raise BadDataError(f"{name} is larger than {FILE_LIMIT // 1024**2} MiB: that is no list")
    return path


def read_folder(backend: Backend, path: Path, *, everything: bool = False) -> Folder:
    """Return what is in a folder: folders and possible lists or, with `everything`, all files and hidden names too.

    Raises NotAllowedError for users without the machine's files, BadDataError for a folder that cannot be read.
    """
    require(backend.role, Right.USE_MACHINE)
    try:
        with os.scandir(path) as scan:
            found = list(islice(scan, MOST_SHOWN + 1))
    except (OSError, ValueError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) else "no path"
        raise BadDataError(f"{clean(str(path))} cannot be read: {reason}") from None
    entries = [entry for one in found[:MOST_SHOWN] if (entry := _entry(one, everything)) is not None]
    entries.sort(key=lambda entry: (not entry.is_folder, entry.name.casefold()))
    return Folder(path, tuple(entries), len(found) > MOST_SHOWN)


def find_export(backend: Backend) -> Path | None:
    """Return the newest file in the folders of downloads and of the user that is named like an export of a list."""
    require(backend.role, Right.USE_MACHINE)
    newest: tuple[float, Path] | None = None
    for folder in search_folders():
        try:
            found = read_folder(backend, folder).entries
        except BadDataError:
            continue
        for entry in found:
            usable = not entry.is_folder and _EXPORT.match(entry.path.name) and 0 < entry.size <= FILE_LIMIT
            if usable and (newest is None or entry.modified > newest[0]):
                newest = entry.modified, entry.path
    return newest[1] if newest is not None else None


def search_folders() -> tuple[Path, ...]:
    """Return the folders in which an export may lie."""
    try:
        home = Path.home()
    except RuntimeError:
        return ()
    return (home / "Downloads", home)


def default_folder() -> Path:
    """Return the folder for a new file: that of downloads, or else the user's."""
    return next((folder for folder in search_folders() if folder.is_dir()), Path.cwd())


def _entry(one: os.DirEntry[str], everything: bool) -> FolderEntry | None:
    try:
        found = one.stat()
    except (OSError, ValueError):
        return None
    is_folder = stat.S_ISDIR(found.st_mode)
    hidden, is_file = one.name.startswith("."), stat.S_ISREG(found.st_mode)
    if not (is_folder or is_file) or (not everything and (hidden or (is_file and not _LIST.search(one.name)))):
        return None
    name = clean(one.name) or "?"
    return FolderEntry(Path(one.path), name, is_folder, 0 if is_folder else found.st_size, found.st_mtime)
