"""What a database holds, without what differs from run to run: for comparing before and after, here and there."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Table, func, select
from sqlmodel import SQLModel, col

from catlog.db.models import AnimeGenre, DailyRankings, EtlLogs, ProcessedAnime
from catlog.db.session import Database

Contents = dict[str, list[tuple[Any, ...]]]

LOADED: tuple[type[SQLModel], ...] = (DailyRankings, ProcessedAnime, AnimeGenre)
"""The tables that a load fills."""

_FLEETING = {"etl_run_id", "processed_at"}


def contents(database: Database, models: Iterable[type[SQLModel]] = LOADED) -> Contents:
    """Return all rows of the tables, sorted, without run ids and times."""
    found: Contents = {}
    with database.read() as session:
        for model in models:
            table: Table = model.__table__  # type: ignore[attr-defined]  # SQLModel makes it
            columns = [column for column in table.columns if column.key not in _FLEETING]
            rows = session.connection().execute(select(*columns).order_by(*table.primary_key.columns))
            found[table.name] = [tuple(row) for row in rows]
    return found


def chart(database: Database, day: str) -> dict[int, int | None]:
    """Return the ranks of one day by id."""
    return {row[0]: row[2] for row in contents(database, [DailyRankings])["DailyRankings"] if str(row[1]) == day}


def count(database: Database, model: type[SQLModel], **where: object) -> int:
    """Return how many rows of a table have these values."""
    with database.read() as session:
        query = select(func.count()).select_from(model)
        for name, value in where.items():
            query = query.where(col(getattr(model, name)) == value)
        return session.connection().execute(query).scalar_one()


def runs(database: Database) -> list[dict[str, Any]]:
    """Return the run log in the order in which the runs began, as mappings."""
    table: Table = EtlLogs.__table__  # type: ignore[attr-defined]
    names = [column.key for column in table.columns]
    with database.read() as session:
        rows = session.connection().execute(select(table).order_by(col(EtlLogs.id)))
        return [dict(zip(names, row, strict=True)) for row in rows]
