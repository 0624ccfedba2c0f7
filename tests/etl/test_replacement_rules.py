"""Judging a run by what it would leave: the figures, their thresholds to the title, and recorded honest days."""

import csv
import gzip
import json
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catlog.catalogue.normalize import worded
from catlog.etl.replacement_rules import (
    COMMON_SHARE,
    COUNTS,
    STRANGE_SHARE,
    ChartPart,
    Ranked,
    anomalies,
    common_share,
    is_no_chart,
    losses,
    measure,
    renamed_titles,
)

HUNDRED: list[Ranked] = [(mal_id, mal_id, 9.0) for mal_id in range(1, 101)]


def lost(new: list[Ranked], stored: list[Ranked]) -> list[str]:
    return list(losses(measure(new), measure(stored)))


def test_a_chart_is_measured() -> None:
    rows = [*HUNDRED, (500, None, 9.1), (501, 101, None), (502, 7_000, 8.0)]
    part = measure(iter(rows))
    assert (len(part.titles), part.ranked, part.near, part.scored, part.depth) == (103, 102, 101, 102, 112)
    assert part.chart == frozenset(range(1, 101)) | {501}
    assert measure([]) == ChartPart(frozenset(), 0, 0, 0, 0, frozenset())


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
    wide = measure([(mal_id, mal_id, 7.0) for mal_id in range(1, 401)])
    hundred = measure(HUNDRED)
    assert common_share(hundred, wide) == common_share(wide, hundred) == 1
    moved = measure([(mal_id + 30, rank, score) for mal_id, rank, score in HUNDRED])
    assert common_share(moved, hundred) == 0.7
    assert common_share(measure([]), hundred) == 0
    # Titles beside the chart are not of it: an airing list with ranks far down changes nothing.
    beside = measure([*HUNDRED, *((mal_id, mal_id, 6.0) for mal_id in range(9_000, 9_300))])
    assert common_share(hundred, beside) == 1


def test_a_chart_has_most_of_its_ranks_from_1_on() -> None:
    far = [(mal_id, mal_id + 1_000, 7.0) for mal_id in range(1, 101)]
    assert is_no_chart(measure(far))
    assert is_no_chart(measure([(mal_id, None, 7.0) for mal_id in range(1, 101)]))
    assert is_no_chart(measure([*HUNDRED[:49], *far[49:]]))
    assert not is_no_chart(measure(HUNDRED))
    assert not is_no_chart(measure(HUNDRED[20:])), "a page that is missing is another fault"
    assert not is_no_chart(measure(far[:9])), "too few to tell"


FALLING: list[Ranked] = [(i, i, round(9.5 - i / 200, 2), 10_000, 20_000, i) for i in range(1, 101)]
"""A chart as it is: scores fall with the rank, in steps, and every count is known."""


def without(place: int) -> list[Ranked]:
    return [(*row[:place], None, *row[place + 1 :]) for row in FALLING]  # type: ignore[misc]  # one column, nulled


def test_the_shape_of_a_chart_is_measured() -> None:
    part = measure(FALLING)
    assert (part.ranks, part.scores, part.counts) == (100, 50, (100, 100, 100))
    assert part.lead == pytest.approx(0.25, abs=0.005)
    assert measure(FALLING[:9]).lead is None, "too few to tell"
    assert measure([(i, 1, s) for i, _, s, *_ in FALLING]).lead == pytest.approx(0.25, abs=0.005), (
        "ties count for the run"
    )
    assert (lost(FALLING, FALLING), list(anomalies(part))) == ([], [])


