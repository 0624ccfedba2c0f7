"""Read the result tables, in the order in which commands and screens show each job."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, Table, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from catlog import clock
from catlog.analytics.jobs import Job, find_job
from catlog.analytics.records import display_title
from catlog.analytics.results.records import (
    Direction,
    GenreSpread,
    Metric,
    Results,
    RollingMomentum,
    Trend,
    TrendPair,
    Volatility,
)
from catlog.catalogue.resolve import parse_mal_id, resolve
from catlog.db.models import AnimeGenre, ProcessedAnime, ResultParts
from catlog.db.naming import table_of
from catlog.db.shown_title import SHOWN_TITLE

WINDOW = 30
"""The default window, in days."""

_DAYS_OF_ONE = 1000
"""Maximum number of days of one anime's momentum."""


def show(
    session: Session,
    job: str,
    anime: str | int | None = None,
    window: int | None = None,
    *,
    limit: int | None = None,
) -> Results[Any]:
    """Return the rows of `job`, of all anime or of one (an id or a title), in their natural order.

    Without `anime`: momentum and percentiles of their latest day; else all days of that anime, or its genres. `window`
    None means `WINDOW` days, or for one anime every window where there is only one day. Raises InvalidArgumentError
    for an unknown job, NotFoundError for an unknown anime.
    """
    found = find_job(job)
    mal_id = None if anime is None else _anime(session, anime)
    every = mal_id is not None and window is None and not found.daily
    asked = None if every or not found.windowed else window or WINDOW
    stamp = _newest_part(session, found, asked)
    if stamp is None:
        return Results(job, asked, None, None, None, None, None, ())
    rows = _VIEWS[job](session, _ResultRequest(table_of(found.model), mal_id, asked, stamp.snapshot_date, limit))
    age = (clock.utc_today() - stamp.as_of).days
    return Results(job, asked, stamp.as_of, stamp.computed_at, stamp.engine, stamp.run_id, age, tuple(rows))


def strongest_trends(
    session: Session, direction: Direction, *, metric: Metric = "rank", window: int = WINDOW, limit: int | None = 10
) -> Results[Trend]:
    """Return the trends of one direction, the surest first: those with a small q-value, then those of a large size."""
    job = find_job("significance")
    stamp = _newest_part(session, job, window)
    if stamp is None:
        return Results(job.name, window, None, None, None, None, None, ())
    table = table_of(job.model)
    asked = _ResultRequest(table, None, window, stamp.snapshot_date, limit)
    rows = _trends(session, asked, table.c.direction == direction, table.c.metric == metric)
    age = (clock.utc_today() - stamp.as_of).days
    return Results(job.name, window, stamp.as_of, stamp.computed_at, stamp.engine, stamp.run_id, age, tuple(rows))


@dataclass(frozen=True, slots=True)
class _ResultRequest:
    """One request to one result table; `day` is the latest day of its parts."""

    table: Table
    mal_id: int | None
    window: int | None
    day: date
    limit: int | None

    def conditions(self, *ids: Column[Any]) -> list[ColumnElement[bool]]:
        """Return the conditions on rows: the window, and the anime in one of the columns `ids`."""
        found: list[ColumnElement[bool]] = []
        if self.window is not None:
            found.append(self.table.c.window_days == self.window)
        if self.mal_id is not None and ids:
            found.append(or_(*(each == self.mal_id for each in ids)))
        return found


def _newest_part(session: Session, job: Job, window: int | None) -> ResultParts | None:
    from sqlmodel import select as select_entity

    query = select_entity(ResultParts).where(ResultParts.job == job.name)
    if window is not None:
        query = query.where(ResultParts.window_days == window)
    newest = (col(ResultParts.snapshot_date).desc(), col(ResultParts.as_of).desc(), col(ResultParts.computed_at).desc())
    return session.exec(query.order_by(*newest).limit(1)).first()


def _anime(session: Session, anime: str | int) -> int:
    """Return the id of an anime; a number is an id even if the catalogue does not know it."""
    mal_id = parse_mal_id(str(anime))
    return mal_id if mal_id is not None else resolve(session, str(anime)).mal_id


