"""Judging a run by what it would leave: the figures, their thresholds to the title, and recorded honest days."""

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catlog.etl.judging import COMMON_SHARE, STRANGE_SHARE, Part, Ranked, common_share, is_no_chart, losses, part_of

HUNDRED: list[Ranked] = [(mal_id, mal_id, 9.0) for mal_id in range(1, 101)]


def lost(new: list[Ranked], stored: list[Ranked]) -> list[str]:
    return list(losses(part_of(new), part_of(stored)))


def test_a_chart_is_measured() -> None:
    rows = [*HUNDRED, (500, None, 9.1), (501, 101, None), (502, 7_000, 8.0)]
    part = part_of(iter(rows))
    assert (len(part.titles), part.ranked, part.near, part.scored, part.depth) == (103, 102, 101, 102, 112)
    assert part.chart == frozenset(range(1, 101)) | {501}
    assert part_of([]) == Part(frozenset(), 0, 0, 0, 0, frozenset())


@pytest.mark.parametrize(
    ("new", "told"),
    [
        (HUNDRED, []),
        (HUNDRED[:98], []),
        (HUNDRED[:97], ["97 titles instead of 100", "97 titles with a rank", "97 titles with a score", "107 ranks of"]),
        ([(i, None if i > 98 else i, s) for i, _, s in HUNDRED], []),
        ([(i, None if i > 97 else i, s) for i, _, s in HUNDRED], ["97 titles with a rank", "107 ranks of depth"]),
        ([(i, r, None if i > 97 else s) for i, r, s in HUNDRED], ["97 titles with a score instead of 100"]),
        ([(i, r + 1000, s) for i, r, s in HUNDRED if r], ["0 ranks of depth instead of 111"]),
        ([(i, r + 20 if r < 3 else r, s) for i, r, s in HUNDRED if r], ["0 ranks of depth instead of 111"]),
    ],
)
def test_each_figure_may_be_98_in_a_hundred_and_no_less(new: list[Ranked], told: list[str]) -> None:
    found = lost(new, HUNDRED)
    assert [line[: len(words)] for line, words in zip(found, told, strict=True)] == told


@given(st.integers(10, 400), st.integers(0, 30))
def test_what_loses_up_to_two_in_a_hundred_of_its_end_passes(size: int, gone: int) -> None:
    stored = [(mal_id, mal_id, 7.0) for mal_id in range(1, size + 1)]
    kept = stored[: max(0, size - gone)]
    assert bool(lost(kept, stored)) is (len(kept) * 100 < 98 * size)


def test_titles_in_common_are_counted_in_the_smaller_chart() -> None:
    wide = part_of([(mal_id, mal_id, 7.0) for mal_id in range(1, 401)])
    hundred = part_of(HUNDRED)
    assert common_share(hundred, wide) == common_share(wide, hundred) == 1
    moved = part_of([(mal_id + 30, rank, score) for mal_id, rank, score in HUNDRED])
    assert common_share(moved, hundred) == 0.7
    assert common_share(part_of([]), hundred) == 0
    # Titles beside the chart are not of it: an airing list with ranks far down changes nothing.
    beside = part_of([*HUNDRED, *((mal_id, mal_id, 6.0) for mal_id in range(9_000, 9_300))])
    assert common_share(hundred, beside) == 1


def test_a_chart_has_most_of_its_ranks_from_1_on() -> None:
    far = [(mal_id, mal_id + 1_000, 7.0) for mal_id in range(1, 101)]
    assert is_no_chart(part_of(far))
    assert is_no_chart(part_of([(mal_id, None, 7.0) for mal_id in range(1, 101)]))
    assert is_no_chart(part_of([*HUNDRED[:49], *far[49:]]))
    assert not is_no_chart(part_of(HUNDRED))
    assert not is_no_chart(part_of(HUNDRED[20:])), "a page that is missing is another fault"
    assert not is_no_chart(part_of(far[:9])), "too few to tell"


def days_of(file: Path) -> Iterator[list[Ranked]]:
    """Yield the days of a recorded series in order, the first row of each title of a day."""
    days: dict[str, dict[int, Ranked]] = defaultdict(dict)
    with gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else file.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            rank, score = int(float(row["rank"] or 0)), float(row["score"] or 0)
            mal_id = int(row["mal_id"])
            days[row["snapshot_date"]].setdefault(mal_id, (mal_id, rank or None, score or None))
    for day in sorted(days):
        yield list(days[day].values())


@pytest.fixture(scope="module")
def recorded(recordings: Path) -> Path:
    return recordings / "rankings"


def test_recorded_days_in_a_row_pass(recorded: Path) -> None:
    days = list(days_of(recorded / "malstat_daily_top50" / "malstat_daily.csv"))
    pairs = list(pairwise(days))
    assert len(pairs) == 79
    for before, after in pairs:
        assert lost(after, before) == []
        assert common_share(part_of(after), part_of(before)) >= COMMON_SHARE


@pytest.mark.parametrize("top", [50, 100, 1_000, 10_000])
def test_two_recorded_runs_of_one_day_and_of_a_week_pass(recorded: Path, top: int) -> None:
    names = ("2026-07-03_run1_top10000", "2026-07-03", "2026-07-05", "2026-07-12")
    whole = [next(days_of(recorded / "maldig_weekly_30k" / f"{name}.csv.gz")) for name in names]
    charts = [[row for row in day if row[1] is not None and row[1] <= top] for day in whole]
    for before, after in pairwise(charts):
        assert lost(after, before) == []
        assert common_share(part_of(after), part_of(before)) >= 0.97
    assert lost(whole[1], whole[0]) == [], "30,000 titles may follow 10,000"
    assert lost(whole[0], whole[1]) != [], "and not the other way round"


def test_each_partial_day_of_a_recorded_scrape_is_found_out(recorded: Path) -> None:
    days = list(days_of(recorded / "leo_jikan_daily_partial" / "leo_jikan.csv.gz"))
    fewer = [(before, after) for before, after in pairwise(days) if len(after) * 100 < 98 * len(before)]
    assert len(fewer) > 10
    assert all(lost(after, before) for before, after in fewer)


def test_the_share_below_which_a_list_is_another_one_is_far_from_honest_years(recorded: Path) -> None:
    old = next(days_of(recorded / "malstat_daily_top50" / "malstat_daily.csv"))
    new = next(days_of(recorded / "maldig_weekly_30k" / "2026-07-03.csv.gz"))
    charts = [part_of(row for row in day if row[1] is not None and row[1] <= 50) for day in (old, new)]
    assert common_share(charts[1], charts[0]) > 3 * STRANGE_SHARE
