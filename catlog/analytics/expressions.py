"""SQL expressions that the queries share, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Integer, Numeric, cast, func, literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import ColumnClause
from sqlalchemy.sql.functions import FunctionElement
from sqlmodel import col

from catlog.db.models import DailyRankings
from catlog.db.models.rankings import TOP_INDEXED

Snapshot = type[DailyRankings]
"""The table of snapshots, or an alias of it."""


class days_between(FunctionElement[int]):  # noqa: N801  (reads as the SQL function it stands for)
    """Days from the first date to the second, an integer."""

    type = Integer()
    inherit_cache = True


@compiles(days_between)
def _subtract_dates(element: days_between, compiler: SQLCompiler, **options: Any) -> str:
    start, end = (compiler.process(clause, **options) for clause in element.clauses)
    return f"({end} - {start})"


@compiles(days_between, "sqlite")
def _subtract_julian_days(element: days_between, compiler: SQLCompiler, **options: Any) -> str:
    start, end = (compiler.process(clause, **options) for clause in element.clauses)
    return f"CAST(julianday({end}) - julianday({start}) AS INTEGER)"


def hundredths(score: ColumnElement[float | None] | ColumnClause[float | None]) -> ColumnElement[int]:
    """Return a score as an integer in hundredths: no arithmetic is done on floats."""
    return cast(func.round(cast(score * 100, Numeric())), Integer())


def points(value: int | None) -> float | None:
    """Return hundredths as points."""
    return None if value is None else value / 100


def in_top(snapshot: Snapshot, top: int) -> ColumnElement[bool]:
    """Return the condition that a snapshot is in the upper chart, so written that the partial index can serve it."""
    inside: ColumnElement[bool] = col(snapshot.rank) <= top
    if top <= TOP_INDEXED:
        # Neither planner looks into bound values: the index's own condition must stand in the statement.
        inside &= col(snapshot.rank) <= literal_column(str(TOP_INDEXED))
    return inside


def on(snapshot: Snapshot, mal_id: Any, day: date | Any) -> ColumnElement[bool]:
    """Return the condition that a snapshot is the one of `mal_id` on `day`: one look-up by primary key."""
    return (col(snapshot.mal_id) == mal_id) & (col(snapshot.snapshot_date) == day)
