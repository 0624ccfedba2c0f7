"""Saved views of lists and saved searches, in one small file of the state directory."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from catlog.atomic_files import MALFORMED, open_lock, write_private
from catlog.errors import InvalidArgumentError
from catlog.ownership import read_own
from catlog.text import clean

Kind = Literal["list", "search", "searched", "palette", "seen"]
"""Views of the list, saved and recent searches, uses of entries of the palette, and screens that are shown once."""

_Known = dict[str, dict[str, dict[str, dict[str, str]]]]
"""User, kind, name, field: the text of the field."""

NAME_LIMIT = 60
"""Characters of a name."""

MOST = 100
"""The most views of one kind and user."""


class SavedViews:
    """The saved views of one user, each a few texts by name. An unreadable file counts as empty.

    All methods raise NotOwnError for a file that others may change.
    """

    def __init__(self, state: Path, user: str) -> None:
        self._file = state / "presets.json"
        self._user = user.casefold()

    def all(self, kind: Kind) -> dict[str, dict[str, str]]:
        """Return the views of a kind by name, oldest first."""
        found = self._read().get(self._user, {}).get(kind, {})
        return {name: dict(fields) for name, fields in found.items()}

    def save(self, kind: Kind, name: str, fields: Mapping[str, str]) -> str:
        """Save a view, replacing one of the same name, and return the name as stored.

        Raises InvalidArgumentError for a name that is empty and when there are too many, UnavailableError when the file
        cannot be written.
        """
        stored_name = clean(name, limit=NAME_LIMIT)
        if not stored_name:
            raise InvalidArgumentError("a name is needed")
        with self._changing() as known:
            presets = known.setdefault(self._user, {}).setdefault(kind, {})
            presets.pop(stored_name, None)
            if len(presets) >= MOST:
                raise InvalidArgumentError(f"there are {MOST} already", hint="drop one that is no longer needed")
            presets[stored_name] = dict(fields)
        return stored_name

    def save_recent(self, kind: Kind, name: str, fields: Mapping[str, str], *, most: int) -> None:
        """Save a view as the newest and remove all but the newest `most`. Raises what `save` does."""
        for old in list(self.all(kind))[: -(most - 1)]:
            self.drop(kind, old)
        self.save(kind, name, fields)

    def drop(self, kind: Kind, name: str) -> None:
        """Remove a view. Raises UnavailableError when the file cannot be written."""
        with self._changing() as known:
            known.get(self._user, {}).get(kind, {}).pop(name, None)

    def forget(self) -> None:
        """Remove all views of this user. Raises UnavailableError when the file cannot be written."""
        if self._file.exists():
            with self._changing() as known:
                known.pop(self._user, None)

    def _read(self) -> _Known:
        try:
            found = json.loads(read_own(self._file))
            return {
                str(user): {
                    str(kind): {name: {key: str(text) for key, text in fields.items()} for name, fields in all_.items()}
                    for kind, all_ in kinds.items()
                }
                for user, kinds in found.items()
            }
        except (OSError, *MALFORMED):
            return {}

    @contextmanager
    def _changing(self) -> Iterator[_Known]:
        """Yield the views of all users under a lock and write them back where the block changed them.

        One file serves all users of a server: writing an older state would lose the views of others.
        """
        lock = open_lock(self._file.with_name("presets.lock"))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            known = self._read()
            before = json.dumps(known)
            yield known
            if json.dumps(known) != before:
                write_private(self._file, json.dumps(known, ensure_ascii=False, indent=1).encode())
        finally:
            os.close(lock)
