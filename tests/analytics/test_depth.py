"""Days that are no charts, or shallow ones: they take nobody's place, and are never what a question is about."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import pytest

from catlog.analytics.days import chart_days, default_day, describe_days
from catlog.analytics.history import history
from catlog.analytics.movers import climbers, fallers, momentum
from catlog.analytics.new_entries import new_entries
from catlog.analytics.records import QueryResult
from catlog.analytics.streaks import streaks
from catlog.db.session import Database
from tests.analytics.series import CROWD, FIRST_DAY, Snap, crowd, fill

AIRING = [(700, 8), (701, 90), (702, 400), (703, 1200)]
"""What a day has that only the airing source filled: ids and their ranks."""


def day(number: int) -> date:
    return FIRST_DAY + timedelta(days=number)


def chart(number: int, *titles: tuple[int, int | None], top: int = 60) -> list[Snap]:
    """Return the chart of a day, with some titles at some ranks in place of the crowd's."""
    taken = {rank for _, rank in titles}
    others = [snap for snap in crowd([day(number)], top) if snap.rank not in taken]
    return others + [Snap(mal_id, day(number), rank, 8.0) for mal_id, rank in titles]


def beside(number: int, titles: Iterable[tuple[int, int | None]] = AIRING) -> list[Snap]:
    return [Snap(mal_id, day(number), rank, 7.0) for mal_id, rank in titles]


def stays(database: Database, mal_id: int = 1, **asked: Any) -> list[tuple[date, date, int, int, bool]]:  # noqa: ANN401
    with database.read() as session:
        rows = streaks(session, limit=None, **asked).rows
    return [(row.start, row.end, row.days, row.snapshots, row.current) for row in rows if row.mal_id == mal_id]


def asked(database: Database) -> dict[str, QueryResult[Any]]:
    with database.read() as session:
        answers = [query(session) for query in (climbers, fallers, momentum, new_entries, streaks)]
        answers.append(history(session, 1))
    return dict(zip(("climbers", "fallers", "momentum", "new", "streaks", "history"), answers, strict=True))


def test_a_day_of_another_source_breaks_no_streak_makes_no_entries_and_is_no_default(database: Database) -> None:
    week = [snap for number in (0, 1, 2, 4) for snap in chart(number, (1, 12 - number))]
    fill(database, week + beside(3) + beside(5) + beside(6))
    answers = asked(database)
    assert {answer.as_of for answer in answers.values()} == {day(4)}
    assert {answer.passed_over for answer in answers.values()} == {(day(5), day(6))}
    assert [(row.mal_id, row.change) for row in answers["climbers"].rows] == [(1, 4)]
    assert stays(database) == [(day(2), day(4), 3, 2, True)]
    assert stays(database, CROWD + 1) == [(day(0), day(4), 5, 4, True)]
    # 700 was seen at rank 8 by another source first: a rank is true wherever it comes from.
    entered = [(row.mal_id, row.first_date, row.rank) for row in answers["new"].rows if row.mal_id < CROWD]
    assert entered == [(700, day(3), None)]
    with database.read() as session:
        assert [row.mal_id for row in climbers(session, as_of=day(5)).rows] == [], "asked for, taken literally"
        assert [row.first_rank for row in new_entries(session, as_of=day(6)).rows] == [8, 12]
        assert not climbers(session, as_of=day(5)).passed_over


def test_after_a_day_of_another_source_the_next_chart_is_not_full_of_new_entries(database: Database) -> None:
    fill(database, beside(0) + chart(1) + beside(2) + chart(3, (5, 7)))
    with database.read() as session:
        assert [row.mal_id for row in new_entries(session).rows] == [5]


def test_a_day_of_one_page_is_a_day_of_the_top_10_and_not_of_the_top_50(database: Database) -> None:
    snaps = chart(0, (1, 3), (2, 40)) + chart(1, (1, 3), top=25) + chart(2, (1, 3), (2, 40))
    fill(database, snaps)
    assert stays(database, 1, top=10) == [(day(0), day(2), 3, 3, True)]
    assert stays(database, 2, top=50) == [(day(0), day(2), 3, 2, True)]
    fill(database, snaps[: -len(chart(2))])
    with database.read() as session:
        assert (streaks(session, top=10).as_of, streaks(session, top=10).passed_over) == (day(1), ())
        assert (streaks(session, top=50).as_of, streaks(session, top=50).passed_over) == (day(0), (day(1),))
        assert climbers(session).as_of == day(0), "27 is less than half of 66"


@pytest.mark.parametrize(("page", "expected"), [(29, 7), (30, 8)])
def test_a_chart_half_as_deep_as_those_before_is_the_default(database: Database, page: int, expected: int) -> None:
    depths = [(number, 60) for number in range(8)] + [(8, page)]  # 66, then 32 or 33
    fill(database, [snap for number, top in depths for snap in crowd([day(number)], top)])
    with database.read() as session:
        assert default_day(session.connection()) == day(expected)


def test_only_the_seven_chart_days_before_count(database: Database) -> None:
    deep = crowd([day(0)], 100)
    for shallow, expected in ((range(2, 9), 0), (range(2, 10), 9)):  # the eighth has only shallow ones before it
        fill(database, deep + [snap for n in shallow for snap in crowd([day(n)], 12)] + beside(1) + beside(20))
        with database.read() as session:
            assert default_day(session.connection()) == day(expected)


