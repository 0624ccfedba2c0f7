"""The outlook of a list: what was logged this week, what ends at this pace, and what is left."""

from datetime import UTC, date, datetime, timedelta

from catlog import clock
from catlog.db.session import Database
from catlog.library.edits import Add, SetStatus, Watch
from catlog.library.entries import Origin, Status
from catlog.library.writer import edit
from catlog.statistics.outlook import read_outlook
from tests.catalogue.samples import anime, write
from tests.library.people import new_owner

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)


def test_a_week_a_pace_and_the_hours_left(database: Database) -> None:
    write(
        database,
        anime(1, "Kaze", episodes=24, duration="24 min per ep", status="Finished Airing"),
        anime(2, "Umi", episodes=12, duration="24 min per ep", status="Currently Airing"),
        anime(3, "Sora", episodes=10, duration="1 hr per ep", status="Finished Airing"),
        anime(4, "Yama", episodes=None, duration=None, status="Finished Airing"),
    )
    owner = new_owner(database)
    added: set[int] = set()
    for days, mal_id, episodes in ((90, 4, 3), (20, 1, 8), (2, 1, 4), (1, 2, 1)):
        with clock.stopped_at(NOW - timedelta(days=days)):
            if mal_id not in added:
                added.add(mal_id)
                edit(database, owner, mal_id, Add(), origin=Origin.APP)
            edit(database, owner, mal_id, Watch(episodes), origin=Origin.APP)
    with clock.stopped_at(NOW):
        edit(database, owner, 3, Add(), origin=Origin.APP)
        edit(database, owner, 3, SetStatus(Status.PLAN_TO_WATCH), origin=Origin.APP)
        with database.read() as session:
            outlook = read_outlook(session, owner.user_id, now=NOW, today=NOW.date())
    assert (outlook.logged, outlook.seconds) == (5, 5 * 24 * 60)
    assert outlook.ends == (1, date(2026, 12, 20)), "12 of 24 in four weeks leave 12: four weeks more"
    assert outlook.left == {"WATCHING": (12 + 11) * 24 * 60, "PLAN_TO_WATCH": 10 * 3600}


def test_an_empty_list_has_an_empty_outlook(database: Database) -> None:
    owner = new_owner(database)
    with database.read() as session:
        outlook = read_outlook(session, owner.user_id, now=NOW, today=NOW.date())
    assert (outlook.logged, outlook.ends, outlook.left) == (0, None, {})
