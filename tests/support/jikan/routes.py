"""The routes of Jikan v4 over a catalogue, with real pagination, filters and validation."""

import math
import random
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.support.jikan import details, refusals, words
from tests.support.jikan.answer import Answer, Request, json_answer
from tests.support.jikan.catalogue import Anime, Catalogue, season_of
from tests.support.jikan.query import (
    DAY_FILTERS,
    PER_PAGE,
    SEASON_FILTERS,
    TOP_FILTERS,
    TYPES,
    complaints,
    flag,
    genre_groups,
    ordered,
    tests,
)
from tests.support.jikan.toplist import TopList, with_ties_shuffled

_SEARCHED = {"Cache-Control": "must-revalidate, private", "pragma": "no-cache", "expires": "-1"}
_RANDOM = {"Cache-Control": "no-cache, no-store, no-cache, must-revalidate, proxy-revalidate, max-age=0"}
_SAFE = ("sfw",)
_HOST = "http://api.jikan.moe/v4"


@dataclass(frozen=True)
class Api:
    """Everything the routes read: the anime, and the list they are ranked in."""

    catalogue: Catalogue
    top: TopList
    rng: random.Random = field(default_factory=lambda: random.Random(1))

    def answer(self, request: Request, *, shuffle_ties: bool = False) -> Answer:
        """Answer a request as a healthy Jikan would.

        `shuffle_ties` makes `/top/anime` order equal scores anew for each page.
        """
        for pattern, filters, route in _ROUTES:
            if match := pattern.fullmatch(request.path):
                if messages := complaints(request.query, filters):
                    return refusals.invalid(messages)
                if route is _top and shuffle_ties:
                    shuffled = with_ties_shuffled(self.top.read(), int(request.page))
                    return _top_page(self.top.pagination, shuffled, request)
                return route(self, request, *match.groups())
        return refusals.not_found()

    def anime(self, mal_id: str) -> Anime | None:
        """Return the anime with that id, as it stands in a path."""
        return self.catalogue.by_id.get(int(mal_id))


def paginated(entries: list[Anime], request: Request) -> dict[str, Any]:
    """Return one page of a list under `pagination` and `data`; past the end `data` is empty."""
    page, limit = int(request.page), int(request.query.get("limit", PER_PAGE))
    data = entries[(page - 1) * limit : page * limit]
    last = max(1, math.ceil(len(entries) / limit))
    items = {"count": len(data), "total": len(entries), "per_page": limit}
    pagination = {"last_visible_page": last, "has_next_page": page < last, "current_page": page, "items": items}
    return {"pagination": pagination, "data": data}


def _top(api: Api, request: Request) -> Answer:
    return _top_page(api.top.pagination, api.top.read(), request)


def _top_page(recorded: dict[str, Any] | None, entries: list[Anime], request: Request) -> Answer:
    order = request.query.get("filter", "").lower()
    chosen = _passing(entries, request, ("type", "rating", "sfw"))
    if order == "bypopularity":
        chosen.sort(key=lambda anime: anime["popularity"] or math.inf)
    elif order == "favorite":
        chosen.sort(key=lambda anime: -(anime["favorites"] or 0))
    elif order:
        wanted = {"airing": "Currently Airing", "upcoming": "Not yet aired"}[order]
        chosen = [anime for anime in chosen if anime["status"] == wanted]
    document = paginated(chosen, request)
    if recorded and {**request.query, "page": request.page, "limit": "25"} == {"page": "1", "limit": "25"}:
        document["pagination"] = recorded
    document["links"], document["meta"] = _laravel_extras(document["pagination"], "/top/anime")
    return json_answer(200, document, _SEARCHED)


