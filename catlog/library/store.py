"""The only module that reads `UserAnime` rows as entries and writes entries as rows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from catlog.db.naming import table_of
from catlog.db.session import Session
from catlog.db.shown_title import SHOWN_TITLE
from catlog.db.tables import ProcessedAnime, UserAnime
from catlog.errors import BusyError
from catlog.library.entries import Entry, Status
from catlog.library.partial_date import PartialDate

_TABLE = table_of(UserAnime)
_ANIME = table_of(ProcessedAnime)
_IDS_PER_STATEMENT = 1_000

_COLUMNS: dict[str, str] = {
    "mal_id": "mal_id",
    "status": "status",
    "rating": "personal_rating",
    "score100": "score100",
    "notes": "notes",
    "tags": "tags",
    "favorite": "is_favorite",
    "episodes_watched": "episodes_watched",
    "start_date": "start_date",
    "finish_date": "completed_date",
    "rewatching": "rewatching",
    "rewatch_count": "rewatch_count",
    "extra": "extra",
    "episode_offset": "episode_offset",
    "version": "version",
    "created_at": "created_at",
    "updated_at": "updated_at",
}
"""Field of `Entry` -> field of `UserAnime`."""

# Statements are built once: building one costs more than running it.
_ALL = select(*(_TABLE.c[name] for name in _COLUMNS.values())).where(_TABLE.c.user_id == bindparam("user_id"))
_SOME = _ALL.where(_TABLE.c.mal_id.in_(bindparam("ids", expanding=True)))
_KNOWN = select(_ANIME.c.mal_id, SHOWN_TITLE, _ANIME.c.episodes).where(
    _ANIME.c.mal_id.in_(bindparam("ids", expanding=True))
)


@dataclass(frozen=True, slots=True)
class KnownTitle:
    """The catalogue's facts that edits need: the title and its number of episodes, None where unknown."""

    title: str
    episodes: int | None
    in_catalogue: bool = True


def load_entries(session: Session, user_id: int, mal_ids: Collection[int] | None = None) -> dict[int, Entry]:
    """Return a user's entries by MAL id: all of them, or those of `mal_ids`."""
    connection = session.connection()
    if mal_ids is None:
        return {row[0]: _entry(row) for row in connection.execute(_ALL, {"user_id": user_id})}
    return {
        row[0]: _entry(row)
        for some in _parts(mal_ids)
        for row in connection.execute(_SOME, {"user_id": user_id, "ids": some})
    }


def load_titles(session: Session, mal_ids: Collection[int]) -> dict[int, KnownTitle]:
    """Return the titles by MAL id; `in_catalogue` is false for those that the catalogue lacks."""
    connection = session.connection()
    found = {
        mal_id: KnownTitle(title, episodes or None)
        for some in _parts(mal_ids)
        for mal_id, title, episodes in connection.execute(_KNOWN, {"ids": some})
    }
    return {mal_id: found.get(mal_id) or KnownTitle(f"#{mal_id}", None, in_catalogue=False) for mal_id in mal_ids}


def write_entries(
    session: Session,
    user_id: int,
    before: Mapping[int, Entry | None],
    after: Mapping[int, Entry | None],
) -> None:
    """Store the entries `after` of a user, None removing one; `before` are those read in this transaction.

    Raises BusyError when a row is no longer at the version that was read.
    """
    connection = session.connection()
    added = [_values(user_id, entry) for mal_id, entry in after.items() if entry and before.get(mal_id) is None]
    changed = [(old, entry) for mal_id, entry in after.items() if entry and (old := before.get(mal_id))]
    gone = [old for mal_id, entry in after.items() if entry is None and (old := before.get(mal_id))]
    if added:
        connection.execute(_INSERT, added)
    if changed:
        values = [_values(user_id, entry) | _found_by(user_id, old) for old, entry in changed]
        _expect(len(values), connection.execute(_UPDATE, values).rowcount)
    if gone:
        found = [_found_by(user_id, old) for old in gone]
        _expect(len(found), connection.execute(_DELETE, found).rowcount)


_AT_VERSION = (
    _TABLE.c.user_id == bindparam("of_user"),
    _TABLE.c.mal_id == bindparam("of_mal_id"),
    _TABLE.c.version == bindparam("at_version"),
)
_INSERT = insert(_TABLE)
_UPDATE = update(_TABLE).where(*_AT_VERSION)
_DELETE = delete(_TABLE).where(*_AT_VERSION)


def _found_by(user_id: int, entry: Entry) -> dict[str, Any]:
    return {"of_user": user_id, "of_mal_id": entry.mal_id, "at_version": entry.version}


def _expect(rows: int, written: int) -> None:
    if written != rows:
        raise BusyError("your list was changed by something else at the same time", hint="try again in a moment")


def _values(user_id: int, entry: Entry) -> dict[str, Any]:
    values = {column: getattr(entry, name) for name, column in _COLUMNS.items()}
    return values | {
        "user_id": user_id,
        "status": entry.status.value,
        "tags": list(entry.tags),
        "extra": dict(entry.extra),
        "start_date": entry.start_date and str(entry.start_date),
        "completed_date": entry.finish_date and str(entry.finish_date),
    }


def _entry(row: Sequence[Any]) -> Entry:
    (mal_id, status, rating, score100, notes, tags, favorite, watched, start, finish, *rest) = row
    start_date, finish_date = start and PartialDate(start), finish and PartialDate(finish)
    return Entry(
        mal_id, Status(status), rating, score100, notes, tuple(tags), favorite, watched, start_date, finish_date, *rest
    )


def _parts(ids: Iterable[int]) -> Iterable[list[int]]:
    ordered = sorted(set(ids))
    return (ordered[start : start + _IDS_PER_STATEMENT] for start in range(0, len(ordered), _IDS_PER_STATEMENT))
