"""The edges of the definitions: unknown values, ties, holes, single days, no days; and what answers carry."""

from datetime import date, timedelta
from typing import Any

import pytest

from catlog.analytics.days import describe_single_day
from catlog.analytics.history import daily_ranks, find_history, history
from catlog.analytics.movers import climbers, fallers, momentum
from catlog.analytics.new_entries import new_entries
from catlog.analytics.records import QueryResult
from catlog.analytics.streaks import streaks
from catlog.db.session import Database
from catlog.errors import NotFoundError
from tests.analytics.series import CROWD, FIRST_DAY, Snap, crowd, fill, title


def day(number: int) -> date:
    return FIRST_DAY + timedelta(days=number)


def days(*numbers: int) -> list[date]:
    return [day(number) for number in numbers]


def known(answer: QueryResult[Any]) -> list[Any]:
    """Return the rows that are not about the crowd."""
    return [row for row in answer.rows if row.mal_id < CROWD]


def test_an_empty_table_gives_answers_without_rows_or_days(database: Database) -> None:
    with database.read() as session:
        answers = [query(session) for query in (climbers, fallers, momentum, new_entries, streaks)]
        answers.append(history(session, 1))
        asked = climbers(session, as_of=day(0))
    assert all((answer.as_of, answer.last_day, answer.rows) == (None, None, ()) for answer in answers)
    assert (asked.as_of, asked.last_day, asked.rows) == (day(0), None, ())


def test_an_answer_carries_its_day_and_its_parameters(database: Database) -> None:
    fill(database, [Snap(1, day(0), 2), Snap(1, day(3), 1)], [1])
    with database.read() as session:
        answer = climbers(session, days=5, limit=None, within=10)
        assert (answer.as_of, answer.last_day) == (day(3), day(3))
        assert answer.parameters == {"days": 5, "limit": None, "within": 10}
        assert [(row.title, row.change, row.baseline_date) for row in answer.rows] == [(title(1), 1, day(0))]
        assert streaks(session).parameters == {"top": 10, "limit": 10, "max_gap": 3, "current": False}
        assert history(session, 1, days=2).parameters == {"mal_id": 1, "days": 2}


def test_a_day_without_snapshots_is_taken_at_its_word(database: Database) -> None:
    snaps = [Snap(1, day(0), 9), Snap(1, day(1), 5), Snap(2, day(1), 1), Snap(1, day(3), 2), Snap(3, day(3), 9)]
    fill(database, snaps + crowd(days(0, 1, 3), 51))
    with database.read() as session:
        answer = climbers(session, as_of=day(2))
        assert (answer.as_of, answer.last_day, answer.rows) == (day(2), day(1), ())
        assert [row.rank for row in new_entries(session, as_of=day(2)).rows] == [None]
        assert all(new_entries(session, top=top, days=1, as_of=day(2)).rows == () for top in (50, 51))
        stays = streaks(session, current=True, limit=None, as_of=day(2))
        assert [row.end for row in known(stays)] == [day(1), day(1)]


def test_equal_changes_are_ordered_by_rank_and_then_by_id(database: Database) -> None:
    before = [Snap(i, day(0), rank, 8.0) for i, rank in ((5, 11), (3, 11), (4, 12))]
    now = [Snap(i, day(1), rank, 8.5) for i, rank in ((5, 1), (3, 1), (4, 2))]
    fill(database, before + now)
    with database.read() as session:
        assert [row.mal_id for row in climbers(session).rows] == [3, 5, 4]
        assert [row.mal_id for row in momentum(session).rows] == [3, 4, 5]
        assert [row.mal_id for row in climbers(session, limit=1).rows] == [3]


def test_unknown_ranks_and_scores_are_passed_over_for_the_baseline(database: Database) -> None:
    fill(
        database,
        [
            Snap(1, day(0), None, 8.0, None),
            Snap(1, day(1), 9, None, 10),
            Snap(1, day(2), 4, 8.03, 30),
            Snap(2, day(0), 5, 8.0),
            Snap(2, day(2), None, 9.0),
        ],
    )
    with database.read() as session:
        (climber,) = climbers(session).rows
        (riser,) = momentum(session).rows
    assert (climber.mal_id, climber.baseline_rank, climber.baseline_date) == (1, 9, day(1))
    assert (riser.mal_id, riser.change, riser.baseline_date, riser.scored_by_growth) == (1, 0.03, day(0), None)


def test_within_looks_at_the_current_rank_of_climbers_and_at_the_former_one_of_fallers(database: Database) -> None:
    fill(database, [Snap(1, day(0), 30), Snap(1, day(1), 10), Snap(2, day(0), 10), Snap(2, day(1), 30)])
    with database.read() as session:
        for within, expected in ((9, []), (10, [1]), (0, [1])):
            assert [row.mal_id for row in climbers(session, within=within).rows] == expected
        for within, expected in ((9, []), (10, [2]), (0, [2])):
            assert [row.mal_id for row in fallers(session, within=within).rows] == expected


