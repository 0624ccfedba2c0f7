"""The cat of a user, on both databases: what it feels follows from the log, what it suggests from the list."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event

from catlog import clock
from catlog.accounts.sessions import SignedIn
from catlog.companion import service
from catlog.companion.mood import Mood
from catlog.db.bulk import upsert
from catlog.db.models import DailyRankings, ProcessedAnime
from catlog.db.ranking_days import refresh_days
from catlog.db.session import Database
from catlog.errors import InvalidArgumentError
from catlog.library.edits import Add, Watch
from catlog.library.entries import Origin, Status
from catlog.library.history import redo, undo
from catlog.library.writer import edit
from catlog.statistics.report import load_statistics
from tests.library.people import BEBOP, GINTAMA, PERFECT_BLUE, fill_catalogue, new_owner

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)


@pytest.fixture
def owner(database: Database) -> SignedIn:
    """Give the test a user who registered just now, and the database its titles."""
    fill_catalogue(database)
    with clock.stopped_at(NOW):
        return new_owner(database)


def look(database: Database, owner: SignedIn, now: datetime = NOW, backup_age_days: int | None = 1) -> service.Cat:
    with database.read() as session:
        return service.read_cat(session, owner.user_id, now=now, zone=owner.zone, backup_age_days=backup_age_days)


def do(database: Database, owner: SignedIn, mal_id: int, *edits: Add | Watch, at: datetime = NOW) -> None:
    with clock.stopped_at(at):
        edit(database, owner, mal_id, *edits, origin=Origin.CLI)


def test_a_new_cat_greets_and_points_to_the_search(database: Database, owner: SignedIn) -> None:
    cat = look(database, owner)
    assert (cat.name, cat.state.mood, cat.suggestion.action) == ("Mochi", Mood.GREETING, "search")
    assert cat.pose == "box", "nobody has a list yet"


def test_watching_makes_it_happy_and_finishing_excited(database: Database, owner: SignedIn) -> None:
    do(database, owner, BEBOP, Add(Status.WATCHING), Watch(2))
    assert look(database, owner).state.mood is Mood.HAPPY
    do(database, owner, PERFECT_BLUE, Add(Status.PLAN_TO_WATCH), Watch())
    cat = look(database, owner)
    assert cat.state.mood is Mood.EXCITED
    assert cat.suggestion.text == "How was Perfect Blue?"


def test_days_without_anything_send_it_to_sleep_and_it_asks_for_what_waits(database: Database, owner: SignedIn) -> None:
    do(database, owner, BEBOP, Add(Status.WATCHING), Watch(20))
    with database.write() as session:
        anime = session.get(ProcessedAnime, BEBOP)
        assert anime is not None
        anime.status = "Finished Airing"
        session.add(anime)
    cat = look(database, owner, NOW + timedelta(days=9))
    assert cat.state.mood is Mood.SLEEPING
    assert cat.suggestion.text == "6 episodes of Cowboy Bebop are waiting."
    assert cat.state.energy < look(database, owner).state.energy


def test_petting_and_feeding_are_felt_at_once_and_a_fifth_deed_is_a_level(database: Database, owner: SignedIn) -> None:
    before = look(database, owner).state
    rose = [database.run(lambda session: service.pet(session, owner, now=NOW)) for _ in range(5)]
    assert rose == [False, False, False, False, True]
    database.run(lambda session: service.feed(session, owner, now=NOW))
    after = look(database, owner).state
    assert (after.events, after.level) == (6, 2)
    assert after.energy > before.energy
    assert after.affection > before.affection


def test_it_answers_to_its_last_name(database: Database, owner: SignedIn) -> None:
    later = NOW + timedelta(minutes=1)
    database.run(lambda session: service.rename(session, owner, "Miso\x1b[31m", now=NOW))
    database.run(lambda session: service.rename(session, owner, "Kuro", now=later))
    assert look(database, owner, later).name == "Kuro"
    assert look(database, owner, later).state.events == 0
    with pytest.raises(InvalidArgumentError):
        database.run(lambda session: service.rename(session, owner, "\x1b\x07", now=NOW))


def test_it_speaks_of_a_title_of_the_list_that_climbed(database: Database, owner: SignedIn) -> None:
    fields = ("mal_id", "snapshot_date", "rank", "etl_run_id")
    rows = [(GINTAMA, date(2026, 11, 15), 40, "r"), (GINTAMA, date(2026, 11, 22), 28, "r")]
    rows += [(BEBOP, date(2026, 11, 15), 90, "r"), (BEBOP, date(2026, 11, 22), 20, "r")]
    with database.connect_to_write() as connection:
        upsert(connection, DailyRankings, fields, rows)
        refresh_days(connection, {row[1] for row in rows})
    do(database, owner, GINTAMA, Add(Status.ON_HOLD))
    assert look(database, owner).suggestion.text == "Your Gintama climbed 12 ranks this week."


def test_the_same_cat_looks_out_of_every_window(database: Database, owner: SignedIn) -> None:
    do(database, owner, BEBOP, Add(Status.WATCHING), Watch(3))
    elsewhere = Database(database.url)
    try:
        assert look(elsewhere, owner) == look(database, owner)
    finally:
        elsewhere.close()


def test_a_look_takes_a_bounded_number_of_queries(database: Database, owner: SignedIn) -> None:
    def count() -> int:
        seen: list[str] = []
        listener = lambda *args: seen.append(args[2])  # noqa: E731
        event.listen(database.engine, "before_cursor_execute", listener)
        try:
            look(database, owner)
        finally:
            event.remove(database.engine, "before_cursor_execute", listener)
        return len(seen)

    do(database, owner, BEBOP, Add(Status.WATCHING), Watch(1))
    few = count()
    do(database, owner, GINTAMA, Add(Status.WATCHING), Watch(9))
    do(database, owner, PERFECT_BLUE, Add(Status.PLAN_TO_WATCH))
    assert count() == few <= 16


def test_an_undo_takes_back_what_the_cat_felt_and_a_redo_brings_it_back(database: Database, owner: SignedIn) -> None:
    yesterday = NOW - timedelta(days=1)
    do(database, owner, BEBOP, Add(Status.WATCHING), at=yesterday)
    before = look(database, owner)
    do(database, owner, BEBOP, Watch(26))
    after = look(database, owner)
    assert (after.state.mood, after.state.streak_days, after.state.episodes_this_week) == (Mood.EXCITED, 2, 26)
    with clock.stopped_at(NOW):
        undo(database, owner)
    assert look(database, owner) == before
    assert (before.state.streak_days, before.state.episodes_this_week, before.state.events) == (1, 0, 1)
    with clock.stopped_at(NOW):
        redo(database, owner)
    assert look(database, owner) == after


def test_an_undo_a_year_later_takes_back_the_level_too(database: Database, owner: SignedIn) -> None:
    do(database, owner, BEBOP, Add(Status.WATCHING), *[Watch()] * 4)
    later = NOW + timedelta(days=400)
    assert look(database, owner, later).state.level == 2
    with clock.stopped_at(NOW):
        undo(database, owner)
    assert (look(database, owner, later).state.level, look(database, owner, later).state.events) == (1, 0)


def test_a_finished_rewatch_is_a_completion_and_its_episodes_are_counted(database: Database, owner: SignedIn) -> None:
    do(database, owner, PERFECT_BLUE, Add(Status.COMPLETED), at=NOW - timedelta(days=30))
    do(database, owner, PERFECT_BLUE, Watch(), at=NOW)
    mind = look(database, owner).state
    assert (mind.mood, mind.episodes_this_week) == (Mood.EXCITED, 1)


def test_the_week_has_as_many_episodes_as_the_statistics_say(database: Database, owner: SignedIn) -> None:
    do(database, owner, BEBOP, Add(Status.WATCHING), Watch(5), Watch(-2))
    do(database, owner, PERFECT_BLUE, Add(Status.COMPLETED))
    do(database, owner, GINTAMA, Add(Status.WATCHING), Watch(3), at=NOW - timedelta(days=2))
    with database.read() as session:
        found = load_statistics(session, owner.user_id, zone=owner.zone, today=NOW.date())
    assert look(database, owner).state.episodes_this_week == found.activity.episodes == 6
