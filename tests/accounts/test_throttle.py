"""How many guesses anybody gets, counted by many processes at once as by one."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from bench.guesses import NAME, PASSWORD, guess_at_once, settings_for
from catlog.accounts.sign_in import sign_in
from catlog.accounts.throttle import (
    Subjects,
    TooManyTriesError,
    account_subject,
    forget_old,
    give_back,
    take_source_try,
    take_try,
)
from catlog.accounts.users import register
from catlog.db.models import LoginThrottle
from catlog.db.session import Database
from tests.accounts.conftest import Clock

MIKA = account_subject(1, "mika")


def attempt(database: Database, account: str = MIKA, source: str = "ssh 192.0.2.1") -> float:
    """Take one try; return the seconds to wait first, 0 for a try that was allowed."""
    return database.run(lambda session: take_try(session, Subjects(account, source))).total_seconds()


def rows(database: Database) -> dict[str, int]:
    with database.read() as session:
        return {row.subject: row.failures for row in session.exec(select(LoginThrottle)).all()}


def test_an_account_has_five_failures_free_and_then_each_doubles_the_wait(database: Database, time: Clock) -> None:
    sources = iter(f"ssh 192.0.2.{number}" for number in range(200))
    assert [attempt(database, source=next(sources)) for _ in range(5)] == [0] * 5
    waits = []
    for _ in range(14):
        wait = attempt(database, source=next(sources))
        waits.append(wait)
        time.turn(seconds=wait - 0.001)
        assert attempt(database, source=next(sources)) == pytest.approx(0.001)
        time.turn(seconds=0.001)
        assert attempt(database, source=next(sources)) == 0
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900]


def test_a_refused_try_makes_no_wait_longer(database: Database, time: Clock) -> None:
    for _ in range(6):
        attempt(database)
    before = rows(database)
    assert {attempt(database) for _ in range(50)} == {1.0}
    assert rows(database) == before


def test_a_right_password_gives_all_tries_of_the_account_back(database: Database, time: Clock) -> None:
    for _ in range(4):
        attempt(database)
    assert attempt(database) == 0
    assert database.run(lambda session: give_back(session, Subjects(MIKA, "ssh 192.0.2.1"))) == 4
    assert [attempt(database) for _ in range(5)] == [0] * 5
    assert attempt(database) == 1


def test_the_owner_is_told_each_failure_once_however_old(database: Database, time: Clock) -> None:
    for _ in range(3):
        attempt(database)
        time.turn(days=40)
    database.run(forget_old)
    attempt(database)
    subjects = Subjects(MIKA, "ssh 192.0.2.1")
    assert database.run(lambda session: give_back(session, subjects)) == 3
    attempt(database)
    assert database.run(lambda session: give_back(session, subjects)) == 0


def test_a_source_has_ten_tries_and_one_more_each_minute(database: Database, time: Clock) -> None:
    assert [attempt(database, account=f"name:{number}") for number in range(10)] == [0] * 10
    assert attempt(database, account="name:new") == 60
    time.turn(seconds=59)
    assert attempt(database, account="name:new") == 1
    time.turn(seconds=1)
    assert attempt(database, account="name:new") == 0
    assert attempt(database, account="name:newer") == 60
    time.turn(minutes=3)
    assert [attempt(database, account=f"name:later {number}") for number in range(4)] == [0, 0, 0, 60]
    assert attempt(database, account="name:new", source="ssh 192.0.2.2") == 0


def test_a_guesser_with_an_own_account_gets_no_tries_back_by_signing_in(database: Database, time: Clock) -> None:
    own = account_subject(2, "eve")
    for number in range(9):
        assert attempt(database, account=f"name:{number}") == 0
        assert attempt(database, account=own) == 0
        database.run(lambda session: give_back(session, Subjects(own, "ssh 192.0.2.1")))
    assert attempt(database, account="name:last") == 0
    assert attempt(database, account="name:one too many") == 60


def test_nobody_is_locked_out_for_good_by_a_clock_that_was_wrong(database: Database, time: Clock) -> None:
    time.turn(days=4000)
    for number in range(20):
        attempt(database, source=f"ssh 192.0.2.{number}")
    for number in range(20):
        attempt(database, account=f"name:{number}")
    time.turn(days=-4000)
    assert attempt(database) <= 900
    time.turn(minutes=15)
    assert attempt(database) == 0


def test_a_quiet_day_forgets_the_wait(database: Database, time: Clock) -> None:
    for number in range(40):
        attempt(database, source=f"ssh 192.0.2.{number}")
        time.turn(minutes=16)
    assert attempt(database) == 0
    time.turn(days=1, seconds=1)
    assert [attempt(database, source=f"ssh 198.51.100.{number}") for number in range(5)] == [0] * 5


def test_rows_of_strangers_are_removed_after_a_day(database: Database, time: Clock) -> None:
    attempt(database)
    attempt(database, account=account_subject(None, "nobody"))
    time.turn(days=1, seconds=1)
    database.run(forget_old)
    assert list(rows(database)) == [MIKA]


def test_a_name_without_an_account_is_counted_but_not_written_down(database: Database, time: Clock) -> None:
    subject = account_subject(None, "my password by mistake")
    assert "mistake" not in subject
    assert subject == account_subject(None, "my password by mistake") != account_subject(None, "another")


def test_a_source_alone_can_be_counted(database: Database, time: Clock) -> None:
    def ask(session: Session) -> timedelta:
        return take_source_try(session, "ssh 192.0.2.1")

    assert [database.run(ask).total_seconds() for _ in range(11)] == [0] * 10 + [60]


@pytest.mark.parametrize(
    ("wait", "words"), [(0.2, "1 s"), (1, "1 s"), (1.5, "2 s"), (119, "119 s"), (120, "2 min"), (899.5, "15 min")]
)
def test_the_wait_is_told_in_words(wait: float, words: str) -> None:
    assert TooManyTriesError(timedelta(seconds=wait)).hint == f"try again in {words}"


@pytest.mark.usefixtures("at_once")
def test_a_guesser_gains_nothing_by_starting_anew(database: Database, tmp_path: Path, time: Clock) -> None:
    """Each guess is made by a process of its own, from a home of its own: the count is in the database alone."""
    register(
        database, settings_for(database.url, tmp_path), username=NAME, email="owner@example.org", password=PASSWORD
    )
    endings = [
        guess_at_once(settings_for(database.url, tmp_path / f"home{number}"), 1, [word], one_source=False)
        for number, word in enumerate([*(f"guess number {number}" for number in range(5)), PASSWORD, PASSWORD])
    ]
    assert endings == [{"wrong": 1}] * 5 + [{"refused": 1}] * 2


@pytest.mark.usefixtures("at_once")
def test_no_wait_is_longer_than_a_quarter_of_an_hour_however_many_failed(
    database: Database, tmp_path: Path, time: Clock
) -> None:
    settings = settings_for(database.url, tmp_path)
    register(database, settings, username=NAME, email="owner@example.org", password=PASSWORD)
    attempt(database, account_subject(1, NAME))
    with database.write() as session:
        for row in session.exec(select(LoginThrottle)):
            row.failures = 1_000_000
    account, source = (account_subject(1, NAME), "ssh 192.0.2.1"), (MIKA, "ssh 192.0.2.9")
    assert 0 < attempt(database, *account) <= 900
    assert attempt(database, *source) <= 900
    time.turn(minutes=15)
    assert sign_in(database, settings, name=NAME, password=PASSWORD).failed == 1


@pytest.mark.usefixtures("at_once")
def test_many_processes_get_no_more_guesses_than_one(database: Database, tmp_path: Path, time: Clock) -> None:
    settings = settings_for(database.url, tmp_path / "home")
    register(database, settings, username=NAME, email="owner@example.org", password=PASSWORD)
    passwords = [*(f"guess number {number}" for number in range(39)), PASSWORD]
    endings = guess_at_once(settings, 8, passwords, one_source=False)
    assert endings == {"wrong": 5, "refused": 315}
    time.turn(minutes=15)
    begun = sign_in(database, settings, name=NAME, password=PASSWORD)
    assert begun.failed == 5
