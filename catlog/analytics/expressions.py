"""SQL expressions that the queries share, the same on SQLite and PostgreSQL.

Statements are built once, with bound parameters: building one takes longer than running it.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Numeric,
    Select,
    SQLColumnExpression,
    and_,
    bindparam,
    cast,
    func,
    literal_column,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from catlog.db.models.rankings import TOP_INDEXED
from catlog.db.shown_title import SHOWN_TITLE
from catlog.db.tables import DailyRankings, ProcessedAnime, col

Snapshot = type[DailyRankings]
"""The table of snapshots, or an alias of it."""

EVERY = 2**31 - 1
"""The value for "no limit": more ranks or rows than can exist."""

LIMIT = bindparam("limit", type_=Integer())
TOP = bindparam("top", type_=Integer())

ONCE = "MATERIALIZED"
"""Prefix of a CTE with look-ups, which SQLite would otherwise run again for every reference."""


class days_between(FunctionElement[int]):  # noqa: N801  (reads as the SQL function it stands for)
    """Days from the first date to the second, an integer."""

    type = Integer()
    inherit_cache = True


@compiles(days_between)
def _subtract_dates(element: days_between, compiler: SQLCompiler, **options: object) -> str:
    start, end = (compiler.process(clause, **options) for clause in element.clauses)
    return f"({end} - {start})"


@compiles(days_between, "sqlite")
def _subtract_julian_days(element: days_between, compiler: SQLCompiler, **options: object) -> str:
    start, end = (compiler.process(clause, **options) for clause in element.clauses)
    return f"CAST(julianday({end}) - julianday({start}) AS INTEGER)"


def hundredths(score: SQLColumnExpression[float | None]) -> ColumnElement[int | None]:
    """Return a score as an integer in hundredths, so that no arithmetic uses floats."""
    return cast(func.round(cast(score * 100, Numeric())), Integer())


def in_top(snapshot: Snapshot, *, indexed: bool) -> ColumnElement[bool]:
    """Return the condition that a snapshot is in the upper chart, `TOP`.

    `indexed`: `TOP` is inside the partial index. Planners do not look into bound values, so the statement repeats the
    condition of the index.
    """
    inside: ColumnElement[bool] = col(snapshot.rank) <= TOP
    return and_(inside, col(snapshot.rank) <= literal_column(str(TOP_INDEXED))) if indexed else inside


def on(snapshot: Snapshot, mal_id: SQLColumnExpression[int], day: SQLColumnExpression[date]) -> ColumnElement[bool]:
    """Return the condition that a snapshot is that of `mal_id` on `day`: one look-up by primary key."""
    return and_(col(snapshot.mal_id) == mal_id, col(snapshot.snapshot_date) == day)


def with_titles(rows: FromClause, *order: ColumnElement[Any]) -> Select[Any]:
    """Return the columns of `rows` (few, with mal_id) and, last, the title or NULL, in the order given."""
    titles = col(ProcessedAnime.mal_id) == rows.c.mal_id
    return select(rows, SHOWN_TITLE.label("title")).outerjoin_from(rows, ProcessedAnime, titles).order_by(*order)
