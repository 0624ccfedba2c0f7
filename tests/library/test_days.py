"""A person's day is in that person's zone: automatic dates, dates that are asked for by a word, and the filter."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from catlog import clock
from catlog.accounts.sessions import SignedIn
from catlog.db.session import Database
from catlog.errors import InvalidArgumentError
from catlog.library.edits import Add, Put, Relative, SetDates, SetStatus, Watch
from catlog.library.entries import Entry, Origin, Status
from catlog.library.journal.file import Journal, PendingEdit
from catlog.library.journal.overlay import overlaid
from catlog.library.journal.replay import replay
from catlog.library.listing import load_list
from catlog.library.query import parse_query
from catlog.library.status import set_status
from catlog.library.store import load_entries
from catlog.library.writer import EditRequest, edit, edit_all, preview
from catlog.zones import Zone
from tests.library.people import BEBOP, FRIEREN, PERFECT_BLUE, fill_catalogue, new_owner

LOS_ANGELES, NEW_YORK, TOKYO, LORD_HOWE, UTC_ITSELF = map(
    Zone, ("America/Los_Angeles", "America/New_York", "Asia/Tokyo", "Australia/Lord_Howe", "UTC")
)

CHANGES = [
    (LOS_ANGELES, datetime(2026, 3, 7, 21, 18)),
    (LOS_ANGELES, datetime(2026, 3, 8, 21, 18)),
    (LOS_ANGELES, datetime(2026, 10, 31, 21, 18)),
    (LOS_ANGELES, datetime(2026, 11, 1, 21, 18)),
    (LORD_HOWE, datetime(2026, 4, 4, 0, 10)),
    (LORD_HOWE, datetime(2026, 4, 5, 0, 10)),
    (LORD_HOWE, datetime(2026, 4, 6, 0, 10)),
    (LORD_HOWE, datetime(2026, 10, 3, 23, 50)),
    (LORD_HOWE, datetime(2026, 10, 4, 23, 50)),
    (TOKYO, datetime(2026, 3, 8, 7, 30)),
    (TOKYO, datetime(2026, 11, 1, 7, 30)),
    (UTC_ITSELF, datetime(2026, 3, 8, 23, 59)),
]
"""Times on the wall before and after the clocks were changed, at which it is another day in UTC where that can be."""


def entry(database: Database, owner: SignedIn, mal_id: int) -> Entry:
    with database.read() as session:
        return load_entries(session, owner.user_id)[mal_id]


def instant(zone: Zone, wall: datetime) -> datetime:
    return wall.replace(tzinfo=ZoneInfo(zone.name)).astimezone(UTC)


@pytest.mark.parametrize(("zone", "wall"), CHANGES)
def test_start_and_finish_are_the_day_on_the_wall_on_both_sides_of_a_clock_change(
    database: Database, zone: Zone, wall: datetime
) -> None:
    fill_catalogue(database)
    owner, day = new_owner(database, zone), wall.date().isoformat()
    with clock.stopped_at(instant(zone, wall)):
        edit_all(
            database,
            owner,
            [
                EditRequest(BEBOP, Add(Status.WATCHING)),
                EditRequest(PERFECT_BLUE, Add()),
                EditRequest(PERFECT_BLUE, Watch()),
            ],
            origin=Origin.CLI,
        )
    assert entry(database, owner, BEBOP).start_date == day
    whole = entry(database, owner, PERFECT_BLUE)
    assert (whole.status, whole.start_date, whole.finish_date) == (Status.COMPLETED, day, day)


@pytest.mark.parametrize(
    ("zone", "at", "day"),
    [
        (LOS_ANGELES, datetime(2026, 11, 30, 5, 18, tzinfo=UTC), "2026-11-29"),
        (NEW_YORK, datetime(2026, 10, 31, 1, 30, tzinfo=UTC), "2026-10-30"),
        (TOKYO, datetime(2026, 10, 30, 22, 30, tzinfo=UTC), "2026-10-31"),
        (LOS_ANGELES, datetime(2027, 1, 1, 4, 0, tzinfo=UTC), "2026-12-31"),
    ],
)
def test_what_is_finished_in_the_evening_is_not_finished_tomorrow(
    database: Database, zone: Zone, at: datetime, day: str
) -> None:
    fill_catalogue(database)
    owner = new_owner(database, zone)
    with clock.stopped_at(at):
        edit(database, owner, BEBOP, Add(), SetStatus(Status.COMPLETED), origin=Origin.APP)
    assert entry(database, owner, BEBOP).finish_date == day


def test_today_and_yesterday_are_those_of_who_asks(database: Database) -> None:
    fill_catalogue(database)
    at = datetime(2026, 11, 30, 5, 18, tzinfo=UTC)
    for zone, yesterday, today in (
        (LOS_ANGELES, "2026-11-28", "2026-11-29"),
        (TOKYO, "2026-11-29", "2026-11-30"),
    ):
        owner = new_owner(database, zone)
        asked = [EditRequest(FRIEREN, Add()), EditRequest(FRIEREN, SetDates(Relative.YESTERDAY, Relative.TODAY))]
        with clock.stopped_at(at):
            with database.read() as session:
                [*_, foreseen] = preview(session, owner, asked)
            edit_all(database, owner, asked, origin=Origin.CLI)
        made = entry(database, owner, FRIEREN)
        assert (made.start_date, made.finish_date) == (yesterday, today)
        assert foreseen.after is not None
        assert (foreseen.after.start_date, foreseen.after.finish_date) == (yesterday, today)


def test_finished_today_cannot_be_before_a_start_that_was_typed_in(database: Database) -> None:
    fill_catalogue(database)
    owner = new_owner(database, LOS_ANGELES)
    with clock.stopped_at(datetime(2026, 11, 30, 5, 18, tzinfo=UTC)):
        edit(database, owner, BEBOP, Add(), origin=Origin.CLI)
        with pytest.raises(InvalidArgumentError, match=r"finished \(2026-11-28\) before it was started \(2026-11-29\)"):
            edit(database, owner, BEBOP, SetDates(Relative.TODAY, Relative.YESTERDAY), origin=Origin.CLI)


def test_who_flew_west_does_not_finish_a_day_before_the_start() -> None:
    begun = set_status(Entry(PERFECT_BLUE), Status.WATCHING, 1, date(2026, 11, 30))
    there = set_status(begun, Status.COMPLETED, 1, date(2026, 11, 29))
    assert (there.start_date, there.finish_date) == ("2026-11-30", "2026-11-30")
    # Two days are no flight: then the start was typed in, and what is known of the finish is kept.
    odd = set_status(begun, Status.COMPLETED, 1, date(2026, 11, 28))
    assert (odd.start_date, odd.finish_date) == ("2026-11-30", "2026-11-28")


def test_an_edit_that_waited_counts_on_the_day_it_was_asked_for(database: Database, tmp_path: Path) -> None:
    fill_catalogue(database)
    owner = new_owner(database, LOS_ANGELES)
    with clock.stopped_at(datetime(2026, 11, 20, tzinfo=UTC)):
        edit(database, owner, FRIEREN, Add(), origin=Origin.APP)
    evening = datetime(2026, 11, 30, 5, 18, tzinfo=UTC)
    with Journal(tmp_path, "waits") as journal:
        with clock.stopped_at(evening):
            journal.add(
                PendingEdit.new(
                    [EditRequest(FRIEREN, Watch(28)), EditRequest(FRIEREN, SetDates(start=Relative.YESTERDAY))]
                )
            )
        with database.read() as session:
            rows = {row.mal_id: row for row in load_list(session, owner.user_id)}
        shown = overlaid(rows, journal.pending, owner.zone)[FRIEREN]
        assert shown is not None
        assert (shown.start_date, shown.finish_date) == ("2026-11-28", "2026-11-29")
    with Journal(tmp_path, "waits") as later, clock.stopped_at(evening + timedelta(days=3)):
        later.recover()
        assert [outcome.error for outcome in replay(later, database, owner).results] == [None]
    made = entry(database, owner, FRIEREN)
    assert (made.start_date, made.finish_date) == ("2026-11-28", "2026-11-29")


def test_an_entry_without_a_time_of_its_own_can_be_filtered_anywhere(database: Database) -> None:
    """Some services write the year 1 for a time that they do not know."""
    fill_catalogue(database)
    owner = new_owner(database, LOS_ANGELES)
    never = Entry(BEBOP, updated_at=datetime(1, 1, 1, tzinfo=UTC), created_at=datetime(1, 1, 1, tzinfo=UTC))
    edit(database, owner, BEBOP, Put(never, as_told=True), origin=Origin.IMPORT)
    with database.read() as session:
        rows = load_list(session, owner.user_id)
    assert [len(parse_query(query, owner.zone).filter(rows)) for query in ("updated<2000", "updated>2000")] == [1, 0]


def test_the_filter_counts_days_by_the_wall_too(database: Database) -> None:
    fill_catalogue(database)
    owner = new_owner(database, LOS_ANGELES)
    with clock.stopped_at(datetime(2026, 11, 29, 7, 59, tzinfo=UTC)):  # the 28th, a minute to midnight
        edit(database, owner, BEBOP, Add(), origin=Origin.CLI)
    with clock.stopped_at(datetime(2026, 11, 30, 5, 18, tzinfo=UTC)):
        edit(database, owner, FRIEREN, Add(Status.WATCHING), origin=Origin.CLI)
        with database.read() as session:
            rows = load_list(session, owner.user_id)

        def found(query: str, zone: Zone) -> list[int]:
            return [row.mal_id for row in parse_query(query, zone).filter(rows)]

        assert found("updated:today", LOS_ANGELES) == [FRIEREN]
        assert found("added:yesterday", LOS_ANGELES) == [BEBOP]
        assert found("started:today", LOS_ANGELES) == [FRIEREN]
        assert found("updated=2026-11-28", LOS_ANGELES) == [BEBOP]
        assert found("updated=2026-11-28", TOKYO) == []
        assert found("updated=2026-11-29 added:any", TOKYO) == [BEBOP]