def test_nobody_is_new_on_the_first_day_of_all_and_nobody_twice(database: Database) -> None:
    snaps = [Snap(1, day(0), 50), Snap(2, day(1), 51), Snap(2, day(2), 50), Snap(3, day(2), 7), Snap(3, day(3), 60)]
    fill(database, [*snaps, Snap(2, day(9), 3), *crowd(days(0, 1, 2, 3, 9), 50)])
    with database.read() as session:
        found = new_entries(session, days=30).rows
        assert [(row.mal_id, row.first_date, row.first_rank, row.rank) for row in found] == [
            (3, day(2), 7, None),
            (2, day(2), 50, 3),
        ]
        assert new_entries(session, days=7).rows == ()
        assert new_entries(session, days=30, as_of=day(0)).rows == ()


def test_a_missed_run_breaks_no_streak_and_a_long_silence_breaks_all(database: Database) -> None:
    charts = days(0, 1, 4, 5, 9, 10)  # next days 3 and 4 days later
    fill(database, [Snap(1, day, 1) for day in charts] + crowd(charts))
    with database.read() as session:
        rows = known(streaks(session, limit=None))
        found = [(row.start, row.end, row.days, row.snapshots, row.current) for row in rows]
        assert found == [(day(0), day(5), 6, 4, False), (day(9), day(10), 2, 2, True)]
        assert [row.days for row in known(streaks(session, max_gap=4, limit=None))] == [11]
        assert [row.start for row in known(streaks(session, current=True, limit=None))] == [day(9)]


def test_a_day_on_which_others_were_seen_ends_a_streak(database: Database) -> None:
    fill(database, [Snap(1, day(0), 1), Snap(2, day(1), 2), Snap(1, day(2), 1), *crowd(days(0, 1, 2))])
    with database.read() as session:
        rows = known(streaks(session, limit=None))
        assert [(row.mal_id, row.days) for row in rows] == [(1, 1), (2, 1), (1, 1)]


def test_the_first_change_of_a_history_looks_before_the_window(database: Database) -> None:
    fill(
        database,
        [Snap(1, day(0), 9, 8.0), Snap(1, day(5), 4, None), Snap(1, day(8), 5, 8.29), Snap(1, day(9), None, 8.3)],
    )
    with database.read() as session:
        rows = history(session, 1, days=4).rows
        assert [(row.snapshot_date, row.rank_change, row.score_change) for row in rows] == [
            (day(5), 5, None),
            (day(8), -1, None),
            (day(9), None, 0.01),
        ]
        assert history(session, 2).rows == ()


@pytest.mark.parametrize("length", [0, 10**9])
def test_no_window_is_too_short_or_too_long(database: Database, length: int) -> None:
    fill(database, [Snap(1, day(0), 9, 8.0), Snap(1, day(5), 4, 8.1), *crowd(days(0, 5))])
    with database.read() as session:
        answers: list[QueryResult[object]] = [climbers(session, days=length), momentum(session, days=length)]
        answers += [new_entries(session, days=length, top=5), history(session, 1, days=length)]
    assert [len(answer.rows) for answer in answers] == ([0, 0, 0, 1] if length == 0 else [1, 1, 1, 2])


def test_rank_courses_have_a_place_for_every_day(database: Database) -> None:
    fill(database, [Snap(1, day(0), 9), Snap(1, day(2), 4), Snap(2, day(1), None), Snap(1, day(4), 1)])
    with database.read() as session:
        assert daily_ranks(session, [1, 2, 3], day(0), day(3)) == {
            1: [9, None, 4, None],
            2: [None] * 4,
            3: [None] * 4,
        }
        assert daily_ranks(session, [], day(0), day(3)) == {}


def test_a_history_can_be_asked_for_by_an_id_with_snapshots_or_by_a_title(database: Database) -> None:
    fill(database, [Snap(5, day(0), 9), Snap(86, day(0), 8)], [86])
    with database.read() as session:
        assert [row.mal_id for row in find_history(session, "#5").rows] == [5]
        assert [row.mal_id for row in find_history(session, "anime NUMBER 86").rows] == [86]
        with pytest.raises(NotFoundError):
            find_history(session, "6")


def test_without_any_snapshot_nobody_is_looked_for(database: Database) -> None:
    with database.read() as session:
        answer = find_history(session, "no such title", days=3)
    assert (answer.last_day, answer.parameters, answer.rows) == (None, {"mal_id": None, "days": 3}, ())


def test_a_day_that_is_alone_in_its_window_is_said_to_be_alone_and_two_still_ones_are_not(database: Database) -> None:
    fill(database, crowd(days(0, 20), 51))
    queries = (climbers, fallers, momentum, new_entries)
    with database.read() as session:
        alone = [describe_single_day(session, query(session, days=7)) for query in queries]
        still = [describe_single_day(session, query(session, days=20)) for query in queries]
        ever, never = streaks(session), climbers(session, as_of=day(-9))
        assert (describe_single_day(session, ever), describe_single_day(session, never)) == ("", "")
    assert alone == [f"{day(20)} is the only day of these 7 with snapshots: changes need a second one"] * 4
    assert still == [""] * 4
