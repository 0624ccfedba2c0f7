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
    """Open an engine in memory that sees the snapshot; it spills to its own temporary folder, not to the data."""
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
    """Return the answer to one query, with `values` in place of its $names."""
    return engine.sql(query, params=values or None).to_arrow_table()


def write_result(engine: duckdb.DuckDBPyConnection, query: str, job: Job, file: Path, **values: object) -> None:
    """Write the answer to one query, in which each column of `job` occurs once, into one file of results."""
    rows = engine.sql(f"FROM ({query}) SELECT {typed_columns(job.columns)}", params=values or None)
    rows.write_parquet(str(file), compression="lz4")


def typed_columns(columns: Mapping[str, Kind]) -> str:
    """Return the list of columns as SQL selects them in the types of results."""
    return ", ".join(f'"{name}"::{TYPES[kind]} AS "{name}"' for name, kind in columns.items())


def parquet_source(files: list[Path]) -> str:
    """Return the SQL that reads all of some Parquet files."""
    return f"FROM read_parquet([{', '.join(quote(str(file)) for file in files)}])"


def quote(text: str) -> str:
    """Return a text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"
