"""Aired dates of episodes: stored from a source's list of episodes, for computing the next broadcasts.

A source lists a hundred episodes a page. Of an airing title the first and the last page are read: the pages between
aired long ago and do not matter for the next episode.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias

from sqlalchemy import Connection, delete, or_, select

from catlog.access import Right, needs
from catlog.catalogue.vocabulary import AIRING_STATUSES
from catlog.db.bulk import upsert
from catlog.db.session import Database
from catlog.db.tables import AiredEpisode, ProcessedAnime, col
from catlog.errors import CatLogError
from catlog.jikan import endpoints
from catlog.jikan.details import Episode
from catlog.jikan.endpoints import EndpointResult
from catlog.jikan.response_cache import CachedSource
from catlog.net.errors import RequestCancelledError, user_message
from catlog.progress import Report, silent

EPISODES_MAX_AGE = timedelta(days=6)
"""The age up to which the episodes of an airing title are current: the next one comes after a week."""

Pages: TypeAlias = tuple[EndpointResult[tuple[Episode, ...]], ...]
"""The pages read of a title's episodes, in order."""


@dataclass(frozen=True, slots=True)
class EpisodeRefresh:
    """The number of titles refreshed, of those requested; `problem` says in words why some are missing."""

    refreshed: int
    requested: int
    problem: str = ""


def read_episodes(first: CachedSource, mal_id: int) -> Pages:
    """Return the first page of a title's episodes and, where there are more, the last one, if it can be fetched.

    Raises what `CachedSource.get` raises where there is no first page.
    """
    read = endpoints.episodes(first, mal_id)
    page = read.response.read_page()
    if not page.has_next_page or page.last_visible_page is None or page.last_visible_page < 2:
        return (read,)
    try:
        return read, endpoints.episodes(first, mal_id, page.last_visible_page)
    except RequestCancelledError:
        raise
    except CatLogError:
        return (read,)


@needs(Right.FETCH_TITLES)
def store_episodes(database: Database, mal_id: int, pages: Pages) -> None:
    """Store the aired dates of the pages.

    The stored episodes of a page are replaced, and so are later ones where no page follows. An empty page changes
    nothing.
    """
    database.run(lambda session: _store(session.connection(), mal_id, pages))


def _store(connection: Connection, mal_id: int, pages: Pages) -> None:
    for read in pages:
        numbers = [episode.number for episode in read.value]
        if not numbers:
            continue
        number, of_title = col(AiredEpisode.number), col(AiredEpisode.mal_id) == mal_id
        replaced = delete(AiredEpisode).where(of_title, number >= min(numbers))
        more = read.response.read_page().has_next_page
        connection.execute(replaced.where(number <= max(numbers)) if more else replaced)
        days = {episode.number: episode.aired for episode in read.value if episode.aired is not None}
        upsert(connection, AiredEpisode, ("mal_id", "number", "aired"), [(mal_id, *day) for day in days.items()])


def has_episodes(database: Database, mal_id: int) -> bool:
    """Say whether aired dates of a title are stored."""
    query = select(col(AiredEpisode.number)).where(col(AiredEpisode.mal_id) == mal_id).limit(1)
    with database.read() as session:
        return session.connection().execute(query).first() is not None


def airing_ids(connection: Connection, ids: Iterable[int]) -> list[int]:
    """Return those of `ids` that air now or whose status is unknown, by MAL id."""
    anime = ProcessedAnime
    status = or_(col(anime.status).is_(None), col(anime.status) == AIRING_STATUSES["airing"])
    query = select(col(anime.mal_id)).where(col(anime.mal_id).in_(list(ids)), status).order_by(col(anime.mal_id))
    return list(connection.execute(query).scalars())


@needs(Right.FETCH_TITLES)
def refresh_episodes(
    database: Database, first: CachedSource, mal_ids: Sequence[int], report: Report = silent
) -> EpisodeRefresh:
    """Fetch and store the episodes of several titles one by one; stop where the source fails.

    Raises RequestCancelledError.
    """
    count, problem = 0, ""
    for place, mal_id in enumerate(mal_ids):
        report("fetching aired dates", place, len(mal_ids))
        try:
            pages = read_episodes(first, mal_id)
        except RequestCancelledError:
            raise
        except CatLogError as wrong:
            # Some titles fail at every source; after a failed source no more requests are sent.
            problem = user_message(first.failed or wrong)
            if first.failed is not None:
                break
            continue
        store_episodes(database, mal_id, pages)
        count += 1
    return EpisodeRefresh(count, len(mal_ids), problem)
