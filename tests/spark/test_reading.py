"""The three ways in give the same rows: frozen files, JDBC, and Python on the executors."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from psycopg.conninfo import conninfo_to_dict
from pyspark.sql import SparkSession

from catlog.analytics.snapshots.freeze import freeze
from catlog.db.session import Database
from spark import address, rankings
from spark.errors import SparkError
from spark.jobs import Inputs
from tests.analytics.series import Snap, fill
from tests.support.databases import POSTGRESQL

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
    frozen = freeze(filled, tmp_path, as_of=date(2024, 1, 5))
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


@pytest.mark.parametrize("database", [POSTGRESQL], indirect=True)
def test_dates_and_scores_are_read_whatever_the_role_has(
    session: SparkSession, filled: Database, tmp_path: Path
) -> None:
    expected = contents(rankings.from_source(session, filled.url))
    url, password = without_password(filled.url)
    german = f"{url}?options=-c%20DateStyle%3DGerman%20-c%20extra_float_digits%3D-10"
    assert contents(rankings.from_source(session, german, password=password)) == expected
    assert len(expected[0]) == len(SNAPS)


def without_password(url: str) -> tuple[str, str]:
    before, _, after = url.partition("@")
    user, _, password = before.rpartition(":")
    return f"{user}@{after}", password


def test_a_url_of_postgresql_becomes_one_of_jdbc() -> None:
    found = rankings.jdbc_url("postgresql+psycopg://me:p%40ss@db.example:5433/catlog", environ={})
    assert found == ("jdbc:postgresql://db.example:5433/catlog", "org.postgresql.Driver", "me", "p@ss")
    assert rankings.jdbc_url("postgresql://me@h/x", "token", environ={})[3] == "token"
    assert rankings.jdbc_url("postgresql://me:own@h/x", "token", environ={})[3] == "own"
    for url in ("sqlite:////tmp/x.sqlite", "postgresql:///x?host=/var/run/postgresql", "postgresql:///x"):
        with pytest.raises(SparkError, match="over TCP alone"):
            rankings.jdbc_url(url, environ={})


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "h/x?sslmode=verify-full&sslrootcert=/etc/a b.crt",
            "h:5432/x?sslmode=verify-full&sslrootcert=%2Fetc%2Fa%20b.crt",
        ),
        (
            "h/x?sslcert=/c.crt&sslkey=/c.pk8&sslpassword=a%26b",
            "h:5432/x?sslcert=%2Fc.crt&sslkey=%2Fc.pk8&sslpassword=a%26b",
        ),
        ("h/x?sslmode=require", "h:5432/x?sslmode=require"),
        ("h/x?sslmode=require&sslrootcert=/r.crt", "h:5432/x?sslmode=verify-ca&sslrootcert=%2Fr.crt"),
        ("h1:1,[::1]/x", "h1:1,[::1]:5432/x"),
        ("/x?host=h1:1,h2:2", "h1:1,h2:2/x"),
        ("h1,h2/x?port=7&target_session_attrs=read-write", "h1:7,h2:7/x?targetServerType=primary"),
        ("h1,h2/x?load_balance_hosts=random", "h1:5432,h2:5432/x?loadBalanceHosts=true"),
        (
            "h/a%26b?application_name=me&options=-c work_mem%3D7MB",
            "h:5432/a%26b?ApplicationName=me&options=-c%20work_mem%3D7MB",
        ),
        ("h/x?keepalives_idle=9&channel_binding=prefer&gssencmode=disable", "h:5432/x?gssEncMode=disable"),
    ],
)  # fmt: skip
def test_what_a_url_says_of_its_link_is_carried_over(url: str, expected: str) -> None:
    assert rankings.jdbc_url(f"postgresql+psycopg://{url}", environ={})[0] == f"jdbc:postgresql://{expected}"


@pytest.mark.parametrize(
    ("parameter", "words"),
    [
        ("channel_binding=require", "channel_binding=require"),
        ("sslrootcert=system", "sslrootcert=system"),
        ("sslcrl=/c.crl", "sslcrl"),
        ("ssl_min_protocol_version=TLSv1.3", "ssl_min_protocol_version"),
        ("sslnegotiation=direct", "sslnegotiation=direct"),
        ("require_auth=scram-sha-256", "require_auth"),
        ("target_session_attrs=read-only", "target_session_attrs=read-only"),
        ("passfile=/secret", "passfile"),
        ("service=x", "service=x"),
    ],
)
def test_what_jdbc_cannot_do_is_refused(parameter: str, words: str) -> None:
    with pytest.raises(SparkError, match=f"JDBC has nothing like {words} of the database URL") as caught:
        rankings.jdbc_url(f"postgresql://me:c4n4ry@h/x?{parameter}", environ={})
    assert caught.value.code == 78
    assert "c4n4ry" not in caught.value.message


def test_a_key_that_only_libpq_reads_is_refused(tmp_path: Path) -> None:
    key = tmp_path / "client.key"
    key.write_text("-----BEGIN PRIVATE KEY-----\n")
    with pytest.raises(SparkError, match="no key in PEM") as caught:
        rankings.jdbc_url(f"postgresql://me@h/x?sslkey={key}", environ={})
    assert "openssl pkcs8" in caught.value.hint
    key.write_bytes(b"\x30\x82")
    assert "sslkey=" in rankings.jdbc_url(f"postgresql://me@h/x?sslkey={key}", environ={})[0]


def test_jdbc_checks_what_libpq_would_check_by_its_environment() -> None:
    environ = {"PGSSLMODE": "verify-full", "PGSSLROOTCERT": "/r.crt"}
    found = rankings.jdbc_url("postgresql://me@h/x", environ=environ)[0]
    assert found == "jdbc:postgresql://h:5432/x?sslmode=verify-full&sslrootcert=%2Fr.crt"
    found = rankings.jdbc_url("postgresql://me@h/x?sslmode=disable", environ={"PGSSLMODE": "verify-full"})[0]
    assert found.endswith("?sslmode=disable")


def test_libpq_on_the_executors_gets_its_own_words() -> None:
    found = address.parse("postgresql+psycopg://me:it%27s%5C@h1:1,h2:2/x?sslmode=require").conninfo()
    assert conninfo_to_dict(found) == {
        "host": "h1,h2", "port": "1,2", "dbname": "x", "user": "me", "password": "it's\\", "sslmode": "require",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "no frozen snapshot"), ("{", "no frozen snapshot"), ({"format": 0, "asOf": "2024-01-01"}, "format 0")],
)
def test_a_snapshot_of_another_format_is_refused(content: object, words: str, tmp_path: Path) -> None:
    if content is not None:
        text = content if isinstance(content, str) else json.dumps(content)
        (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(SparkError, match=words) as caught:
        rankings.manifest(str(tmp_path))
    assert caught.value.code == 65
