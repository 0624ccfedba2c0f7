"""Reading a list for an import, what it would change, and the import itself, in worker threads."""

from __future__ import annotations

import io
import threading
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from catlog.access import Right, require
from catlog.errors import BadDataError, CancelledError
from catlog.interchange.detect import read_list
from catlog.interchange.formats import READABLE
from catlog.interchange.importing import import_list
from catlog.interchange.merge import RowOutcome
from catlog.interchange.records import FILE_LIMIT
from catlog.library.describe import describe_sides
from catlog.library.entries import Status, difference
from catlog.library.gaps import count_incomplete
from catlog.limited_read import capped, open_capped
from catlog.text import clean, counted
from catlog.tui.operations.operation import OperationResult
from catlog.tui.transfer.files import find_export, is_content, path_typed, plain_file

if TYPE_CHECKING:
    from pathlib import Path

    from catlog.interchange.importing import ImportResult
    from catlog.interchange.merge import Decision
    from catlog.interchange.records import ListFile
    from catlog.tui.backend import Backend
    from catlog.tui.operations.operation import Control, Work

PASTED = "the pasted text"
"""The name of a list that was pasted."""

_UNSURE = (RowOutcome.UNRESOLVED, RowOutcome.REJECTED)

COMPLETES = "Complete my list fetches them: C on List"
"""The way to what an import leaves unknown."""


@dataclass(slots=True)
class Reading:
    """The progress of reading, written by the thread that reads: `done` bytes of `total`, None where it is unknown.

    Setting `cancel` ends it with CancelledError.
    """

    done: int = 0
    total: int | None = None
    cancel: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """A list as it was read, its name and format, and what an import would do.

    `statuses` counts the entries that would be on the list by status. `folder` is where a found file lies.
    """

    file: ListFile
    name: str
    format: str
    result: ImportResult
    new: int
    changed: int
    doubt: int
    statuses: tuple[tuple[str, int], ...]
    folder: str = ""

    @property
    def changes(self) -> int:
        """The number of titles that would be added or changed."""
        return self.new + self.changed

    @property
    def summary(self) -> str:
        """The counts in words."""
        return f"{self.new:,} new, {self.changed:,} changed, {self.doubt:,} in doubt"


class ImportLine(NamedTuple):
    """One row of a list: what an import does with it, in words."""

    position: int
    outcome: str
    title: str
    words: str


def preview_import(backend: Backend, text: str, reading: Reading | None = None) -> ImportPreview:
    """Read a list whose path was typed or dropped, or whose content was pasted; say what an import would do.

    Nothing changes. Raises NotAllowedError for a path of users without the machine's files, BadDataError for what is
    no list, CancelledError.
    """
    if is_content(text):
        content = text.encode("utf-8", "replace")
        opened = capped(io.BytesIO(content), PASTED, limit=FILE_LIMIT)
        return _preview(backend, opened, PASTED, reading, len(content))
    require(backend.role, Right.USE_MACHINE)
    return _preview_file(backend, plain_file(path_typed(text)), reading)


def preview_found(backend: Backend, reading: Reading) -> ImportPreview | None:
    """Preview the export that lies around; None where there is none, or it is no list."""
    path = find_export(backend)
    if path is None:
        return None
    try:
        return _preview_file(backend, plain_file(path), reading)
    except BadDataError:
        return None


def import_work(preview: ImportPreview) -> Work:
    """Return the import of what was previewed, as one step that undo takes back."""

    def work(backend: Backend, control: Control) -> OperationResult:
        backups = backend.settings.paths.backups
        owner = backend.owner()
        done = import_list(backend.database, owner, preview.file, preview.name, backups=backups, report=control.report)
        new, changed, doubt = _counts(done)
        words = f"{preview.name}: {new:,} new, {changed:,} changed, {doubt:,} in doubt"
        with backend.database.read() as session:
            gaps = count_incomplete(session, owner.user_id)
        if gaps:
            words += f"; {counted(gaps, 'title')} {'lacks' if gaps == 1 else 'lack'} facts: {COMPLETES}"
        return OperationResult(words, undo=done.step is not None)

    return work


def describe_rows(_: Backend, preview: ImportPreview, arrow: str) -> tuple[ImportLine, ...]:
    """Return what an import does with each row: changes first, then rows in doubt, then the others."""
    order = (RowOutcome.CHANGED, *_UNSURE, RowOutcome.ADDED, RowOutcome.UNCHANGED)
    rows = sorted(preview.result.rows, key=lambda row: (order.index(row.outcome), row.position))
    return tuple(_described(row, arrow) for row in rows)


def _described(row: Decision, arrow: str) -> ImportLine:
    words = ""
    if row.after is not None:
        episodes = row.row.listed.episodes if row.row else None
        words = describe_sides(*difference(row.before, row.after), episodes=episodes, arrow=arrow)
    return ImportLine(
        row.position,
        row.outcome.value,
        row.title or f"row {row.position}",
        "; ".join(filter(None, (words, row.reason))),
    )


def _preview_file(backend: Backend, path: Path, reading: Reading | None) -> ImportPreview:
    size, name = path.stat().st_size, clean(path.name)
    with open_capped(path, limit=FILE_LIMIT) as opened:
        preview = _preview(backend, opened, name, reading, size if path.suffix not in (".gz", ".zst") else None)
    return replace(preview, folder=clean(path.parent.name))


def _preview(
    backend: Backend, opened: io.BufferedReader, name: str, reading: Reading | None, size: int | None
) -> ImportPreview:
    owner = backend.owner()
    if reading is not None:
        reading.total = size
        opened = io.BufferedReader(_Watched(opened, reading), 64 * 1024)
    found = read_list(opened, name, zone=owner.zone)
    if reading is not None and reading.cancel.is_set():
        raise CancelledError("cancelled")
    planned = import_list(backend.database, owner, found, name, dry_run=True)
    statuses = Counter(one.after.status for one in planned.rows if one.after)
    format = next((one.summary for one in READABLE if one.name == planned.format), planned.format)
    counts = tuple((status.value, statuses[status]) for status in Status)
    return ImportPreview(found, name, format, planned, *_counts(planned), counts)


def _counts(result: ImportResult) -> tuple[int, int, int]:
    return (
        result.count(RowOutcome.ADDED),
        result.count(RowOutcome.CHANGED),
        sum(result.count(outcome) for outcome in _UNSURE),
    )


class _Watched(io.RawIOBase):
    """A reader that tells how much was read, and ends when that is cancelled."""

    def __init__(self, source: io.BufferedReader, reading: Reading) -> None:
        self._source = source
        self._reading = reading

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # any writable buffer, typeshed says
        if self._reading.cancel.is_set():
            raise CancelledError("cancelled")
        part = self._source.read(len(buffer))
        buffer[: len(part)] = part
        self._reading.done += len(part)
        return len(part)
