"""The three ways in give the same rows: frozen files, JDBC, and Python on the executors."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from catlog.analytics.frozen.freeze import freeze
from catlog.db.session import Database
from spark import rankings
from spark.faults import SparkFault
from spark.jobs import Inputs
from tests.analytics.series import Snap, fill

SNAPS = [
    Snap(mal_id, date(2024, 1, day), mal_id, score, 100, 200, 3)
    for mal_id in (1, 5, 70)
    for day, score in ((1, 8.01), (2, None), (5, 9.99))
] + [Snap(90, date(2024, 1, 5), None, 0.29, None, None, None)]
SNAPS += [Snap(100 + rank, date(2024, 1, 2), rank, 8.0) for rank in (2, 3, 4, 6, 7, 9, 10)]
"""Of which one day is a chart; its rank 8 was skipped."""


def contents(inputs: Inputs) -> tuple[list[tuple[Any, ...]], ...]:
    return tuple(sorted(map(tuple, table.collect())) for table in (inputs.rankings, inputs.genres, inputs.days))


@pytest.fixture
def filled(database: Database) -> Database:
    fill(database, SNAPS, {1, 5})
    return database


def test_python_on_the_executors_reads_what_was_frozen(session: SparkSession, filled: Database, tmp_path: Path) -> None:
    frozen = freeze(filled, tmp_path)
    assert frozen is not None
    expected = contents(rankings.from_parquet(session, str(frozen.folder)))
    found = contents(rankings.from_source(session, filled.url, parts=3))
    assert found == expected
    assert len(found[0]) == len(SNAPS)
    assert found[2] == [(date(2024, 1, 1), 0), (date(2024, 1, 2), 10), (date(2024, 1, 5), 0)]


def test_python_on_the_executors_reads_an_empty_database(session: SparkSession, database: Database) -> None:
    assert contents(rankings.from_source(session, database.url)) == ([], [], [])


@pytest.fixture
def derby(session: SparkSession) -> Iterator[str]:
    """Make a database that speaks JDBC, in the JVM of Spark: its jar is in the wheel."""
    url = "jdbc:derby:memory:catlog"
    manager = session._jvm.java.sql.DriverManager
    connection = manager.getConnection(f"{url};create=true")
    statement = connection.createStatement()
    statement.execute(
        'CREATE TABLE "DailyRankings" ("malId" INT, "snapshotDate" DATE, "rank" INT, "score" DOUBLE, '
        '"scoredBy" INT, "members" INT, "popularity" INT, "etlRunId" VARCHAR(9))'
    )
    statement.execute('CREATE TABLE "AnimeGenre" ("malId" INT, "genre" VARCHAR(9), "kind" VARCHAR(9))')
    statement.execute('CREATE TABLE "RankingDays" ("snapshotDate" DATE, "depth" INT, "snapshots" INT)')
    statement.execute("INSERT INTO \"RankingDays\" VALUES ('2024-01-01', 0, 3), ('2024-01-02', 10, 10)")
    for snap in SNAPS:
        values = (snap.mal_id, snap.day, snap.rank, snap.score, snap.scored_by, snap.members, snap.popularity, "r")
        written = ", ".join("NULL" if value is None else repr(value).replace("datetime.", "") for value in values)
        written = written.replace(f"date({snap.day:%Y}, {snap.day.month}, {snap.day.day})", f"'{snap.day}'")
        statement.execute(f'INSERT INTO "DailyRankings" VALUES ({written})')
    statement.execute("INSERT INTO \"AnimeGenre\" VALUES (1, 'Drama', 'genre'), (5, 'Drama', 'genre')")
    yield url
    statement.execute('DROP TABLE "DailyRankings"')
    statement.execute('DROP TABLE "AnimeGenre"')
    statement.execute('DROP TABLE "RankingDays"')
    connection.close()


def test_jdbc_reads_scores_as_hundredths(session: SparkSession, derby: str) -> None:
    inputs = rankings.from_jdbc(session, derby, driver="org.apache.derby.jdbc.EmbeddedDriver", parts=3)
    found, genres, days = contents(inputs)
    scores = {(snap.mal_id, snap.day): snap.score for snap in SNAPS}
    assert {row[:2]: row[3] for row in found} == {
        key: None if score is None else round(score * 100) for key, score in scores.items()
    }
    assert inputs.rankings.schema.simpleString() == (
        "struct<malId:int,snapshotDate:date,rank:int,score100:int,scoredBy:bigint,members:bigint,popularity:int>"
    )
    assert genres == [(1, "Drama"), (5, "Drama")]
    assert days == [(date(2024, 1, 1), 0), (date(2024, 1, 2), 10)]


def test_a_url_of_postgresql_becomes_one_of_jdbc() -> None:
    found = rankings.jdbc_url("postgresql+psycopg://me:p%40ss@db.example:5433/catlog")
    assert found == ("jdbc:postgresql://db.example:5433/catlog", "org.postgresql.Driver", "me", "p@ss")
    with pytest.raises(SparkFault, match="over TCP alone"):
        rankings.jdbc_url("sqlite:////tmp/x.sqlite")


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "no frozen snapshot"), ("{", "no frozen snapshot"), ({"format": 0, "asOf": "2024-01-01"}, "format 0")],
)
def test_a_snapshot_of_another_format_is_refused(content: object, words: str, tmp_path: Path) -> None:
    if content is not None:
        text = content if isinstance(content, str) else json.dumps(content)
        (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(SparkFault, match=words) as caught:
        rankings.manifest(str(tmp_path))
    assert caught.value.code == 65
