"""What passes between a format and a list: one row of a file, and a file as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from catlog.errors import BadDataError
from catlog.library.entries import FIELDS, Entry
from catlog.library.steps import LogRow

FILE_LIMIT = 64 * 1024**2
"""Plain bytes above which a file is no list: 11,000 entries, the most a service allows, are 12 MiB."""

ROW_LIMIT = 100_000
"""Rows above which a file is no list."""

UNRESOLVED = 0
"""The MAL id of a row that only another service's id names."""

ALL_FIELDS = frozenset(FIELDS) - {"episode_offset"}
"""All fields of an entry that a file of another program can tell; CatLog's own tell the offset as well."""

REWATCH_MARK = "my_rewatching"
"""The name in an entry's `extra` of a rewatch of a title that is in no state to be one: paused or dropped."""

UPDATE_MARK = "update_on_import"
"""The name in `extra` of MyAnimeList's word on whether its import takes the entry over what it has: 0 where not."""

UNNAMED_PRIVATE = "private"
"""The name in `extra` under which version 0.1.0 kept the privacy mark of any service.

It is exported as it is, and gives way to `anilist:private` and the like when one of the services speaks again.
"""


@dataclass(frozen=True, slots=True)
class ForeignId:
    """The id of an anime at another service: `anilist`, `kitsu` or `anidb`."""

    service: str
    id: int

    def __str__(self) -> str:
        """Return it as people read it."""
        return f"{self.service} {self.id}"


@dataclass(frozen=True, slots=True)
class ListedTitle:
    """One entry with what is known of its anime; on the way out all that a format can write.

    `type` is MyAnimeList's word (TV, Movie, OVA, …) and `episodes` the total, None where unknown.
    """

    entry: Entry
    title: str = ""
    type: str | None = None
    episodes: int | None = None


@dataclass(frozen=True, slots=True)
class ImportedEntry:
    """One usable row of a file, clean and in range.

    `listed.entry` is possible whatever the total of its episodes; its MAL id is `UNRESOLVED` where only `foreign` ids
    name the anime, or, `by_title`, only its title does. `told` are the fields (of `FIELDS`) that this row speaks of:
    present in it and readable. `extra` among them means all of it, else `told_extra` are the names in `extra` that it
    speaks of. `position` counts the rows of the file from 1; `remarks` say what was changed or is odd.
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
        """The entry alone."""
        return self.listed.entry


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """One row that cannot be used, with the reason and enough of it to find it again."""

    position: int
    reason: str
    title: str = ""
    mal_id: int | None = None
    excerpt: str = ""


Row: TypeAlias = ImportedEntry | RejectedRow


@dataclass(frozen=True, slots=True)
class ListFile:
    """What a file holds: its format, the rows in order, warnings about the whole.

    `history` is what the log of another CatLog list tells of the past, oldest first.
    """

    format: str
    rows: tuple[Row, ...]
    warnings: tuple[str, ...] = ()
    history: tuple[LogRow, ...] = ()


def check_rows(count: int, name: str) -> None:
    """Raise BadDataError when so many rows are no list."""
    if count > ROW_LIMIT:
        raise BadDataError(f"{name} has more than {ROW_LIMIT:,} entries: that is no list")
