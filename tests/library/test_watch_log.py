"""When episodes were really watched: given with the log, corrected later, by the person's days, and never lost."""

from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest

from catlog import clock
from catlog.accounts.sessions import SignedIn
from catlog.db.session import Database
from catlog.errors import CatLogError, InvalidArgumentError, NotFoundError
from catlog.interchange.exporting import export_list
from catlog.library.edits import Add, Edit, Relative, SetStatus, Watch, WatchAll, WatchTo
from catlog.library.entries import Entry, Origin, Status
from catlog.library.history import logged_changes, redo, replayed, undo
from catlog.library.partial_date import PartialDate
from catlog.library.steps import Step
from catlog.library.store import load_entries
from catlog.library.watch_log import WatchLog, find_log, redate, seen_days, watch_logs
from catlog.library.writer import edit
from catlog.statistics.activity import ActiveDay
from catlog.statistics.report import load_statistics
from catlog.zones import UTC_ZONE, Zone
from tests.interchange.samples import read as read_list
from tests.library.people import BEBOP, FRIEREN, PERFECT_BLUE, fill_catalogue, new_owner

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _ready(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    fill_catalogue(database)
    ticks = count()
    monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(microseconds=next(ticks)))


def make(database: Database, owner: SignedIn, mal_id: int, *edits: Edit) -> Step:
    return edit(database, owner, mal_id, *edits, origin=Origin.CLI)


def entry(database: Database, owner: SignedIn, mal_id: int) -> Entry:
    with database.read() as session:
        return load_entries(session, owner.user_id, [mal_id])[mal_id]


def logs(database: Database, owner: SignedIn, mal_id: int, zone: Zone = UTC_ZONE) -> tuple[WatchLog, ...]:
    with database.read() as session:
        return watch_logs(session, owner.user_id, mal_id, zone)


def days(database: Database, owner: SignedIn, zone: Zone = UTC_ZONE) -> dict[date, int]:
    """Return the episodes of each active day, as the statistics count them."""
    with database.read() as session:
        active: tuple[ActiveDay, ...] = load_statistics(session, owner.user_id, zone=zone).activity.days
    return {day.day: day.episodes for day in active if day.episodes}


def test_a_date_given_counts_in_statistics_and_sets_start_and_finish(database: Database, owner: SignedIn) -> None:
    make(database, owner, PERFECT_BLUE, Add(Status.PLAN_TO_WATCH))
    make(database, owner, PERFECT_BLUE, Watch(1, PartialDate("2026-11-20")))
    done = entry(database, owner, PERFECT_BLUE)
    assert (done.status, done.start_date, done.finish_date) == (Status.COMPLETED, "2026-11-20", "2026-11-20")
    assert days(database, owner) == {date(2026, 11, 20): 1}
    [log] = logs(database, owner, PERFECT_BLUE)
    assert (log.words, log.watched_on, log.is_given, log.at.date()) == ("1", "2026-11-20", True, NOON.date())
    with database.read() as session:
        change = logged_changes(session, owner.user_id, mal_id=PERFECT_BLUE)[0]
    assert (change.at.date(), change.origin) == (NOON.date(), "cli"), "when it was logged, and from where, stays"
    assert change.after is not None
    assert change.after["watchedOn"] == "2026-11-20"


def test_an_earlier_episode_moves_the_start_and_a_rewatch_moves_nothing(database: Database, owner: SignedIn) -> None:
    make(database, owner, BEBOP, Add(Status.WATCHING), Watch(2))
    assert entry(database, owner, BEBOP).start_date == "2026-11-28"
    make(database, owner, BEBOP, Watch(1, PartialDate("2026-11")))
    assert entry(database, owner, BEBOP).start_date == "2026-11-28", "November may be the 28th"
    make(database, owner, BEBOP, Watch(1, PartialDate("2026-10")))
    assert entry(database, owner, BEBOP).start_date == "2026-10"
    make(database, owner, BEBOP, SetStatus(Status.COMPLETED))
    make(database, owner, BEBOP, Watch(1, PartialDate("2026-01-01")))
    again = entry(database, owner, BEBOP)
    assert (again.rewatching, again.start_date, again.finish_date) == (True, "2026-10", "2026-11-28")


