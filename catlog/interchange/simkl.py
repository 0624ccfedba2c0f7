"""Simkl's backup as JSON, in which anime can also be among the shows and movies."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from catlog.interchange.records import UNNAMED_PRIVATE, UNRESOLVED, ForeignId, ImportedEntry, ListedTitle, ListFile
from catlog.interchange.rows import imported_entry, read_rows
from catlog.interchange.values import UnusableRowError, Values, identifier, is_true, media_type, object_at, objects
from catlog.library.entries import Entry, Status
from catlog.text import counted

FORMAT = "simkl"

PRIVATE = "simkl:private"
"""Key of Simkl's privacy mark in an entry's `extra`."""

_SECTIONS = ("anime", "shows", "movies")
_INSTANTS = ("last_watched_at", "user_rated_at", "added_to_watchlist_at")
_SERVICES = ("anidb", "anilist", "kitsu")
_FIELDS = {
    "status": ("status",),
    "user_rating": ("rating",),
    "text": ("notes",),
    "watched_episodes_count": ("episodes_watched",),
    "last_watched_at": ("finish_date",),
}


def matches(value: object) -> bool:
    """Check for a backup, or an empty one: that has none but these sections."""
    sections = object_at(value)
    items = [item for section in _SECTIONS for item in objects(sections.get(section))]
    if not items:
        return "anime" in sections and all(name in _SECTIONS and not items for name, items in sections.items())
    return "status" in items[0] and bool(_facts(items[0]))


def read(value: object) -> ListFile:
    """Read a backup. It has no start dates, tags or rewatches; a rewatch has the status watching."""
    anime: list[Mapping[str, Any]] = []
    others = 0
    for section in _SECTIONS:
        for item in objects(object_at(value).get(section)):
            if section == "anime" or item.get("anime_type") or object_at(_facts(item), "ids").get("mal"):
                anime.append(item)
            else:
                others += 1
    left_out = f"{counted(others, 'show or movie that is', 'shows and movies that are')} no anime left out"
    return ListFile(FORMAT, read_rows(anime, _entry), (left_out,) if others else ())


def _facts(item: Mapping[str, Any]) -> Mapping[str, Any]:
    return object_at(item, "show") or object_at(item, "movie") or object_at(item, "anime")


def _entry(position: int, raw: Mapping[str, Any], values: Values) -> ImportedEntry:
    facts = _facts(raw)
    ids = object_at(facts, "ids")
    title = values.title(facts.get("title"))
    mal_id = values.mal_id(ids.get("mal"))
    foreign = tuple(_foreign(ids))
    if mal_id is None and not foreign:
        raise UnusableRowError("it names no anime of MyAnimeList, AniDB, AniList or Kitsu")
    status, rewatching = values.status(raw.get("status"))
    total = values.total(raw.get("total_episodes_count"))
    completed = status is Status.COMPLETED
    memo = object_at(raw, "memo")
    last = values.day("last_watched_at", raw.get("last_watched_at"))
    instants = {name: values.instant(name, raw.get(name)) for name in _INSTANTS}
    watched = values.count("watched_episodes_count", _watched(raw))
    entry = Entry(
        mal_id or UNRESOLVED,
        status,
        rating=values.rating("user_rating", raw.get("user_rating")),
        notes=values.notes("text", memo.get("text")),
        episodes_watched=total if completed and total else watched,
        finish_date=last if completed else None,
        rewatching=rewatching,
        extra={PRIVATE: "true"} if is_true(memo.get("is_private")) else {},
        created_at=instants["added_to_watchlist_at"],
        updated_at=max((moment for moment in instants.values() if moment), default=None),
    )
    listed = ListedTitle(entry, title, media_type(raw.get("anime_type")), total)
    provided = values.provided({**raw, **memo, "watched_episodes_count": watched}, _FIELDS)
    if completed and total:
        provided |= {"episodes_watched"}
    if last is None or not completed:  # the day belongs to an episode; a missing one is no information
        provided -= {"finish_date"}
    private = (PRIVATE, UNNAMED_PRIVATE) if "is_private" in memo else ()
    return imported_entry(position, listed, values, foreign=foreign, provided=provided, provided_extra=private)


def _foreign(ids: Mapping[str, Any]) -> Iterator[ForeignId]:
    for service in _SERVICES:
        if theirs := identifier(ids.get(service)):
            yield ForeignId(service, theirs)


def _watched(raw: Mapping[str, Any]) -> object:
    """Return the count of watched episodes, or else the number of the last one (E5, S01E05)."""
    last = re.search("E([0-9]{1,6})$", str(raw.get("last_watched") or ""))
    count = raw.get("watched_episodes_count")
    return count if count is not None else last and last[1]
