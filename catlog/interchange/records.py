"""The records between a format and a list: rows and files as read, and a list to write."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from catlog.errors import BadDataError
from catlog.library.entries import FIELDS, Entry
from catlog.library.steps import LogRow

FILE_LIMIT = 64 * 1024**2
"""Largest file in bytes, decompressed: 11,000 entries, the most a service allows, take 12 MiB."""

ROW_LIMIT = 100_000
"""Largest number of rows in a file."""

UNRESOLVED = 0
"""The MAL id of a row that names its anime by another service's id or by title."""

ALL_FIELDS = frozenset(FIELDS) - {"episode_offset"}
"""All entry fields that files of other programs can provide; `episode_offset` is CatLog's own."""

REWATCH_MARK = "my_rewatching"
"""Key in an entry's `extra` for a rewatch that is paused or dropped: only Completed entries can be rewatches here."""

UPDATE_MARK = "update_on_import"
"""Key in `extra`: 0 where MyAnimeList's import must not overwrite its own entry with this one."""

UNNAMED_PRIVATE = "private"
"""Key in `extra` under which version 0.1.0 stored the privacy mark of any service.

Exports write it unchanged; an import that has `anilist:private` or the like replaces it.
"""


@dataclass(frozen=True, slots=True)
class ForeignId:
    """The id of an anime at another service: `anilist`, `kitsu` or `anidb`."""

    service: str
    id: int

    def __str__(self) -> str:
        """Return service and id as text."""
        return f"{self.service} {self.id}"


@dataclass(frozen=True, slots=True)
class ListedTitle:
    """One list entry with the facts of its anime.

    `type` is MyAnimeList's word (TV, Movie, OVA, …) and `episodes` the total, None where unknown.
    """

    entry: Entry
    title: str = ""
    type: str | None = None
    episodes: int | None = None


@dataclass(frozen=True, slots=True)
class ImportedEntry:
    """One usable row of a file, cleaned and in range.

    `listed.entry` is valid for any total of episodes. Its MAL id is `UNRESOLVED` where only `foreign` ids, or with
    `by_title` only the title, name the anime. `provided` are the entry fields (of `FIELDS`) that are present and
    readable in the row. `extra` among them means all of it, otherwise `provided_extra` are the keys of `extra` that the
    row provides. `position` counts the rows of the file from 1; `remarks` describe changed and contradictory values.
    """

    position: int
    listed: ListedTitle
    foreign: tuple[ForeignId, ...] = ()
    provided: frozenset[str] = ALL_FIELDS
    provided_extra: frozenset[str] = frozenset()
    remarks: tuple[str, ...] = ()
    by_title: bool = False

    @property
    def entry(self) -> Entry:
        """The entry without the facts of its anime."""
        return self.listed.entry


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """One row that cannot be used: the reason, and an excerpt by which to find the row in the file."""

    position: int
    reason: str
    title: str = ""
    mal_id: int | None = None
    excerpt: str = ""


Row: TypeAlias = ImportedEntry | RejectedRow


@dataclass(frozen=True, slots=True)
class ListFile:
    """The content of a file: its format, its rows in order, and warnings about the file as a whole.

    `history` is the log of the CatLog list that the file was exported from, oldest event first.
    """

    format: str
    rows: tuple[Row, ...]
    warnings: tuple[str, ...] = ()
    history: tuple[LogRow, ...] = ()


@dataclass(frozen=True, slots=True)
class ListExport:
    """A list to write: rows by MAL id, and the log, oldest event first, where it is requested.

    `edited` are the MAL ids of entries that changed here since their import; `bom` requests a byte order mark.
    """

    rows: Sequence[ListedTitle]
    username: str = ""
    history: Sequence[LogRow] = ()
    edited: Collection[int] = ()
    bom: bool = False


def check_rows(count: int, name: str) -> None:
    """Raise BadDataError for more rows than `ROW_LIMIT`."""
    if count > ROW_LIMIT:
        raise BadDataError(f"{name} has more than {ROW_LIMIT:,} entries: that is no list")
