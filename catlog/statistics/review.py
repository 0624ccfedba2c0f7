"""A year in review: titles begun and finished by the dates of the list, and activity by the log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from catlog.library.entries import Status
from catlog.statistics.activity import ActiveDay, ActivityReport, ActivityStreak, Month, longest_streak
from catlog.statistics.ratings import mean_of
from catlog.statistics.watched import WatchedTitle

NAMED = 10
"""Titles and genres of a year that are named."""


@dataclass(frozen=True, slots=True)
class FavoriteTitle:
    """A title that was finished in the year, with its rating and MyAnimeList's score."""

    mal_id: int
    title: str
    rating: int
    score: float | None


@dataclass(frozen=True, slots=True)
class GenreCount:
    """The number of finished titles with a genre."""

    name: str
    titles: int


@dataclass(frozen=True, slots=True)
class Review:
    """One year, from two sources that need not agree; each figure is from one of them.

    By the dates of the list: `started` and `finished` count titles whose date names the
    year, finished ones being Completed; `mean_rating`, `best` (highest rating, then highest score) and `genres` are of
    the finished titles; `with_genres` counts those that have any. By the activity log, which no import fills:
    `changes`, `active_days`, the streak, the busiest month and day (those with the most changes), and `episodes`,
    `seconds` and `untimed` (episodes of unknown length), which were logged in the year; see `activity.ActiveDay`.
    """

    year: int
    started: int
    finished: int
    mean_rating: float | None
    best: tuple[FavoriteTitle, ...]
    genres: tuple[GenreCount, ...]
    with_genres: int
    changes: int
    episodes: int
    seconds: int
    untimed: int
    active_days: int
    longest_streak: ActivityStreak | None
    busiest_month: Month | None
    busiest_day: ActiveDay | None


def review(titles: Sequence[WatchedTitle], whole_year: ActivityReport) -> Review:
    """Return the review of the calendar year that `whole_year` is the activity of."""
    year = whole_year.start.year
    begun = [one for one in titles if one.row.start_date and one.row.start_date.year == year]
    done = [one for one in titles if _finished_in(one, year)]
    ratings = [one.row.rating for one in done if one.row.rating is not None]
    months = [month for month in whole_year.months if month.changes]
    return Review(
        year=year,
        started=len(begun),
        finished=len(done),
        mean_rating=mean_of(ratings),
        best=_best(done),
        genres=_genres(done),
        with_genres=sum(bool(one.row.genres) for one in done),
        changes=whole_year.changes,
        episodes=whole_year.episodes,
        seconds=whole_year.seconds,
        untimed=whole_year.untimed,
        active_days=len(whole_year.days),
        longest_streak=longest_streak(whole_year.days),
        busiest_month=max(months, key=lambda month: month.changes, default=None),
        busiest_day=max(whole_year.days, key=lambda day: day.changes, default=None),
    )


def _finished_in(one: WatchedTitle, year: int) -> bool:
    date = one.row.finish_date
    return one.row.status is Status.COMPLETED and date is not None and date.year == year


def _best(done: Sequence[WatchedTitle]) -> tuple[FavoriteTitle, ...]:
    rated = [
        FavoriteTitle(one.row.mal_id, one.row.title, one.row.rating, one.row.mal_score)
        for one in done
        if one.row.rating is not None
    ]
    return tuple(sorted(rated, key=lambda one: (-one.rating, -(one.score or 0), one.title, one.mal_id))[:NAMED])


def _genres(done: Sequence[WatchedTitle]) -> tuple[GenreCount, ...]:
    counts = Counter(name for one in done for name in set(one.row.genres))
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(GenreCount(name, titles) for name, titles in ordered[:NAMED])
