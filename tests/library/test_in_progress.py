"""Titles in progress, what is next in line, and what begins soon."""

from datetime import UTC, date, datetime
from typing import Any

from catlog import clock
from catlog.accounts.sessions import SignedIn
from catlog.db.session import Database
from catlog.library.edits import Add, Rate, SetStatus, Watch
from catlog.library.entries import Origin, Status
from catlog.library.in_progress import read_in_progress, read_planned_titles
from catlog.library.premieres import read_premieres
from catlog.library.records import Premiere
from catlog.library.writer import edit
from tests.catalogue.samples import anime, write
from tests.library.people import BEBOP, FRIEREN, GINTAMA, PERFECT_BLUE

TODAY = date(2026, 11, 30)


def test_the_last_log_of_an_episode_is_when_a_title_was_seen(database: Database, owner: SignedIn) -> None:
    first, second = datetime(2026, 10, 1, 20, tzinfo=UTC), datetime(2026, 10, 12, 21, tzinfo=UTC)
    with clock.stopped_at(first):
        edit(database, owner, FRIEREN, Add(), Watch(3), origin=Origin.APP)
    with clock.stopped_at(second):
        edit(database, owner, FRIEREN, Watch(1), origin=Origin.APP)
        edit(database, owner, GINTAMA, Add(), SetStatus(Status.WATCHING), origin=Origin.APP)
    with clock.stopped_at(datetime(2026, 11, 1, tzinfo=UTC)):
        edit(database, owner, FRIEREN, Rate(9), origin=Origin.APP)
    with database.read() as session:
        rows = read_in_progress(session, owner.user_id, now=clock.now(), limit=9)
    assert {row.mal_id: (row.watched, row.seen_at) for row in rows} == {FRIEREN: (4, second), GINTAMA: (0, None)}


def test_planned_titles_come_in_the_order_of_their_reasons(database: Database, owner: SignedIn) -> None:
    for mal_id in (BEBOP, PERFECT_BLUE, GINTAMA):
        edit(database, owner, mal_id, Add(Status.PLAN_TO_WATCH), origin=Origin.APP)
    with database.read() as session:
        rows = read_planned_titles(session, owner.user_id, {GINTAMA: "best", 404: "gone", BEBOP: ""})
    assert [(row.mal_id, row.why, row.status) for row in rows] == [
        (GINTAMA, "best", "PLAN_TO_WATCH"),
        (BEBOP, "", "PLAN_TO_WATCH"),
    ]


def test_what_begins_soon_is_planned_or_waited_for_by_many(database: Database, owner: SignedIn) -> None:
    def coming(mal_id: int, day: date | None, members: int, **facts: Any) -> object:  # noqa: ANN401 - of AnimeRecord
        facts = {"status": "Not yet aired", "aired_from": day, "members": members, **facts}
        return anime(mal_id, f"title {mal_id}", **facts)

    write(
        database,
        coming(701, date(2027, 1, 10), 10),
        coming(702, date(2027, 1, 3), 9_000),
        coming(703, date(2027, 1, 5), 8_000),
        coming(704, TODAY, 99_000),
        coming(705, date(2027, 9, 1), 99_000),
        coming(706, None, 99_000),
        coming(707, date(2026, 12, 24), 99_000, status="Currently Airing"),
        coming(708, date(2026, 12, 25), 99_000),
    )
    edit(database, owner, 701, Add(Status.PLAN_TO_WATCH), origin=Origin.APP)
    edit(database, owner, 708, Add(Status.DROPPED), origin=Origin.APP)
    with database.read() as session:
        found = read_premieres(session, owner.user_id, after=TODAY, until=date(2027, 1, 31), limit=2)
    assert found == (
        Premiere(702, "title 702", date(2027, 1, 3), None),
        Premiere(701, "title 701", date(2027, 1, 10), "PLAN_TO_WATCH"),
    )