@pytest.mark.parametrize(
    ("new", "told", "absurd"),
    [
        ([(i, 1, *rest) for i, _, *rest in FALLING], [], "100 titles share 1 ranks"),
        ([(i, 1 + (i - 1) // 10, *rest) for i, _, *rest in FALLING], [], "100 titles share 10 ranks"),
        (
            [(i, 101 - r, *rest) for i, r, *rest in FALLING if r],
            ["the better half by rank scores -0.25 against the other, instead of +0.25"],
            "ranks go against scores: the better half scores -0.25 against the other",
        ),
        (
            [(i, r, 7.77, *rest) for i, r, _, *rest in FALLING],
            [
                "1 different scores instead of 50",
                "the better half by rank scores +0.00 against the other, instead of +0.25",
            ],
            "all 100 scores are the same",
        ),
        (
            [(i, 1 + (i * 37) % 101, *rest) for i, _, *rest in FALLING],
            ["the better half by rank scores +0.01 against the other, instead of +0.25"],
            None,
        ),
        (without(3), ["0 titles with scored_by instead of 100"], None),
        (without(4), ["0 titles with members instead of 100"], None),
        (without(5), ["0 titles with popularity instead of 100"], None),
        ([(*row[:4], 0, 0) for row in FALLING], ["0 titles with members", "0 titles with popularity"], None),
        ([(*row[:4], 0 if row[0] <= 2 else 9, 9) for row in FALLING], [], None),
        ([(*row[:4], 0 if row[0] <= 3 else 9, 9) for row in FALLING], ["97 titles with members instead of 100"], None),
    ],
)
def test_ranks_scores_and_counts_that_no_chart_has(new: list[Ranked], told: list[str], absurd: str | None) -> None:
    found = lost(new, FALLING)
    assert [line[: len(words)] for line, words in zip(found, told, strict=True)] == told
    assert list(anomalies(measure(new))) == ([absurd] if absurd else [])


@pytest.mark.parametrize(("ranks", "absurd"), [(60, False), (59, True)])
def test_six_in_ten_ranks_have_to_differ(ranks: int, absurd: bool) -> None:
    tied = measure([(i, min(i, ranks), 9 - i / 100) for i in range(1, 101)])
    assert bool(list(anomalies(tied))) is absurd


@pytest.mark.parametrize(
    ("named", "alike", "told"),
    [
        (100, 80, []),
        (100, 79, ["only 79 of 100 known titles are called what they were"]),
        (10, 0, ["only 0 of 10 known titles are called what they were"]),
        (9, 0, []),
        (0, 0, []),
    ],
)
def test_four_in_five_known_titles_keep_their_name(named: int, alike: int, told: list[str]) -> None:
    assert list(renamed_titles(measure(FALLING, named=named, alike=alike))) == told


def days_of(file: Path) -> Iterator[list[Ranked]]:
    """Yield the days of a recorded series in order, the first row of each title of a day."""
    days: dict[str, dict[int, Ranked]] = defaultdict(dict)
    with gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else file.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            rank, score = int(float(row["rank"] or 0)), float(row["score"] or 0)
            mal_id = int(row["mal_id"])
            counts = (int(float(row[name] or 0)) for name in COUNTS)
            days[row["snapshot_date"]].setdefault(mal_id, (mal_id, rank or None, score or None, *counts))
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
        assert common_share(measure(after), measure(before)) >= COMMON_SHARE
    assert [words for day in days for words in anomalies(measure(day))] == []


@pytest.mark.parametrize("top", [10, 25, 50, 100, 1_000, 10_000, 40_000])
def test_two_recorded_runs_of_one_day_and_of_a_week_pass(recorded: Path, top: int) -> None:
    names = ("2026-07-03_run1_top10000", "2026-07-03", "2026-07-05", "2026-07-12")
    whole = [next(days_of(recorded / "maldig_weekly_30k" / f"{name}.csv.gz")) for name in names]
    charts = [[row for row in day if row[1] is not None and row[1] <= top] for day in whole]
    for before, after in pairwise(charts):
        assert lost(after, before) == []
        assert common_share(measure(after), measure(before)) >= (0.97 if top >= 50 else 0.90)
    assert [words for day in charts for words in anomalies(measure(day))] == []
    assert lost(whole[1], whole[0]) == [], "30,000 titles may follow 10,000"
    assert lost(whole[0], whole[1]) != [], "and not the other way round"


def test_every_page_of_a_recorded_chart_is_one(recorded: Path) -> None:
    pages = 0
    for file in sorted((recorded / "maldig_weekly_30k").glob("*.csv.gz")):
        rows = sorted((row for row in next(days_of(file)) if row[1]), key=lambda row: row[1] or 0)[:1000]
        for start in range(0, len(rows), 25):
            # As if the list began there: a page has the ties of one page, and nearly one score.
            page = measure((row[0], (row[1] or 0) - start, *row[2:]) for row in rows[start : start + 25])
            assert [words for words in anomalies(page) if "titles have one of the ranks" not in words] == []
            pages += 1
    assert pages == 160


@pytest.mark.parametrize("name", ["2024-01-29_top_anime_page1.json", "2025-03-11_top_anime_500_pages1-10.json.gz"])
def test_recorded_pages_of_the_source_are_a_chart(recordings: Path, name: str) -> None:
    file = recordings / "jikan" / "top_pages" / name
    found = json.loads(gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes())
    entries = {entry["mal_id"]: entry for entry in (found["data"] if isinstance(found, dict) else found)}
    fields = ("mal_id", "rank", "score", *COUNTS)
    rows = [tuple(entry[name] for name in fields) for entry in entries.values()]
    assert list(anomalies(measure(rows))) == []  # type: ignore[arg-type]  # rows of any length
    assert lost(rows, rows) == []  # type: ignore[arg-type]  # as above


def test_recorded_titles_keep_their_names(recorded: Path) -> None:
    def titles(name: str) -> dict[str, str]:
        with gzip.open(recorded / "maldig_weekly_30k" / name, "rt", encoding="utf-8") as lines:
            return {row["mal_id"]: worded(row["title"]) for row in csv.DictReader(lines)}

    first, last = titles("2026-07-03.csv.gz"), titles("2026-07-12.csv.gz")
    both = first.keys() & last.keys()
    assert sum(first[mal_id] == last[mal_id] for mal_id in both) > 0.999 * len(both)


def test_each_partial_day_of_a_recorded_scrape_is_found_out(recorded: Path) -> None:
    days = list(days_of(recorded / "leo_jikan_daily_partial" / "leo_jikan.csv.gz"))
    fewer = [(before, after) for before, after in pairwise(days) if len(after) * 100 < 98 * len(before)]
    assert len(fewer) > 10
    assert all(lost(after, before) for before, after in fewer)


def test_the_share_below_which_a_list_is_another_one_is_far_from_honest_years(recorded: Path) -> None:
    old = next(days_of(recorded / "malstat_daily_top50" / "malstat_daily.csv"))
    new = next(days_of(recorded / "maldig_weekly_30k" / "2026-07-03.csv.gz"))
    charts = [measure(row for row in day if row[1] is not None and row[1] <= 50) for day in (old, new)]
    assert common_share(charts[1], charts[0]) > 3 * STRANGE_SHARE
