"""The queries of the screen Trends: a page with its rows, and ranks and scores of some titles."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlmodel import Session

from catlog.access import Right, way
from catlog.analytics.days import describe_days, describe_single_day
from catlog.analytics.history import daily_ranks, history
from catlog.analytics.registry import QUERIES
from catlog.analytics.results import read
from catlog.charts.line_chart import TimeSeries
from catlog.library.listing import ids_on_list
from catlog.tui.backend import Backend
from catlog.tui.screens.trends.pages import (
    COMPUTES_IT,
    NO_RANKS,
    NOT_COMPUTED,
    NOT_MINE,
    PAGES,
    STILL,
    TAKES_THEM,
    Courses,
    Listed,
    TrendsTable,
)

ROWS = 100
"""Rows of a page."""

CHART_ROWS = 8
"""Titles that are drawn together at most: more lines than that nobody can tell apart."""

ALL_DAYS = 36_500


def read_page(backend: Backend, key: str, days: int, mine: bool) -> TrendsTable:
    """Read a page; with `mine` only the rows about titles on the viewer's list."""
    page = PAGES[key]
    viewer = backend.viewer
    with backend.database.read() as session:
        listed = ids_on_list(session, viewer.user_id) if viewer is not None else frozenset()
        engine, computed, note = "", None, ""
        if page.job:
            results = _results(session, key, days, ROWS if not mine else None)
            never = NOT_COMPUTED.format(way(backend.role, Right.COMPUTE, COMPUTES_IT))
            records, as_of, empty = results.rows, results.as_of, never if results.as_of is None else STILL
            engine, computed = results.engine or "", results.computed_at
        else:
            answer = QUERIES[page.query].run(session, days=days, limit=None if mine else ROWS)
            never = NO_RANKS.format(way(backend.role, Right.LOAD_CHARTS, TAKES_THEM))
            records, as_of, empty = answer.rows, answer.as_of, never if answer.as_of is None else STILL
            if not records and (alone := describe_single_day(session, answer)):
                empty = f"{alone[0].upper()}{alone[1:]}."
            note = describe_days(answer)
        if mine:
            kept = [record for record in records if _ids(record) & listed]
            empty = NOT_MINE if records and not kept else empty
            records = tuple(kept[:ROWS])
        courses = _courses(session, records, as_of, days if page.windowed else 90)
    rows = tuple(Listed(record, courses.get(_first(record), ()), bool(_ids(record) & listed)) for record in records)
    return TrendsTable(key, rows, as_of, empty, engine, computed, note)


def read_courses(backend: Backend, mal_ids: tuple[int, ...], days: int) -> Courses:
    """Read how titles went in the last days, in the order given."""
    ranks, scores = [], []
    with backend.database.read() as session:
        for mal_id in mal_ids[:CHART_ROWS]:
            rows = history(session, mal_id, days=days or ALL_DAYS).rows
            if rows:
                name = rows[-1].title
                ranks.append(TimeSeries(name, tuple((row.snapshot_date, row.rank) for row in rows)))
                scores.append(TimeSeries(name, tuple((row.snapshot_date, row.score) for row in rows)))
    return Courses(tuple(ranks), tuple(scores))


def _results(session: Session, key: str, days: int, limit: int | None) -> Any:  # noqa: ANN401 - rows of any job
    job = PAGES[key].job
    if key == "trends":
        rising = read.strongest_trends(session, "rising", window=days, limit=limit)
        falling = read.strongest_trends(session, "falling", window=days, limit=limit)
        flat = read.strongest_trends(session, "flat", window=days, limit=limit and max(0, limit // 4))
        both = sorted((*rising.rows, *falling.rows), key=lambda row: (row.q_value, -abs(row.drift)))
        return replace(rising, rows=(*both, *flat.rows))
    return read.show(session, job, window=days if PAGES[key].windowed else None, limit=limit)


def _courses(
    session: Session, records: tuple[Any, ...], as_of: date | None, days: int
) -> dict[int, tuple[int | None, ...]]:
    ids = {_first(record) for record in records} - {0}
    if as_of is None or not ids:
        return {}
    found = daily_ranks(session, ids, as_of - timedelta(days=max(days, 7)), as_of)
    return {mal_id: tuple(course) for mal_id, course in found.items()}


def _ids(record: object) -> frozenset[int]:
    return frozenset(Listed(record).mal_ids)


def _first(record: object) -> int:
    return next(iter(Listed(record).mal_ids), 0)