@pytest.mark.parametrize("edit_of", [Watch, WatchAll, lambda on: WatchTo(3, on)])
@pytest.mark.parametrize(("on", "reason"), [("2026-11-29", "in the future"), ("2027", "future"), ("0000-05", "no day")])
def test_nobody_watches_in_the_future_or_in_no_year(
    database: Database, owner: SignedIn, edit_of: type[WatchAll], on: str, reason: str
) -> None:
    make(database, owner, BEBOP, Add(Status.WATCHING))
    made = edit_of(PartialDate(on)) if edit_of is not Watch else Watch(1, PartialDate(on))
    with pytest.raises(InvalidArgumentError, match=reason):
        make(database, owner, BEBOP, made)
    assert entry(database, owner, BEBOP).episodes_watched == 0


def test_the_future_begins_where_the_person_lives(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 28, 16, tzinfo=UTC))
    tokyo, honolulu = (new_owner(database, Zone(own=name)) for name in ("Asia/Tokyo", "Pacific/Honolulu"))
    for person in (tokyo, honolulu):
        make(database, person, BEBOP, Add(Status.WATCHING))
    tomorrow = Watch(1, PartialDate("2026-11-29"))
    make(database, tokyo, BEBOP, tomorrow)
    with pytest.raises(CatLogError, match="in the future"):
        make(database, honolulu, BEBOP, tomorrow)
    make(database, honolulu, BEBOP, Watch(1, Relative.YESTERDAY))
    assert logs(database, honolulu, BEBOP, honolulu.zone)[0].watched_on == "2026-11-27"


def test_a_given_day_is_the_same_in_every_zone(database: Database, owner: SignedIn) -> None:
    make(database, owner, BEBOP, Add(Status.WATCHING), Watch(1))
    make(database, owner, BEBOP, Watch(1, PartialDate("2026-11-20")))
    kiritimati = Zone(own="Pacific/Kiritimati")
    assert days(database, owner, kiritimati) == {date(2026, 11, 29): 1, date(2026, 11, 20): 1}


def test_a_wrong_date_is_corrected_and_undo_and_redo_move_it(database: Database, owner: SignedIn) -> None:
    make(database, owner, BEBOP, Add(Status.PLAN_TO_WATCH))
    first = make(database, owner, BEBOP, Watch(3))
    make(database, owner, BEBOP, Watch(2))
    log = find_log(logs(database, owner, BEBOP), first.number)
    made = make(database, owner, BEBOP, redate(log, PartialDate("2026-11-15")))
    assert made.number is not None
    assert days(database, owner) == {date(2026, 11, 15): 3, date(2026, 11, 28): 2}
    assert entry(database, owner, BEBOP).start_date == "2026-11-15", "the log began it, so the start follows"
    assert entry(database, owner, BEBOP).episodes_watched == 5
    assert [(one.words, str(one.watched_on)) for one in logs(database, owner, BEBOP)] == [
        ("4 to 5", "2026-11-28"),
        ("1 to 3", "2026-11-15"),
    ]
    seen = seen_days(logs(database, owner, BEBOP))
    assert (seen[3], seen[4]) == ("2026-11-15", "2026-11-28")
    undo(database, owner)
    assert days(database, owner) == {date(2026, 11, 28): 5}
    assert entry(database, owner, BEBOP).start_date == "2026-11-28"
    redo(database, owner)
    assert days(database, owner) == {date(2026, 11, 15): 3, date(2026, 11, 28): 2}
    with database.read() as session:
        assert replayed(session, owner.user_id)[BEBOP].start_date == "2026-11-15"


