"""What the titles of a list lack in the catalogue, in the order in which fetching it is useful."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol, TypeAlias

from sqlalchemy import String, cast, exists, func, literal, or_, select

from catlog import clock
from catlog.catalogue.vocabulary import AIRING_STATUSES
from catlog.db.session import Session
from catlog.db.tables import AnimeGenre, ProcessedAnime, TitleRequest, UserAnime, col
from catlog.library.entries import Status

UNKNOWN_LENGTH = "Unknown"
"""The duration of a title whose length the source does not know."""


class Gap(StrEnum):
    """A fact that a title lacks; the values are part of the JSON output."""

    LENGTH = "length"
    EPISODES = "episodes"
    GENRES = "genres"
    STUDIOS = "studios"
    SEASON = "season"
    COVER = "cover"
    SYNOPSIS = "synopsis"


class Outcome(StrEnum):
    """The outcome of a request that left gaps; the values are stored in `TitleRequest`.

    ANSWERED: the source lacks the rest, too. UNKNOWN: it does not know the title. REJECTED: its answer was unusable.
    """

    ANSWERED = "answered"
    UNKNOWN = "unknown"
    REJECTED = "rejected"


_DueAndSettled: TypeAlias = "tuple[tuple[IncompleteTitle, ...], tuple[IncompleteTitle, ...]]"
_WEEK, _MONTH, _QUARTER = timedelta(days=7), timedelta(days=30), timedelta(days=90)
_FINISHED = AIRING_STATUSES["finished"]
_RUNNING_OR_UPCOMING = (AIRING_STATUSES["airing"], AIRING_STATUSES["upcoming"])


class Facts(Protocol):
    """The facts of a title that a gap is about, such as an `AnimeRecord`; unknown is None or empty."""

    @property
    def duration(self) -> str | None:
        """The length of an episode as text."""

    @property
    def episodes(self) -> int | None:
        """The number of episodes."""

    @property
    def status(self) -> str | None:
        """The status of the broadcast."""

    @property
    def genres(self) -> Collection[Any]:
        """Genres, themes and demographics."""

    @property
    def studios(self) -> Collection[str]:
        """The studios by name."""

    @property
    def year(self) -> int | None:
        """The year of the season."""

    @property
    def aired_from(self) -> date | None:
        """The day of the first episode."""

    @property
    def image_url(self) -> str | None:
        """The address of the cover."""

    @property
    def synopsis(self) -> str | None:
        """The synopsis."""


@dataclass(frozen=True, slots=True)
class IncompleteTitle:
    """One title of a list with its gaps, in the order of `Gap`; `in_use` says whether it is being watched."""

    mal_id: int
    title: str
    status: Status
    gaps: tuple[Gap, ...]
    in_use: bool


@dataclass(frozen=True, slots=True)
class ListGaps:
    """The incomplete titles of a list of `titles`.

    `due` are those to ask the source about, the most useful first; `settled` those that it was asked about not long
    ago: it lacks the same facts, does not know the title, or its answer was unusable.
    """

    titles: int
    due: tuple[IncompleteTitle, ...]
    settled: tuple[IncompleteTitle, ...]


@dataclass(frozen=True, slots=True)
class _StoredFacts:
    duration: str | None
    episodes: int | None
    status: str | None
    genres: tuple[bool, ...]
    studios: tuple[str, ...]
    year: int | None
    aired_from: date | None
    image_url: str | None
    synopsis: str | None


def gaps_of(facts: Facts) -> tuple[Gap, ...]:
    """Return what a title lacks.

    The number of episodes is no gap before the last one has aired, nor is the season of a film, which has none, as
    long as its first day is known.
    """
    lacking = {
        Gap.LENGTH: facts.duration in (None, UNKNOWN_LENGTH),
        Gap.EPISODES: not facts.episodes and facts.status not in _RUNNING_OR_UPCOMING,
        Gap.GENRES: not facts.genres,
        Gap.STUDIOS: not facts.studios,
        Gap.SEASON: facts.year is None and facts.aired_from is None,
        Gap.COVER: facts.image_url is None,
        Gap.SYNOPSIS: facts.synopsis is None,
    }
    return tuple(gap for gap in Gap if lacking[gap])


def read_gaps(session: Session, user_id: int, *, again: bool = False) -> ListGaps:
    """Return the incomplete titles of a user's list; with `again` none of them counts as settled. Two queries.

    First come titles that are being watched, airing ones before others, then those that statistics count (completed,
    or rated), then on hold and dropped, then planned ones; among equals those without a length, then the latest
    changed.
    """
    everything = select(func.count()).where(col(UserAnime.user_id) == user_id)
    due, settled = _incomplete(session, user_id, again=again)
    return ListGaps(session.connection().execute(everything).scalar_one(), due, settled)


def count_incomplete(session: Session, user_id: int) -> int:
    """Return the number of a user's titles to ask the source about. One query."""
    return len(_incomplete(session, user_id)[0])


