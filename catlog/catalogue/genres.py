"""All genres by name, with the numbers by which a source's search asks for them."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from catlog.catalogue.vocabulary import GENRE_IDS
from catlog.errors import BadDataError, NotFoundError, UnavailableError
from catlog.jikan import endpoints
from catlog.jikan.request import ApiSource
from catlog.jikan.response_cache import CachedSource, ResponseCache

MAX_AGE = timedelta(days=30)
"""How long a source's list is believed before it is asked for again."""


def cached_genres(cache: ResponseCache) -> dict[str, int]:
    """Return those of MyAnimeList in 2026, and those of the list that a source gave last, where it was asked.

    Raises NotOwnError for a list that somebody else may have put there.
    """
    with suppress(NotFoundError, BadDataError, UnavailableError):
        return _with(CachedSource(cache, None, max_age=MAX_AGE))
    return dict(GENRE_IDS)


def fetch_genres(cache: ResponseCache, source: ApiSource) -> dict[str, int]:
    """Return the same after asking the source, unless its list is young. Raises what the source raises."""
    return _with(CachedSource(cache, source, max_age=MAX_AGE))


def _with(asks: ApiSource) -> dict[str, int]:
    return {**GENRE_IDS, **{genre.name: genre.mal_id for genre in endpoints.genres(asks).value}}
