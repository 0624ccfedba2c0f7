"""The week by weekday on the viewer's clock, over date lines and summer time."""

from datetime import UTC, date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from catlog.db.bulk import upsert
from catlog.db.models import AiredEpisode
from catlog.db.session import Database
from catlog.jikan.schema import AnimeRecord
from catlog.library.edits import Add, SetOffset, SetStatus
from catlog.library.entries import Origin, Status
from catlog.library.schedule import Schedule, read_schedule
from catlog.library.writer import edit
from catlog.zones import Zone
from tests.catalogue.samples import anime, write
from tests.library.people import new_owner

MONDAY = date(2026, 11, 16)
BERLIN, TOKYO, ANCHORAGE = map(Zone, ("Europe/Berlin", "Asia/Tokyo", "America/Anchorage"))


def _airs(mal_id: int, day: str | None, at: str | None, began: date | None, **facts: Any) -> AnimeRecord:  # noqa: ANN401 - of AnimeRecord
    slot = {"broadcast_day": day, "broadcast_time": at, "broadcast_timezone": "Asia/Tokyo", "aired_from": began}
    return anime(mal_id, f"title {mal_id}", **{"status": "Currently Airing", **slot, **facts})


SHELF = (
    _airs(1, "Fridays", "23:00", date(2026, 10, 2), episodes=12, score=8.5),
    _airs(2, "Sundays", "01:30", date(2026, 10, 4)),
    _airs(3, "Mondays", "12:00", None),
    _airs(4, "Tuesdays", "12:00", date(2026, 1, 6), episodes=12),  # was over long ago, by its count
    _airs(5, None, None, date(2026, 10, 1)),
    _airs(6, "Saturdays", "18:00", date(2026, 11, 21), status="Not yet aired"),
    _airs(7, "Saturdays", "18:00", date(2026, 12, 5), status="Not yet aired"),
    _airs(8, "Wednesdays", "18:00", date(2026, 10, 7), status="Finished Airing"),
    _airs(9, "Wednesdays", "18:00", None, status="Not yet aired"),
)


def _week(database: Database, zone: Zone = BERLIN, begin: date = MONDAY, **who: Any) -> Schedule:  # noqa: ANN401
    with database.read() as session:
        return read_schedule(session, begin, zone=zone, **who)


def test_a_week_has_every_slot_of_what_is_on_the_air_on_the_day_of_the_viewer(database: Database) -> None:
    write(database, *SHELF)
    week = _week(database)
    assert [(row.mal_id, row.weekday, row.number) for row in week.rows] == [
        (3, "monday", None),
        (1, "friday", "~8"),
        (6, "saturday", "~1"),
        (2, "saturday", None),  # half past one on Sunday in Japan, and no total bounds its count
    ]
    assert [row.mal_id for row in _week(database, TOKYO).rows if row.weekday == "sunday"] == [2]
    assert week.unplaced == 1
    assert [len(rows) for rows in week.by_day().values()] == [1, 0, 0, 0, 1, 2, 0]
    assert {row.score for row in week.rows if row.mal_id == 1} == {8.5}


@pytest.mark.parametrize("zone", [BERLIN, TOKYO, ANCHORAGE, Zone("UTC"), Zone("Pacific/Kiritimati")])
def test_weeks_that_follow_each_other_have_every_episode_once(database: Database, zone: Zone) -> None:
    write(database, *SHELF)
    mondays = [date(2026, 9, 21) + timedelta(weeks=number) for number in range(4)]
    weeks = [_week(database, zone, monday) for monday in mondays]
    episodes = [row.episode for week in weeks for row in week.rows if row.mal_id == 1]
    assert episodes == list(range(1, len(episodes) + 1))
    assert len(episodes) in (2, 3)
    for week in weeks:
        assert all(week.begin <= row.day < week.end for row in week.rows)
        assert all(row.at.astimezone(ZoneInfo(zone.name)).date() == row.day for row in week.rows)


def test_where_summer_time_ends_a_slot_moves_by_an_hour_and_the_week_has_no_gap(database: Database) -> None:
    write(database, *SHELF)
    before, after = _week(database, begin=date(2026, 10, 19)), _week(database, begin=date(2026, 10, 26))
    clocks = [BERLIN.local(row.at).hour for week in (before, after) for row in week.rows if row.mal_id == 1]
    assert clocks == [16, 15]
    # Sunday, 25 October, has 25 hours: half past one in Japan is the evening before.
    assert [row.day for row in before.rows if row.mal_id == 2] == [date(2026, 10, 24)]


def test_the_days_of_episodes_number_the_weeks_and_skip_the_breaks(database: Database) -> None:
    write(database, *SHELF)
    aired = [date(2026, 10, 4), date(2026, 10, 4), date(2026, 10, 18), date(2026, 11, 8)]
    with database.connect_to_write() as connection:
        rows = [(2, number, day) for number, day in enumerate(aired, start=1)]
        upsert(connection, AiredEpisode, ("mal_id", "number", "aired"), rows)
    mondays = [date(2026, 9, 28) + timedelta(weeks=number) for number in range(8)]
    weeks = [[row.number for row in _week(database, TOKYO, monday).rows if row.mal_id == 2] for monday in mondays]
    assert weeks == [["1", "2"], [], ["3"], [], [], ["4"], ["~5"], ["~6"]]


def test_my_week_is_what_is_on_my_list_and_not_dropped(database: Database) -> None:
    write(database, *SHELF)
    owner = new_owner(database)
    edit(database, owner, 1, Add(), origin=Origin.CLI)
    edit(database, owner, 2, Add(), origin=Origin.CLI)
    edit(database, owner, 2, SetStatus(Status.DROPPED), origin=Origin.CLI)
    mine = _week(database, user_id=owner.user_id, mine=True)
    assert [(row.mal_id, row.list_status, row.number) for row in mine.rows] == [(1, "PLAN_TO_WATCH", "~8")]
    edit(database, owner, 1, SetOffset(-2), origin=Origin.CLI)
    (row,) = _week(database, user_id=owner.user_id, mine=True).rows
    assert (row.number, row.episodes, row.source_episode) == ("~6", 10, 8)
    edit(database, owner, 1, SetOffset(-8), origin=Origin.CLI)
    (row,) = _week(database, user_id=owner.user_id, mine=True).rows
    assert (row.number, row.episodes, row.source_episode) == (None, 4, 8), "below 1: not shown, and not unknown"
    everything = _week(database, user_id=owner.user_id)
    assert {row.mal_id: row.list_status for row in everything.rows}[2] == "DROPPED"
    assert len(everything.rows) == 4
    assert _week(database, user_id=new_owner(database).user_id, mine=True).rows == ()


def test_without_a_zone_of_its_own_the_days_are_those_of_this_machine(database: Database) -> None:
    write(database, *SHELF)
    for row in _week(database, Zone(machine="Asia/Tokyo")).rows:
        assert row.at.astimezone(ZoneInfo("Asia/Tokyo")).date() == row.day
        assert row.at.tzinfo is UTC
