"""The only module that writes the catalogue, for ETL, imports and searches."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from operator import attrgetter

from sqlalchemy import Connection, Integer, bindparam, case, delete, func, or_, select, update

from catlog.catalogue.vocabulary import TYPES
from catlog.db.bulk import upsert
from catlog.db.naming import table_of
from catlog.db.tables import AnimeGenre, CatalogueState, ProcessedAnime, UserAnime, col
from catlog.jikan.schema import AnimeRecord

FACTS: tuple[str, ...] = tuple(f.name for f in fields(AnimeRecord) if f.name in table_of(ProcessedAnime).c)
"""The fields that a record of the source and a row of the catalogue share."""

_ANIME = table_of(ProcessedAnime)
_facts = attrgetter(*FACTS)
# A concurrent writer may have better facts: values set since the read stay.
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

    A whole record replaces the known facts. A partial one, where the source sent invalid values, only adds unknown
    titles: it must not erase good facts.
    """
    mark_changed(connection)
    columns = (*FACTS, "processed_at", "etl_run_id")
    whole = [record for record in records if not is_partial(record)]
    partial = [record for record in records if is_partial(record)]
    stamp = (seen_at, run_id)
    upsert(connection, ProcessedAnime, columns, (_facts(record) + stamp for record in whole))
    if partial:
        upsert(connection, ProcessedAnime, columns, (_facts(r) + stamp for r in partial), on_conflict="keep")
    ids = [record.mal_id for record in whole]
    for start in range(0, len(ids), _IDS_PER_STATEMENT):
        some = ids[start : start + _IDS_PER_STATEMENT]
        # Literals in the statement: as parameters they would take ten times as long.
        known = bindparam("ids", some, Integer(), expanding=True, literal_execute=True)
        connection.execute(delete(AnimeGenre).where(col(AnimeGenre.mal_id).in_(known)))
    genres = ((r.mal_id, genre.name, genre.kind) for r in records for genre in r.genres)
    upsert(connection, AnimeGenre, ("mal_id", "genre", "kind"), dict.fromkeys(genres), on_conflict="keep")


def write_newer(connection: Connection, records: Mapping[int, AnimeRecord], *, seen_at: datetime) -> None:
    """Write those records, by MAL id, that are not older than the stored ones: a source may respond with old data."""
    anime = ProcessedAnime
    newer = select(col(anime.mal_id)).where(col(anime.mal_id).in_(list(records)), col(anime.processed_at) > seen_at)
    known = set(connection.execute(newer).scalars())
    newest = [record for mal_id, record in records.items() if mal_id not in known]
    if newest:
        write_titles(connection, newest, run_id=None, seen_at=seen_at)


def add_titles(
    connection: Connection, titles: Iterable[tuple[int, str, str | None, int | None]], *, seen_at: datetime
) -> None:
    """Add anime of an imported list, as (MAL id, title, type, episodes); known ones stay unchanged.

    No id may occur twice. Without a title an anime is named by its id.
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
    """Fill missing facts of known anime with facts as in `add_titles`; "" and None are unknown.

    Known facts are never replaced, except an id in place of a title; the next whole record of the source replaces the
    filled ones. Types that MyAnimeList lacks are left out, and totals that are `outgrown`.
    """
    facts_by_id = {
        mal_id: (title, kind if kind in TYPES else None, episodes) for mal_id, title, kind, episodes in facts
    }
    for mal_id in outgrown(connection, {mal_id: total for mal_id, (_, _, total) in facts_by_id.items() if total}):
        facts_by_id[mal_id] = (*facts_by_id[mal_id][:2], None)
    c = _ANIME.c
    lacking = or_(c.type.is_(None), c.episodes.is_(None), c.title.startswith("#"))
    changes: list[dict[str, object]] = []
    ids = sorted(facts_by_id)
    for start in range(0, len(ids), _IDS_PER_STATEMENT):
        known = select(c.mal_id, c.title, c.type, c.episodes).where(
            c.mal_id.in_(ids[start : start + _IDS_PER_STATEMENT]), lacking
        )
        for mal_id, title, kind, episodes in connection.execute(known):
            name, new_kind, new_episodes = facts_by_id[mal_id]
            nameless = title == f"#{mal_id}"
            if (nameless and name) or (kind is None and new_kind) or (episodes is None and new_episodes):
                new_title = name if nameless and name else title
                changes.append(
                    {"of": mal_id, "known": title, "title_": new_title, "type_": new_kind, "episodes_": new_episodes}
                )
    if changes:
        mark_changed(connection)
        connection.execute(_FILL, changes)


def outgrown(connection: Connection, totals: Mapping[int, int]) -> set[int]:
    """Return the MAL ids of totals that are too small, as some user's entry has more episodes watched."""
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
    """Set a new version of the catalogue; call it in the transaction of a change, before its first row.

    Its row lock makes concurrent writers in PostgreSQL wait for each other here instead of in a deadlock.
    """
    upsert(connection, CatalogueState, ("id", "version"), [(_ONLY_ROW, secrets.token_hex(8))])


def catalogue_version(connection: Connection) -> str:
    """Return the version of the catalogue, a random text that no other state has had."""
    return connection.execute(_VERSION).scalar() or ""


def is_partial(record: AnimeRecord) -> bool:
    """Say whether the source sent invalid values, which the record lacks."""
    return any(": expected " in note for note in record.notes)
