"""The journal on disk: a line for each edit before the database has it, and a line that acknowledges it.

Each process writes a file of its own and holds it locked as long as it lives; the next process recovers the files of
dead ones. A line counts once it is synced: kill -9 or a power cut after that loses nothing, and before that no screen
has said that the edit is queued.
"""

from __future__ import annotations

import fcntl
import json
import os
import threading
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import Any, Self

from catlog import clock
from catlog.atomic_files import MALFORMED, open_lock, sync_folder
from catlog.errors import UnavailableError
from catlog.library.journal.wire import decode, encode
from catlog.library.steps import new_request_id
from catlog.library.writer import EditRequest
from catlog.ownership import open_own

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class PendingEdit:
    """An edit on its way into the database, made at most once under its `request_id`.

    `requests` are edits whose bases are the entries that the screen showed; or `undoes` is the request id of another
    pending edit that is to be taken back. With `strict` a base counts from the first attempt on; without, only once
    the edit had to wait, because other sessions may have written meanwhile.
    """

    request_id: str
    at: datetime
    requests: tuple[EditRequest, ...] = ()
    undoes: str = ""
    strict: bool = False

    @classmethod
    def new(cls, requests: Iterable[EditRequest], *, strict: bool = False) -> Self:
        """Return edits as one pending edit with a request id of its own."""
        return cls(new_request_id(), clock.now(), tuple(requests), strict=strict)

    @property
    def undo(self) -> PendingEdit:
        """A new pending edit that takes this one back."""
        return PendingEdit(new_request_id(), clock.now(), undoes=self.request_id)

    @property
    def forced(self) -> PendingEdit:
        """A new pending edit with the same edits, to be made whatever another session did meanwhile."""
        return PendingEdit.new(self.without_bases)

    @property
    def without_bases(self) -> tuple[EditRequest, ...]:
        """The edits without bases, so that they apply to the entries as they are."""
        return tuple(replace(request, base=None) for request in self.requests)


class Journal:
    """The journal of one user of one database, open in one process. Safe for threads.

    `pending` are the edits not yet acknowledged, the oldest first; reading it never waits for the disk.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._name = name
        self._lock = threading.Lock()
        self._files: dict[Path, int] = {}
        self._own_handle: int | None = None
        self._pending: dict[str, PendingEdit] = {}
        self.pending: tuple[PendingEdit, ...] = ()

    def add(self, edit: PendingEdit) -> None:
        """Write an edit and sync it: from then on it survives the process. Raises UnavailableError."""
        line = {"request": edit.request_id, "at": edit.at.isoformat()}
        if edit.undoes:
            line["undoes"] = edit.undoes
        more = {"asked": [encode(request) for request in edit.requests], "firm": edit.strict} if edit.requests else {}
        with self._lock:
            try:
                if self._own_handle is None:
                    self._own_handle = self._new_file()
                _write(self._own_handle, {**line, **more}, sync=True)
            except OSError as problem:
                raise UnavailableError(
                    f"the edit cannot be stored in {self._folder}: {problem.strerror}", hint="nothing was changed"
                ) from None
            self._pending[edit.request_id] = edit
            self.pending = tuple(self._pending.values())

    def ack(self, request_id: str) -> None:
        """Acknowledge an edit that was made or never can be.

        Should the line be lost, the database still knows the request as made.
        """
        with self._lock:
            if self._pending.pop(request_id, None) is None:
                return
            self.pending = tuple(self._pending.values())
            with suppress(OSError):
                for handle in self._files.values():
                    if self._pending:
                        _write(handle, {"settled": request_id})
                    else:
                        os.ftruncate(handle, 0)

    def recover(self) -> Path | None:
        """Take over the pending edits of dead processes, before those of this one.

        A file that cannot be read whole is renamed to `.unreadable`, and its new name is returned. Raises
        UnavailableError when its readable edits cannot be written here: the file then stays in its place.
        """
        journals: list[dict[str, PendingEdit]] = []
        rescued: list[PendingEdit] = []
        damaged: dict[Path, int] = {}
        with self._lock:
            for file in sorted(self._folder.glob(f"{self._name}-*.jsonl")) if self._folder.is_dir() else ():
                if file in self._files or (handle := _lock_abandoned(file)) is None:
                    continue
                pending, is_whole = _read(handle)
                journals.append(pending)
                if is_whole:
                    self._files[file] = handle
                else:
                    rescued += pending.values()
                    damaged[file] = handle
            journals.sort(key=lambda edits: min((edit.at for edit in edits.values()), default=_NEVER))
            self._pending = {key: edit for edits in (*journals, self._pending) for key, edit in edits.items()}
            self.pending = tuple(self._pending.values())
        try:
            for edit in rescued:  # before the rename, or a full disk would leave them nowhere
                self.add(edit)
            renamed = [file.replace(file.with_suffix(".unreadable")) for file in damaged]
        finally:
            for handle in damaged.values():
                os.close(handle)
        return renamed[-1] if renamed else None

    def close(self) -> None:
        """Release the files: empty ones are removed, the others left for the next process."""
        with self._lock:
            for file, handle in self._files.items():
                if not self._pending:
                    file.unlink(missing_ok=True)
                os.close(handle)
            self._files, self._own_handle = {}, None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _new_file(self) -> int:
        file = self._folder / f"{self._name}-{token_hex(8)}.jsonl"
        handle = open_lock(file)
        fcntl.flock(handle, fcntl.LOCK_EX)
        fcntl.fcntl(handle, fcntl.F_SETFL, os.O_APPEND)
        sync_folder(self._folder)
        self._files[file] = handle
        return handle


def forget(folder: Path, name: str) -> None:
    """Remove all journals of a deleted user: SQLite gives the id in their names to the next user."""
    for file in folder.glob(f"{name}-*"):
        file.unlink(missing_ok=True)


def _write(handle: int, line: Mapping[str, object], *, sync: bool = False) -> None:
    """Append a line, all of it or nothing: half a line, on a full disk, would make the next one unreadable."""
    data = memoryview(json.dumps(line).encode("ascii") + b"\n")
    end = os.fstat(handle).st_size
    try:
        while data:
            data = data[os.write(handle, data) :]
        if sync:
            os.fsync(handle)
    except OSError:
        os.ftruncate(handle, end)
        raise


def _lock_abandoned(file: Path) -> int | None:
    """Return a locked descriptor of a dead process's journal, None while the process lives or the file is gone."""
    try:
        handle = open_own(file, os.O_RDWR | os.O_APPEND)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(handle).st_nlink:  # another process may have recovered and removed it before the lock
            return handle
    except OSError:
        pass
    os.close(handle)
    return None


def _read(handle: int) -> tuple[dict[str, PendingEdit], bool]:
    """Return the pending edits of a journal by request id, and whether every line is readable.

    A torn last line is cut off: it was never synced.
    """
    content = b""
    while part := os.pread(handle, 1 << 20, len(content)):
        content += part
    whole = content[: content.rfind(b"\n") + 1]
    os.ftruncate(handle, len(whole))
    pending: dict[str, PendingEdit] = {}
    readable = True
    for text in whole.splitlines():
        try:
            line: dict[str, Any] = json.loads(text)
            if "settled" in line:
                pending.pop(line["settled"], None)
            else:
                pending[line["request"]] = _decoded(line)
        except MALFORMED:
            readable = False
    return pending, readable


def _decoded(line: Mapping[str, Any]) -> PendingEdit:
    requests, at = tuple(map(decode, line.get("asked", ()))), datetime.fromisoformat(line["at"])
    return PendingEdit(str(line["request"]), at, requests, str(line.get("undoes", "")), bool(line.get("firm")))
