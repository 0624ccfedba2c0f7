"""A synthetic catalogue: anime objects with every field of a recorded one, made from a seed.

The objects are plain dictionaries, shaped as Jikan v4 sends them, because the shape is the point. They are shared
between servers of one process: whoever wants to change one copies it first.
"""

import calendar
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from tests.support.jikan import words

Anime = dict[str, Any]

CATALOGUE_DAY = date(2026, 5, 11)
"""The day the catalogue is "now" at: fixed, so that a seed means the same answers for ever."""

LARGEST = 30_000
_FIRST_ID, _LAST_ID = 1, 64_000


@dataclass(frozen=True)
class Catalogue:
    """Anime by ascending id, and the day that counts as today."""

    entries: tuple[Anime, ...]
    day: date = CATALOGUE_DAY
    by_id: dict[int, Anime] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_id", {entry["mal_id"]: entry for entry in self.entries})


def catalogue_of(entries: Iterable[Anime]) -> Catalogue:
    """Return a catalogue of these objects, one per id (the last wins), by ascending id."""
    return Catalogue(tuple(dict(sorted({entry["mal_id"]: entry for entry in entries}.items())).values()))


@lru_cache(maxsize=4)
def make_catalogue(size: int = 400, seed: int = 1) -> Catalogue:
    """Return `size` invented anime (1 to 30,000), the same for the same `seed`.

    About every seventh title of the first ones is hostile, a few scores are ints, music and adult titles have a
    score and no rank, one entry has a rank and no score, a few ranks and one score are 0, ranks tie and disagree
    with the order of the scores, and `episodes`, `season`, `genres` and dates are null or empty where MyAnimeList
    has nothing.
    """
    if not 1 <= size <= LARGEST:
        raise ValueError(f"a catalogue has 1 to {LARGEST} titles, not {size}")
    rng = random.Random(f"catalogue/{seed}")
    ids = sorted(rng.sample(range(_FIRST_ID, _LAST_ID), size))
    entries = [_entry(rng, mal_id, number, size) for number, mal_id in enumerate(ids)]
    _give_popularity(rng, entries)
    _give_ranks(rng, entries)
    return Catalogue(tuple(entries))


def named(kind: str, names: dict[int, str], mal_id: int) -> dict[str, Any]:
    """Return a reference to a genre or a company as anime objects carry it; `kind` is the word in its address."""
    slug = quote(names[mal_id].replace(" ", "_"))
    return {
        "mal_id": mal_id,
        "type": "anime",
        "name": names[mal_id],
        "url": f"https://myanimelist.net/anime/{kind}/{mal_id}/{slug}",
    }


