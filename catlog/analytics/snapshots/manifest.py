"""The manifest of a frozen snapshot: its files and counts, its day, its origin, and a hash of its files."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from catlog import clock
from catlog.atomic_files import MALFORMED
from catlog.db.schema import HEAD
from catlog.errors import BadDataError
from catlog.ownership import open_plain

FORMAT = 2
"""Version of the format; others are refused. Format 1 had no days."""

NAME = "manifest.json"
RANKINGS, GENRES, DAYS = "rankings", "genres", "days"
"""The three folders of data files next to the manifest."""

_ANEW = "freeze it anew: catlog analytics compute does so by itself, --out FOLDER says where to"


@dataclass(frozen=True, slots=True)
class SnapshotManifest:
    """The content of the file. `origin` is the database without its password, `state` the state that was frozen.

    `days` counts the days; their table, with the depth of each, is in the file `depths`.
    """

    as_of: date
    created_at: datetime
    rows: int
    titles: int
    days: int
    rankings: tuple[str, ...]
    genre_rows: int
    genres: tuple[str, ...]
    depths: tuple[str, ...]
    hash: str
    origin: str
    state: str = ""

    def dumps(self) -> bytes:
        """Return the content of the file."""
        content = {
            "format": FORMAT,
            "asOf": self.as_of.isoformat(),
            "createdAt": clock.iso(self.created_at),
            "rankings": {"rows": self.rows, "titles": self.titles, "days": self.days, "files": list(self.rankings)},
            "genres": {"rows": self.genre_rows, "files": list(self.genres)},
            "days": {"rows": self.days, "files": list(self.depths)},
            "hash": self.hash,
            "origin": self.origin,
            "schema": HEAD,
            "state": self.state,
        }
        return (json.dumps(content, indent=2) + "\n").encode()


@dataclass(frozen=True, slots=True)
class RankingsSnapshot:
    """A frozen snapshot that can be read: its folder and its manifest."""

    folder: Path
    manifest: SnapshotManifest

    @property
    def rankings(self) -> list[Path]:
        """The files of snapshots, in the order of the ids in them."""
        return [self.folder / name for name in self.manifest.rankings]

    @property
    def genres(self) -> list[Path]:
        """The files of genres."""
        return [self.folder / name for name in self.manifest.genres]

    @property
    def days(self) -> list[Path]:
        """The files of days, with the depth of each one's chart."""
        return [self.folder / name for name in self.manifest.depths]

    @property
    def files(self) -> list[Path]:
        """All data files, in the order in which they are hashed."""
        return [*self.rankings, *self.genres, *self.days]


def open_snapshot(folder: Path, *, whole: bool = False) -> RankingsSnapshot:
    """Return the frozen snapshot in `folder`; with `whole`, verify the hash of its files.

    Raises BadDataError when it is missing, incomplete, or of another format or schema.
    """
    manifest = _read(folder)
    snapshot = RankingsSnapshot(folder, manifest)
    missing = [file.name for file in snapshot.files if not file.is_file()]
    if missing:
        raise BadDataError(f"the snapshot {folder} is not whole: {missing[0]} is missing", hint=_ANEW)
    if whole and digest_of(snapshot.files) != manifest.hash:
        raise BadDataError(f"the snapshot {folder} was changed after it was frozen", hint=_ANEW)
    return snapshot


def digest_of(files: Iterable[Path]) -> str:
    """Return the SHA-256 over the contents of `files`, in their order."""
    digest = hashlib.sha256()
    for file in files:
        with os.fdopen(open_plain(file), "rb") as content:
            while part := content.read(1 << 20):
                digest.update(part)
    return digest.hexdigest()


def _read(folder: Path) -> SnapshotManifest:
    try:
        with os.fdopen(open_plain(folder / NAME), "rb") as stored:
            found: Any = json.load(stored)
        if (form := found["format"]) != FORMAT:
            raise BadDataError(f"the snapshot {folder} has the format {form}, this CatLog reads {FORMAT}", hint=_ANEW)
        if (schema := found["schema"]) != HEAD:
            raise BadDataError(
                f"the snapshot {folder} is of the database schema {schema}, this CatLog works with {HEAD}", hint=_ANEW
            )
        return _parsed(found)
    except FileNotFoundError:
        raise BadDataError(f"there is no snapshot in {folder}", hint=_ANEW) from None
    except OSError as problem:
        raise BadDataError(f"the snapshot {folder} cannot be read: {problem.strerror}", hint=_ANEW) from None
    except MALFORMED:
        raise BadDataError(f"{folder / NAME} is no manifest of a snapshot", hint=_ANEW) from None


def _parsed(found: dict[str, Any]) -> SnapshotManifest:
    rankings, genres, days = found[RANKINGS], found[GENRES], found[DAYS]
    return SnapshotManifest(
        as_of=date.fromisoformat(found["asOf"]),
        created_at=datetime.fromisoformat(found["createdAt"]),
        rows=int(rankings["rows"]),
        titles=int(rankings["titles"]),
        days=int(rankings["days"]),
        rankings=tuple(_inside(RANKINGS, name) for name in rankings["files"]),
        genre_rows=int(genres["rows"]),
        genres=tuple(_inside(GENRES, name) for name in genres["files"]),
        depths=tuple(_inside(DAYS, name) for name in days["files"]),
        hash=str(found["hash"]),
        origin=str(found["origin"]),
        state=str(found.get("state", "")),
    )


def _inside(folder: str, name: str) -> str:
    if Path(name).parts != (folder, Path(name).name):
        raise ValueError("a data file lies elsewhere")
    return name
