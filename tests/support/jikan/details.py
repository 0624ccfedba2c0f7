"""What Jikan says about one anime beyond its object: episodes, relations, recommendations, statistics.

All of it is worked out from the object and its id, so a recorded anime gets some as well as an invented one.
"""

import random
from datetime import date, timedelta
from typing import Any

from tests.support.jikan.catalogue import Anime, Catalogue

EPISODES_PER_PAGE = 100


def episodes_fail(anime: Anime) -> bool:
    """Tell whether MyAnimeList answers nothing for the episodes of this anime, as it does for some live ids."""
    return bool(anime["mal_id"] % 29 == 0)


def episodes(anime: Anime) -> list[dict[str, Any]]:
    """Return every episode, oldest first; none while the number is unknown."""
    rng = random.Random(f"episodes/{anime['mal_id']}")
    begin = anime["aired"]["from"]
    first = date.fromisoformat(begin[:10]) if begin else None
    return [
        {
            "mal_id": number,
            "url": f"{anime['url']}/episode/{number}",
            "title": f"Episode {number}" if rng.random() < 0.1 else f"The {number}. Day",
            "title_japanese": f"第{number}話" if rng.random() < 0.9 else None,
            "title_romanji": f"Dai {number} Wa\u00a0" if rng.random() < 0.9 else None,
            "aired": f"{first + timedelta(7 * (number - 1))}T00:00:00+00:00" if first else None,
            "score": rng.choice((None, 4, round(rng.uniform(3, 5), 2))),
            "filler": rng.random() < 0.05,
            "recap": rng.random() < 0.02,
            "forum_url": None,
        }
        for number in range(1, (anime["episodes"] or 0) + 1)
    ]


def relations(anime: Anime, catalogue: Catalogue) -> list[dict[str, Any]]:
    """Return the related works by kind of relation; a manga is among them now and then."""
    rng = random.Random(f"relations/{anime['mal_id']}")
    found: list[dict[str, Any]] = []
    for relation in ("Prequel", "Sequel", "Side Story", "Other"):
        if rng.random() < 0.4:
            others = rng.sample(catalogue.entries, min(rng.choice((1, 1, 2)), len(catalogue.entries)))
            found.append({"relation": relation, "entry": [_reference(other) for other in others]})
    if rng.random() < 0.6:
        number = anime["mal_id"] + 100_000
        manga = {"mal_id": number, "type": "manga", "name": anime["title"]}
        found.append({"relation": "Adaptation", "entry": [{**manga, "url": f"https://myanimelist.net/manga/{number}"}]})
    return found


def recommendations(anime: Anime, catalogue: Catalogue) -> list[dict[str, Any]]:
    """Return the anime that users recommend next to this one, most votes first."""
    rng = random.Random(f"recommendations/{anime['mal_id']}")
    others = rng.sample(catalogue.entries, min(rng.randrange(0, 30), len(catalogue.entries)))
    votes = sorted((int(rng.paretovariate(1.2)) for _ in others), reverse=True)
    return [
        {
            "entry": {key: other[key] for key in ("mal_id", "url", "images", "title")},
            "url": f"https://myanimelist.net/recommendations/anime/{other['mal_id']}-{anime['mal_id']}",
            "votes": count,
        }
        for other, count in zip(others, votes, strict=True)
        if other is not anime
    ]


def statistics(anime: Anime) -> dict[str, Any]:
    """Return how many users watch, finished, dropped …, and how the votes spread over the scores 1 to 10."""
    rng = random.Random(f"statistics/{anime['mal_id']}")
    members = anime["members"] or 0
    shares = [rng.random() for _ in range(5)]
    parts = [int(members * share / sum(shares)) for share in shares]
    weights = [2.0 ** -abs(score - (anime["score"] or 6)) for score in range(1, 11)]
    votes = [int((anime["scored_by"] or 0) * weight / sum(weights)) for weight in weights]
    return {
        **dict(zip(("watching", "completed", "on_hold", "dropped", "plan_to_watch"), parts, strict=True)),
        "total": sum(parts),
        "scores": [
            {"score": score, "votes": count, "percentage": round(100 * count / max(1, sum(votes)), 1)}
            for score, count in enumerate(votes, start=1)
        ],
    }


def full(anime: Anime, catalogue: Catalogue) -> Anime:
    """Return the object with relations, songs and links added, as `/anime/{id}/full` gives it."""
    return {
        **anime,
        "relations": relations(anime, catalogue),
        "theme": {"openings": ['1: "Yoake" by The Lanterns (eps 1-12)'], "endings": []},
        "external": [{"name": "Official Site", "url": "https://example.invalid/"}],
        "streaming": [{"name": "Crunchyroll", "url": "http://www.crunchyroll.com/"}],
    }


def _reference(anime: Anime) -> dict[str, Any]:
    return {"mal_id": anime["mal_id"], "type": "anime", "name": anime["title"], "url": anime["url"]}
