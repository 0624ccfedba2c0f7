"""The words of MyAnimeList for what kind of thing a title is, and the nearest of them to what somebody typed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import TypeVar

from catlog.jikan.schema import GenreKind

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
"""How people name a season, and how it is stored."""

AIRING_STATUSES: Mapping[str, str] = {
    "airing": "Currently Airing",
    "finished": "Finished Airing",
    "upcoming": "Not yet aired",
}
"""How people name the state of the broadcast, and how it is stored."""

_GENRES: Mapping[GenreKind, str] = {
    "genre": """Action, Adventure, Avant Garde, Award Winning, Boys Love, Comedy, Drama, Fantasy, Girls Love, Gourmet,
        Horror, Mystery, Romance, Sci-Fi, Slice of Life, Sports, Supernatural, Suspense""",
    "explicit": "Ecchi, Erotica, Hentai",
    "theme": """Adult Cast, Anthropomorphic, CGDCT, Childcare, Combat Sports, Crossdressing, Delinquents, Detective,
        Educational, Gag Humor, Gore, Harem, High Stakes Game, Historical, Idols (Female), Idols (Male), Isekai,
        Iyashikei, Love Polygon, Love Status Quo, Magical Sex Shift, Mahou Shoujo, Martial Arts, Mecha, Medical,
        Military, Music, Mythology, Organized Crime, Otaku Culture, Parody, Performing Arts, Pets, Psychological,
        Racing, Reincarnation, Reverse Harem, Samurai, School, Showbiz, Space, Strategy Game, Super Power, Survival,
        Team Sports, Time Travel, Urban Fantasy, Vampire, Video Game, Villainess, Visual Arts, Workplace""",
    "demographic": "Josei, Kids, Seinen, Shoujo, Shounen",
}

GENRES: Mapping[str, GenreKind] = {name.strip(): kind for kind, names in _GENRES.items() for name in names.split(",")}
"""Every genre, theme and demographic that MyAnimeList had in 2026, with its kind; a catalogue may know more."""

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
