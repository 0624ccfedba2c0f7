"""Small lists in each format, and functions to read them."""

import gzip
import io
import json
from collections.abc import Mapping
from typing import Any

from catlog.interchange.detect import read_list
from catlog.interchange.merge import Strategy
from catlog.interchange.records import FILE_LIMIT, ImportedEntry, ListFile, RejectedRow
from catlog.limited_read import capped
from catlog.zones import UTC_ZONE, Zone

OVERWRITE = Strategy.OVERWRITE

MAL_ANIME = {
    "series_animedb_id": "1",
    "series_title": "Cowboy Bebop",
    "series_type": "TV",
    "series_episodes": "26",
    "my_watched_episodes": "3",
    "my_start_date": "2021-05-00",
    "my_finish_date": "0000-00-00",
    "my_score": "8",
    "my_status": "Watching",
    "my_comments": "",
    "my_times_watched": "0",
    "my_tags": "",
    "my_rewatching": "0",
    "update_on_import": "1",
}


def mal_xml(*anime: Mapping[str, str], info: Mapping[str, str] | None = None, head: str = "") -> bytes:
    """Return an export with these changes to `MAL_ANIME`; texts stand in CDATA."""
    told = "".join(f"<{name}>{text}</{name}>" for name, text in (info or {}).items())
    body = "".join(f"<anime>{_elements({**MAL_ANIME, **changes})}</anime>\n" for changes in anime)
    start = head or '<?xml version="1.0" encoding="UTF-8"?>\n'
    return f"{start}<myanimelist><myinfo>{told}</myinfo>\n{body}</myanimelist>".encode()


def _elements(fields: Mapping[str, str]) -> str:
    texts = {name: text.replace("]]>", "]]]]><![CDATA[>") for name, text in fields.items()}
    return "".join(f"<{name}><![CDATA[{text}]]></{name}>" for name, text in texts.items())


def anilist_entry(**changes: object) -> dict[str, Any]:
    """Return an entry of AniList's answer: Cowboy Bebop, watching."""
    return {
        "id": 10,
        "mediaId": 1,
        "status": "CURRENT",
        "score": 84,
        "progress": 3,
        "repeat": 0,
        "private": False,
        "notes": None,
        "hiddenFromStatusLists": False,
        "customLists": None,
        "startedAt": {"year": 2021, "month": 5, "day": None},
        "completedAt": {"year": None, "month": None, "day": None},
        "updatedAt": 1_620_000_000,
        "createdAt": 0,
        "media": {
            "id": 1,
            "idMal": 1,
            "title": {"romaji": "Cowboy Bebop", "english": "Cowboy Bebop", "native": "カウボーイビバップ"},
            "format": "TV",
            "episodes": 26,
        },
        **changes,
    }


def anilist(
    *entries: Mapping[str, Any], scale: str | None = "POINT_100", custom: Mapping[str, list[Any]] | None = None
) -> bytes:
    """Return an answer with one status list and custom lists by name."""
    lists = [{"name": "Watching", "isCustomList": False, "entries": list(entries)}]
    lists += [{"name": name, "isCustomList": True, "entries": inside} for name, inside in (custom or {}).items()]
    user = {"mediaListOptions": {"scoreFormat": scale}} if scale else {}
    return json.dumps({"data": {"MediaListCollection": {"user": user, "hasNextChunk": False, "lists": lists}}}).encode()


def kitsu(*attributes: Mapping[str, Any], mapped: bool = True) -> bytes:
    """Return a page of library entries, of the anime 8171 (MAL 1) onwards; `mapped` includes their MAL ids."""
    data: list[dict[str, Any]] = []
    included: list[dict[str, Any]] = []
    for number, changes in enumerate(attributes):
        told = {"status": "current", "progress": 3, "reconsuming": False, "reconsumeCount": 0, "ratingTwenty": None}
        link = {"type": "anime", "id": str(8171 + number)}
        related = {"anime": {"data": link}, "manga": {"data": None}}
        data.append(
            {"id": str(number), "type": "libraryEntries", "attributes": {**told, **changes}, "relationships": related}
        )
        mapping = {"type": "mappings", "id": str(100 + number)}
        facts = {"canonicalTitle": f"Title {number}", "subtype": "TV", "episodeCount": 26}
        included.append({**link, "attributes": facts, "relationships": {"mappings": {"data": [mapping]}}})
        ids = {"externalSite": "myanimelist/anime", "externalId": str(1 + number)}
        included.append({**mapping, "attributes": ids})
    return json.dumps({"data": data, "included": included if mapped else []}).encode()


def simkl(**sections: list[Any]) -> bytes:
    """Return a backup with these sections."""
    return json.dumps({"anime": [], "shows": [], "movies": [], **sections}).encode()


def simkl_item(ids: Mapping[str, Any] | None = None, **changes: object) -> dict[str, Any]:
    """Return an item of a backup: Cowboy Bebop, watching."""
    return {
        "status": "watching",
        "user_rating": 8,
        "last_watched": "E3",
        "watched_episodes_count": 3,
        "total_episodes_count": 26,
        "anime_type": "tv",
        "added_to_watchlist_at": "2021-05-01T00:00:00Z",
        "last_watched_at": "2021-05-03T10:00:00Z",
        "user_rated_at": None,
        "show": {"title": "Cowboy Bebop", "year": 1998, "ids": {"simkl": 37089, "mal": "1"} if ids is None else ids},
        **changes,
    }


YAMTRACK_HEADER = (
    "media_id,source,media_type,title,image,season_number,episode_number,score,status,notes,start_date,end_date,"
    "progress,created_at,progressed_at"
)


def yamtrack(*lines: str) -> bytes:
    """Return Yamtrack's CSV with these lines."""
    return "\n".join((YAMTRACK_HEADER, *lines)).encode()


def read(content: bytes, format: str | None = None, name: str = "list", zone: Zone = UTC_ZONE) -> ListFile:
    """Read a list as `catlog list import` does."""
    return read_list(capped(io.BytesIO(content), name, limit=FILE_LIMIT), name, format, zone=zone)


def only(content: bytes, format: str | None = None, zone: Zone = UTC_ZONE) -> ImportedEntry:
    """Return the one row of a list, which must be usable."""
    [row] = read(content, format, zone=zone).rows
    assert isinstance(row, ImportedEntry), row
    return row


def rejected(content: bytes, format: str | None = None) -> RejectedRow:
    """Return the one row of a list, which must not be usable."""
    [row] = read(content, format).rows
    assert isinstance(row, RejectedRow), row
    return row


def packed(content: bytes) -> bytes:
    """Return content as MyAnimeList delivers it."""
    return gzip.compress(content, mtime=0)