def test_a_long_time_without_a_whole_chart_is_passed_over(database: Database) -> None:
    tops = [60] * 3 + [25] * 6
    fill(database, [snap for n, top in enumerate(tops) for snap in crowd([day(n)], top)])
    with database.read() as session:
        answer = climbers(session)
    assert (answer.as_of, answer.passed_over) == (day(2), tuple(day(n) for n in range(3, 9)))
    assert describe_days(answer) == (
        "passed over, as the chart is missing or less than half as deep as before: 2024-01-04…2024-01-09"
    )


def test_without_any_chart_the_latest_day_is_asked_for(database: Database) -> None:
    fill(database, beside(0) + beside(4))
    answers = asked(database)
    assert {answer.as_of for answer in answers.values()} == {day(4)}
    assert (answers["streaks"].rows, answers["new"].rows) == ((), ())
    assert describe_days(answers["climbers"]) == ""
    assert describe_days(answers["streaks"]) == ("no day up to 2024-01-05 has a chart of 10: no day has a chart at all")


def test_a_question_about_more_than_any_chart_says_how_deep_the_deepest_is(database: Database) -> None:
    fill(database, crowd([day(0), day(1)], 25))
    with database.read() as session:
        answer = new_entries(session)
    assert (answer.rows, answer.deepest, answer.as_of) == ((), 27, day(1))
    assert describe_days(answer) == "no day up to 2024-01-02 has a chart of 50: the deepest reaches 27"


def test_a_chart_without_its_first_page_is_none(database: Database) -> None:
    fill(database, chart(0, (1, 3)) + crowd([day(1)], 75)[25:] + chart(2, (1, 3)))
    with database.read() as session:
        assert [(row.depth, row.snapshots) for row in chart_days(session).rows] == [(66, 60), (0, 50), (66, 60)]
    assert stays(database) == [(day(0), day(2), 3, 2, True)]


def test_a_partial_day_counts_as_far_as_it_goes(database: Database) -> None:
    partial = [snap for snap in chart(1, (1, 3)) if (snap.rank or 0) not in range(26, 51)]
    fill(database, chart(0, (1, 3), (2, 55)) + partial + chart(2, (1, 3), (2, 55)))
    with database.read() as session:
        assert [row.depth for row in chart_days(session).rows] == [66, 27, 66]
    assert stays(database, 1, top=10) == [(day(0), day(2), 3, 3, True)]
    assert stays(database, 2, top=60) == [(day(0), day(2), 3, 2, True)]


@pytest.mark.parametrize(
    ("middle", "expected"),
    [
        ([], [(0, 2, 2)]),  # no snapshot, and a rank is skipped: it may have been there
        ([(1, None)], [(0, 0, 1), (2, 2, 1)]),  # a snapshot without a rank
        ([(1, 61)], [(0, 0, 1), (2, 2, 1)]),  # a snapshot further down
        ([(9, 3)], [(0, 0, 1), (2, 2, 1)]),  # the place is another's: the chart is full, so it has fallen
    ],
)
def test_a_title_without_a_snapshot_on_a_chart_with_a_gap_is_unknown_and_not_fallen(
    database: Database, middle: list[tuple[int, int | None]], expected: list[tuple[int, int, int]]
) -> None:
    gap = [snap for snap in crowd([day(1)], 60) if snap.rank != 3]
    fill(database, chart(0, (1, 3)) + gap + beside(1, middle) + chart(2, (1, 3)))
    wanted = [(day(a), day(b), b - a + 1, count, b == 2) for a, b, count in reversed(expected)]
    assert stays(database) == wanted


def test_unknown_days_in_a_row_are_bridged_and_the_last_one_is_not_current(database: Database) -> None:
    gaps = [snap for snap in crowd([day(n) for n in (1, 2, 4)], 60) if snap.rank != 3]
    fill(database, chart(0, (1, 3)) + gaps + chart(3, (1, 3)))
    assert stays(database) == [(day(0), day(3), 4, 2, False)]
    assert stays(database, current=True) == []
    assert stays(database, as_of=day(3), current=True) == [(day(0), day(3), 4, 2, True)]


def test_a_hole_ends_a_stay_beside_unknown_days_too(database: Database) -> None:
    gap = [snap for snap in crowd([day(1)], 60) if snap.rank != 3]
    fill(database, chart(0, (1, 3)) + gap + chart(5, (1, 3)))
    assert stays(database) == [(day(5), day(5), 1, 1, True), (day(0), day(0), 1, 1, False)]
    assert stays(database, max_gap=4) == [(day(0), day(5), 6, 2, True)]


def test_days_without_a_chart_between_two_charts_may_make_a_hole(database: Database) -> None:
    fill(database, chart(0, (1, 3)) + beside(2) + chart(4, (1, 3)))
    assert len(stays(database)) == 2, "four days from one chart to the next"
    assert len(stays(database, max_gap=4)) == 1


def test_within_0_keeps_titles_without_a_rank(database: Database) -> None:
    before, now = [[Snap(i, day(n), rank, 8.0 + n / 10) for i, rank in ((1, 5), (2, None))] for n in (0, 1)]
    fill(database, before + now + crowd([day(0), day(1)]))
    with database.read() as session:
        assert [(row.mal_id, row.rank, row.change) for row in momentum(session, within=0).rows] == [
            (1, 5, 0.1),
            (2, None, 0.1),
        ]
        assert [row.mal_id for row in momentum(session, within=1000).rows] == [1]
