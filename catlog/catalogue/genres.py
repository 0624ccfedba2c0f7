"""All genres by name, with the ids that a source's search takes."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from catlog.catalogue.vocabulary import GENRE_IDS
from catlog.errors import BadDataError, NotFoundError, UnavailableError
from catlog.jikan import endpoints
from catlog.jikan.request import ApiSource
from catlog.jikan.response_cache import CachedSource, ResponseCache

MAX_AGE = timedelta(days=30)
"""The age up to which a source's list is current."""


def cached_genres(cache: ResponseCache) -> dict[str, int]:
    """Return MyAnimeList's genres of 2026 and those of the cached list of a source, if any.

    Raises NotOwnError for a cache file that another user may have written.
    """
    with suppress(NotFoundError, BadDataError, UnavailableError):
        return _with(CachedSource(cache, None, max_age=MAX_AGE))
    return dict(GENRE_IDS)


def fetch_genres(cache: ResponseCache, source: ApiSource) -> dict[str, int]:
    """Return the same with the source's current list. Raises what the source raises."""
    return _with(CachedSource(cache, source, max_age=MAX_AGE))


def _with(source: ApiSource) -> dict[str, int]:
    return {**GENRE_IDS, **{genre.name: genre.mal_id for genre in endpoints.genres(source).value}}