def lacking_by_gap(titles: Iterable[IncompleteTitle]) -> Mapping[Gap, int]:
    """Return how many of some titles lack each fact, in the order of `Gap`."""
    some = list(titles)
    return {gap: sum(gap in title.gaps for title in some) for gap in Gap}


def _incomplete(session: Session, user_id: int, *, again: bool = False) -> _DueAndSettled:
    now, found = clock.now(), list[tuple[tuple[object, ...], IncompleteTitle, bool]]()
    for row in session.connection().execute(_query(user_id)):
        gaps = gaps_of(
            _StoredFacts(
                row.duration,
                row.episodes,
                row.airing,
                (True,) * row.has_genres,
                ("",) * row.has_studios,
                row.year,
                row.aired_from,
                row.image_url,
                row.synopsis,
            )
        )
        if not gaps:
            continue
        status = Status(row.status)
        in_use = status is Status.WATCHING or row.rewatching
        title = IncompleteTitle(row.mal_id, row.title, status, gaps, in_use)
        rank = _rank(status, in_use=in_use, airing=row.airing, rated=row.rating is not None)
        is_settled = not again and _is_settled(row, now)
        found.append(((rank, Gap.LENGTH not in gaps, -row.updated_at.timestamp(), row.mal_id), title, is_settled))
    found.sort(key=lambda one: one[0])
    due = tuple(title for _, title, is_settled in found if not is_settled)
    return due, tuple(title for _, title, is_settled in found if is_settled)


def _rank(status: Status, *, in_use: bool, airing: str | None, rated: bool) -> int:
    if in_use:
        return 1 if airing == _FINISHED else 0
    if status is Status.COMPLETED or rated:
        return 2
    return 4 if status is Status.PLAN_TO_WATCH else 3


def _is_settled(row: Any, now: datetime) -> bool:  # noqa: ANN401 - a row of `_query`
    """Say whether a row's title was asked about not long ago; rows of the ETL were, as they are whole records."""
    changes = row.airing in _RUNNING_OR_UPCOMING
    if row.outcome is not None:
        age = {Outcome.UNKNOWN: _MONTH, Outcome.REJECTED: _WEEK}.get(row.outcome, _WEEK if changes else _QUARTER)
        return bool(now - row.asked_at < age)
    if row.etl_run_id is not None:
        return bool(now - row.processed_at < (_WEEK if changes else _QUARTER))
    return False


def _query(user_id: int) -> Any:  # noqa: ANN401 - no type names a select of 18 columns
    entry, anime, asked = UserAnime, ProcessedAnime, TitleRequest
    has_genres = exists().where(col(AnimeGenre.mal_id) == col(entry.mal_id)).correlate(entry)
    studios = func.coalesce(cast(col(anime.studios), String), "[]")
    columns: tuple[Any, ...] = (
        col(entry.mal_id),
        func.coalesce(col(anime.title), literal("#") + cast(col(entry.mal_id), String)).label("title"),
        col(entry.status),
        col(entry.rewatching),
        col(entry.personal_rating).label("rating"),
        col(entry.updated_at),
        col(anime.status).label("airing"),
        col(anime.duration),
        col(anime.episodes),
        has_genres.label("has_genres"),
        (studios != "[]").label("has_studios"),
        col(anime.year),
        col(anime.aired_from),
        col(anime.image_url),
        func.substr(col(anime.synopsis), 1, 1).label("synopsis"),
        col(anime.etl_run_id),
        col(anime.processed_at),
        col(asked.outcome),
        col(asked.asked_at),
    )
    may_lack = or_(
        col(anime.duration).is_(None),
        col(anime.duration) == UNKNOWN_LENGTH,
        func.coalesce(col(anime.episodes), 0) == 0,
        ~has_genres,
        studios == "[]",
        col(anime.year).is_(None) & col(anime.aired_from).is_(None),
        col(anime.image_url).is_(None),
        col(anime.synopsis).is_(None),
    )
    return (
        select(*columns)
        .join(anime, col(anime.mal_id) == col(entry.mal_id), isouter=True)
        .join(asked, col(asked.mal_id) == col(entry.mal_id), isouter=True)
        .where(col(entry.user_id) == user_id, may_lack)
    )
