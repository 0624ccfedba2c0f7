"""All statistics of a list in one record, read with six queries however long the list and its log are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import select, union

from catlog.db.naming import table_of
from catlog.db.session import Session
from catlog.db.tables import ActivityLog, ProcessedAnime, UserAnime, col
from catlog.library.gaps import count_incomplete
from catlog.library.listing import load_list
from catlog.library.own_edits import OWN_ORIGINS, own_edits
from catlog.library.records import ListRow
from catlog.statistics.activity import ActivityReport, LoggedEdit, activity, by_day, by_period
from catlog.statistics.coverage import Coverage, coverage
from catlog.statistics.groups import Group, genres, studios
from catlog.statistics.overview import Overview, overview
from catlog.statistics.ratings import Ratings, ratings
from catlog.statistics.records import Records, records
from catlog.statistics.review import Review, review
from catlog.statistics.watched import measure_titles, parse_duration
from catlog.zones import Zone


class Length(NamedTuple):
    """The length of a title: its episodes, and the seconds of one; None where unknown."""

    episodes: int | None
    seconds: int | None


@dataclass(frozen=True, slots=True)
class Statistics:
    """The statistics of a list. `activity` and `review` are of the requested year; see `load_statistics`.

    `coverage` says of how many titles the others speak.
    """

    overview: Overview
    ratings: Ratings
    genres: tuple[Group, ...]
    studios: tuple[Group, ...]
    activity: ActivityReport
    review: Review
    coverage: Coverage
    records: Records


def load_statistics(
    session: Session, user_id: int, *, zone: Zone, today: date | None = None, year: int | None = None
) -> Statistics:
    """Return the statistics of a user's list.

    With `year` the activity and the review are of that calendar year; without, the activity is of the 53 weeks up to
    `today` (the months: the last 12), and the review of the current year. All days are those of `zone`, the user's;
    `today` is by default the current day there.
    """
    rows = load_list(session, user_id)
    lengths = load_lengths(session, user_id)
    edits = load_logged_edits(session, user_id, zone)
    seconds = {mal_id: length.seconds for mal_id, length in lengths.items()}
    incomplete = count_incomplete(session, user_id)
    return statistics(rows, seconds, edits, today=today or zone.today(), year=year, zone=zone, incomplete=incomplete)


def statistics(
    rows: Sequence[ListRow],
    lengths: dict[int, int | None],
    edits: Sequence[LoggedEdit],
    *,
    today: date,
    year: int | None = None,
    zone: Zone | None = None,
    incomplete: int = 0,
) -> Statistics:
    """Return the statistics of these rows; `lengths` has the seconds of one episode by MAL id.

    Instants of the rows are days of `zone`; without one, of UTC. `incomplete` is for the coverage.
    """
    titles = measure_titles(rows, lengths)
    days, periods = by_day(edits, lengths), by_period(edits, lengths)
    whole_year = activity(days, today=today, year=today.year if year is None else year, periods=periods)
    return Statistics(
        overview=overview(titles),
        ratings=ratings(rows),
        genres=genres(titles),
        studios=studios(titles),
        activity=whole_year if year is not None else activity(days, today=today, periods=periods),
        review=review(titles, whole_year),
        coverage=coverage(titles, incomplete),
        records=records(titles, zone),
    )


def load_lengths(session: Session, user_id: int) -> dict[int, Length]:
    """Return the lengths of all titles on a user's list or in its log, by MAL id. One query."""
    log = table_of(ActivityLog).c
    listed = select(col(UserAnime.mal_id)).where(col(UserAnime.user_id) == user_id)
    logged = select(log.mal_id).where(log.user_id == user_id, log.origin.in_(OWN_ORIGINS))
    columns = select(col(ProcessedAnime.mal_id), col(ProcessedAnime.episodes), col(ProcessedAnime.duration))
    found = session.connection().execute(columns.where(col(ProcessedAnime.mal_id).in_(union(listed, logged))))
    return {mal_id: Length(episodes or None, parse_duration(duration)) for mal_id, episodes, duration in found}


def load_logged_edits(session: Session, user_id: int, zone: Zone) -> tuple[LoggedEdit, ...]:
    """Return a user's own edits that were not undone, oldest first, by the days of `zone`. Two queries.

    `library.own_edits` decides which edits count. Episodes count on the day they were watched; where only the month or
    the year of that is known, in that period.
    """
    return tuple(
        LoggedEdit(edit.day(zone), edit.mal_id, edit.episodes, edit.watched_on or "")
        for edit in own_edits(session, user_id)
    )
