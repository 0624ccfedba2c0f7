"""Read the inputs: frozen Parquet (the default), JDBC, or a Python data source for clusters without the files."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - everybody knows it by this name

from spark import address
from spark.errors import BAD_DATA, SparkError
from spark.jobs import Inputs

FORMAT = 2
"""The format of frozen snapshots that this code reads; format 1 had no days."""

SCHEMA = "malId int, snapshotDate date, rank int, score100 int, scoredBy bigint, members bigint, popularity int"
GENRES = "malId int, genre string"
DAYS = "snapshotDate date, depth int"

WAYS = ("parquet", "jdbc", "python")


_SESSION = "SET TimeZone = 'UTC'; SET statement_timeout = 0; SET default_transaction_isolation = 'read committed'"
"""Statements at the start of each JDBC session, whatever the defaults of the role; the driver sets DateStyle itself."""


def manifest(snapshot: str) -> dict[str, Any]:
    """Return the manifest of a frozen snapshot. Raises SparkError (65) when there is none, or one of another format."""
    file = Path(snapshot) / "manifest.json"
    try:
        read = json.loads(file.read_text("utf-8"))
        version = read["format"]
        date.fromisoformat(read["asOf"])
    except (OSError, ValueError, KeyError, TypeError):
        raise SparkError(
            BAD_DATA, f"{snapshot} is no frozen snapshot: its manifest.json is missing or unusable", hint="freeze anew"
        ) from None
    if version != FORMAT:
        raise SparkError(
            BAD_DATA,
            f"{snapshot} is a snapshot of format {version}, and this version reads format {FORMAT}",
            hint="freeze the snapshot again with this version",
        )
    return dict(read)


def from_parquet(session: SparkSession, snapshot: str) -> Inputs:
    """Return the tables of a snapshot folder, which every executor must see under this path or URL."""
    folder = snapshot.rstrip("/")
    schemas = {"rankings": SCHEMA, "genres": GENRES, "days": DAYS}
    return Inputs(*(session.read.schema(schema).parquet(f"{folder}/{name}") for name, schema in schemas.items()))


def from_jdbc(
    session: SparkSession, url: str, *, driver: str, user: str = "", password: str = "", parts: int = 4
) -> Inputs:
    """Return the tables as the database has them now, read by `parts` connections; the driver's jar must be loaded."""
    options = {"url": url, "driver": driver, "user": user, "password": password}
    given = {name: value for name, value in options.items() if value}
    if driver == address.DRIVER:
        given["sessionInitStatement"] = _SESSION

    def load(**more: str) -> DataFrame:
        return session.read.format("jdbc").options(**given, **more).load()

    ids = load(query='SELECT min("malId") AS low, max("malId") AS high FROM "DailyRankings"').first()
    assert ids is not None
    low, high = ids
    ranges = {}
    if low is not None and high > low:
        ranges = {"partitionColumn": "malId", "lowerBound": str(low), "upperBound": str(high)}
        ranges["numPartitions"] = str(parts)
    rows = load(dbtable='"DailyRankings"', **ranges)
    genres = load(dbtable='"AnimeGenre"').select("malId", "genre")
    depth = F.col("depth").cast("int").alias("depth")
    days = load(dbtable='"RankingDays"').select(F.col("snapshotDate").cast("date").alias("snapshotDate"), depth)
    return Inputs(_as_frozen(rows), genres, days)


def from_source(session: SparkSession, url: str, *, password: str = "", parts: int = 4) -> Inputs:
    """Return the tables as the database has them now, read by Python on the executors (`spark.source`).

    `password` is for a URL without one.
    """
    from pyspark import cloudpickle

    from spark import source
    from spark.source import RankingsSource

    if not url.startswith("sqlite:"):
        url = address.parse(url).with_password(password).conninfo()
    # Executors need not have this package then.
    cloudpickle.register_pickle_by_value(source)  # type: ignore[no-untyped-call]  # pyspark does not say
    session.dataSource.register(RankingsSource)

    def load(table: str) -> DataFrame:
        return session.read.format(RankingsSource.name()).options(url=url, parts=str(parts), table=table).load()

    return Inputs(load("rankings"), load("genres"), load("days"))


def jdbc_url(
    database_url: str, password: str = "", environ: Mapping[str, str] = os.environ
) -> tuple[str, str, str, str]:
    """Return (JDBC URL, driver class, user, password) for a CatLog database; `password` is for a URL without one.

    Raises SparkError for a database without TCP, and for parameters of the URL, or of libpq in `environ`, that JDBC
    lacks.
    """
    found = address.parse(database_url).with_password(password)
    return found.jdbc(environ), address.DRIVER, found.user, found.password


def _as_frozen(rows: DataFrame) -> DataFrame:
    """Return rows of the database in the columns of a frozen snapshot."""
    hundredths = F.round(F.col("score") * 100).cast("int").alias("score100")
    counts = (F.col(name).cast("bigint").alias(name) for name in ("scoredBy", "members"))
    ranks = (F.col(name).cast("int").alias(name) for name in ("malId", "rank", "popularity"))
    mal_id, rank, popularity = ranks
    return rows.select(
        mal_id, F.col("snapshotDate").cast("date").alias("snapshotDate"), rank, hundredths, *counts, popularity
    )
