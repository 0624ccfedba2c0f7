"""Titles from JSON: objects in Jikan's form, and anime-offline-database, as one document or as JSON Lines."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from catlog.catalogue.vocabulary import GENRES
from catlog.errors import BadDataError

_PAGE = re.compile(r"https?://(?:www\.)?myanimelist\.net/anime/([0-9]{1,9})/?")
_TYPES = {"TV": "TV", "MOVIE": "Movie", "OVA": "OVA", "ONA": "ONA", "SPECIAL": "Special"}
_STATUSES = {"FINISHED": "Finished Airing", "ONGOING": "Currently Airing", "UPCOMING": "Not yet aired"}
_TAGS = {name.casefold(): (name, kind) for name, kind in GENRES.items()}
_IDS = ("anidb_id", "anilist_id", "kitsu_id")

Raw = dict[str, object]


class OnlyIdsError(BadDataError):
    """The file maps ids of other services and has no titles."""


def read_json(plain: BinaryIO, name: str) -> Iterator[tuple[int, Raw | None]]:
    """Yield (number, object in Jikan's form) for every entry, None for one without a MyAnimeList id.

    Raises BadDataError when the file is neither JSON nor JSON Lines, or has no titles.
    """
    for number, entry in enumerate(json_entries(plain.read(), name), 1):
        if not isinstance(entry, dict):
            yield number, None
        elif isinstance(entry.get("sources"), list):
            yield number, _offline(entry)
        elif "title" not in entry and any(key in entry for key in _IDS):
            raise OnlyIdsError(f"{name} has ids, but no titles", hint="take it with: catlog etl import-crossids FILE")
        else:
            yield number, entry


def json_entries(content: bytes, name: str) -> Iterator[Any]:
    """Yield the entries of a list, of the list under "data", or of lines; a line about the file itself is left out.

    Raises BadDataError, naming the file `name`.
    """
    try:
        text = content.decode("utf-8-sig")
        try:
            found = json.loads(text)
        except json.JSONDecodeError:
            rows = (json.loads(line) for line in text.split("\n") if line.strip())
            yield from (row for row in rows if not (isinstance(row, dict) and "lastUpdate" in row))
            return
    except (ValueError, RecursionError) as problem:
        raise BadDataError(f"{name} is neither JSON nor JSON Lines: {problem}") from None
    entries = found.get("data", found) if isinstance(found, dict) else found
    yield from entries if isinstance(entries, list) else [entries]


def _offline(entry: Mapping[str, Any]) -> Raw | None:
    """Return the entry with the id of its page on MyAnimeList; None where it has none, or several."""
    ids = {int(match[1]) for source in entry["sources"] if (match := _PAGE.fullmatch(str(source)))}
    if len(ids) != 1:
        return None
    season, duration = _part(entry, "animeSeason"), _part(entry, "duration")
    tags = [_TAGS[tag] for tag in map(str, _list(entry, "tags")) if tag in _TAGS]
    seconds = duration.get("value")
    year = season.get("year")
    name = str(season.get("season", "")).casefold()
    return {
        "mal_id": ids.pop(),
        "title": entry.get("title"),
        "title_synonyms": _list(entry, "synonyms"),
        "type": _TYPES.get(str(entry.get("type"))),
        "episodes": entry.get("episodes"),
        "status": _STATUSES.get(str(entry.get("status"))),
        "season": name if name in ("winter", "spring", "summer", "fall") else None,
        "year": year if isinstance(year, int) else None,
        "duration": f"{seconds // 60} min" if isinstance(seconds, int) and seconds >= 60 else None,
        "images": {"jpg": {"image_url": entry.get("picture")}},
        "studios": [{"name": studio} for studio in _list(entry, "studios")],
        "genres": [{"name": name} for name, kind in tags if kind == "genre"],
        "themes": [{"name": name} for name, kind in tags if kind == "theme"],
        "demographics": [{"name": name} for name, kind in tags if kind == "demographic"],
        "explicit_genres": [{"name": name} for name, kind in tags if kind == "explicit"],
    }


def _part(entry: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = entry.get(name)
    return found if isinstance(found, dict) else {}


def _list(entry: Mapping[str, Any], name: str) -> list[Any]:
    found = entry.get(name)
    return found if isinstance(found, list) else []