def test_a_correction_can_be_corrected_and_the_same_date_is_no_edit(database: Database, owner: SignedIn) -> None:
    make(database, owner, BEBOP, Add(Status.WATCHING), Watch(1))
    for day in ("2026-11-15", "2026-11-16"):
        make(database, owner, BEBOP, redate(find_log(logs(database, owner, BEBOP)), PartialDate(day)))
    assert days(database, owner) == {date(2026, 11, 16): 1}
    same = redate(find_log(logs(database, owner, BEBOP)), PartialDate("2026-11-16"))
    assert make(database, owner, BEBOP, same).number is None
    undo(database, owner)
    assert days(database, owner) == {date(2026, 11, 15): 1}


def test_the_finish_follows_the_log_that_completed_it_unless_it_was_changed(
    database: Database, owner: SignedIn
) -> None:
    make(database, owner, FRIEREN, Add(Status.WATCHING), Watch(27, PartialDate("2026-11-10")))
    make(database, owner, FRIEREN, Watch(1))
    make(database, owner, FRIEREN, redate(find_log(logs(database, owner, FRIEREN)), PartialDate("2026-11-12")))
    done = entry(database, owner, FRIEREN)
    assert (done.start_date, done.finish_date) == ("2026-11-10", "2026-11-12")
    make(database, owner, FRIEREN, redate(find_log(logs(database, owner, FRIEREN)), PartialDate("2026-11-01")))
    done = entry(database, owner, FRIEREN)
    assert (done.start_date, done.finish_date) == ("2026-11-01", "2026-11-01"), "nothing ends before it begins"


def test_only_what_stands_can_be_corrected(database: Database, owner: SignedIn) -> None:
    make(database, owner, BEBOP, Add(Status.WATCHING))
    undone = make(database, owner, BEBOP, Watch(1))
    undo(database, owner)
    with pytest.raises(NotFoundError, match=f"step {undone.number} logged no episode"):
        find_log(logs(database, owner, BEBOP), undone.number)
    with pytest.raises(NotFoundError, match="no episode of it was logged"):
        find_log(logs(database, owner, BEBOP))


def test_episodes_taken_back_are_seen_no_more(database: Database, owner: SignedIn) -> None:
    make(database, owner, BEBOP, Add(Status.WATCHING), Watch(5))
    make(database, owner, BEBOP, Watch(-2))
    assert logs(database, owner, BEBOP)[0].words == "taken back to 3"
    assert sorted(seen_days(logs(database, owner, BEBOP))) == [1, 2, 3]


def test_a_month_counts_in_the_month_and_a_year_in_the_year(database: Database, owner: SignedIn) -> None:
    make(database, owner, BEBOP, Add(Status.WATCHING))
    make(database, owner, BEBOP, Watch(2, PartialDate("2026-05")))
    make(database, owner, BEBOP, Watch(3, PartialDate("2026")))
    with database.read() as session:
        year = load_statistics(session, owner.user_id, zone=UTC_ZONE, year=2026)
        before = load_statistics(session, owner.user_id, zone=UTC_ZONE, year=2025)
    assert {one.month: one.episodes for one in year.activity.months if one.episodes} == {"2026-05": 2}
    assert (year.activity.episodes, before.activity.episodes) == (5, 0)
    assert all(day.episodes == 0 for day in year.activity.days), "no day is made up"


def test_the_history_of_an_export_keeps_dates_and_corrections(database: Database, owner: SignedIn) -> None:
    make(database, owner, BEBOP, Add(Status.WATCHING))
    make(database, owner, BEBOP, Watch(2, PartialDate("2026-05")))
    log = find_log(logs(database, owner, BEBOP))
    make(database, owner, BEBOP, redate(log, PartialDate("2026-04-02")))
    with database.read() as session:
        written = "".join(export_list(session, owner.user_id, owner.username, "json"))
    told = read_list(written.encode()).history
    assert [event.after["watchedOn"] for event in told if event.after and "watchedOn" in event.after] == [
        "2026-05",
        "2026-04-02",
    ]
    assert told[-1].before is not None
    assert (told[-1].action, told[-1].before["loggedAt"]) == ("redate", log.at.isoformat())
