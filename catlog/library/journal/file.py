"""The journal on disk: a line for each edit before it is made, and one that it need not be made any more.

Each process writes a file of its own, which it holds locked as long as it lives; what a process that has died left
behind is taken over by the next one that looks. A line counts once it is synced: kill -9 or a power cut after that
loses nothing, and before that nobody was told that the edit is kept.
"""

from __future__ import annotations

import fcntl
import json
import os
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import Any, Self

from catlog.atomic_files import MALFORMED, open_lock, sync_folder
from catlog.errors import UnavailableError
from catlog.library.journal.wire import packed, unpacked
from catlog.library.writer import EditRequest
from catlog.ownership import open_own


@dataclass(frozen=True, slots=True)
class PendingEdit:
    """One wish on its way into the database, under a `request` that is made at most once.

    `asked` are edits with the entries that the screen showed as their bases, or `undoes` is the request of another
    wish that is to be taken back. `firm` says that a base counts from the first attempt on; without it, only once
    the wish had to wait, when nobody knows what happened meanwhile.
    """

    request: str
    at: datetime
    asked: tuple[EditRequest, ...] = ()
    undoes: str = ""
    firm: bool = False


class Journal:
    """The journal of one user of one database, open in one process. Safe for threads.

    `waiting` is what is not settled yet, the oldest first; reading it never waits for the disk.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._name = name
        self._lock = threading.Lock()
        self._files: dict[Path, int] = {}
        self._own: int | None = None
        self._waiting: dict[str, PendingEdit] = {}
        self.waiting: tuple[PendingEdit, ...] = ()

    def keep(self, kept: PendingEdit) -> None:
        """Write a wish down; when this returns it survives the process. Raises UnavailableError."""
        line = {"request": kept.request, "at": kept.at.isoformat()}
        if kept.undoes:
            line["undoes"] = kept.undoes
        more = {"asked": [packed(one) for one in kept.asked], "firm": kept.firm} if kept.asked else {}
        with self._lock:
            try:
                if self._own is None:
                    self._own = self._begun()
                _write(self._own, {**line, **more}, sync=True)
            except OSError as problem:
                raise UnavailableError(
                    f"the edit cannot be kept in {self._folder}: {problem.strerror}", hint="nothing was changed"
                ) from None
            self._waiting[kept.request] = kept
            self.waiting = tuple(self._waiting.values())

    def settle(self, request: str) -> None:
        """Forget a wish that was made or cannot be. Should this be lost, its request is known as made all the same."""
        with self._lock:
            if self._waiting.pop(request, None) is None:
                return
            self.waiting = tuple(self._waiting.values())
            with suppress(OSError):
                for handle in self._files.values():
                    if self._waiting:
                        _write(handle, {"settled": request})
                    else:
                        os.ftruncate(handle, 0)

    def adopt(self) -> Path | None:
        """Take over what processes that have died left behind, before what waits here.

        A file of which not everything can be read is put aside, and its new name is returned. Raises UnavailableError
        where what can be read of it cannot be kept: it then stays where it is.
        """
        found: list[dict[str, PendingEdit]] = []
        rescued: list[PendingEdit] = []
        odd: dict[Path, int] = {}
        with self._lock:
            for file in sorted(self._folder.glob(f"{self._name}-*.jsonl")) if self._folder.is_dir() else ():
                if file in self._files or (handle := _taken(file)) is None:
                    continue
                kept, is_whole = _read(handle)
                found.append(kept)
                if is_whole:
                    self._files[file] = handle
                else:
                    rescued += kept.values()
                    odd[file] = handle
            found.sort(
                key=lambda kept: min((one.at for one in kept.values()), default=datetime.max.replace(tzinfo=UTC))
            )
            self._waiting = {request: one for kept in (*found, self._waiting) for request, one in kept.items()}
            self.waiting = tuple(self._waiting.values())
        try:
            for one in rescued:  # before their file is put aside, or a full disk would leave them nowhere
                self.keep(one)
            aside = [file.replace(file.with_suffix(".unreadable")) for file in odd]
        finally:
            for handle in odd.values():
                os.close(handle)
        return aside[-1] if aside else None

    def close(self) -> None:
        """Give the files back: those with nothing left in them go, the others wait for whoever looks next."""
        with self._lock:
            for file, handle in self._files.items():
                if not self._waiting:
                    file.unlink(missing_ok=True)
                os.close(handle)
            self._files, self._own = {}, None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _begun(self) -> int:
        file = self._folder / f"{self._name}-{token_hex(8)}.jsonl"
        handle = open_lock(file)
        fcntl.flock(handle, fcntl.LOCK_EX)
        fcntl.fcntl(handle, fcntl.F_SETFL, os.O_APPEND)
        sync_folder(self._folder)
        self._files[file] = handle
        return handle


def forget(folder: Path, name: str) -> None:
    """Remove all journals of a user who is gone: SQLite gives the number in their names to the next one."""
    for file in folder.glob(f"{name}-*"):
        file.unlink(missing_ok=True)


def _write(handle: int, line: Mapping[str, object], *, sync: bool = False) -> None:
    """Append a line, all of it or nothing: after half a line, on a full disk, the next one could not be read."""
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


def _taken(file: Path) -> int | None:
    """Return a locked descriptor of a journal whose process has died, None while it lives or when it is gone."""
    try:
        handle = open_own(file, os.O_RDWR | os.O_APPEND)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(handle).st_nlink:  # it may have been taken over, and taken away, before it was ours
            return handle
    except OSError:
        pass
    os.close(handle)
    return None


def _read(handle: int) -> tuple[dict[str, PendingEdit], bool]:
    """Return what a journal holds that is not settled, and whether all of it can be read.

    A torn last line is cut off: it was never synced, so that nobody was told that it is kept.
    """
    content = b""
    while part := os.pread(handle, 1 << 20, len(content)):
        content += part
    whole = content[: content.rfind(b"\n") + 1]
    os.ftruncate(handle, len(whole))
    waiting: dict[str, PendingEdit] = {}
    readable = True
    for text in whole.splitlines():
        try:
            line: dict[str, Any] = json.loads(text)
            if "settled" in line:
                waiting.pop(line["settled"], None)
            else:
                waiting[line["request"]] = _kept(line)
        except MALFORMED:
            readable = False
    return waiting, readable


def _kept(line: Mapping[str, Any]) -> PendingEdit:
    asked, at = tuple(map(unpacked, line.get("asked", ()))), datetime.fromisoformat(line["at"])
    return PendingEdit(str(line["request"]), at, asked, str(line.get("undoes", "")), bool(line.get("firm")))
