"""Reading a file for an import and importing it, in a worker thread."""

from __future__ import annotations

import shlex
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from catlog.access import Right, require
from catlog.errors import BadDataError
from catlog.interchange.detect import read_list
from catlog.interchange.importing import import_list
from catlog.interchange.merge import RowOutcome
from catlog.interchange.records import FILE_LIMIT
from catlog.library.entries import Status
from catlog.limited_read import open_capped
from catlog.text import clean

if TYPE_CHECKING:
    from catlog.interchange.importing import ImportResult
    from catlog.interchange.records import ListFile
    from catlog.tui.backend import Backend


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """A file as it was read, its name, what an import would do, and its entries by status."""

    file: ListFile
    name: str
    summary: str
    statuses: str
    changes: int


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


def preview_import(backend: Backend, text: str) -> ImportPreview:
    """Read the file whose path was typed, and decide what an import of it would do. Nothing changes.

    Raises NotAllowedError for users without the machine's files, BadDataError for a file that is no list.
    """
    require(backend.role, Right.USE_MACHINE)
    path = path_typed(text)
    name = clean(path.name)
    if not path.is_file():
        raise BadDataError(f"{name} is no file" if path.exists() else f"there is no file {name}")
    owner = backend.owner()
    with open_capped(path, limit=FILE_LIMIT) as opened:
        found = read_list(opened, name, zone=owner.zone)
    planned = import_list(backend.database, owner, found, name, dry_run=True)
    statuses = Counter(one.after.status for one in planned.rows if one.after)
    words = ", ".join(f"{status.words} {statuses[status]:,}" for status in Status if statuses[status])
    changes = planned.count(RowOutcome.ADDED) + planned.count(RowOutcome.CHANGED)
    return ImportPreview(found, name, f"{planned.format}: {_counts(planned)}", words, changes)


def import_previewed(backend: Backend, preview: ImportPreview) -> str:
    """Import what `preview_import` has read, as one step, and describe the result."""
    backups = backend.settings.paths.backups
    done = import_list(backend.database, backend.owner(), preview.file, preview.name, backups=backups)
    return f"{preview.name}: {_counts(done)}"


def _counts(result: ImportResult) -> str:
    doubt = result.count(RowOutcome.UNRESOLVED) + result.count(RowOutcome.REJECTED)
    new, changed = result.count(RowOutcome.ADDED), result.count(RowOutcome.CHANGED)
    return f"{new:,} new, {changed:,} changed, {doubt:,} in doubt"
