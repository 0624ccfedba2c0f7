"""Units of work: consistent reads, writes in turn, and retries after transient errors."""

import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.pool import PoolProxiedConnection
from sqlmodel import Session, select, update

from catlog.accounts.users import find_account, register
from catlog.config import load_settings
from catlog.db.lock import exclusive
from catlog.db.models import ProcessedAnime
from catlog.db.session import ATTEMPTS, Database
from catlog.errors import BusyError, UnavailableError
from catlog.etl.runlog import begin, latest
from tests.support.databases import POSTGRESQL, SQLITE

on_sqlite = pytest.mark.parametrize("database", [SQLITE], indirect=True)
on_postgresql = pytest.mark.parametrize("database", [POSTGRESQL], indirect=True)


def anime(mal_id: int, title: str = "T") -> ProcessedAnime:
    return ProcessedAnime(mal_id=mal_id, title=title, processed_at=datetime(2026, 1, 1, tzinfo=UTC))


def titles(database: Database) -> dict[int, str]:
    with database.read() as session:
        return dict(session.exec(select(ProcessedAnime.mal_id, ProcessedAnime.title)).all())


def test_all_of_a_unit_is_kept_or_nothing(database: Database) -> None:
    def unit(session: Session) -> str:
        session.add_all([anime(1), anime(2)])
        return "done"

    assert database.run(unit) == "done"

    def failing(session: Session) -> None:
        session.add(anime(3))
        session.flush()
        raise KeyError("on purpose")

    with pytest.raises(KeyError):
        database.run(failing)
    assert titles(database) == {1: "T", 2: "T"}


def test_a_reader_sees_one_state_whatever_is_written_meanwhile(database: Database) -> None:
    database.run(lambda session: session.add(anime(1, "before")))
    with database.read() as session:
        first = session.exec(select(ProcessedAnime.title)).all()
        database.run(lambda writing: writing.exec(update(ProcessedAnime).values(title="after")))
        database.run(lambda writing: writing.add(anime(2)))
        assert session.exec(select(ProcessedAnime.title)).all() == first == ["before"]
    assert titles(database) == {1: "after", 2: "T"}


def test_what_a_reader_writes_is_refused_or_lost(database: Database) -> None:
    def write_while_reading() -> None:
        with database.read() as session:
            session.add(anime(1))
            session.flush()

    if database.is_sqlite:
        write_while_reading()
    else:
        with pytest.raises(UnavailableError, match="cannot be written"):
            write_while_reading()
    assert titles(database) == {}


def test_writers_wait_for_each_other(database: Database) -> None:
    database.run(lambda session: session.add(anime(1, "0")))

    def increment() -> None:
        for _ in range(20):
            database.run(add_one)

    def add_one(session: Session) -> None:
        query = select(ProcessedAnime).where(ProcessedAnime.mal_id == 1).with_for_update()
        row = session.exec(query).one()
        row.title = str(int(row.title) + 1)

    threads = [threading.Thread(target=increment) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert titles(database) == {1: "80"}


@on_postgresql
def test_a_unit_whose_connection_breaks_is_done_again_from_its_beginning(database: Database) -> None:
    attempts: list[int] = []

    def unit(session: Session) -> int:
        attempts.append(session.connection().execute(text("SELECT pg_backend_pid()")).scalar_one())
        session.add(anime(len(attempts)))
        session.flush()
        if len(attempts) < 3:
            with database.connect_to_write() as other:
                other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": attempts[-1]})
        return len(attempts)

    assert database.run(unit) == 3
    assert len(set(attempts)) == 3
    assert titles(database) == {3: "T"}


@on_postgresql
def test_what_the_server_has_committed_unheard_is_not_done_twice(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit, lost = database.engine.dialect.do_commit, []

    def lose(connection: PoolProxiedConnection) -> None:
        commit(connection)
        if not lost:
            lost.append(connection)
            cast("psycopg.Connection", connection.driver_connection).close()
            raise psycopg.OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(database.engine.dialect, "do_commit", lose)
    run = begin(database, "rankings", snapshot_date=None)
    assert [logged.run_id for logged in latest(database)] == [run.run_id]
    lost.clear()
    settings = load_settings({"CATLOG_HOME": str(tmp_path)})
    made = register(database, settings, username="mika", email="m@example.org", password="correct horse 17")
    assert find_account(database, "mika") == made
    assert len(lost) == 1


@on_postgresql
def test_a_connection_that_breaks_every_time_is_given_up(database: Database) -> None:
    attempts: list[int] = []

    def unit(session: Session) -> None:
        attempts.append(1)
        session.connection().execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(UnavailableError, match="cannot be reached"):
        database.run(unit)
    assert len(attempts) == ATTEMPTS


@on_postgresql
def test_a_deadlock_is_undone_and_both_units_come_through(database: Database) -> None:
    database.run(lambda session: session.add_all([anime(1, ""), anime(2, "")]))
    both_begun = threading.Barrier(2)
    attempts: list[int] = []

    def unit(order: tuple[int, int]) -> None:
        def steps(session: Session) -> None:
            attempts.append(order[0])
            for mal_id in order:
                row = session.exec(
                    select(ProcessedAnime).where(ProcessedAnime.mal_id == mal_id).with_for_update()
                ).one()
                row.title += str(order[0])
                session.flush()
                if len(attempts) <= 2 and mal_id == order[0]:
                    both_begun.wait()

        database.run(steps)

    threads = [threading.Thread(target=unit, args=(order,)) for order in ((1, 2), (2, 1))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(attempts) == 3
    assert {"".join(sorted(title)) for title in titles(database).values()} == {"12"}


@on_sqlite
def test_a_writer_waits_its_turn_instead_of_failing(database: Database) -> None:
    held = threading.Event()

    def hold() -> None:
        with database.write() as session:
            session.add(anime(1))
            session.flush()
            held.set()
            time.sleep(0.3)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    database.run(lambda session: session.add(anime(2)))
    thread.join()
    assert titles(database) == {1: "T", 2: "T"}


def test_a_lock_is_one_s_own_until_the_block_ends(database: Database) -> None:
    other = Database(database.url)
    with exclusive(database, "a"):
        with pytest.raises(BusyError), exclusive(other, "a"):
            pass
        with exclusive(other, "b"):
            pass
    with pytest.raises(KeyError), exclusive(other, "a"):
        raise KeyError
    with exclusive(database, "a"):
        pass
    other.close()
