"""What an export of the own list holds and lacks, and the export to a file or as text, in worker threads."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from catlog.access import Right, require
from catlog.atomic_files import private_file
from catlog.errors import InvalidArgumentError
from catlog.interchange.exporting import export_list, export_losses, listed_titles
from catlog.text import clean, counted
from catlog.tui.operations.operation import OperationResult
from catlog.tui.transfer.files import path_typed

if TYPE_CHECKING:
    from catlog.tui.backend import Backend
    from catlog.tui.operations.operation import Control, Work

TEXT_LIMIT = 8 * 1024**2
"""Characters of an export that is shown as text."""

_PART = 500
"""Parts of an export between two reports."""


@dataclass(frozen=True, slots=True)
class ExportPreview:
    """What an export in a format holds: the number of titles, and what of them has no place in it."""

    format: str
    titles: int
    losses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExportTarget:
    """A checked place for an export, and whether a file is there already."""

    path: Path
    exists: bool


def preview_export(backend: Backend, format: str) -> ExportPreview:
    """Count what an export of the viewer's list holds."""
    owner = backend.owner()
    with backend.database.read() as session:
        titles = listed_titles(session, owner.user_id)
        return ExportPreview(format, len(titles), export_losses(session, owner.user_id, format))


def check_target(backend: Backend, text: str) -> ExportTarget:
    """Check the path that was typed for an export.

    Raises NotAllowedError for users without the machine's files, InvalidArgumentError for a place that is none.
    """
    require(backend.role, Right.USE_MACHINE)
    path = path_typed(text)
    if path.is_dir():
        raise InvalidArgumentError(f"{clean(path.name)} is a folder: add the name of a file")
    if not path.absolute().parent.is_dir():
        raise InvalidArgumentError(f"there is no folder {clean(str(path.parent))}")
    if path.exists() and not path.is_file():
        raise InvalidArgumentError(f"{clean(path.name)} is no plain file")
    return ExportTarget(path.absolute(), path.exists())


def export_work(target: ExportTarget, format: str, titles: int) -> Work:
    """Return the export of the viewer's list to a file, which is there whole or not at all."""

    def work(backend: Backend, control: Control) -> OperationResult:
        require(backend.role, Right.USE_MACHINE)
        owner, written = backend.owner(), 0
        if target.path.exists() and not target.exists:
            raise InvalidArgumentError(f"{clean(target.path.name)} was made meanwhile: nothing was written")
        with private_file(target.path) as out, backend.database.read() as session:
            for number, part in enumerate(export_list(session, owner.user_id, owner.username, format)):
                if number % _PART == 0:
                    control.report("writing", min(number, titles), titles)
                written += out.write(part.encode())
        return OperationResult(f"{counted(titles, 'title')} in {clean(str(target.path))}, {written / 1024:,.0f} KB")

    return work


def export_text(backend: Backend, format: str) -> str:
    """Return the viewer's list as the text of an export. Raises InvalidArgumentError above `TEXT_LIMIT`."""
    owner, parts, length = backend.owner(), [], 0
    with backend.database.read() as session:
        for part in export_list(session, owner.user_id, owner.username, format):
            parts.append(part)
            length += len(part)
            if length > TEXT_LIMIT:
                raise InvalidArgumentError("the list is too long to be shown as text", hint="export it to a file")
    return "".join(parts)
