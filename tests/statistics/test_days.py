"""Days, streaks and years of somebody who lives in a zone, against plain Python, on both sides of clock changes."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from catlog import clock
from catlog.accounts.sessions import SignedIn
from catlog.companion.service import read_cat
from catlog.db.session import Database
from catlog.library.edits import Add, SetNotes, Watch
from catlog.library.entries import Origin, Status
from catlog.library.writer import edit
from catlog.statistics.report import Statistics, load_statistics
from catlog.zones import Zone
from tests.library.people import BEBOP, ONE_PIECE, PERFECT_BLUE, fill_catalogue, new_owner

PLACES = ("UTC", "America/Los_Angeles", "Asia/Tokyo", "Australia/Lord_Howe")


def load(database: Database, owner: SignedIn, at: datetime, year: int | None = None) -> Statistics:
    with clock.stopped_at(at), database.read() as session:
        return load_statistics(session, owner.user_id, zone=owner.zone, year=year)


def at(zone: str, wall: str) -> datetime:
    return datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def note(database: Database, owner: SignedIn, instant: datetime) -> None:
    with clock.stopped_at(instant):
        edit(database, owner, BEBOP, SetNotes(instant.isoformat()), origin=Origin.CLI)


def test_an_afternoon_an_evening_and_an_afternoon_are_three_days(database: Database) -> None:
    fill_catalogue(database)
    owner, place = new_owner(database, Zone("America/Los_Angeles")), "America/Los_Angeles"
    with clock.stopped_at(at(place, "2026-11-16 15:00")):
        edit(database, owner, BEBOP, Add(Status.WATCHING), origin=Origin.CLI)
    for wall in ("2026-11-17 17:00", "2026-11-18 15:00"):
        note(database, owner, at(place, wall))
    evening = at(place, "2026-11-18 21:00")
    found = load(database, owner, evening)
    assert [day.day for day in found.activity.days] == [date(2026, 11, day) for day in (16, 17, 18)]
    assert found.activity.current_streak is not None
    assert found.activity.current_streak.days == 3
    with database.read() as session:
        mind = read_cat(session, owner.user_id, now=evening, zone=owner.zone).state
    assert mind.streak_days == 3


@pytest.mark.parametrize("place", PLACES)
def test_every_day_at_the_edges_of_a_year_with_its_clock_changes_is_the_one_on_the_wall(
    database: Database, place: str
) -> None:
    """Half past midnight and half past eleven at night, each day around each change: no day is lost, none is new."""
    fill_catalogue(database)
    owner = new_owner(database, Zone(place))
    changes = (date(2026, 3, 8), date(2026, 4, 5), date(2026, 10, 4), date(2026, 11, 1))
    days = [change + timedelta(days=number) for change in changes for number in (-2, -1, 0, 1, 2)]
    instants = sorted(at(place, f"{day} {time}") for day in days for time in ("00:10", "23:50"))
    with clock.stopped_at(instants[0] - timedelta(days=3)):
        edit(database, owner, BEBOP, Add(), origin=Origin.CLI)
    for instant in instants:
        note(database, owner, instant)
    found = load(database, owner, at(place, "2026-11-03 23:55"), year=2026)
    by_day = {day.day: day.changes for day in found.activity.days if day.day >= days[0]}
    assert by_day == Counter(instant.astimezone(ZoneInfo(place)).date() for instant in instants)
    assert by_day == dict.fromkeys(days, 2)
    assert found.activity.current_streak is not None
    assert (found.activity.current_streak.days, found.activity.current_streak.end) == (5, date(2026, 11, 3))
    assert {month.month: month.active_days for month in found.activity.months if month.active_days} == Counter(
        day.isoformat()[:7] for day in [found.activity.days[0].day, *days]
    )


@pytest.mark.parametrize("place", PLACES)
def test_an_evening_of_new_years_eve_is_of_the_old_year(database: Database, place: str) -> None:
    fill_catalogue(database)
    owner = new_owner(database, Zone(place))
    with clock.stopped_at(at(place, "2025-12-31 20:00")):
        edit(database, owner, PERFECT_BLUE, Add(), Watch(), origin=Origin.APP)
        edit(database, owner, ONE_PIECE, Add(Status.WATCHING), origin=Origin.APP)
    with clock.stopped_at(at(place, "2026-01-01 00:10")):
        edit(database, owner, ONE_PIECE, Watch(), origin=Origin.APP)
    morning = at(place, "2026-01-01 08:00")
    old, new = (load(database, owner, morning, year=year).review for year in (2025, 2026))
    assert (old.started, old.finished, old.episodes, old.active_days) == (2, 1, 1, 1)
    assert (new.started, new.finished, new.episodes, new.active_days) == (0, 0, 1, 1)
    assert load(database, owner, morning).review.year == 2026
    assert load(database, owner, at(place, "2025-12-31 23:59")).review.year == 2025


def test_who_moves_sees_the_past_by_the_new_wall(database: Database) -> None:
    """The log keeps instants: after a move two evenings may be one day, and nothing is counted twice."""
    fill_catalogue(database)
    home = new_owner(database, Zone("America/Los_Angeles"))
    away = replace(home, zone=Zone("Asia/Tokyo"))
    with clock.stopped_at(datetime(2026, 11, 16, 6, tzinfo=UTC)):
        edit(database, home, BEBOP, Add(), origin=Origin.CLI)
    note(database, home, datetime(2026, 11, 16, 9, tzinfo=UTC))
    now = datetime(2026, 11, 16, 10, tzinfo=UTC)
    assert [day.day.day for day in load(database, home, now).activity.days] == [15, 16]
    assert [(day.day.day, day.changes) for day in load(database, away, now).activity.days] == [(16, 2)]


def test_the_cat_counts_the_days_together_by_the_wall(database: Database) -> None:
    with clock.stopped_at(datetime(2026, 11, 29, 7, 30, tzinfo=UTC)):  # half past eleven at night in Los Angeles
        owner = new_owner(database, Zone("America/Los_Angeles"))
    now = datetime(2026, 11, 29, 8, 30, tzinfo=UTC)
    with database.read() as session:
        together = {
            place: read_cat(session, owner.user_id, now=now, zone=Zone(place)).state.days_together
            for place in ("America/Los_Angeles", "UTC", "Asia/Tokyo")
        }
    assert together == {"America/Los_Angeles": 1, "UTC": 0, "Asia/Tokyo": 0}
