"""Episode numbers: known where a stored day tells them, marked where they are counted, none where nothing does."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bench import episodes
from catlog.library.numbering import (
    REACH,
    SEASON,
    AiredDays,
    EpisodeTotal,
    Numbering,
    Showing,
    number_text,
    without_outliers,
)
from catlog.library.weekly import WeeklySlot, weekly_slot

PREMIERE = date(2026, 10, 2)  # a Friday
FRIDAYS = weekly_slot(PREMIERE, "Fridays", "23:00", "Asia/Tokyo")
assert FRIDAYS is not None


def friday(number: int) -> date:
    return PREMIERE + timedelta(weeks=number)


def days(first: int, *weeks: int) -> AiredDays:
    """Return episodes from number `first` on, by the weeks after the premiere that each aired in."""
    return tuple((first + place, friday(week)) for place, week in enumerate(weeks))


def told(*, aired: AiredDays = (), total: int | None = None, premiere: date | None = PREMIERE) -> Numbering:
    return Numbering(aired, FRIDAYS, premiere=premiere, total=total)


def shown(numbering: Numbering, week: int, *, until: int | None = None) -> list[str | None]:
    """Return what airs in the weeks of slots `week` up to `until`, as people read it."""
    found = numbering.between(moment(week) - timedelta(days=3), moment(until if until is not None else week))
    return [number_text(showing.number, estimate=showing.estimate) for showing in found]


def moment(week: int) -> datetime:
    """Return the instant of a slot."""
    assert FRIDAYS is not None
    return FRIDAYS.at(week)


def test_a_number_is_known_where_its_own_day_is_stored_and_counted_after_that() -> None:
    numbering = told(aired=days(1, 0, 1, 2), total=12)
    assert shown(numbering, 0, until=5) == ["1", "2", "3", "~4", "~5", "~6"]
    assert numbering.known_released(moment(4)) == 3
    assert numbering.released(moment(4)) == EpisodeTotal(5, estimate=True)


def test_a_day_that_is_told_beforehand_makes_the_count_known() -> None:
    numbering = told(aired=days(1, 0, 1, 2, 4), total=12)  # a break in week 3
    assert numbering.released(moment(3)) == EpisodeTotal(3, estimate=False)
    assert shown(numbering, 2, until=5) == ["3", "4", "~5"]


def test_a_break_shows_nothing_and_moves_what_follows() -> None:
    numbering = told(aired=days(1, 0, 1, 4, 5), total=12)
    assert shown(numbering, 0, until=7) == ["1", "2", "3", "4", "~5", "~6"]
    assert numbering.released(moment(6)) == EpisodeTotal(5, estimate=True)


def test_a_long_break_is_still_one() -> None:
    assert shown(told(aired=days(1, 0, 30)), 0, until=31) == ["1", "2", "~3"]


def test_a_double_premiere_counts_as_two() -> None:
    numbering = told(aired=days(1, 0, 0, 1), total=12)
    assert shown(numbering, 0, until=2) == ["1", "2", "3", "~4"]
    assert numbering.known_released(moment(0)) == 2


def test_days_that_are_missing_between_two_are_counted() -> None:
    assert shown(told(aired=((1, friday(0)), (5, friday(4)))), 0, until=4) == ["1", "~2", "~3", "~4", "5"]
    assert shown(told(aired=((1, friday(0)), (4, friday(4)))), 0, until=4) == ["1", "~2", "~3", "4"]


def test_a_moved_episode_has_its_own_day_and_leaves_its_slot() -> None:
    numbering = told(aired=((1, friday(0)), (2, friday(1) + timedelta(days=3))), total=12)
    found = list(numbering.between(moment(1) - timedelta(days=3), moment(2)))
    assert found == [
        Showing(moment(1) + timedelta(days=3), 2, estimate=False),
        Showing(moment(2), 3, estimate=True),
    ]
    assert numbering.known_released(moment(1)) == 1


def test_the_total_is_the_end() -> None:
    numbering = told(aired=days(1, 0, 1, 2), total=4)
    assert shown(numbering, 2, until=9) == ["3", "~4"]
    assert numbering.released(moment(9)) == EpisodeTotal(4, estimate=True)
    whole = told(aired=days(1, 0, 1, 2), total=3)
    assert whole.released(moment(9)) == EpisodeTotal(3, estimate=False)
    assert shown(whole, 3, until=9) == []


def test_a_title_of_one_season_is_counted_to_its_end_and_a_longer_one_for_some_weeks() -> None:
    for total in (None, SEASON + 1, 1200):
        numbering = told(aired=days(1, 0, 1), total=total)
        assert shown(numbering, 1 + REACH) == [f"~{2 + REACH}"]
        assert shown(numbering, 2 + REACH) == [None]
        assert numbering.released(moment(2 + REACH)) is None
        assert numbering.known_released(moment(2 + REACH)) == 2
    assert shown(told(aired=days(1, 0, 1), total=SEASON), SEASON - 1) == [f"~{SEASON}"]


def test_the_premiere_counts_where_a_total_bounds_it_and_for_a_season() -> None:
    assert shown(told(total=12), 0, until=12)[::11] == ["~1", "~12"]
    assert told(total=12).released(moment(5)) == EpisodeTotal(6, estimate=True)
    assert told(total=12).known_released(moment(5)) is None
    assert shown(told(total=100), SEASON - 1, until=SEASON) == [f"~{SEASON}", None]
    assert told(total=100).released(moment(SEASON)) is None


def test_without_a_day_and_a_total_there_is_no_number_but_the_first() -> None:
    assert shown(told(), -1, until=3) == ["~1", None, None, None]
    assert told().released(moment(3)) is None


def test_before_the_premiere_nothing_is_out() -> None:
    assert told().released(moment(0) - timedelta(days=1)) == EpisodeTotal(0, estimate=True)
    assert told(aired=days(1, 0)).released(moment(0) - timedelta(days=1)) == EpisodeTotal(0, estimate=False)


def test_a_title_that_runs_for_decades_is_numbered_by_its_last_page_alone() -> None:
    """Detective Conan and One Piece: 27 years of weekly slots are not 1,400 episodes."""
    slot = weekly_slot(date(1999, 10, 20), "Sundays", "23:15", "Asia/Tokyo")
    assert slot is not None
    sunday = date(2026, 4, 5)
    last = tuple((1156 + number, sunday + timedelta(weeks=number)) for number in range(5))
    now = datetime(2026, 5, 10, 12, tzinfo=UTC)

    without = Numbering((), slot, premiere=date(1999, 10, 20))
    assert (without.released(now), without.known_released(now)) == (None, None)
    assert [showing.number for showing in without.between(now, now + timedelta(days=7))] == [None]

    first_page = tuple((number, date(1999, 10, 20) + timedelta(weeks=number)) for number in range(1, 101))
    for aired in (last, first_page + last):
        numbering = Numbering(aired, slot, premiere=date(1999, 10, 20))
        (coming,) = numbering.between(now, now + timedelta(days=7))
        assert (coming.number, coming.estimate) == (1161, True)
        assert numbering.known_released(now) == 1160
        # Of the years between the pages nothing is known.
        then = datetime(2013, 5, 10, tzinfo=UTC)
        assert [showing.number for showing in numbering.between(then, then + timedelta(days=7))] == [None]
    alone = Numbering(first_page, slot, premiere=date(1999, 10, 20))
    assert alone.released(now) is None


def test_without_a_slot_only_days_tell_what_is_out() -> None:
    numbering = Numbering(days(1, 0, 4), None, premiere=PREMIERE)
    assert list(numbering.between(moment(0), moment(9))) == []
    assert numbering.known_released(moment(0)) is None  # which time of the day is not known
    assert numbering.known_released(moment(0) + timedelta(days=1)) == 1
    assert numbering.released(moment(2)) == EpisodeTotal(1, estimate=False)
    assert numbering.released(moment(5)) == EpisodeTotal(2, estimate=True)
    assert numbering.released(moment(6 + REACH)) is None


def test_a_day_that_breaks_the_order_is_a_slip() -> None:
    bebop = [(1, date(1998, 10, 24)), *((number, date(1998, 4, 3 + 7 * (number - 2))) for number in (2, 3, 4))]
    assert without_outliers(bebop) == bebop[1:]
    assert without_outliers([(1, friday(0)), (2, friday(50)), (3, friday(2))]) in (
        [(1, friday(0)), (2, friday(50))],
        [(1, friday(0)), (3, friday(2))],
    )
    assert without_outliers([]) == []


@given(st.dictionaries(st.integers(1, 60), st.dates(date(2020, 1, 1), date(2020, 12, 31)), max_size=40))
def test_the_longest_chain_in_order_is_kept(aired: dict[int, date]) -> None:
    chain = without_outliers(aired.items())
    assert [number for number, _ in chain] == sorted({number for number, _ in chain})
    assert [day for _, day in chain] == sorted(day for _, day in chain)
    longest: dict[int, int] = {}
    for number, day in sorted(aired.items()):
        longest[number] = 1 + max((longest[n] for n in longest if aired[n] <= day), default=0)
    assert len(chain) == max(longest.values(), default=0)


@given(
    st.lists(st.integers(0, 3), min_size=1, max_size=20),
    st.integers(0, 30),
    st.sampled_from([None, 12, 24, 60]),
)
def test_what_is_not_marked_is_what_the_days_say(gaps: list[int], week: int, total: int | None) -> None:
    weeks = [sum(gaps[: place + 1]) for place in range(len(gaps))]
    aired = days(1, *weeks)
    numbering = told(aired=aired[: len(aired) // 2 + 1], total=total)
    for showing in numbering.between(moment(week) - timedelta(days=3), moment(week)):
        if not showing.estimate:
            assert (showing.number, friday(week)) in aired
    out, known = numbering.released(moment(week)), numbering.known_released(moment(week))
    truth = sum(day <= friday(week) for _, day in aired)
    assert (known or 0) <= truth
    if out is not None and not out.estimate and out.number != total:
        assert out.number == truth


def test_recorded_next_episodes_are_met_or_marked(shared_data: Path | None) -> None:
    """The figures of docs/benchmarks.md, with some room: nothing unmarked is wrong, and far more is right than was."""
    if shared_data is None:
        return
    scores = episodes.score(episodes.read_series(shared_data))
    said = {name: one.next["exact"] + one.next["off"] for name, one in scores.items()}
    right = {name: one.next["exact"] / said[name] for name, one in scores.items()}
    assert right["stored"] > 0.93
    assert right["weekly"] > 0.93
    assert right["weeks"] < 0.72
    assert scores["weekly"].next["exact"] > 0.8 * scores["weekly"].next.total()
    assert [scores[name].unmarked_wrong for name in ("premiere", "stored", "weekly")] == [0, 0, 0]


def test_numbers_are_marked_for_people() -> None:
    assert [number_text(8, estimate=True), number_text(8, estimate=False), number_text(None, estimate=True)] == [
        "~8",
        "8",
        None,
    ]


def test_the_slot_is_not_needed_to_begin_at_the_premiere() -> None:
    late = WeeklySlot(FRIDAYS.first + timedelta(weeks=5)) if FRIDAYS else None
    numbering = Numbering(days(1, 0, 1), late, premiere=PREMIERE, total=12)
    assert shown(numbering, 0, until=2) == ["1", "2", "~3"]
