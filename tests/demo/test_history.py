"""The simulated history: seeded, plausible, and lively enough that no ranking query of the demo comes back empty."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import groupby, pairwise

import pytest

from catlog.demo.history import SETTLED, SimulatedRow, simulate
from catlog.demo.titles import load_titles

TITLES = load_titles()
LAST_DAY = date(2026, 11, 22)

History = dict[int, dict[date, SimulatedRow]]


@pytest.fixture(scope="module")
def rows() -> list[SimulatedRow]:
    return list(simulate(TITLES, last_day=LAST_DAY))


def by_title(rows: Iterable[SimulatedRow]) -> History:
    """Give each title's rows by day, in order of the days."""
    history: History = defaultdict(dict)
    for row in rows:
        history[row.mal_id][row.snapshot_date] = row
    return history


def days_of(rows: Iterable[SimulatedRow]) -> list[date]:
    return sorted({row.snapshot_date for row in rows})


def changes(rows: Iterable[SimulatedRow], days: int) -> list[tuple[int, int]]:
    """Give (ranks climbed, hundredths won) of each title since its first ranked row of the last `days` days."""
    history = by_title(rows)
    last = max(max(known) for known in history.values())
    found = []
    for known in history.values():
        now = known.get(last)
        before = [r for day, r in known.items() if last - timedelta(days) <= day < last and r.rank is not None]
        if now is None or now.rank is None or now.score is None or not before:
            continue
        assert before[0].rank is not None
        assert before[0].score is not None
        found.append((before[0].rank - now.rank, round(100 * now.score) - round(100 * before[0].score)))
    return found


def new_in_the_top_50(rows: Iterable[SimulatedRow], days: int) -> list[int]:
    first: dict[int, date] = {}
    for row in rows:
        if row.rank is not None and row.rank <= 50:
            first.setdefault(row.mal_id, row.snapshot_date)
    return [mal_id for mal_id, day in first.items() if LAST_DAY - timedelta(days) < day <= LAST_DAY]


def running_streaks(rows: list[SimulatedRow]) -> list[int]:
    """Give the length in days of every stay in the top ten that reaches the last day."""
    days = days_of(rows)
    lengths = []
    for known in by_title(rows).values():
        start = None
        for day, after in pairwise([*reversed(days), date.min]):
            row = known.get(day)
            if row is None or row.rank is None or row.rank > 10:
                break
            start = day
            if (day - after).days > 3 and after != date.min:
                break
        if start is not None:
            lengths.append((days[-1] - start).days + 1)
    return lengths


def test_the_same_seed_gives_the_same_rows_and_another_seed_others(rows: list[SimulatedRow]) -> None:
    assert list(simulate(TITLES, last_day=LAST_DAY, days=400, seed=20)) == rows
    assert list(simulate(TITLES, last_day=LAST_DAY, days=60, seed=21)) != list(
        simulate(TITLES, last_day=LAST_DAY, days=60)
    )


def test_another_last_day_moves_the_history_and_changes_nothing_else(rows: list[SimulatedRow]) -> None:
    later = list(simulate(TITLES, last_day=date(2028, 2, 29)))
    shift = date(2028, 2, 29) - LAST_DAY
    assert [row.snapshot_date - shift for row in later] == [row.snapshot_date for row in rows]
    assert [row.rank for row in later] == [row.rank for row in rows]


def test_rows_come_by_day_and_then_by_rank_with_the_unranked_last(rows: list[SimulatedRow]) -> None:
    keys = [(row.snapshot_date, row.rank is None, row.rank or 0) for row in rows]
    assert keys == sorted(keys)
    assert len({(row.mal_id, row.snapshot_date) for row in rows}) == len(rows)


def test_about_six_days_are_missing_and_one_hole_of_five(rows: list[SimulatedRow]) -> None:
    days = days_of(rows)
    assert days[0] == LAST_DAY - timedelta(399)
    assert days[-1] == LAST_DAY
    gaps = [(after - day).days for day, after in pairwise(days) if (after - day).days > 1]
    assert len([gap for gap in gaps if gap >= 6]) == 1
    assert 5 <= len(gaps) <= 7
    assert days[-SETTLED:] == [LAST_DAY - timedelta(back) for back in range(SETTLED - 1, -1, -1)]


def test_ranks_follow_the_scores_and_only_now_and_then_tie_or_skip(rows: list[SimulatedRow]) -> None:
    tied_days = skipped_days = 0
    for _, group in groupby(rows, key=lambda row: row.snapshot_date):
        day = [row for row in group if row.rank is not None]
        scores = [row.score or 0 for row in day]
        assert scores == sorted(scores, reverse=True)
        ranks = [row.rank or 0 for row in day]
        tied_days += len(set(ranks)) < len(ranks)
        skipped_days += set(ranks[:10]) != set(range(1, 11))
    assert 20 <= tied_days <= 90
    assert 5 <= skipped_days <= 200