def _momentum(session: Session, request: _ResultRequest) -> Sequence[RollingMomentum]:
    t = request.table
    query = _with_title(t, t.c.mal_id).where(*request.conditions(t.c.mal_id))
    if request.mal_id is None:
        query = query.where(t.c.snapshot_date == request.day)
        query = query.order_by(t.c.momentum_z.desc().nulls_last(), t.c.mal_id)
    else:
        # The table is ordered by day: a look-up per stored day finds the rows of one anime without a scan.
        job = find_job("momentum").name
        days = select(col(ResultParts.snapshot_date)).where(col(ResultParts.job) == job).distinct()
        query = query.where(t.c.snapshot_date.in_(days)).order_by(t.c.snapshot_date.desc(), t.c.window_days)
        query = query.limit(request.limit or _DAYS_OF_ONE)
    rows = _records(session, query, request.limit, RollingMomentum)
    return rows if request.mal_id is None else sorted(rows, key=lambda row: (row.snapshot_date, row.window_days))


def _volatility(session: Session, request: _ResultRequest) -> Sequence[Volatility]:
    t = request.table
    query = _with_title(t, t.c.mal_id).where(*request.conditions(t.c.mal_id))
    order = (t.c.window_days, t.c.volatility_rank.asc().nulls_last(), t.c.mal_id)
    return _records(session, query.order_by(*order), request.limit, Volatility)


def _percentiles(session: Session, request: _ResultRequest) -> Sequence[GenreSpread]:
    t = request.table
    query = select(t).where(t.c.snapshot_date == request.day).order_by(t.c.n.desc(), t.c.genre)
    if request.mal_id is not None:
        genres = select(col(AnimeGenre.genre)).where(col(AnimeGenre.mal_id) == request.mal_id)
        query = query.where(t.c.genre.in_(genres))
    return _records(session, query, request.limit, GenreSpread)


def _significance(session: Session, request: _ResultRequest) -> Sequence[Trend]:
    return _trends(session, request)


def _trends(session: Session, request: _ResultRequest, *conditions: ColumnElement[bool]) -> Sequence[Trend]:
    t = request.table
    query = _with_title(t, t.c.mal_id).where(*request.conditions(t.c.mal_id), *conditions)
    if request.mal_id is None:
        query = query.order_by(t.c.q_value, func.abs(t.c.drift).desc(), t.c.mal_id, t.c.metric)
    else:
        query = query.order_by(t.c.metric, t.c.window_days)
    return _records(session, query, request.limit, Trend)


def _correlation(session: Session, request: _ResultRequest) -> Sequence[TrendPair]:
    t = request.table
    first, second = aliased(ProcessedAnime), aliased(ProcessedAnime)
    query: Select[Any] = (
        select(t, col(first.title).label("title_a"), col(second.title).label("title_b"))
        .outerjoin_from(t, first, col(first.mal_id) == t.c.mal_id_a)
        .outerjoin(second, col(second.mal_id) == t.c.mal_id_b)
        .where(*request.conditions(t.c.mal_id_a, t.c.mal_id_b))
    )
    order = (func.abs(t.c.pearson).desc(), t.c.mal_id_a, t.c.mal_id_b, t.c.metric, t.c.window_days)
    return _records(session, query.order_by(*order), request.limit, TrendPair)


_VIEWS: dict[str, Callable[[Session, _ResultRequest], Sequence[Any]]] = {
    "momentum": _momentum,
    "volatility": _volatility,
    "percentiles": _percentiles,
    "significance": _significance,
    "correlation": _correlation,
}


def _with_title(table: Table, mal_id: Column[Any]) -> Select[Any]:
    query = select(table, SHOWN_TITLE.label("title"))
    return query.outerjoin_from(table, ProcessedAnime, col(ProcessedAnime.mal_id) == mal_id)


def _records(session: Session, query: Select[Any], limit: int | None, record: type[Any]) -> list[Any]:
    names = [field.name for field in fields(record)]
    found = []
    for row in session.connection().execute(query.limit(limit)):
        values = {column.key: value for column, value in zip(query.selected_columns, row, strict=True)}
        for title in (name for name in names if name.startswith("title")):
            values[title] = display_title(values[title.replace("title", "mal_id")], values[title])
        found.append(record(**{name: values[name] for name in names}))
    return found
