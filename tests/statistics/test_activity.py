"""Days, streaks and years."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from catlog.library.own_edits import standing_steps
from catlog.statistics.activity import (
    ActivityStreak,
    LoggedEdit,
    activity,
    by_day,
    current_streak,
    longest_streak,
    streaks,
)

DAY = date(2026, 11, 22)
days = st.sets(st.integers(0, 60).map(lambda ago: DAY - timedelta(days=ago)))


def on(*ago: int) -> list[LoggedEdit]:
    return [LoggedEdit(DAY - timedelta(days=number), 1, 1) for number in ago]


def test_a_correction_takes_back_the_slip_of_its_day_and_of_its_title_alone() -> None:
    done = [LoggedEdit(DAY, 1, 3), LoggedEdit(DAY, 1, -1), LoggedEdit(DAY, 2, -5), LoggedEdit(DAY, 3, 2)]
    (day,) = by_day(done, {1: 60, 2: 60})
    assert (day.changes, day.episodes, day.seconds, day.untimed) == (4, 4, 120, 2)


def test_the_current_streak_is_not_lost_before_the_day_is_over() -> None:
    for ago in ((0, 1, 2), (1, 2, 3)):
        found = current_streak(by_day(on(*ago), {}), DAY)
        assert found is not None
        assert found.days == 3
    assert current_streak(by_day(on(2, 3, 4), {}), DAY) is None


def test_the_streaks_of_a_year_are_what_of_them_lies_in_it() -> None:
    turn = date(2026, 1, 1)
    done = [LoggedEdit(turn + timedelta(days=number), 1, 1) for number in (-4, -3, -2, -1, 0, 1)]
    days_, today = by_day(done, {}), turn + timedelta(days=1)
    old, new = activity(days_, today=today, year=2025), activity(days_, today=today, year=2026)
    assert old.longest_streak == ActivityStreak(4, date(2025, 12, 28), date(2025, 12, 31))
    assert old.current_streak is None
    assert new.longest_streak == new.current_streak == ActivityStreak(2, turn, today)
    rolling = activity(days_, today=today)
    assert rolling.longest_streak == rolling.current_streak == ActivityStreak(6, date(2025, 12, 28), today)


def test_the_longest_streak_is_the_latest_of_those_that_are_as_long() -> None:
    found = longest_streak(by_day(on(20, 19, 10, 9, 3), {}))
    assert found == ActivityStreak(2, DAY - timedelta(days=10), DAY - timedelta(days=9))


@given(days)
def test_streaks_are_all_active_days_and_never_touch(active: set[date]) -> None:
    runs = streaks(by_day([LoggedEdit(day, 1, 0) for day in active], {}))
    covered = [run.start + timedelta(days=number) for run in runs for number in range(run.days)]
    assert covered == sorted(active)
    assert all(after.start - before.end > timedelta(days=1) for before, after in pairwise(runs))


def test_a_rolling_year_is_53_weeks_that_end_today() -> None:
    seen = activity(by_day(on(0, 371, 400), {}), today=DAY)
    assert (seen.start.weekday(), seen.end) == (0, DAY)
    assert (DAY - seen.start).days // 7 == 52
    assert [month.month for month in seen.months][::11] == ["2025-12", "2026-11"]
    assert seen.changes == 1


def test_a_calendar_year_has_its_own_days_and_months() -> None:
    seen = activity(
        by_day([*on(0), LoggedEdit(date(2025, 12, 31), 1, 0), LoggedEdit(date(2026, 1, 1), 1, 0)], {}),
        today=DAY,
        year=2025,
    )
    assert (seen.start, seen.end, seen.changes) == (date(2025, 1, 1), date(2025, 12, 31), 1)
    assert [month.changes for month in seen.months] == [0] * 11 + [1]
    assert seen.longest_streak == ActivityStreak(1, date(2025, 12, 31), date(2025, 12, 31))


def test_undone_edits_do_not_stand_and_redone_ones_do() -> None:
    edits = [(1, 1, 0), (2, 2, 1)]
    assert standing_steps([]) == frozenset()
    assert standing_steps(edits) == {1, 2}
    undone = [*edits, (3, 1, None)]
    assert standing_steps(undone) == {1}
    assert standing_steps([*undone, (4, 2, None)]) == {1, 2}
    assert standing_steps([*undone, (4, 4, 1)]) == {1, 4}
    assert standing_steps([*undone, (4, 0, None)]) == frozenset()