def _laravel_extras(pagination: dict[str, Any], path: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the `links` and `meta` that the ranking carries besides, wrong addresses included."""
    page, last, items = pagination["current_page"], pagination["last_visible_page"], pagination["items"]
    links = {
        "first": f"{_HOST}{path}?=1",
        "last": f"{_HOST}{path}?={last}",
        "prev": f"{_HOST}{path}?={page - 1}" if page > 1 else None,
        "next": f"{_HOST}{path}?={page + 1}" if page < last else None,
    }
    before = (page - 1) * items["per_page"]
    meta = {"current_page": page, "from": before + 1, "last_page": last, "path": f"{_HOST}{path}"}
    return links, {**meta, "per_page": items["per_page"], "to": before + items["count"], "total": items["total"]}


def _search(api: Api, request: Request) -> Answer:
    found = ordered(_passing(api.catalogue.entries, request, tuple(request.query)), request.query)
    return json_answer(200, paginated(found, request), _SEARCHED)


def _season_now(api: Api, request: Request) -> Answer:
    this = api.catalogue.day.year, season_of(api.catalogue.day)
    continuing = flag(request.query, "continuing")

    def belongs(anime: Anime) -> bool:
        return (anime["year"], anime["season"]) == this or (continuing and anime["airing"])

    return _season_page(api, request, lambda anime: anime["status"] != "Not yet aired" and belongs(anime))


def _season_upcoming(api: Api, request: Request) -> Answer:
    return _season_page(api, request, lambda anime: anime["status"] == "Not yet aired")


def _season(api: Api, request: Request, year: str, season: str) -> Answer:
    return _season_page(api, request, lambda anime: (anime["year"], anime["season"]) == (int(year), season))


def _season_page(api: Api, request: Request, belongs: Callable[[Anime], bool]) -> Answer:
    kind = TYPES.get(request.query.get("filter", "").lower())
    chosen = [a for a in _passing(api.catalogue.entries, request) if belongs(a) and kind in (None, a["type"])]
    chosen.sort(key=lambda anime: -(anime["members"] or 0))
    return _cached(paginated(chosen, request))


def _season_list(api: Api, request: Request) -> Answer:
    years = {anime["year"] for anime in api.catalogue.entries if anime["year"]}
    data = [{"year": year, "seasons": list(words.SEASONS)} for year in sorted(years, reverse=True)]
    return _cached({"pagination": {"last_visible_page": 1, "has_next_page": False}, "data": data})


def _schedules(api: Api, request: Request) -> Answer:
    wanted = request.query.get("filter", "").lower()
    chosen = [anime for anime in _passing(api.catalogue.entries, request) if anime["airing"]]
    if wanted:
        chosen = [anime for anime in chosen if _broadcast_day(anime) == wanted]
    if "kids" in request.query:
        kids = flag(request.query, "kids")
        chosen = [anime for anime in chosen if kids == any(g["mal_id"] == 15 for g in anime["demographics"])]
    return _cached(paginated(chosen, request))


def _broadcast_day(anime: Anime) -> str:
    day = anime["broadcast"]["day"]
    if day is None:
        return "unknown" if anime["broadcast"]["string"] == "Unknown" else "other"
    return str(day).lower().removesuffix("s")


def _by_id(api: Api, request: Request, mal_id: str) -> Answer:
    return _about(api, mal_id, lambda anime: anime)


def _full(api: Api, request: Request, mal_id: str) -> Answer:
    return _about(api, mal_id, lambda anime: details.full(anime, api.catalogue))


def _relations(api: Api, request: Request, mal_id: str) -> Answer:
    return _about(api, mal_id, lambda anime: details.relations(anime, api.catalogue))


def _recommendations(api: Api, request: Request, mal_id: str) -> Answer:
    return _about(api, mal_id, lambda anime: details.recommendations(anime, api.catalogue))


def _statistics(api: Api, request: Request, mal_id: str) -> Answer:
    return _about(api, mal_id, details.statistics)


def _about(api: Api, mal_id: str, tell: Callable[[Anime], Any]) -> Answer:
    anime = api.anime(mal_id)
    if anime is None:
        return refusals.upstream_failed(f"https://myanimelist.net/anime/{mal_id}/")
    return _cached({"data": tell(anime)})


def _episodes(api: Api, request: Request, mal_id: str) -> Answer:
    anime = api.anime(mal_id)
    size = details.EPISODES_PER_PAGE
    if anime is None or details.episodes_fail(anime):
        offset = (int(request.page) - 1) * size
        return refusals.upstream_failed(f"https://myanimelist.net/anime/{mal_id}/_/episode?offset={offset}")
    every, page = details.episodes(anime), int(request.page)
    last = max(1, math.ceil(len(every) / size))
    pagination = {"last_visible_page": last, "has_next_page": page < last}
    return _cached({"pagination": pagination, "data": every[(page - 1) * size : page * size]})


def _genres(api: Api, request: Request) -> Answer:
    count = Counter(genre["mal_id"] for anime in api.catalogue.entries for genre in genre_groups(anime))
    groups = {
        "genres": words.GENRES,
        "explicit_genres": words.EXPLICIT_GENRES,
        "themes": words.THEMES,
        "demographics": words.DEMOGRAPHICS,
    }
    chosen = [groups[request.query["filter"].lower()]] if "filter" in request.query else list(groups.values())
    data = [
        {
            "mal_id": mal_id,
            "name": name,
            "url": f"https://myanimelist.net/anime/genre/{mal_id}/{name.replace(' ', '_')}",
            "count": count[mal_id],
        }
        for names in chosen
        for mal_id, name in names.items()
    ]
    return _cached({"data": data})


def _random(api: Api, request: Request) -> Answer:
    return json_answer(200, {"data": api.rng.choice(api.catalogue.entries)}, _RANDOM)


def _passing(entries: Iterable[Anime], request: Request, heeded: tuple[str, ...] = _SAFE) -> list[Anime]:
    """Return the anime that pass the filters this route heeds; like Jikan it ignores the others."""
    asked = tests({name: text for name, text in request.query.items() if name in heeded})
    return [anime for anime in entries if all(test(anime) for test in asked)]


def _cached(document: dict[str, Any]) -> Answer:
    return json_answer(200, document, {"Cache-Control": "public, s-maxage=86400"})


_GENRE_FILTERS = ("genres", "explicit_genres", "themes", "demographics")
_ROUTES: tuple[tuple[re.Pattern[str], tuple[str, ...], Callable[..., Answer]], ...] = tuple(
    (re.compile(pattern, re.ASCII), filters, route)
    for pattern, filters, route in (
        (r"/top/anime", TOP_FILTERS, _top),
        (r"/anime", (), _search),
        (r"/seasons/now", SEASON_FILTERS, _season_now),
        (r"/seasons/upcoming", SEASON_FILTERS, _season_upcoming),
        (r"/seasons/(\d{4})/(winter|spring|summer|fall)", SEASON_FILTERS, _season),
        (r"/seasons", (), _season_list),
        (r"/schedules", DAY_FILTERS, _schedules),
        (r"/anime/(\d{1,18})", (), _by_id),
        (r"/anime/(\d{1,18})/full", (), _full),
        (r"/anime/(\d{1,18})/episodes", (), _episodes),
        (r"/anime/(\d{1,18})/relations", (), _relations),
        (r"/anime/(\d{1,18})/recommendations", (), _recommendations),
        (r"/anime/(\d{1,18})/statistics", (), _statistics),
        (r"/genres/anime", _GENRE_FILTERS, _genres),
        (r"/random/anime", (), _random),
    )
)
