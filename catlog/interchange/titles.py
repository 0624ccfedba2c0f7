"""Resolve the rows of formats without ids by titles that mean exactly one anime."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import select

from catlog.catalogue.normalize import folded
from catlog.db.naming import table_of
from catlog.db.session import Session
from catlog.db.tables import ProcessedAnime
from catlog.interchange.records import ImportedEntry
from catlog.library.entries import Entry, Status
from catlog.library.store import load_titles


def resolve_titles(session: Session, rows: Iterable[ImportedEntry]) -> dict[str, int]:
    """Return the MAL ids of the titles of rows without ids (see `exact_ids`), except where the episodes contradict.

    A completed anime with another number of episodes is another anime of that title: the Berserk of 25 episodes is not
    the one of 12.
    """
    by_title = [row for row in rows if row.by_title]
    found = exact_ids(session, {row.listed.title for row in by_title})
    known = load_titles(session, set(found.values()))
    contradictory = {
        row.listed.title
        for row in by_title
        if row.listed.title in found and not _fits(row.entry, known[found[row.listed.title]].episodes)
    }
    return {title: mal_id for title, mal_id in found.items() if title not in contradictory}


def _fits(entry: Entry, total: int | None) -> bool:
    watched = entry.episodes_watched
    return not total or not watched or watched == total or (watched < total and entry.status is not Status.COMPLETED)


def exact_ids(session: Session, titles: Collection[str]) -> dict[str, int]:
    """Return the MAL ids, by title, of the titles that exactly one anime of the catalogue has.

    A title, English title, Japanese title or synonym matches regardless of case, width and accents. A title of two
    anime is left out, even if it is only a synonym of one.
    """
    keys = {folded(title) for title in titles if title}
    if not keys:
        return {}
    found: dict[str, set[int]] = {}
    anime = table_of(ProcessedAnime).c
    query = select(anime.mal_id, anime.title, anime.title_english, anime.title_japanese, anime.synonyms)
    for mal_id, title, english, japanese, synonyms in session.connection().execute(query):
        for name in (title, english, japanese, *(synonyms or ())):
            if name and (key := folded(name)) in keys:
                found.setdefault(key, set()).add(mal_id)
    unique = {key: ids.pop() for key, ids in found.items() if len(ids) == 1}
    return {title: unique[folded(title)] for title in titles if folded(title) in unique}
