"""The query parameters of Jikan: which values pass, what is said about the others, and what they filter."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from tests.support.jikan import words
from tests.support.jikan.catalogue import Anime

Query = Mapping[str, str]
Test = Callable[[Anime], bool]

PER_PAGE = 25
TYPES = {kind.lower().replace(" ", "_"): kind for kind in words.TYPES}
STATUSES = {"airing": "Currently Airing", "complete": "Finished Airing", "upcoming": "Not yet aired"}
TOP_FILTERS = ("airing", "upcoming", "bypopularity", "favorite")
SEASON_FILTERS = ("tv", "movie", "ova", "special", "ona", "music")
DAY_FILTERS = (*(day.lower().removesuffix("s") for day in words.WEEKDAYS), "unknown", "other")
ORDERS = (
    "mal_id", "title", "start_date", "end_date", "episodes", "score", "scored_by", "rank", "popularity", "members",
    "favorites",
)  # fmt: skip

_CHOICES: dict[str, tuple[str, ...]] = {
    "type": tuple(TYPES),
    "status": tuple(STATUSES),
    "rating": tuple(words.RATINGS),
    "order_by": ORDERS,
    "sort": ("asc", "desc"),
}
_NUMBERS = ("score", "min_score", "max_score")
_LISTS = ("genres", "genres_exclude", "producers")
_DATES = ("start_date", "end_date")


def complaints(query: Query, filters: tuple[str, ...] = ()) -> dict[str, list[str]]:
    """Return what is wrong with a query, parameter by parameter; an empty dict means nothing is.

    `filters` are the values that `filter` may have on this route.
    """
    found: dict[str, list[str]] = {}
    for name, text in query.items():
        if message := _complaint(name, text, filters):
            found[name] = [message]
    return found


def _complaint(name: str, text: str, filters: tuple[str, ...]) -> str | None:
    spoken = name.replace("_", " ")
    if name in ("page", "limit"):
        if not re.fullmatch(r"[+-]?\d{1,18}", text, re.ASCII):
            return f"The {spoken} must be an integer."
        if int(text) < 1:
            return f"The {spoken} must be at least 1."
        if name == "limit" and int(text) > PER_PAGE:
            return f"Value {text} is higher than the configured '{PER_PAGE}' max value."
    elif name in _NUMBERS and text:
        if not re.fullmatch(r"-?\d+(\.\d+)?", text, re.ASCII):
            return f"The {spoken} must be a number."
        if not 0 <= float(text) <= 10:
            return f"The {spoken} must be between 1 and 10."
    elif name in _LISTS and not re.fullmatch(r"(\d+(,\d+)*)?", text, re.ASCII):
        return f"The {spoken} format is invalid."
    elif name in _DATES and not re.fullmatch(r"(\d{4}(-\d\d(-\d\d)?)?)?", text, re.ASCII):
        return f"The {spoken} does not match the format Y-m-d."
    elif name == "letter" and len(text) > 1:
        return f"The {spoken} must be 1 characters."
    elif name == "q" and len(text) > 255:
        return f"The {spoken} must not be greater than 255 characters."
    choices = filters if name == "filter" and filters else _CHOICES.get(name)
    return f"The selected {spoken} is invalid." if choices and text.lower() not in choices else None


def flag(query: Query, name: str) -> bool:
    """Tell whether a flag is up: named without a value, or with anything but false."""
    return name in query and query[name].lower() not in ("false", "0")


def tests(query: Query) -> list[Test]:
    """Return the tests that an anime must pass to be in the answer to a valid query (without `filter`)."""
    found: list[Test] = []

    def ask(name: str, make: Callable[[str], Test]) -> None:
        if query.get(name):
            found.append(make(query[name]))

    ask("q", lambda text: lambda anime: _closeness(anime, text) > 0)
    ask("type", lambda text: lambda anime: anime["type"] == TYPES[text.lower()])
    ask("status", lambda text: lambda anime: anime["status"] == STATUSES[text.lower()])
    ask("rating", lambda text: lambda anime: anime["rating"] == words.RATINGS[text.lower()])
    ask("score", lambda text: lambda anime: anime["score"] == float(text))
    ask("min_score", lambda text: lambda anime: (anime["score"] or 0) >= float(text))
    ask("max_score", lambda text: lambda anime: 0 < (anime["score"] or 0) <= float(text))
    ask("genres", lambda text: lambda anime: _ids(text) <= _genre_ids(anime))
    ask("genres_exclude", lambda text: lambda anime: not _ids(text) & _genre_ids(anime))
    ask("producers", lambda text: lambda anime: _ids(text) <= {made["mal_id"] for made in anime["producers"]})
    ask("letter", lambda text: lambda anime: anime["title"].lower().startswith(text.lower()))
    ask("start_date", lambda text: lambda anime: (anime["aired"]["from"] or "") >= text)
    ask("end_date", lambda text: lambda anime: (anime["aired"]["to"] or "9")[: len(text)] <= text)
    if flag(query, "sfw"):
        found.append(lambda anime: anime["rating"] != words.RATINGS["rx"])
    return found


def ordered(entries: list[Anime], query: Query) -> list[Anime]:
    """Return search results in the order asked for: by default the closest first with `q`, else by id.

    A null is below every value, as in the store behind Jikan: first in ascending order, last in descending.
    """
    name = query.get("order_by", "").lower()
    if not name:
        text = query.get("q", "")
        return sorted(entries, key=lambda anime: (-_closeness(anime, text), anime["mal_id"])) if text else entries
    edge = {"start_date": "from", "end_date": "to"}.get(name)

    def value(anime: Anime) -> tuple[bool, Any]:
        return _nulls_below(anime["aired"][edge] if edge else anime[name])

    return sorted(entries, key=value, reverse=query.get("sort", "").lower() == "desc")


def genre_groups(anime: Anime) -> list[dict[str, Any]]:
    """Return the genres of every group: genres, explicit genres, themes, demographics."""
    groups = ("genres", "explicit_genres", "themes", "demographics")
    return [genre for group in groups for genre in anime.get(group) or ()]


def _closeness(anime: Anime, text: str) -> int:
    """Return how well the best of the titles matches: 3 equal, 2 begins with it, 1 holds it, 0 not at all."""
    wanted = text.casefold().strip()
    best = 0
    for wording in anime["titles"]:
        title = wording["title"].casefold()
        if wanted in title:
            best = max(best, 3 if title == wanted else 2 if title.startswith(wanted) else 1)
    return best


def _ids(text: str) -> set[int]:
    return {int(part) for part in text.split(",")}


def _genre_ids(anime: Anime) -> set[int]:
    return {genre["mal_id"] for genre in genre_groups(anime)}


def _nulls_below(value: object) -> tuple[bool, Any]:
    return (value is not None, 0 if value is None else value)
