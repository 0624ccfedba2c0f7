"""A Python data source over CatLog's database, for clusters that see neither its files nor a JDBC driver.

Executors need this module, pyarrow, and psycopg for PostgreSQL. Each of them reads a range of titles.
"""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

import pyarrow as pa
import pyarrow.csv as arrow_csv
from pyspark.sql.datasource import DataSource, DataSourceReader, InputPartition
from pyspark.sql.types import StructType

_RANKINGS = pa.schema(
    [
        ("malId", pa.int32()),
        ("snapshotDate", pa.date32()),
        ("rank", pa.int32()),
        ("score100", pa.int32()),
        ("scoredBy", pa.int64()),
        ("members", pa.int64()),
        ("popularity", pa.int32()),
    ]
)
_GENRES = pa.schema([("malId", pa.int32()), ("genre", pa.string())])
_DAYS = pa.schema([("snapshotDate", pa.date32()), ("depth", pa.int32())])


@dataclass(frozen=True)
class _Table:
    """A table: its columns as Arrow and as Spark write them, how it is asked for, and for its lowest and highest id.

    `ends` is "" for one that is read in one part.
    """

    columns: pa.Schema
    schema: str
    query: str
    ends: str = ""


_TABLES = {
    "rankings": _Table(
        _RANKINGS,
        "malId int, snapshotDate date, rank int, score100 int, scoredBy bigint, members bigint, popularity int",
        'SELECT "malId", "snapshotDate", rank, CAST(round(CAST(score * 100 AS numeric)) AS integer), '
        '"scoredBy", members, popularity FROM "DailyRankings"',
        'SELECT min("malId"), max("malId") FROM "DailyRankings"',
    ),
    "genres": _Table(
        _GENRES,
        "malId int, genre string",
        'SELECT DISTINCT "malId", genre FROM "AnimeGenre"',
        'SELECT min("malId"), max("malId") FROM "AnimeGenre"',
    ),
    "days": _Table(_DAYS, "snapshotDate date, depth int", 'SELECT "snapshotDate", depth FROM "RankingDays"'),
}
"""By the name that a reader asks for."""

_FETCHED = 50_000
"""Rows that are held at a time."""


_LINK: dict[str, Any] = {"client_encoding": "utf8", "application_name": "catlog"}

_SETTINGS = {"DateStyle": "ISO, YMD", "extra_float_digits": "1", "statement_timeout": "0"}
"""What the rows are written with, whatever the role has."""


@dataclass
class Titles(InputPartition):
    """The titles with low <= malId < high."""

    low: int
    high: int


class RankingsSource(DataSource):
    """Reads a table (option `table`: rankings, genres, days) of the database at `url` in `parts` ranges of titles.

    `url` is that of an SQLite file, or what libpq takes.
    """

    @classmethod
    def name(cls) -> str:
        """Return the name of the format."""
        return "catlog_rankings"

    def schema(self) -> str:
        """Return the columns of the table asked for."""
        return _TABLES[self.options["table"]].schema

    def reader(self, schema: StructType) -> DataSourceReader:  # noqa: ARG002 - the columns are those of `schema`
        """Return what reads the table."""
        return RankingsReader(self.options["url"], self.options["table"], int(self.options.get("parts", "4")))


class RankingsReader(DataSourceReader):
    """Reads ranges of titles as Arrow batches."""

    def __init__(self, url: str, table: str, parts: int) -> None:
        self.url = url
        self.table = table
        self.parts = parts

    def partitions(self) -> Sequence[InputPartition]:
        """Return ranges that cover all titles there are now, of about equal width."""
        if not _TABLES[self.table].ends:
            return [Titles(0, 0)]
        found = list(_lines(self.url, _TABLES[self.table].ends, _pair("low", "high")))
        low, high = (found[0][at][0].as_py() for at in (0, 1))
        if low is None:
            return [Titles(0, 0)]
        width = -(-(high + 1 - low) // self.parts)
        return [Titles(start, min(start + width, high + 1)) for start in range(low, high + 1, width)]

    def read(self, partition: InputPartition) -> Iterator[pa.RecordBatch]:
        """Yield the rows of one range."""
        assert isinstance(partition, Titles)
        table = _TABLES[self.table]
        range_ = f' WHERE "malId" >= {int(partition.low)} AND "malId" < {int(partition.high)}' if table.ends else ""
        yield from _lines(self.url, table.query + range_, table.columns)


def _pair(*names: str) -> pa.Schema:
    return pa.schema([(name, pa.int64()) for name in names])


def _lines(url: str, query: str, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    return _sqlite(url, query, schema) if url.startswith("sqlite:") else _postgres(url, query, schema)


def _sqlite(url: str, query: str, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    file = unquote(urlsplit(url).path[1:])
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        cursor = connection.execute(query)
        while rows := cursor.fetchmany(_FETCHED):
            columns = zip(*rows, strict=True)
            # SQLite keeps dates as text, which Arrow casts.
            arrays = [
                pa.array(column).cast(field.type) if pa.types.is_date(field.type) else pa.array(column, field.type)
                for column, field in zip(columns, schema, strict=True)
            ]
            yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def _postgres(url: str, query: str, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    import psycopg

    with psycopg.connect(url, prepare_threshold=None, **_LINK) as connection:
        words = [word for setting in _SETTINGS.items() for word in setting]
        # For this transaction, which is one also where a pooler gives the next one to another server process.
        connection.execute(f"SELECT {', '.join(['set_config(%s, %s, true)'] * len(_SETTINGS))}", words)
        content = io.BytesIO()
        with connection.cursor() as cursor, cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv)") as copy:
            for part in copy:
                content.write(part)
        if not content.tell():
            return
        content.seek(0)
        table = arrow_csv.read_csv(
            content,
            read_options=arrow_csv.ReadOptions(column_names=schema.names),
            convert_options=arrow_csv.ConvertOptions(column_types=schema, strings_can_be_null=False),
        )
        yield from table.to_batches()
