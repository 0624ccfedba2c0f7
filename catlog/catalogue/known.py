"""The catalogue's records of titles, and the merge of new ones: a missing fact never erases a known one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, Integer, bindparam, select

from catlog.catalogue.store import FACTS, is_partial, write_titles
from catlog.db.tables import AnimeGenre, ProcessedAnime, col
from catlog.jikan.schema import AnimeRecord, Genre, GenreKind

_IDS_PER_STATEMENT = 5_000


def known_records(connection: Connection, ids: Collection[int]) -> dict[int, AnimeRecord]:
    """Return the catalogue's records of those titles."""
    wanted, found = sorted(ids), dict[int, AnimeRecord]()
    columns: tuple[Any, ...] = tuple(col(getattr(ProcessedAnime, name)) for name in FACTS)
    for start in range(0, len(wanted), _IDS_PER_STATEMENT):
        # Literals in the statement: as parameters they would take ten times as long.
        some = bindparam(
            "ids", wanted[start : start + _IDS_PER_STATEMENT], Integer(), expanding=True, literal_execute=True
        )
        genres: dict[int, list[Genre]] = {}
        query = select(col(AnimeGenre.mal_id), col(AnimeGenre.genre), col(AnimeGenre.kind))
        for mal_id, genre, kind in connection.execute(query.where(col(AnimeGenre.mal_id).in_(some))):
            genres.setdefault(mal_id, []).append(Genre(genre, cast("GenreKind", kind)))
        for row in connection.execute(select(*columns).where(col(ProcessedAnime.mal_id).in_(some))):
            facts = dict(zip(FACTS, row, strict=True))
            mal_id = facts["mal_id"]
            facts["synonyms"], facts["studios"] = tuple(facts["synonyms"] or ()), tuple(facts["studios"] or ())
            ordered = tuple(sorted(genres.get(mal_id, ()), key=lambda genre: genre.name))
            found[mal_id] = AnimeRecord(**facts, genres=ordered, notes=())
    return found


def write_without_loss(
    connection: Connection, records: Mapping[int, AnimeRecord], *, seen_at: datetime
) -> dict[int, AnimeRecord]:
    """Write the records of a source, by MAL id, and return them as they are stored.

    A fact of a record replaces the known one, a fact that it lacks does not erase it. Records that are older than the
    stored ones, and partial ones, only fill gaps.
    """
    anime = ProcessedAnime
    stamps = select(col(anime.mal_id), col(anime.processed_at)).where(col(anime.mal_id).in_(list(records)))
    stamp_of = {row[0]: row[1] for row in connection.execute(stamps)}
    known = known_records(connection, stamp_of.keys())
    stored: dict[int, AnimeRecord] = {}
    written: dict[datetime, list[AnimeRecord]] = {}
    for mal_id, record in records.items():
        stamp = seen_at
        merged = record
        if mal_id in known:
            is_newer = stamp_of[mal_id] <= seen_at and not is_partial(record)
            merged = (replaced if is_newer else filled)(known[mal_id], record)
            stamp = seen_at if is_newer else stamp_of[mal_id]
        stored[mal_id] = merged
        if merged != known.get(mal_id):
            written.setdefault(stamp, []).append(merged)
    for stamp, some in written.items():
        write_titles(connection, some, run_id=None, seen_at=stamp)
    return stored


def filled(known: AnimeRecord, imported: AnimeRecord) -> AnimeRecord:
    """Return the known record, its gaps filled from the file."""
    return _merged(known, imported, first=known, then=imported)


def replaced(known: AnimeRecord, imported: AnimeRecord) -> AnimeRecord:
    """Return the file's record, its gaps filled from the catalogue."""
    return _merged(known, imported, first=imported, then=known)


def _merged(known: AnimeRecord, imported: AnimeRecord, *, first: AnimeRecord, then: AnimeRecord) -> AnimeRecord:
    names = [name for name in FACTS if name not in ("mal_id", "synonyms")]
    changes = {
        name: getattr(then, name)
        for name in names
        if getattr(first, name) in (None, ()) and getattr(then, name) not in (None, ())
    }
    if first is known and known.title == f"#{known.mal_id}":  # a list had only its id
        changes["title"] = imported.title
    genres = first.genres or then.genres
    merged = replace(first, **changes, genres=tuple(sorted(genres, key=lambda genre: genre.name)))
    others = (imported.title, imported.title_english, imported.title_japanese, *imported.synonyms)
    taken = {None, merged.title, merged.title_english, merged.title_japanese}
    synonyms = dict.fromkeys((*known.synonyms, *(name for name in others if name not in taken)))
    return replace(merged, synonyms=tuple(name for name in synonyms if name is not None))
