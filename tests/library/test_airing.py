"""The next episodes of a list, with what is known of their numbers."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event

from catlog.db.bulk import upsert
from catlog.db.models import AiredEpisode
from catlog.db.session import Database
from catlog.library.airing import Broadcast, aired_episodes, known_unwatched, unwatched_episodes, upcoming_episodes
from catlog.library.broadcasts import load_broadcasts
from catlog.library.edits import Add, SetOffset, Watch, WatchTo
from catlog.library.entries import Origin, Status
from catlog.library.history import redo, undo
from catlog.library.listing import load_list
from catlog.library.numbering import EpisodeTotal
from catlog.library.writer import edit
from tests.catalogue.samples import anime, write
from tests.library.people import new_owner

FRIDAYS = Broadcast(
    52991,
    "Sousou no Frieren",
    Status.WATCHING,
    watched=5,
    episodes=12,
    airing_status="Currently Airing",
    first_day=date(2026, 10, 2),
    weekday="Fridays",
    clock_time="23:00",
    zone="Asia/Tokyo",
)
DATED = FRIDAYS._replace(aired_days=tuple((n + 1, date(2026, 10, 2) + timedelta(weeks=n)) for n in range(8)))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


NOW = at("2026-11-22T18:00")


def test_the_next_slot_is_told_with_its_episode_and_how_far_one_is_behind() -> None:
    (airing,) = upcoming_episodes([FRIDAYS], now=NOW, until=NOW + timedelta(days=7))
    assert (airing.at, airing.episode, airing.behind) == (at("2026-11-27T14:00"), 9, 3)
    assert (airing.estimate, airing.behind_estimate) == (True, True), "only the premiere is known"
    assert aired_episodes(FRIDAYS, NOW) == EpisodeTotal(8, estimate=True)


def test_days_that_are_stored_tell_what_waits_for_certain() -> None:
    (airing,) = upcoming_episodes([DATED], now=NOW, until=NOW + timedelta(days=7))
    assert (airing.episode, airing.estimate, airing.behind) == (9, True, 3)
    assert (known_unwatched(DATED, NOW), known_unwatched(FRIDAYS, NOW)) == (3, None)
    dated_on = DATED._replace(aired_days=(*DATED.aired_days, (9, date(2026, 11, 27))))
    (known,) = upcoming_episodes([dated_on], now=NOW, until=NOW + timedelta(days=7))
    assert (known.episode, known.estimate, known.behind, known.behind_estimate) == (9, False, 3, False)


def test_nobody_is_behind_by_what_nobody_knows() -> None:
    conan = FRIDAYS._replace(episodes=None, first_day=date(1996, 1, 8), watched=265)
    (airing,) = upcoming_episodes([conan], now=NOW, until=NOW + timedelta(days=7))
    assert (airing.episode, airing.behind, airing.estimate) == (None, None, True)
    assert (aired_episodes(conan, NOW), unwatched_episodes(conan, NOW), known_unwatched(conan, NOW)) == (
        None,
        None,
        None,
    )


@pytest.mark.parametrize(
    ("offset", "shown"), [(-1, (8, 11)), (12, (21, 24)), (-8, (1, 4)), (-9, (None, 3)), (-12, (None, None))]
)
def test_an_offset_moves_what_is_shown_of_a_broadcast_and_nothing_that_is_counted(
    offset: int, shown: tuple[int | None, int | None]
) -> None:
    mine = DATED._replace(offset=offset)
    (airing,) = upcoming_episodes([mine], now=NOW, until=NOW + timedelta(days=7))
    assert (airing.episode, airing.episodes) == shown
    assert (airing.source_episode, airing.estimate, airing.behind, known_unwatched(mine, NOW)) == (9, True, 3, 3)
    assert (aired_episodes(mine, NOW), unwatched_episodes(mine, NOW)) == (
        EpisodeTotal(8, estimate=True),
        EpisodeTotal(3, estimate=True),
    )
    over = mine._replace(airing_status="Finished Airing", watched=12)
    assert (unwatched_episodes(over, NOW), known_unwatched(over, NOW)) == (EpisodeTotal(0, estimate=False), 0)


def test_a_double_premiere_keeps_its_order_below_the_first_number_that_is_shown() -> None:
    day = date(2026, 11, 27)
    mine = FRIDAYS._replace(offset=-5, aired_days=((1, day), (2, day)), first_day=None)
    found = upcoming_episodes([mine], now=NOW, until=NOW + timedelta(days=6))
    assert [(one.source_episode, one.episode, one.estimate) for one in found] == [(1, None, False), (2, None, False)]


def test_a_slot_that_is_just_now_has_aired() -> None:
    moment = at("2026-11-27T14:00")
    assert aired_episodes(FRIDAYS, moment) == EpisodeTotal(9, estimate=True)
    assert aired_episodes(FRIDAYS, moment - timedelta(seconds=1)) == EpisodeTotal(8, estimate=True)
    assert upcoming_episodes([FRIDAYS], now=moment, until=moment + timedelta(days=7))[0].episode == 10


def test_a_premiere_outside_the_slot_counts_as_the_slot_after_it() -> None:
    early = FRIDAYS._replace(first_day=date(2026, 9, 29))
    (first,) = upcoming_episodes([early], now=at("2026-09-28T00:00"), until=at("2026-10-03T00:00"))
    assert (first.at, first.episode) == (at("2026-10-02T14:00"), 1)


def test_the_last_episode_is_the_last() -> None:
    now = at("2026-12-18T14:00")
    assert upcoming_episodes([FRIDAYS], now=now, until=now + timedelta(days=60)) == []
    assert aired_episodes(FRIDAYS, now) == EpisodeTotal(12, estimate=True)


def test_nobody_guesses_where_the_slot_is_unknown() -> None:
    for unknown in (
        FRIDAYS._replace(weekday=None),
        FRIDAYS._replace(clock_time=None),
        FRIDAYS._replace(clock_time="late"),
        FRIDAYS._replace(weekday="Not scheduled once per week"),
        FRIDAYS._replace(first_day=None),
    ):
        assert aired_episodes(unknown, NOW) is None
        assert upcoming_episodes([unknown], now=NOW, until=NOW + timedelta(days=30)) == []


def test_a_finished_title_has_all_its_episodes_and_no_next_one() -> None:
    over = FRIDAYS._replace(airing_status="Finished Airing")
    assert aired_episodes(over, NOW) == EpisodeTotal(12, estimate=False)
    assert (unwatched_episodes(over, NOW), known_unwatched(over, NOW)) == (EpisodeTotal(7, estimate=False), 7)
    assert upcoming_episodes([over], now=NOW, until=at("2027-11-22T18:00")) == []
    assert aired_episodes(over._replace(episodes=None), NOW) is None


def test_a_broadcast_keeps_its_time_on_the_clock_over_the_change_of_the_hour() -> None:
    london = FRIDAYS._replace(zone="Europe/London", first_day=date(2026, 10, 16))
    now = at("2026-10-16T00:00")
    times = [airing.at for airing in upcoming_episodes([london], now=now, until=now + timedelta(days=21))]
    assert times == [at("2026-10-16T22:00"), at("2026-10-23T22:00"), at("2026-10-30T23:00")]


def test_a_viewer_sees_the_local_time_of_each_day() -> None:
    now = at("2026-10-16T00:00")
    airings = upcoming_episodes([FRIDAYS._replace(episodes=None)], now=now, until=now + timedelta(days=21))
    berlin = [airing.at.astimezone(ZoneInfo("Europe/Berlin")).strftime("%a %H:%M") for airing in airings]
    assert berlin == ["Fri 16:00", "Fri 16:00", "Fri 15:00"]


SLOT: dict[str, Any] = {
    "status": "Currently Airing",
    "aired_from": date(2026, 10, 2),
    "broadcast_day": "Fridays",
    "broadcast_time": "23:00",
    "broadcast_timezone": "Asia/Tokyo",
}


def _store(database: Database, mal_id: int, *days: date) -> None:
    with database.connect_to_write() as connection:
        rows = [(mal_id, number, day) for number, day in enumerate(days, start=1)]
        upsert(connection, AiredEpisode, ("mal_id", "number", "aired"), rows)


def test_a_list_is_read_with_its_days_in_one_query_at_any_length(database: Database) -> None:
    owner = new_owner(database)
    write(
        database,
        *(anime(n, f"title {n}", **SLOT) for n in range(1, 31)),
        anime(31, "over", status="Finished Airing", episodes=2),
    )
    for mal_id in range(1, 32):
        edit(database, owner, mal_id, Add(Status.WATCHING), origin=Origin.CLI)
        _store(database, mal_id, date(2026, 10, 2), date(2026, 10, 9))
    edit(database, owner, 1, SetOffset(3), origin=Origin.CLI)
    sent: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *args: sent.append(args[2]))
    with database.read() as session:
        found = {one.mal_id: one for one in load_broadcasts(session, owner.user_id)}
    assert len([statement for statement in sent if statement.startswith("SELECT")]) == 1
    assert found[1].aired_days == ((1, date(2026, 10, 2)), (2, date(2026, 10, 9)))
    assert (found[1].offset, found[2].offset, found[31].aired_days) == (3, 0, ())


@pytest.mark.parametrize("offset", [-1, 12])
def test_an_offset_is_an_edit_like_any_other(database: Database, offset: int) -> None:
    owner = new_owner(database)
    write(database, anime(1, "Kaze", episodes=12))
    edit(database, owner, 1, Add(Status.WATCHING), origin=Origin.CLI)
    edit(database, owner, 1, WatchTo(3), SetOffset(offset), origin=Origin.CLI)

    def stored() -> tuple[int, int]:
        with database.read() as session:
            (row,) = load_list(session, owner.user_id)
        return row.episode_offset, row.episodes_watched

    assert stored() == (offset, 3)
    undo(database, owner, 1)
    assert stored() == (0, 0)
    redo(database, owner, 1)
    assert stored() == (offset, 3)


@pytest.mark.parametrize("offset", [-1, 25])
def test_whatever_the_offset_the_last_episode_of_the_source_completes(database: Database, offset: int) -> None:
    owner = new_owner(database)
    write(database, anime(1, "Kaze", episodes=24))
    edit(database, owner, 1, Add(Status.WATCHING), SetOffset(offset), WatchTo(23), origin=Origin.CLI)
    edit(database, owner, 1, Watch(), origin=Origin.CLI)
    with database.read() as session:
        (row,) = load_list(session, owner.user_id)
    assert (row.status, row.episodes_watched) == (Status.COMPLETED, 24)
