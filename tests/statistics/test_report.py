"""Statistics read from the database: what counts as activity, and how much is asked for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import delete, event, update
from sqlmodel import col

from catlog import clock
from catlog.accounts.sessions import SignedIn
from catlog.db.bulk import upsert
from catlog.db.models import AnimeGenre, ProcessedAnime
from catlog.db.session import Database
from catlog.library.edits import Add, Edit, Put, Rate, Remove, SetDates, SetStatus, Watch, WatchAll, WatchTo
from catlog.library.entries import Entry, Origin, Status
from catlog.library.history import redo, undo
from catlog.library.partial_date import PartialDate
from catlog.library.writer import EditRequest, edit, edit_all
from catlog.statistics.coverage import Share
from catlog.statistics.report import Statistics, load_statistics
from tests.library.people import BEBOP, EPISODES, FRIEREN, GINTAMA, ONE_PIECE, PERFECT_BLUE, fill_catalogue, new_owner

TODAY = date(2026, 11, 22)
DURATIONS = {BEBOP: "24 min per ep", FRIEREN: "Unknown", PERFECT_BLUE: "1 hr 21 min", ONE_PIECE: "24 min"}


@pytest.fixture
def owner(database: Database) -> SignedIn:
    """Give the test a user, and the database five titles of which four have a duration."""
    fill_catalogue(database)
    names = ("mal_id", "title", "synonyms", "studios", "episodes", "duration", "processed_at")
    with database.connect_to_write() as connection:
        for mal_id, duration in DURATIONS.items():
            row = (mal_id, f"Title {mal_id}", [], [], EPISODES[mal_id], duration, clock.now())
            upsert(connection, ProcessedAnime, names, [row])
    return new_owner(database)


@contextmanager
def on(day: str) -> Iterator[None]:
    with clock.stopped_at(datetime.fromisoformat(day).replace(hour=12, tzinfo=UTC)):
        yield


def change(database: Database, owner: SignedIn, mal_id: int, *edits: Edit, origin: Origin = Origin.APP) -> None:
    edit(database, owner, mal_id, *edits, origin=origin)


def load(database: Database, owner: SignedIn, year: int | None = None) -> Statistics:
    with database.read() as session:
        return load_statistics(session, owner.user_id, zone=owner.zone, today=TODAY, year=year)


def active(found: Statistics) -> dict[str, tuple[int, int, int, int]]:
    return {day.day.isoformat(): (day.changes, day.episodes, day.seconds, day.untimed) for day in found.activity.days}


def test_edits_from_the_app_and_the_command_line_are_activity_and_imports_are_not(
    database: Database, owner: SignedIn
) -> None:
    with on("2026-11-20"):
        change(database, owner, BEBOP, Add(), Watch(2))
        change(
            database, owner, FRIEREN, Put(Entry(FRIEREN, Status.COMPLETED, episodes_watched=28)), origin=Origin.IMPORT
        )
    with on("2026-11-21"):
        change(database, owner, BEBOP, Watch(1), Rate(9), origin=Origin.CLI)
        change(database, owner, FRIEREN, Rate(10), origin=Origin.IMPORT)
    found = load(database, owner)
    assert active(found) == {"2026-11-20": (2, 2, 2 * 1440, 0), "2026-11-21": (2, 1, 1440, 0)}
    assert found.overview.episodes == 31
    assert found.activity.current_streak is not None
    assert found.activity.current_streak.days == 2


def test_what_is_undone_is_no_activity_and_what_is_redone_is_it_again_on_its_day(
    database: Database, owner: SignedIn
) -> None:
    with on("2026-11-18"):
        change(database, owner, BEBOP, Add())
    with on("2026-11-19"):
        change(database, owner, BEBOP, Watch(3))
    with on("2026-11-20"):
        undo(database, owner)
    assert list(active(load(database, owner))) == ["2026-11-18"]
    with on("2026-11-21"):
        redo(database, owner)
    assert active(load(database, owner)) == {"2026-11-18": (1, 0, 0, 0), "2026-11-19": (1, 3, 3 * 1440, 0)}
    with on("2026-11-22"):
        undo(database, owner, 2)
        change(database, owner, GINTAMA, Add())
    assert list(active(load(database, owner))) == ["2026-11-22"]


def test_a_rewatch_logs_each_of_its_episodes_once(database: Database, owner: SignedIn) -> None:
    with on("2026-11-10"):
        change(database, owner, BEBOP, Add(), WatchTo(26))
    for day, one in (("2026-11-11", Watch(1)), ("2026-11-12", Watch(24)), ("2026-11-13", Watch(1))):
        with on(day):
            change(database, owner, BEBOP, one)
    with on("2026-11-14"):
        change(database, owner, BEBOP, WatchAll())
    found = load(database, owner)
    assert [day.episodes for day in found.activity.days] == [26, 1, 24, 1, 26]
    assert (found.overview.episodes, found.overview.rewatches) == (3 * 26, 2)


def test_a_rewatch_of_a_title_without_a_total_logs_what_was_watched(database: Database, owner: SignedIn) -> None:
    with on("2026-11-10"):
        change(database, owner, ONE_PIECE, Add(), WatchTo(1000), SetStatus(Status.COMPLETED))
    with on("2026-11-11"):
        change(database, owner, ONE_PIECE, Watch(2))
    assert [day.episodes for day in load(database, owner).activity.days] == [1000, 2]


def test_a_status_says_nothing_of_when_episodes_were_watched(database: Database, owner: SignedIn) -> None:
    with on("2026-11-10"):
        change(database, owner, BEBOP, Add(Status.COMPLETED))
    found = load(database, owner)
    assert active(found) == {"2026-11-10": (1, 0, 0, 0)}
    assert found.overview.episodes == 26


def test_activity_outlives_the_entry_that_it_was_about(database: Database, owner: SignedIn) -> None:
    with on("2026-11-10"):
        change(database, owner, BEBOP, Add(), Watch(5))
    with on("2026-11-11"):
        change(database, owner, BEBOP, Remove())
    found = load(database, owner)
    assert active(found) == {"2026-11-10": (2, 5, 5 * 1440, 0), "2026-11-11": (1, 0, 0, 0)}
    assert (found.overview.titles, found.overview.episodes) == (0, 0)


def test_unknown_lengths_are_counted_and_named(database: Database, owner: SignedIn) -> None:
    with on("2026-11-10"):
        change(database, owner, FRIEREN, Add(), Watch(4))
        change(database, owner, GINTAMA, Add())
        change(database, owner, PERFECT_BLUE, Add(), Watch(1))
    found = load(database, owner)
    assert [one.mal_id for one in found.overview.unknown_watched] == [FRIEREN]
    assert [one.title for one in found.overview.unknown_planned] == ["Gintama"]
    assert found.overview.seconds_watched == 81 * 60
    assert active(found) == {"2026-11-10": (5, 5, 81 * 60, 4)}
    assert (found.coverage.watched, found.coverage.planned) == (Share(1, 2), Share(0, 1))
    assert found.coverage.watched.lacking == 1


def test_each_figure_says_of_how_many_titles_it_speaks(database: Database, owner: SignedIn) -> None:
    with on("2025-03-01"):
        change(database, owner, BEBOP, Add(), WatchTo(26), Rate(9))
        change(database, owner, FRIEREN, Add(), Watch(1), Rate(8))
        change(database, owner, GINTAMA, Add())
        change(database, owner, ONE_PIECE, Add(), Watch(1))
    facts = {"score": 8.75, "year": 1998, "season": "spring", "studios": ["Sunrise"]}
    with database.connect_to_write() as connection:
        connection.execute(update(ProcessedAnime).values(score=None, year=None, studios=[]))
        connection.execute(delete(AnimeGenre))
        connection.execute(update(ProcessedAnime).where(col(ProcessedAnime.mal_id) == BEBOP).values(**facts))
        upsert(connection, AnimeGenre, ("mal_id", "genre", "kind"), [(BEBOP, "Action", "genre")])
    found = load(database, owner, 2025)
    seen = found.coverage
    assert (seen.genres, seen.studios, seen.seasons) == (Share(1, 4), Share(1, 4), Share(1, 4))
    assert seen.scores == Share(1, 2)
    assert seen.incomplete == 4, "all of them lack a synopsis"
    assert seen.scores.known == (found.ratings.against.titles if found.ratings.against else 0)
    assert (found.review.with_genres, found.review.finished) == (1, 1)


def test_a_year_is_reviewed_by_its_dates_and_its_log(database: Database, owner: SignedIn) -> None:
    earlier = PartialDate("2024")
    with on("2025-03-01"):
        change(database, owner, BEBOP, Add(), WatchTo(26), Rate(9))
        change(database, owner, PERFECT_BLUE, Add(), Watch(1), SetDates(earlier, earlier))
    found = load(database, owner, 2025)
    assert (found.review.year, found.review.started, found.review.finished) == (2025, 1, 1)
    assert (found.review.episodes, found.review.changes, found.review.active_days) == (27, 6, 1)
    assert [one.title for one in found.review.best] == [f"Title {BEBOP}"]
    assert found.activity.start == date(2025, 1, 1)
    assert load(database, owner, 2024).review.finished == 1
    assert load(database, owner).review.year == 2026


def test_nobody_elses_list_or_log_is_in_it(database: Database, owner: SignedIn) -> None:
    other = new_owner(database)
    with on("2026-11-10"):
        change(database, other, BEBOP, Add(), Watch(5))
    found = load(database, owner)
    assert (found.overview.titles, active(found)) == (0, {})


def test_six_queries_read_everything_however_long_the_list(database: Database, owner: SignedIn) -> None:
    def queries() -> list[str]:
        seen: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
            if statement.lstrip().upper().startswith("SELECT"):
                seen.append(statement)

        event.listen(database.engine, "before_cursor_execute", note)
        try:
            load(database, owner)
        finally:
            event.remove(database.engine, "before_cursor_execute", note)
        return seen

    change(database, owner, BEBOP, Add())
    short = queries()
    names = ("mal_id", "title", "synonyms", "studios", "duration", "processed_at")
    with database.connect_to_write() as connection:
        rows = [(n, f"Title {n}", [], ["Bones"], f"{n % 30} min per ep", clock.now()) for n in range(10_000, 10_600)]
        upsert(connection, ProcessedAnime, names, rows)
    edit_all(database, owner, [EditRequest(n, Add()) for n in range(10_000, 10_600)], origin=Origin.APP)
    edit_all(database, owner, [EditRequest(n, Watch(3)) for n in range(10_000, 10_600)], origin=Origin.CLI)
    long = queries()
    assert len(short) == len(long) == 6, long
    assert load(database, owner).overview.episodes == 1800
