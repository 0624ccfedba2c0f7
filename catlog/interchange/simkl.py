"""Simkl: the JSON of its backup, in which anime can stand under shows and movies too."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from catlog.interchange.records import UNRESOLVED, ForeignId, ListedTitle, ListFile, RejectedRow, Row
from catlog.interchange.values import (
    UnusableRowError,
    Values,
    excerpt,
    flag,
    identifier,
    imported,
    instant,
    media_type,
    objects,
    part,
)
from catlog.library.entries import Entry, Status
from catlog.text import counted

FORMAT = "simkl"

EXTRA = ("private",)
"""What Simkl keeps in an entry's `extra`."""

_SECTIONS = ("anime", "shows", "movies")
_SERVICES = ("anidb", "anilist", "kitsu")
_TOLD = frozenset(("status", "rating", "notes", "episodes_watched", "finish_date", "extra"))


def matches(value: object) -> bool:
    """Say whether a JSON value is a backup."""
    items = [item for section in _SECTIONS for item in objects(part(value).get(section))]
    return bool(items) and "status" in items[0] and bool(_facts(items[0]))


def read(value: object) -> ListFile:
    """Read a backup. It tells no start dates, tags or rewatches, and a rewatch looks like watching."""
    anime: list[Mapping[str, Any]] = []
    others = 0
    for section in _SECTIONS:
        for item in objects(part(value).get(section)):
            if section == "anime" or item.get("anime_type") or part(_facts(item), "ids").get("mal"):
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
    return part(item, "show") or part(item, "movie") or part(item, "anime")


def _row(position: int, raw: Mapping[str, Any]) -> Row:
    values = Values()
    facts = _facts(raw)
    ids = part(facts, "ids")
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
    last = values.day("last_watched_at", raw.get("last_watched_at"))
    instants = (instant(raw.get(name)) for name in ("last_watched_at", "user_rated_at", "added_to_watchlist_at"))
    entry = Entry(
        mal_id or UNRESOLVED,
        status,
        rating=values.rating("user_rating", raw.get("user_rating")),
        notes=values.notes(part(raw, "memo").get("text")),
        episodes_watched=total if completed and total else _watched(values, raw),
        finish_date=last if completed else None,
        rewatching=rewatching,
        extra={"private": "true"} if flag(part(raw, "memo").get("is_private")) else {},
        created_at=instant(raw.get("added_to_watchlist_at")),
        updated_at=max((moment for moment in instants if moment), default=None),
    )
    listed = ListedTitle(entry, title, media_type(raw.get("anime_type")), total)
    told = _TOLD if completed else _TOLD - {"finish_date"}
    return imported(position, listed, values, foreign=foreign, told=told, told_extra=EXTRA)


def _foreign(ids: Mapping[str, Any]) -> Iterator[ForeignId]:
    for service in _SERVICES:
        if theirs := identifier(ids.get(service)):
            yield ForeignId(service, theirs)


def _watched(values: Values, raw: Mapping[str, Any]) -> int:
    """Return the count of watched episodes, or the number of the last one (E5, S01E05) where there is none."""
    last = re.search("E([0-9]{1,6})$", str(raw.get("last_watched") or ""))
    known = raw.get("watched_episodes_count")
    return values.count("watched_episodes_count", known if known is not None else last and last[1])
