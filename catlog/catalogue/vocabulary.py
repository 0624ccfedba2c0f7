"""MyAnimeList's types, seasons, statuses, ratings and genres, and the match of typed words with them.

A search of a source takes genres by their ids.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import timedelta
from difflib import get_close_matches
from typing import TYPE_CHECKING, TypeVar

from catlog.errors import BadDataError, NotFoundError, UnavailableError
from catlog.jikan.schema import GenreKind

if TYPE_CHECKING:
    from catlog.jikan.request import ApiSource
    from catlog.jikan.response_cache import ResponseCache

Value = TypeVar("Value")

TYPES = ("TV", "Movie", "OVA", "ONA", "Special", "TV Special", "Music", "CM", "PV")
"""Every type of title."""

SEASONS: Mapping[str, str] = {
    "winter": "winter",
    "spring": "spring",
    "summer": "summer",
    "fall": "fall",
    "autumn": "fall",
}
"""Names of a season -> the stored one."""

AIRING_STATUSES: Mapping[str, str] = {
    "airing": "Currently Airing",
    "finished": "Finished Airing",
    "upcoming": "Not yet aired",
}
"""Names of a status of the broadcast -> the stored one."""

_GENRES: Mapping[GenreKind, str] = {
    "genre": """1 Action, 2 Adventure, 5 Avant Garde, 46 Award Winning, 28 Boys Love, 4 Comedy, 8 Drama, 10 Fantasy,
        26 Girls Love, 47 Gourmet, 14 Horror, 7 Mystery, 22 Romance, 24 Sci-Fi, 36 Slice of Life, 30 Sports,
        37 Supernatural, 41 Suspense""",
    "explicit": "9 Ecchi, 49 Erotica, 12 Hentai",
    "theme": """50 Adult Cast, 51 Anthropomorphic, 52 CGDCT, 53 Childcare, 54 Combat Sports, 81 Crossdressing,
        55 Delinquents, 39 Detective, 56 Educational, 57 Gag Humor, 58 Gore, 35 Harem, 59 High Stakes Game,
        13 Historical, 60 Idols (Female), 61 Idols (Male), 62 Isekai, 63 Iyashikei, 64 Love Polygon,
        74 Love Status Quo, 65 Magical Sex Shift, 66 Mahou Shoujo, 17 Martial Arts, 18 Mecha, 67 Medical,
        38 Military, 19 Music, 6 Mythology, 68 Organized Crime, 69 Otaku Culture, 20 Parody,
        70 Performing Arts, 71 Pets, 40 Psychological, 3 Racing, 72 Reincarnation, 73 Reverse Harem,
        21 Samurai, 23 School, 75 Showbiz, 29 Space, 11 Strategy Game, 31 Super Power, 76 Survival,
        77 Team Sports, 78 Time Travel, 82 Urban Fantasy, 32 Vampire, 79 Video Game, 83 Villainess,
        80 Visual Arts, 48 Workplace""",
    "demographic": "43 Josei, 15 Kids, 42 Seinen, 25 Shoujo, 27 Shounen",
}

GENRES: Mapping[str, GenreKind] = {
    name.strip().partition(" ")[2]: kind for kind, names in _GENRES.items() for name in names.split(",")
}
"""Every genre, theme and demographic that MyAnimeList had in 2026, with its kind; a catalogue may know more."""

GENRE_IDS: Mapping[str, int] = {
    name.strip().partition(" ")[2]: int(name.split()[0]) for names in _GENRES.values() for name in names.split(",")
}
"""MyAnimeList's ids of the genres, for its search."""

ADULT_GENRES = ("Erotica", "Hentai")
"""The genres of what is not safe for work, also where a title's rating is not known."""

RATINGS: Mapping[str, str] = {
    "g": "G - All Ages",
    "pg": "PG - Children",
    "pg13": "PG-13 - Teens 13 or older",
    "r17": "R - 17+ (violence & profanity)",
    "r": "R+ - Mild Nudity",
    "rx": "Rx - Hentai",
}
"""Names of an age rating, here and in the source's search -> the stored one."""

_NOT_A_LETTER = re.compile(r"[\W_]+")


def named(words: str, options: Mapping[str, Value], what: str) -> Value:
    """Return the option that `words` name, without regard to case, spaces and signs.

    Raises ValueError, in plain words, with the nearest names; `what` says what was looked for.
    """
    wanted, by_key = _key(words), {_key(name): name for name in options}
    if wanted in by_key:
        return options[by_key[wanted]]
    near = [by_key[key] for key in get_close_matches(wanted, by_key, 3, 0.5)]
    way_out = f"did you mean {' or '.join(near)}?" if near else f"it is one of {_listed(options)}"
    raise ValueError(f"there is no {what} {words!r}; {way_out}")


def _listed(names: Iterable[str]) -> str:
    shown = list(names)
    return ", ".join(shown) if len(shown) <= 12 else ", ".join(shown[:12]) + " …"


def _key(text: str) -> str:
    return _NOT_A_LETTER.sub("", text.casefold())


MAX_AGE = timedelta(days=30)
"""The age up to which a source's list is current."""


def cached_genres(cache: ResponseCache) -> dict[str, int]:
    """Return MyAnimeList's genres of 2026 and those of the cached list of a source, if any.

    Raises NotOwnError for a cache file that another user may have written.
    """
    with suppress(NotFoundError, BadDataError, UnavailableError):
        return _names(cache, None)
    return dict(GENRE_IDS)


def fetch_genres(cache: ResponseCache, source: ApiSource) -> dict[str, int]:
    """Return the same with the source's current list. Raises what the source raises."""
    return _names(cache, source)


def _names(cache: ResponseCache, source: ApiSource | None) -> dict[str, int]:
    from catlog.jikan import endpoints  # screens read the vocabulary before their first frame, and request nothing
    from catlog.jikan.response_cache import CachedSource

    read = endpoints.genres(CachedSource(cache, source, max_age=MAX_AGE))
    return {**GENRE_IDS, **{genre.name: genre.mal_id for genre in read.value}}
