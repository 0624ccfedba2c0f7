"""DuckDB over the files of a frozen snapshot: the views `rankings`, `genres` and `days`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from catlog.analytics.jobs import Job, Kind
from catlog.analytics.snapshots.manifest import RankingsSnapshot

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

TYPES: Mapping[Kind, str] = {"integer": "INTEGER", "float": "DOUBLE", "date": "DATE", "text": "VARCHAR"}
"""The types of results, as SQL names them."""


@contextmanager
def connect(snapshot: RankingsSnapshot) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open an in-memory DuckDB with the files of the snapshot as views."""
    import duckdb

    with duckdb.connect() as connection:
        connection.execute("SET enable_progress_bar = false")
        connection.execute("SET preserve_insertion_order = false")
        connection.execute("SET autoinstall_known_extensions = false")
        for name in ("rankings", "genres", "days"):
            files: list[Path] = getattr(snapshot, name)
            connection.execute(f"CREATE VIEW {name} AS {parquet_source(files)}")
        yield connection


def fetch_arrow(engine: duckdb.DuckDBPyConnection, query: str, **values: object) -> pa.Table:
    """Return the result of one query, with `values` for its `$name` parameters."""
    return engine.sql(query, params=values or None).to_arrow_table()


def write_result(engine: duckdb.DuckDBPyConnection, query: str, job: Job, file: Path, **values: object) -> None:
    """Write the result of one query, which has each column of `job` once, into one Parquet file."""
    rows = engine.sql(f"FROM ({query}) SELECT {typed_columns(job.columns)}", params=values or None)
    rows.write_parquet(str(file), compression="lz4")


def typed_columns(columns: Mapping[str, Kind]) -> str:
    """Return the select list that casts the columns to the types of results."""
    return ", ".join(f'"{name}"::{TYPES[kind]} AS "{name}"' for name, kind in columns.items())


def parquet_source(files: list[Path]) -> str:
    """Return the FROM clause that reads some Parquet files."""
    return f"FROM read_parquet([{', '.join(quote(str(file)) for file in files)}])"


def quote(text: str) -> str:
    """Return a text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"
