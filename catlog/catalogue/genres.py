"""All genres by name, with the numbers by which a source's search asks for them."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from catlog.catalogue.vocabulary import GENRE_IDS
from catlog.errors import BadDataError, NotFoundError, UnavailableError
from catlog.jikan import endpoints
from catlog.jikan.request import ApiSource
from catlog.jikan.response_cache import CachedSource, ResponseCache

YOUNG = timedelta(days=30)
"""How long a source's list is believed before it is asked for again."""


def kept_genres(kept: ResponseCache) -> dict[str, int]:
    """Return those of MyAnimeList in 2026, and those of the list that a source gave last, where it was asked.

    Raises NotOwnError for a list that somebody else may have put there.
    """
    with suppress(NotFoundError, BadDataError, UnavailableError):
        return _with(CachedSource(kept, None, max_age=YOUNG))
    return dict(GENRE_IDS)


def current_genres(kept: ResponseCache, source: ApiSource) -> dict[str, int]:
    """Return the same after asking the source, unless its list is young. Raises what the source raises."""
    return _with(CachedSource(kept, source, max_age=YOUNG))


def _with(asks: ApiSource) -> dict[str, int]:
    return {**GENRE_IDS, **{genre.name: genre.mal_id for genre in endpoints.genres(asks).value}}
