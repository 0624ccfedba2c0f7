"""The titles of the demo library: facts in `titles.csv`, one line a title, maintained by hand.

Titles, dates, genres and figures are facts of MyAnimeList; the synopses were written for this list. The history in
`catlog.demo.history` is simulated.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from importlib import resources

LISTED_ON = date(2026, 11, 22)
"""The day of the statuses (airing, finished, not yet aired); scores and counts are those of July 2026."""


@dataclass(frozen=True, slots=True)
class DemoTitle:
    """One title of the list. Unknown is None or an empty tuple; texts are spelled as MyAnimeList spells them.

    `rank`, `scored_by`, `members`, `popularity` and `favorites` are approximate. `broadcast_day` ("Sundays") and
    `broadcast_time` ("23:15", Asia/Tokyo) are known for some airing titles only. `sequel_of` is the mal_id of the
    nearest earlier part that is in the list too.
    """

    mal_id: int
    title: str
    title_english: str | None
    title_japanese: str | None
    type: str
    source: str | None
    episodes: int | None
    status: str
    aired_from: date | None
    aired_to: date | None
    season: str | None
    year: int | None
    duration: str | None
    rating: str | None
    genres: tuple[str, ...]
    themes: tuple[str, ...]
    demographics: tuple[str, ...]
    studios: tuple[str, ...]
    score: float | None
    scored_by: int | None
    members: int
    rank: int | None
    popularity: int
    favorites: int | None
    broadcast_day: str | None
    broadcast_time: str | None
    sequel_of: int | None
    synopsis: str


def load_titles() -> tuple[DemoTitle, ...]:
    """Read the list, best rank first, titles without a rank last."""
    text = resources.files("catlog.demo").joinpath("titles.csv").read_text(encoding="utf-8")
    return tuple(_title(row) for row in csv.DictReader(text.splitlines()))


def _title(row: dict[str, str]) -> DemoTitle:
    day, _, time = row["broadcast"].partition(" ")
    return DemoTitle(
        mal_id=int(row["mal_id"]),
        title=row["title"],
        title_english=row["title_english"] or None,
        title_japanese=row["title_japanese"] or None,
        type=row["type"],
        source=row["source"] or None,
        episodes=_number(row["episodes"]),
        status=row["status"],
        aired_from=_date(row["aired_from"]),
        aired_to=_date(row["aired_to"]),
        season=row["season"] or None,
        year=_number(row["year"]),
        duration=row["duration"] or None,
        rating=row["rating"] or None,
        genres=_names(row["genres"]),
        themes=_names(row["themes"]),
        demographics=_names(row["demographics"]),
        studios=_names(row["studios"]),
        score=float(row["score"]) if row["score"] else None,
        scored_by=_number(row["scored_by"]),
        members=int(row["members"]),
        rank=_number(row["rank"]),
        popularity=int(row["popularity"]),
        favorites=_number(row["favorites"]),
        broadcast_day=day or None,
        broadcast_time=time or None,
        sequel_of=_number(row["sequel_of"]),
        synopsis=row["synopsis"],
    )


def _number(cell: str) -> int | None:
    return int(cell) if cell else None


def _date(cell: str) -> date | None:
    return date.fromisoformat(cell) if cell else None


def _names(cell: str) -> tuple[str, ...]:
    return tuple(cell.split("|")) if cell else ()
