"""Bulk upserts: new rows are inserted, existing ones replaced or kept, in a stream, with unchanged values."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DataError, IntegrityError
from sqlmodel import select

from catlog.db.bulk import upsert
from catlog.db.models import DailyRankings, ProcessedAnime
from catlog.db.session import Database
from catlog.db.upgrade import upgrade

FIELDS = ("mal_id", "snapshot_date", "rank", "score", "etl_run_id")
DAY = date(2026, 5, 11)


def write(database: Database, rows: Any, **options: Any) -> int:  # noqa: ANN401
    with database.write() as session:
        return upsert(session.connection(), DailyRankings, FIELDS, rows, **options)


def stored(database: Database) -> list[tuple[object, ...]]:
    with database.read() as session:
        rows = session.exec(select(DailyRankings).order_by(DailyRankings.snapshot_date, DailyRankings.mal_id)).all()
        return [(row.mal_id, row.snapshot_date, row.rank, row.score, row.members, row.etl_run_id) for row in rows]


def test_rows_come_in_and_are_counted(database: Database) -> None:
    assert write(database, []) == 0
    assert write(database, [(1, DAY, 1, 9.25, "a"), (2, DAY, None, None, "a")]) == 2
    assert stored(database) == [(1, DAY, 1, 9.25, None, "a"), (2, DAY, None, None, None, "a")]


def test_a_known_row_is_replaced_in_the_given_fields_alone(database: Database) -> None:
    with database.write() as session:
        session.add(DailyRankings(mal_id=1, snapshot_date=DAY, rank=5, score=5.0, members=77, etl_run_id="old"))
    assert write(database, [(1, DAY, 1, None, "new"), (2, DAY, 2, 8.0, "new")]) == 2
    assert stored(database) == [(1, DAY, 1, None, 77, "new"), (2, DAY, 2, 8.0, None, "new")]


def test_a_known_row_can_be_kept(database: Database) -> None:
    write(database, [(1, DAY, 1, 9.0, "old")])
    assert write(database, [(1, DAY, 3, 1.0, "new"), (2, DAY, 2, 8.0, "new")], on_conflict="keep") == 1
    assert stored(database) == [(1, DAY, 1, 9.0, None, "old"), (2, DAY, 2, 8.0, None, "new")]


def test_many_rows_are_taken_one_by_one(database: Database) -> None:
    assert write(database, ((number, DAY, number, 5.5, "a") for number in range(1, 20_001))) == 20_000
    assert len(stored(database)) == 20_000


def test_rows_that_break_off_leave_nothing(database: Database) -> None:
    def breaking() -> Iterator[tuple[object, ...]]:
        for number in range(1, 5_000):
            yield number, DAY, 1, 5.0, "a"
        raise LookupError("on purpose")

    with pytest.raises(LookupError, match="on purpose"):
        write(database, breaking())
    assert stored(database) == []
    assert write(database, [(1, DAY, 1, 9.0, "a")]) == 1, "the connection is still good"


def test_two_uploads_fit_into_one_transaction(database: Database) -> None:
    with database.write() as session:
        upsert(session.connection(), DailyRankings, FIELDS, [(1, DAY, 1, 9.0, "a")])
        upsert(session.connection(), DailyRankings, FIELDS, [(1, DAY, 2, 8.0, "b")])
    assert stored(database) == [(1, DAY, 2, 8.0, None, "b")]


def test_every_kind_of_value_comes_back_as_it_was(database: Database) -> None:
    row: dict[str, object] = {
        "mal_id": 2**31 - 1,
        "title": 'Tab\t "quotes", \\N and \\. ∬ 𝄇 \'',
        "synonyms": ["a", "ü\\n", 'x"y'],
        "studios": [],
        "score": 8.57,
        "aired_from": date(1917, 1, 1),
        "synopsis": "two\nlines",
        "title_english": "",
        "processed_at": datetime(2026, 5, 11, 8, 0, 0, 123456, tzinfo=UTC),
    }
    with database.write() as session:
        upsert(session.connection(), ProcessedAnime, tuple(row), [tuple(row.values())])
    with database.read() as session:
        found = session.exec(select(ProcessedAnime)).one()
        assert {name: getattr(found, name) for name in row} == row
        assert found.rank is None


def test_a_number_too_large_for_its_column_is_refused_or_kept_whole_but_never_cut(database: Database) -> None:
    large = 2**40 + 5
    try:
        write(database, [(1, DAY, large, 9.0, "a")])
    except DataError:
        assert stored(database) == []
    else:
        assert stored(database) == [(1, DAY, large, 9.0, None, "a")]


def test_what_the_driver_refuses_is_a_database_error(database: Database) -> None:
    with pytest.raises(IntegrityError):
        write(database, [(1, DAY, 1, 9.0, "a"), (2, DAY, 0, 9.0, "a")])
    assert stored(database) == []


def test_rows_go_in_again_when_the_connection_breaks_in_their_midst(postgres_url: str) -> None:
    attempts = []

    def rows(database: Database) -> Iterator[tuple[object, ...]]:
        attempts.append(True)
        for number in range(1, 20_001):
            yield number, DAY, number, 5.5, "a"
            if number == 10_000 and len(attempts) == 1:
                with database.engine.connect() as other:
                    mine = "datname = current_database() AND pid <> pg_backend_pid()"
                    other.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {mine}"))

    with closing(Database(postgres_url)) as database:
        upgrade(database)
        written = database.run(lambda session: upsert(session.connection(), DailyRankings, FIELDS, rows(database)))
        assert (written, len(attempts)) == (20_000, 2)
        assert len(stored(database)) == 20_000
