"""The queries of the screen Trends: the table of a page, and ranks and scores of titles."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from catlog.access import Right, way
from catlog.analytics.days import describe_days, describe_single_day
from catlog.analytics.history import daily_ranks, history
from catlog.analytics.registry import QUERIES
from catlog.analytics.results import read
from catlog.catalogue.details import read_details
from catlog.catalogue.search import list_statuses
from catlog.charts.line_chart import TimeSeries
from catlog.errors import NotFoundError
from catlog.library.listing import ids_on_list
from catlog.tui.screens.trends.course import FACT_DAYS, TitleCourse
from catlog.tui.screens.trends.pages import (
    COMPUTE_HINT,
    LOAD_HINT,
    NO_RANKS,
    NOT_COMPUTED,
    NOT_MINE,
    NOTHING_MOVED,
    PAGES,
    ChartSeries,
    TrendsRow,
    TrendsTable,
)

if TYPE_CHECKING:
    from catlog.db.session import Session
    from catlog.tui.backend import Backend

ROWS = 100
"""Rows of a page."""

CHART_ROWS = 8
"""The most titles in one chart: more lines cannot be told apart."""

ALL_DAYS = 36_500


def read_page(backend: Backend, key: str, days: int, mine: bool) -> TrendsTable:
    """Read a page; with `mine` only the rows about titles on the viewer's list."""
    return read_pages(backend, (key,), days, mine)[0]


def read_pages(backend: Backend, keys: tuple[str, ...], days: int, mine: bool) -> tuple[TrendsTable, ...]:
    """Read several pages, as of one moment; `mine` as for `read_page`."""
    viewer = backend.viewer
    with backend.database.read() as session:
        listed = ids_on_list(session, viewer.user_id) if viewer is not None and mine else frozenset()
        tables = [_read(session, backend, key, days, listed if mine else None) for key in keys]
        shown = {row.mal_id for table in tables for row in table.rows}
        user = viewer.user_id if viewer is not None else None
        statuses = list_statuses(session.connection(), user, shown)
    return tuple(
        replace(table, rows=tuple(replace(row, list_status=statuses.get(row.mal_id)) for row in table.rows))
        for table in tables
    )


def _read(session: Session, backend: Backend, key: str, days: int, listed: frozenset[int] | None) -> TrendsTable:
    """Read a page without the marks of the list; of titles `listed` alone, if they are given."""
    page = PAGES[key]
    limit = ROWS if listed is None else None
    engine, computed, note, top = "", None, "", None
    if page.job:
        results = _results(session, key, days, limit)
        not_loaded = NOT_COMPUTED.format(way(backend.role, Right.COMPUTE, COMPUTE_HINT))
        records, as_of, empty = results.rows, results.as_of, not_loaded if results.as_of is None else NOTHING_MOVED
        engine, computed = results.engine or "", results.computed_at
    else:
        result = QUERIES[page.query].run(session, days=days, limit=limit)
        not_loaded = NO_RANKS.format(way(backend.role, Right.LOAD_CHARTS, LOAD_HINT))
        records, as_of, empty = result.rows, result.as_of, not_loaded if result.as_of is None else NOTHING_MOVED
        if not records and (alone := describe_single_day(session, result)):
            empty = f"{alone[0].upper()}{alone[1:]}."
        note = describe_days(result)
        top = result.parameters.get("within") or result.parameters.get("top")
    if listed is not None:
        matching = [record for record in records if _ids(record) & listed]
        empty = NOT_MINE if records and not matching else empty
        records = tuple(matching[:ROWS])
    ranks = _daily_ranks(session, records, as_of, days if page.windowed else 90)
    rows = tuple(TrendsRow(record, ranks.get(_first(record), ())) for record in records)
    return TrendsTable(key, rows, as_of, empty, engine, computed, note, top)


def read_course(backend: Backend, mal_id: int, days: int, window: int) -> TitleCourse | None:
    """Read the snapshots of one title over the last days, and its trend over `window`; None for an unknown title."""
    with backend.database.read() as session:
        found = history(session, mal_id, days=max(days or ALL_DAYS, *FACT_DAYS, window))
        try:
            details = read_details(session, mal_id, days=1)
        except NotFoundError:
            return None
        trends = read.show(session, "significance", mal_id).rows
        momentum = read.show(session, "momentum", mal_id, window, limit=1).rows
    first = found.as_of - timedelta(days=days) if days and found.as_of is not None else None
    return TitleCourse(
        mal_id,
        details.title,
        details.image_url,
        details.aired_from,
        found.rows,
        first,
        window,
        next((trend.gained for trend in trends if trend.metric == "rank" and trend.window_days >= window), None),
        momentum[-1].momentum_z if momentum else None,
    )


def read_series(backend: Backend, mal_ids: tuple[int, ...], days: int) -> ChartSeries:
    """Read ranks and scores of titles over the last days, in the given order."""
    ranks, scores = [], []
    with backend.database.read() as session:
        for mal_id in mal_ids[:CHART_ROWS]:
            rows = history(session, mal_id, days=days or ALL_DAYS).rows
            if rows:
                name = rows[-1].title
                ranks.append(TimeSeries(name, tuple((row.snapshot_date, row.rank) for row in rows)))
                scores.append(TimeSeries(name, tuple((row.snapshot_date, row.score) for row in rows)))
    return ChartSeries(tuple(ranks), tuple(scores))


def _results(session: Session, key: str, days: int, limit: int | None) -> Any:  # noqa: ANN401 - rows of any job
    job = PAGES[key].job
    if key == "trends":
        rising = read.strongest_trends(session, "rising", window=days, limit=limit)
        falling = read.strongest_trends(session, "falling", window=days, limit=limit)
        flat = read.strongest_trends(session, "flat", window=days, limit=limit and max(0, limit // 4))
        both = sorted((*rising.rows, *falling.rows), key=lambda row: (row.q_value, -abs(row.drift)))
        return replace(rising, rows=(*both, *flat.rows))
    return read.show(session, job, window=days if PAGES[key].windowed else None, limit=limit)


def _daily_ranks(
    session: Session, records: tuple[Any, ...], as_of: date | None, days: int
) -> dict[int, tuple[int | None, ...]]:
    ids = {_first(record) for record in records} - {0}
    if as_of is None or not ids:
        return {}
    found = daily_ranks(session, ids, as_of - timedelta(days=max(days, 7)), as_of)
    return {mal_id: tuple(course) for mal_id, course in found.items()}


def _ids(record: object) -> frozenset[int]:
    return frozenset(TrendsRow(record).mal_ids)


def _first(record: object) -> int:
    return next(iter(TrendsRow(record).mal_ids), 0)
