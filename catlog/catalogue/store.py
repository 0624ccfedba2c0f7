"""Writing the catalogue: every writer (ETL, import, search) comes through here."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from operator import attrgetter

from sqlalchemy import Connection, Integer, bindparam, case, delete, func, or_, select, update
from sqlmodel import col

from catlog.catalogue.vocabulary import TYPES
from catlog.db.bulk import upsert
from catlog.db.models import AnimeGenre, CatalogueState, ProcessedAnime, UserAnime
from catlog.db.naming import table_of
from catlog.jikan.schema import AnimeRecord

FACTS: tuple[str, ...] = tuple(f.name for f in fields(AnimeRecord) if f.name in ProcessedAnime.model_fields)
"""What a record of the source and a row of the catalogue have in common."""

_ANIME = table_of(ProcessedAnime)
_facts = attrgetter(*FACTS)
# Whoever wrote since they were read may have told better: what is there by now stays.
_FILL = (
    update(_ANIME)
    .where(_ANIME.c.mal_id == bindparam("of"))
    .values(
        title=case((_ANIME.c.title == bindparam("known"), bindparam("title_")), else_=_ANIME.c.title),
        type=func.coalesce(_ANIME.c.type, bindparam("type_")),
        episodes=func.coalesce(_ANIME.c.episodes, bindparam("episodes_")),
    )
)
_IDS_PER_STATEMENT = 5_000
_ONLY_ROW = 1
_VERSION = select(col(CatalogueState.version)).where(col(CatalogueState.id) == _ONLY_ROW)


def write_titles(
    connection: Connection, records: Sequence[AnimeRecord], *, run_id: str | None, seen_at: datetime
) -> None:
    """Write the facts and genres of `records` into the catalogue, inside the connection's transaction.

    A whole record replaces what was known. A partial one, where the source sent something unusable, only adds
    titles that were not known yet: it must not erase good facts.
    """
    mark_changed(connection)
    columns = (*FACTS, "processed_at", "etl_run_id")
    whole = [record for record in records if not _is_partial(record)]
    partial = [record for record in records if _is_partial(record)]
    stamp = (seen_at, run_id)
    upsert(connection, ProcessedAnime, columns, (_facts(record) + stamp for record in whole))
    if partial:
        upsert(connection, ProcessedAnime, columns, (_facts(r) + stamp for r in partial), on_conflict="keep")
    ids = [record.mal_id for record in whole]
    for start in range(0, len(ids), _IDS_PER_STATEMENT):
        some = ids[start : start + _IDS_PER_STATEMENT]
        # Written into the statement: as parameters they would take ten times as long.
        known = bindparam("ids", some, Integer(), expanding=True, literal_execute=True)
        connection.execute(delete(AnimeGenre).where(col(AnimeGenre.mal_id).in_(known)))
    genres = ((r.mal_id, genre.name, genre.kind) for r in records for genre in r.genres)
    upsert(connection, AnimeGenre, ("mal_id", "genre", "kind"), dict.fromkeys(genres), on_conflict="keep")


def write_newer(connection: Connection, records: Mapping[int, AnimeRecord], *, seen_at: datetime) -> None:
    """Write those records, by MAL id, that are not older than what is known: a source may answer with old ones."""
    anime = ProcessedAnime
    newer = select(col(anime.mal_id)).where(col(anime.mal_id).in_(list(records)), col(anime.processed_at) > seen_at)
    known = set(connection.execute(newer).scalars())
    told = [record for mal_id, record in records.items() if mal_id not in known]
    if told:
        write_titles(connection, told, run_id=None, seen_at=seen_at)


def add_titles(
    connection: Connection, titles: Iterable[tuple[int, str, str | None, int | None]], *, seen_at: datetime
) -> None:
    """Add anime that only somebody's list names, as (MAL id, title, type, episodes); known ones stay as they are.

    No id may occur twice. Without a title an anime is called by its id.
    """
    mark_changed(connection)
    nothing: list[str] = []
    fields = ("mal_id", "title", "type", "episodes", "synonyms", "studios", "processed_at")
    rows = (
        (mal_id, title or f"#{mal_id}", kind, episodes, nothing, nothing, seen_at)
        for mal_id, title, kind, episodes in titles
    )
    upsert(connection, ProcessedAnime, fields, rows, on_conflict="keep")


def fill_gaps(connection: Connection, facts: Iterable[tuple[int, str, str | None, int | None]]) -> None:
    """Take facts as those of `introduce` for known anime that lack them; "" and None are unknown.

    What is known is never replaced, an id in place of a title is; the next whole record of the source replaces what was
    filled. Types that MyAnimeList does not have are left out, and totals that are `outgrown`.
    """
    told = {mal_id: (title, kind if kind in TYPES else None, episodes) for mal_id, title, kind, episodes in facts}
    for mal_id in outgrown(connection, {mal_id: total for mal_id, (_, _, total) in told.items() if total}):
        told[mal_id] = (*told[mal_id][:2], None)
    c = _ANIME.c
    lacking = or_(c.type.is_(None), c.episodes.is_(None), c.title.startswith("#"))
    changes: list[dict[str, object]] = []
    ids = sorted(told)
    for start in range(0, len(ids), _IDS_PER_STATEMENT):
        known = select(c.mal_id, c.title, c.type, c.episodes).where(
            c.mal_id.in_(ids[start : start + _IDS_PER_STATEMENT]), lacking
        )
        for mal_id, title, kind, episodes in connection.execute(known):
            name, told_kind, told_episodes = told[mal_id]
            nameless = title == f"#{mal_id}"
            if (nameless and name) or (kind is None and told_kind) or (episodes is None and told_episodes):
                told_title = name if nameless and name else title
                changes.append(
                    {"of": mal_id, "known": title, "title_": told_title, "type_": told_kind, "episodes_": told_episodes}
                )
    if changes:
        mark_changed(connection)
        connection.execute(_FILL, changes)


def outgrown(connection: Connection, totals: Mapping[int, int]) -> set[int]:
    """Return the MAL ids of those totals that are wrong, as an entry of anybody has more episodes watched."""
    entry = UserAnime
    found: set[int] = set()
    ids = sorted(totals)
    for start in range(0, len(ids), _IDS_PER_STATEMENT):
        some = bindparam(
            "ids", ids[start : start + _IDS_PER_STATEMENT], Integer(), expanding=True, literal_execute=True
        )
        most = (
            select(col(entry.mal_id), func.max(col(entry.episodes_watched)))
            .where(col(entry.mal_id).in_(some))
            .group_by(col(entry.mal_id))
        )
        found.update(mal_id for mal_id, watched in connection.execute(most) if watched > totals[mal_id])
    return found


def mark_changed(connection: Connection) -> None:
    """Say that the catalogue is about to change, in the transaction that changes it, before its first row.

    Being first, it makes the writers of a PostgreSQL catalogue wait for each other here instead of in a deadlock.
    """
    upsert(connection, CatalogueState, ("id", "version"), [(_ONLY_ROW, secrets.token_hex(8))])


def catalogue_version(connection: Connection) -> str:
    """Return the word that names the state of the catalogue; it was never another state's."""
    return connection.execute(_VERSION).scalar() or ""


def _is_partial(record: AnimeRecord) -> bool:
    return any(": expected " in note for note in record.notes)
