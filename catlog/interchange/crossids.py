"""Maps of other services' ids to MAL ids, imported from files; no id is guessed by title."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from catlog.access import Right, needs
from catlog.catalogue.json_titles import json_entries
from catlog.db.bulk import upsert
from catlog.db.session import Database, Session
from catlog.db.tables import CrossId, col
from catlog.errors import BadDataError
from catlog.interchange.records import ForeignId
from catlog.interchange.values import identifier, object_at
from catlog.limited_read import open_capped

SERVICES = ("anidb", "anilist", "kitsu")
"""The services whose ids are stored."""

FILE_LIMIT = 256 * 1024**2
"""Largest file of ids in bytes, decompressed; anime-offline-database has 60 MiB."""

_MAL = "mal"
_ADDRESS = re.compile(
    r"https?://(?:www\.)?(anidb\.net|anilist\.co|kitsu\.(?:io|app)|myanimelist\.net)/(?:anime/|a)?(\d+)"
)
_HOSTS = {
    "anidb.net": "anidb",
    "anilist.co": "anilist",
    "kitsu.io": "kitsu",
    "kitsu.app": "kitsu",
    "myanimelist.net": _MAL,
}
_IDS_PER_STATEMENT = 1_000


@dataclass(frozen=True, slots=True)
class ImportedIds:
    """The result of importing a file of ids: its entries, the ids stored per service, and the ambiguous ids."""

    entries: int
    anidb: int
    anilist: int
    kitsu: int
    ambiguous: int


@needs(Right.RESTORE)
def import_crossids(database: Database, file: Path) -> ImportedIds:
    """Import the ids in `file`: JSON objects with `mal_id`, `anilist_id`, …, or anime-offline-database.

    Stored ids are replaced. Ids that mean several anime of MyAnimeList, or none, are left out. Raises BadDataError when
    the file is neither, or has no ids.
    """
    entries, means = 0, dict[ForeignId, set[int]]()
    with open_capped(file, limit=FILE_LIMIT) as source:
        content = source.read()
    for entry in map(object_at, json_entries(content, file.name)):
        entries += 1
        ids = _ids(entry)
        for service in SERVICES:
            for theirs in ids.get(service, ()):
                means.setdefault(ForeignId(service, theirs), set()).update(ids.get(_MAL, ()))
    mapped = {theirs: found for theirs, found in means.items() if found}
    unique = {theirs: min(found) for theirs, found in mapped.items() if len(found) == 1}
    if not unique:
        raise BadDataError(
            f"{file.name} names no ids", hint="it needs JSON objects with mal_id and anilist_id, kitsu_id or anidb_id"
        )
    rows = [(theirs.service, theirs.id, mal_id) for theirs, mal_id in unique.items()]

    def unit(session: Session) -> None:
        upsert(session.connection(), CrossId, ("service", "service_id", "mal_id"), rows)

    database.run(unit)
    counts = {service: sum(theirs.service == service for theirs in unique) for service in SERVICES}
    return ImportedIds(entries, **counts, ambiguous=len(mapped) - len(unique))


def mal_ids(session: Session, foreign: Collection[ForeignId]) -> dict[ForeignId, int]:
    """Return the MAL ids of the foreign ids that have one."""
    found: dict[ForeignId, int] = {}
    for service in sorted({theirs.service for theirs in foreign}):
        ids = sorted({theirs.id for theirs in foreign if theirs.service == service})
        for start in range(0, len(ids), _IDS_PER_STATEMENT):
            batch = ids[start : start + _IDS_PER_STATEMENT]
            query = select(col(CrossId.service_id), col(CrossId.mal_id)).where(
                col(CrossId.service) == service, col(CrossId.service_id).in_(batch)
            )
            found |= {ForeignId(service, theirs): mal_id for theirs, mal_id in session.connection().execute(query)}
    return found


def _ids(entry: Mapping[str, Any]) -> dict[str, set[int]]:
    """Return the ids of one entry by service, MyAnimeList's as `mal`."""
    found: dict[str, set[int]] = {}
    for service in (_MAL, *SERVICES):
        value = entry.get(f"{service}_id")
        for raw in value if isinstance(value, list) else [value]:
            if theirs := identifier(raw):
                found.setdefault(service, set()).add(theirs)
    addresses = entry.get("sources")
    for address in addresses if isinstance(addresses, list) else ():
        if (match := _ADDRESS.fullmatch(str(address))) and (theirs := identifier(match[2])):
            found.setdefault(_HOSTS[match[1]], set()).add(theirs)
    return found