def test_ranks_stand_where_the_listed_titles_stand_today(rows: list[SimulatedRow]) -> None:
    last = {row.mal_id: row for row in rows if row.snapshot_date == LAST_DAY}
    settled = [title for title in TITLES if title.rank is not None]
    assert set(last) == {title.mal_id for title in TITLES}
    for title in settled:
        row = last[title.mal_id]
        assert abs((row.score or 0) - (title.score or 0)) < 0.15, title.title
        assert abs((row.members or 0) / title.members - 1) < 0.02, title.title
        assert abs((row.popularity or 0) - title.popularity) <= 3 + title.popularity * 0.05, title.title
    within_400 = sum(1 for row in last.values() if row.rank is not None and row.rank <= 400)
    assert within_400 >= 100


def test_scores_move_in_hundredths_and_mostly_stay(rows: list[SimulatedRow]) -> None:
    steps = []
    for known in by_title(rows).values():
        scores = [100 * row.score for row in known.values() if row.score is not None]
        assert all(abs(score - round(score)) < 1e-6 for score in scores)
        steps += [round(after - before) for before, after in pairwise(scores)]
    moved = sum(1 for step in steps if step) / len(steps)
    assert 0.01 < moved < 0.08
    assert sum(1 for step in steps if abs(step) > 3) / len(steps) < 0.005


def test_counts_grow_and_rarely_fall(rows: list[SimulatedRow]) -> None:
    falls = steps = 0
    for known in by_title(rows).values():
        members = [row.members or 0 for row in known.values()]
        assert members[-1] > members[0]
        votes = [row.scored_by for row in known.values() if row.scored_by is not None]
        for before, after in (*pairwise(members), *pairwise(votes)):
            steps += 1
            falls += after < before
    assert 0 < falls / steps < 0.01


def test_a_title_that_has_not_aired_has_members_but_no_rank_score_or_votes(rows: list[SimulatedRow]) -> None:
    upcoming = {title.mal_id for title in TITLES if title.status == "Not yet aired"}
    theirs = [row for row in rows if row.mal_id in upcoming]
    assert {row.mal_id for row in theirs} == upcoming
    assert {(row.rank, row.score, row.scored_by) for row in theirs} == {(None, None, None)}
    assert all(row.members for row in theirs)
    assert all((row.rank is None) == (row.score is None) == (row.scored_by is None) for row in rows)


def test_no_title_is_ranked_before_it_starts(rows: list[SimulatedRow]) -> None:
    starts = {title.mal_id: title.aired_from for title in TITLES}
    early = [row for row in rows if row.rank is not None and row.snapshot_date <= (starts[row.mal_id] or date.min)]
    assert early == []


def test_titles_arrive_in_mid_history_and_drop_out_for_a_few_days(rows: list[SimulatedRow]) -> None:
    days = days_of(rows)
    arrived = dropped = 0
    for known in by_title(rows).values():
        seen = sorted(known)
        arrived += seen[0] > days[0] + timedelta(10)
        dropped += len(seen) < len([day for day in days if day >= seen[0]])
    assert arrived >= 3
    assert dropped >= 30


def test_of_the_titles_that_start_in_the_history_some_surge_and_some_sink(rows: list[SimulatedRow]) -> None:
    history = by_title(rows)
    moves = []
    for title in TITLES:
        if title.aired_from and LAST_DAY - timedelta(390) < title.aired_from < LAST_DAY - timedelta(20):
            scores = [row.score for row in history[title.mal_id].values() if row.score is not None]
            moves.append(scores[-1] - scores[0])
    assert sum(1 for move in moves if move > 0.05) >= 3
    assert sum(1 for move in moves if move < -0.05) >= 2


@pytest.mark.parametrize("seed", [20, 1, 2, 3])
def test_the_last_week_and_month_always_have_something_to_tell(seed: int) -> None:
    rows = list(simulate(TITLES, last_day=LAST_DAY, seed=seed))
    for days in (7, 30):
        moved = changes(rows, days)
        assert sum(1 for climbed, _ in moved if climbed > 0) >= 5
        assert sum(1 for climbed, _ in moved if climbed < 0) >= 5
        assert sum(1 for _, won in moved if won > 0) >= 3
        assert max(climbed for climbed, _ in moved) >= 20
    assert len(new_in_the_top_50(rows, 7)) >= 1
    assert len(new_in_the_top_50(rows, 30)) >= 2
    streaks = running_streaks(rows)
    assert len(streaks) >= 8
    assert len(set(streaks)) >= 4
    assert max(streaks) > 100


@pytest.mark.parametrize("days", [1, 2, 8, 30, 99])
def test_a_short_history_is_a_history_too(days: int) -> None:
    rows = list(simulate(TITLES, last_day=LAST_DAY, days=days))
    assert days_of(rows)[-1] == LAST_DAY
    assert LAST_DAY - days_of(rows)[0] == timedelta(days - 1)


def test_no_titles_give_no_rows_and_one_title_is_enough() -> None:
    assert list(simulate((), last_day=LAST_DAY, days=10)) == []
    assert len(list(simulate(TITLES[:1], last_day=LAST_DAY, days=10))) == 10