def season_of(day: date) -> str:
    """Return the season that `day` falls in."""
    return words.SEASONS[(day.month - 1) // 3]


def _entry(rng: random.Random, mal_id: int, number: int, size: int) -> Anime:
    """Return one object without popularity and ranks, which depend on all the others."""
    titles = _titles(rng, number, size)
    kind = rng.choices(words.TYPES, words.TYPE_WEIGHTS)[0]
    status = rng.choices(("Finished Airing", "Currently Airing", "Not yet aired"), (88, 8, 4))[0]
    begin, end = _dates(rng, kind, status)
    rating = rng.choices(list(words.RATINGS.values()), words.RATING_WEIGHTS)[0]
    adult = rating.startswith("Rx")
    episodes = _episodes(rng, kind, status)
    rated = status != "Not yet aired" and rng.random() > 0.04
    dated = kind == "TV" and begin is not None
    genres = rng.sample(list(words.GENRES), rng.choice((0, 1, 2, 2, 3, 4)))
    return {
        "mal_id": mal_id,
        "url": f"https://myanimelist.net/anime/{mal_id}/{_slug(titles['title'])}",
        "images": images(mal_id),
        "trailer": {
            "youtube_id": None,
            "url": None,
            "embed_url": None,
            "images": dict.fromkeys(
                ("image_url", "small_image_url", "medium_image_url", "large_image_url", "maximum_image_url")
            ),
        },
        "approved": True,
        **titles,
        "type": kind,
        "source": rng.choice(words.SOURCES),
        "episodes": episodes,
        "status": status,
        "airing": status == "Currently Airing",
        "aired": _aired(begin, end),
        "duration": _duration(rng, kind, episodes),
        "rating": None if status == "Not yet aired" and rng.random() < 0.3 else rating,
        "score": _score(rng, number) if rated else None,
        "scored_by": None,
        "rank": None,
        "popularity": 0,
        "members": 0,
        "favorites": 0,
        "synopsis": None if rng.random() < 0.1 else f"{titles['title']} begins where another story ends.\n\n[Written]",
        "background": None if rng.random() < 0.8 else "It was released in two volumes.",
        "season": season_of(begin) if dated and begin else None,
        "year": begin.year if dated and begin else None,
        "broadcast": _broadcast(rng, kind, status),
        "producers": [named("producer", words.PRODUCERS, rng.choice(list(words.PRODUCERS)))],
        "licensors": [named("producer", words.LICENSORS, rng.choice(list(words.LICENSORS)))] * (number % 3 == 0),
        "studios": [named("producer", words.STUDIOS, rng.choice(list(words.STUDIOS)))] * (number % 9 != 0),
        "genres": [named("genre", words.GENRES, key) for key in sorted(genres)]
        + [named("genre", words.EXPLICIT_GENRES, 12)] * adult,
        "explicit_genres": [],
        "themes": [named("genre", words.THEMES, rng.choice(list(words.THEMES)))] * (number % 2),
        "demographics": [named("genre", words.DEMOGRAPHICS, rng.choice(list(words.DEMOGRAPHICS)))] * (number % 5 < 2),
    }


def images(mal_id: int) -> dict[str, dict[str, str]]:
    """Return the picture addresses of an anime, in both formats."""
    stem = f"https://myanimelist.net/images/anime/{mal_id % 2000}/{mal_id * 7 % 150_000}"
    return {
        form: {
            "image_url": f"{stem}.{form}",
            "small_image_url": f"{stem}t.{form}",
            "large_image_url": f"{stem}l.{form}",
        }
        for form in ("jpg", "webp")
    }


def _titles(rng: random.Random, number: int, size: int) -> dict[str, Any]:
    step = max(1, min(7, size // len(words.HOSTILE_TITLES)))
    turn, rest = divmod(number, step)
    if rest == 0 and turn < len(words.HOSTILE_TITLES):
        title = words.HOSTILE_TITLES[turn]
    else:
        title = f"{rng.choice(words.ADJECTIVES)} {rng.choice(words.NOUNS)}{rng.choice(words.ENDINGS)}"
    pick = rng.randrange(len(words.JAPANESE)), rng.randrange(len(words.JAPANESE_NOUNS))
    english = f"{words.ENGLISH[pick[0]]} {words.ENGLISH_NOUNS[pick[1]]}" if rng.random() < 0.6 else None
    japanese = words.JAPANESE[pick[0]] + words.JAPANESE_NOUNS[pick[1]] if rng.random() < 0.95 else None
    synonyms = [f"{title} {letter}" for letter in "ABC"[: rng.choice((0, 0, 1, 3))]]
    wordings = [("Default", title), *(("Synonym", word) for word in synonyms), ("Japanese", japanese)]
    wordings.append(("English", english))
    return {
        "titles": [{"type": kind, "title": wording} for kind, wording in wordings if wording is not None],
        "title": title,
        "title_english": english,
        "title_japanese": japanese,
        "title_synonyms": synonyms,
    }


def _slug(title: str) -> str:
    return quote("".join(char if char.isalnum() else "_" for char in title)[:80])


def _dates(rng: random.Random, kind: str, status: str) -> tuple[date | None, date | None]:
    if status == "Not yet aired":
        return (CATALOGUE_DAY + timedelta(rng.randrange(20, 500)) if rng.random() < 0.6 else None), None
    if status == "Currently Airing":
        return CATALOGUE_DAY - timedelta(rng.choice((rng.randrange(0, 41), rng.randrange(41, 6000)))), None
    begin = date(1965, 1, 1) + timedelta(int(22_000 * rng.random() ** 0.5))
    return begin, begin + timedelta(rng.randrange(60, 200)) if kind in ("TV", "ONA") else None


def _aired(begin: date | None, end: date | None) -> dict[str, Any]:
    def parts(day: date | None) -> dict[str, int | None]:
        if day is None:
            return {"day": None, "month": None, "year": None}
        return {"day": day.day, "month": day.month, "year": day.year}

    def spoken(day: date) -> str:
        return f"{calendar.month_abbr[day.month]} {day.day}, {day.year}"

    text = "Not available" if begin is None else spoken(begin)
    if begin and end:
        text += f" to {spoken(end)}"
    elif begin and begin > CATALOGUE_DAY - timedelta(6000):
        text += " to ?"
    return {
        "from": f"{begin}T00:00:00+00:00" if begin else None,
        "to": f"{end}T00:00:00+00:00" if end else None,
        "prop": {"from": parts(begin), "to": parts(end)},
        "string": text,
    }


def _episodes(rng: random.Random, kind: str, status: str) -> int | None:
    if kind in ("Movie", "Music", "CM", "PV"):
        return 1
    if status != "Finished Airing":
        return None if rng.random() < 0.6 else rng.choice((12, 24))
    return rng.choices((1, 2, 6, 12, 13, 24, 26, 52, 104, 291), (8, 8, 10, 40, 20, 12, 12, 5, 2, 1))[0]


def _duration(rng: random.Random, kind: str, episodes: int | None) -> str:
    if kind == "Movie":
        return f"1 hr {rng.randrange(1, 59)} min"
    if episodes is None and rng.random() < 0.3:
        return "Unknown"
    return f"{rng.choice((3, 12, 22, 23, 24, 25))} min" + (" per ep" if episodes != 1 else "")


def _score(rng: random.Random, number: int) -> float | int:
    score = round(min(9.35, max(1.8, rng.gauss(6.9, 0.9))), 2)
    if number % 61 == 40 or score.is_integer():
        return int(score)
    return score


def _broadcast(rng: random.Random, kind: str, status: str) -> dict[str, str | None]:
    if kind != "TV" or (status == "Finished Airing" and rng.random() < 0.3):
        return {"day": None, "time": None, "timezone": None, "string": None}
    if rng.random() < 0.1:
        return {"day": None, "time": None, "timezone": None, "string": "Unknown"}
    day, hour = rng.choice(words.WEEKDAYS), f"{rng.choice((0, 1, 9, 17, 22, 23))}:{rng.choice(('00', '30'))}".zfill(5)
    return {"day": day, "time": hour, "timezone": "Asia/Tokyo", "string": f"{day} at {hour} (JST)"}


def _give_popularity(rng: random.Random, entries: list[Anime]) -> None:
    """Hand out members, favorites, scored_by and popularity: few anime have most of the members."""
    order = sorted(entries, key=lambda entry: rng.gauss(0, 1.2) - (entry["score"] or 5))
    for place, entry in enumerate(order, start=1):
        entry["popularity"] = place
        entry["members"] = int(3_800_000 / (place + 2) ** 0.85) + rng.randrange(3)
        entry["favorites"] = entry["members"] // rng.randrange(20, 400)
        if entry["score"] is not None:
            entry["scored_by"] = int(entry["members"] * rng.uniform(0.2, 0.65))


def _give_ranks(rng: random.Random, entries: list[Anime]) -> None:
    """Hand out ranks as MyAnimeList does: tied, skipped, off by a place, null or 0."""
    ranked = [entry for entry in entries if entry["score"] is not None and _is_ranked(entry)]
    ranked.sort(key=lambda entry: -entry["score"])
    for place, entry in enumerate(ranked, start=1):
        entry["rank"] = place
        before = ranked[place - 2] if place > 1 else entry
        if before["score"] == entry["score"] and rng.random() < 0.3:
            entry["rank"] = before["rank"]
        elif rng.random() < 0.08:
            entry["rank"], before["rank"] = before["rank"], entry["rank"]
    unrated = [entry for entry in entries if entry["score"] is None]
    for number, entry in enumerate(unrated):
        if number == 0:
            entry["rank"] = len(ranked) + 1
        elif number % 6 == 1:
            entry["rank"] = 0
        elif number == 2:
            entry["score"] = 0


def _is_ranked(entry: Anime) -> bool:
    return bool(entry["type"] != "Music" and entry["rating"] != words.RATINGS["rx"])
