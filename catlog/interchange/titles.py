"""Titles that mean one anime: what formats without ids are resolved by."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import select
from sqlmodel import Session

from catlog.catalogue.normalize import folded
from catlog.db.models import ProcessedAnime
from catlog.db.naming import table_of
from catlog.interchange.records import ImportedEntry
from catlog.library.entries import Entry, Status
from catlog.library.store import load_titles


def resolve_titles(session: Session, rows: Iterable[ImportedEntry]) -> dict[str, int]:
    """Return the MAL ids of the titles of rows that have nothing else, as `exact_ids`, but for those that do not fit.

    A title of which somebody watched all, and not as many episodes as it has, is another one of that name: the Berserk
    of 25 episodes is not the one of 12.
    """
    nameless = [row for row in rows if row.by_title]
    found = exact_ids(session, {row.listed.title for row in nameless})
    known = load_titles(session, set(found.values()))
    odd = {
        row.listed.title
        for row in nameless
        if row.listed.title in found and not _fits(row.entry, known[found[row.listed.title]].episodes)
    }
    return {title: mal_id for title, mal_id in found.items() if title not in odd}


def _fits(entry: Entry, total: int | None) -> bool:
    watched = entry.episodes_watched
    return not total or not watched or watched == total or (watched < total and entry.status is not Status.COMPLETED)


def exact_ids(session: Session, titles: Collection[str]) -> dict[str, int]:
    """Return the MAL ids of those titles that exactly one anime of the catalogue has, by the titles as they were given.

    Exactly: a title, English title, Japanese title or synonym, whatever its case, width and accents. A title that two
    anime have is left out, also where it is but a synonym of one.
    """
    wanted = {folded(title): title for title in titles if title}
    if not wanted:
        return {}
    found: dict[str, set[int]] = {}
    anime = table_of(ProcessedAnime).c
    query = select(anime.mal_id, anime.title, anime.title_english, anime.title_japanese, anime.synonyms)
    for mal_id, title, english, japanese, synonyms in session.connection().execute(query):
        for name in (title, english, japanese, *(synonyms or ())):
            if name and (key := folded(name)) in wanted:
                found.setdefault(key, set()).add(mal_id)
    clear = {key: ids.pop() for key, ids in found.items() if len(ids) == 1}
    return {title: clear[folded(title)] for title in titles if folded(title) in clear}
