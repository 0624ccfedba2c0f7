"""Simkl: the JSON of its backup, in which anime can stand under shows and movies too."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from catlog.interchange.records import (
    UNNAMED_PRIVATE,
    UNRESOLVED,
    ForeignId,
    ListedTitle,
    ListFile,
    RejectedRow,
    Row,
)
from catlog.interchange.values import (
    UnusableRowError,
    Values,
    excerpt,
    identifier,
    imported_entry,
    is_true,
    media_type,
    object_at,
    objects,
)
from catlog.library.entries import Entry, Status
from catlog.text import counted

FORMAT = "simkl"

PRIVATE = "simkl:private"
"""The name of Simkl's privacy mark in an entry's `extra`."""

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
    """Say whether a JSON value is a backup, or one of nothing: then it has no other sections either."""
    sections = object_at(value)
    items = [item for section in _SECTIONS for item in objects(sections.get(section))]
    if not items:
        return "anime" in sections and all(name in _SECTIONS and not items for name, items in sections.items())
    return "status" in items[0] and bool(_facts(items[0]))


def read(value: object) -> ListFile:
    """Read a backup. It tells no start dates, tags or rewatches, and a rewatch looks like watching."""
    anime: list[Mapping[str, Any]] = []
    others = 0
    for section in _SECTIONS:
        for item in objects(object_at(value).get(section)):
            if section == "anime" or item.get("anime_type") or object_at(_facts(item), "ids").get("mal"):
                anime.append(item)
            else:
                others += 1
    rows = tuple(_row(position, item) for position, item in enumerate(anime, start=1))
    return ListFile(
        FORMAT,
        rows,
        (f"{counted(others, 'show or movie that is', 'shows and movies that are')} no anime left out",)
        if others
        else (),
    )


def _facts(item: Mapping[str, Any]) -> Mapping[str, Any]:
    return object_at(item, "show") or object_at(item, "movie") or object_at(item, "anime")


def _row(position: int, raw: Mapping[str, Any]) -> Row:
    values = Values()
    facts = _facts(raw)
    ids = object_at(facts, "ids")
    title = values.title(facts.get("title"))
    mal_id = identifier(ids.get("mal"))
    foreign = tuple(_foreign(ids))
    try:
        if mal_id is None and not foreign:
            raise UnusableRowError("it names no anime of MyAnimeList, AniDB, AniList or Kitsu")
        status, rewatching = values.status(raw.get("status"))
    except UnusableRowError as problem:
        return RejectedRow(position, str(problem), title, mal_id, excerpt(raw))
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
    told = values.provided({**raw, **memo, "watched_episodes_count": watched}, _FIELDS)
    if completed and total:
        told |= {"episodes_watched"}
    if last is None or not completed:  # Simkl tells when an episode was watched, never that none was
        told -= {"finish_date"}
    private = (PRIVATE, UNNAMED_PRIVATE) if "is_private" in memo else ()
    return imported_entry(position, listed, values, foreign=foreign, provided=told, provided_extra=private)


def _foreign(ids: Mapping[str, Any]) -> Iterator[ForeignId]:
    for service in _SERVICES:
        if theirs := identifier(ids.get(service)):
            yield ForeignId(service, theirs)


def _watched(raw: Mapping[str, Any]) -> object:
    """Return the count of watched episodes, or the number of the last one (E5, S01E05) where there is none."""
    last = re.search("E([0-9]{1,6})$", str(raw.get("last_watched") or ""))
    known = raw.get("watched_episodes_count")
    return known if known is not None else last and last[1]
