"""Ids of other services and the MAL ids they mean, from files that list them; none is ever guessed by title."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from catlog.access import Right, needs
from catlog.catalogue.json_titles import json_entries
from catlog.db.bulk import upsert
from catlog.db.models import CrossId
from catlog.db.session import Database
from catlog.errors import BadDataError
from catlog.interchange.records import ForeignId
from catlog.interchange.values import identifier, object_at
from catlog.limited_read import open_capped

SERVICES = ("anidb", "anilist", "kitsu")
"""The services whose ids are kept."""

FILE_LIMIT = 256 * 1024**2
"""Plain bytes above which a file of ids is refused; anime-offline-database has 60 MiB."""

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
    """What a file of ids brought: its entries, the ids kept of each service, and those that mean several anime."""

    entries: int
    anidb: int
    anilist: int
    kitsu: int
    ambiguous: int


@needs(Right.RESTORE)
def import_crossids(database: Database, file: Path) -> ImportedIds:
    """Take the ids from `file`: JSON objects with `mal_id`, `anilist_id`, …, or anime-offline-database.

    What was known of an id is replaced. An id that means several anime of MyAnimeList is left out, and so is one of
    which they are not said. Raises BadDataError when the file is neither, or names no ids.
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
    known = {theirs: found for theirs, found in means.items() if found}
    clear = {theirs: min(found) for theirs, found in known.items() if len(found) == 1}
    if not clear:
        raise BadDataError(
            f"{file.name} names no ids", hint="it needs JSON objects with mal_id and anilist_id, kitsu_id or anidb_id"
        )
    rows = [(theirs.service, theirs.id, mal_id) for theirs, mal_id in clear.items()]

    def unit(session: Session) -> None:
        upsert(session.connection(), CrossId, ("service", "service_id", "mal_id"), rows)

    database.run(unit)
    counts = {service: sum(theirs.service == service for theirs in clear) for service in SERVICES}
    return ImportedIds(entries, **counts, ambiguous=len(known) - len(clear))


def mal_ids(session: Session, wanted: Collection[ForeignId]) -> dict[ForeignId, int]:
    """Return the MAL ids of those other ids that are known."""
    found: dict[ForeignId, int] = {}
    for service in sorted({theirs.service for theirs in wanted}):
        ids = sorted({theirs.id for theirs in wanted if theirs.service == service})
        for start in range(0, len(ids), _IDS_PER_STATEMENT):
            some = ids[start : start + _IDS_PER_STATEMENT]
            query = select(col(CrossId.service_id), col(CrossId.mal_id)).where(
                col(CrossId.service) == service, col(CrossId.service_id).in_(some)
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
