"""The rules for replacing a stored day by a run, which compare the day with what the run would leave. Pure.

The thresholds were tested on recorded series, where the second of two correct snapshots must always pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from statistics import fmean

from catlog.db.ranking_days import CHART, depth_of

MIN_PERCENT = 98
"""The least percentage of each figure of the stored day that a run must reach. Of 79 recorded pairs of days in a row,
5 pairs of a weekly top 50 to 30,000, and 6 of a weekly season none fell below it; every partial one did."""

COMMON_SHARE = 0.80
"""The least share of titles in common with the latest chart for a run to replace a day. Recorded top lists had 98 % of
their titles or more in common within 9 days, and 84 % within 16 months."""

STRANGE_SHARE = 0.20
"""Below this share in common with the latest chart a list is a different one: after 4 recorded years it was 59 %."""

NEAR_SHARE = 0.50
"""The least share of the titles of a chart whose rank is at most the number of titles."""

DISTINCT_RANKS = 0.60
"""The least share of different ranks in a chart. Recorded charts have 82 % or more, and pages on their own 76 %."""

HALF = 0.5
"""The least part of the stored day's number of different scores, and of the lead of its better half, that a run must
reach: recorded pairs of days in a row had 9 tenths of both; ranks in random order have almost no lead."""

SAME_TITLES = 0.80
"""The least share of titles with the name of an earlier run, of those that it named: after a week all but 4 of 30,000
titles had it, and after 28 months all of a top 50."""

Ranked = tuple[int, int | None, float | None, *tuple[int | None, ...]]
"""The id, rank and score of one title, and where known scored_by, members and popularity."""

COUNTS = ("scored_by", "members", "popularity")
"""The counts of a title, in the order of `Ranked` and `ChartPart.counts`; 0 is unknown."""


@dataclass(frozen=True, slots=True)
class ChartPart:
    """The figures of the part of a day that one source fills, stored or as a run would leave it.

    `near` counts the ranks up to the number of titles. `chart` are the titles with a rank up to the depth; without a
    depth all titles. `ranks` and `scores` count the different ones; `lead` is the mean score of the better half by rank
    less that of the other half, None where fewer than `CHART` titles have both. `counts` are the titles with each of
    `COUNTS`. `named` titles of a run have a name from an earlier run, and `alike` of them the same name; a stored day
    has neither.
    """

    titles: frozenset[int]
    ranked: int
    near: int
    scored: int
    depth: int
    chart: frozenset[int]
    ranks: int = 0
    scores: int = 0
    lead: float | None = None
    counts: tuple[int, ...] = (0, 0, 0)
    named: int = 0
    alike: int = 0


def measure(rows: Iterable[Ranked], *, named: int = 0, alike: int = 0) -> ChartPart:
    """Measure some titles of a day."""
    known = list(rows)
    titles = frozenset(row[0] for row in known)
    ranks = [row[1] for row in known if row[1] is not None]
    scores = [row[2] for row in known if row[2] is not None]
    depth = depth_of(ranks)
    chart = frozenset(row[0] for row in known if row[1] is not None and row[1] <= depth) if depth else titles
    return ChartPart(
        titles,
        ranked=len(ranks),
        near=sum(rank <= len(titles) for rank in ranks),
        scored=len(scores),
        depth=depth,
        chart=chart,
        ranks=len(set(ranks)),
        scores=len(set(scores)),
        lead=_lead((row[1], row[2]) for row in known if row[1] is not None and row[2] is not None),
        counts=tuple(
            sum(bool(row[3 + place]) for row in known if len(row) > 3 + place) for place in range(len(COUNTS))
        ),
        named=named,
        alike=alike,
    )


def _lead(pairs: Iterable[tuple[int, float]]) -> float | None:
    """Return the lead of the better half of pairs of rank and score; equal ranks count as if in the order of scores."""
    scores = [score for _, score in sorted(pairs, key=lambda pair: (pair[0], -pair[1]))]
    if len(scores) < CHART:
        return None
    half = len(scores) // 2
    return fmean(scores[:half]) - fmean(scores[half:])


def losses(new: ChartPart, stored: ChartPart) -> Iterator[str]:
    """Yield in words each figure of `new` that is too far below that of the stored day.

    A depth is rounded down: it may be one less.
    """
    for name, left, had, rounded in (
        ("titles", len(new.titles), len(stored.titles), 0),
        ("titles with a rank", new.ranked, stored.ranked, 0),
        ("titles with a score", new.scored, stored.scored, 0),
        ("ranks of depth", new.depth, stored.depth, 1),
        *((f"titles with {n}", a, b, 0) for n, a, b in zip(COUNTS, new.counts, stored.counts, strict=True)),
    ):
        if (left + rounded) * 100 < MIN_PERCENT * had:
            yield f"{left:,} {name} instead of {had:,}"
    if new.scores < HALF * stored.scores:
        yield f"{new.scores:,} different scores instead of {stored.scores:,}"
    if new.lead is not None and stored.lead is not None and new.lead < HALF * stored.lead:
        yield f"the better half by rank scores {new.lead:+.2f} against the other, instead of {stored.lead:+.2f}"


def anomalies(new: ChartPart) -> Iterator[str]:
    """Yield in words why this is no chart, whatever the stored day; fewer titles than `CHART` are not judged."""
    if is_no_chart(new):
        yield f"only {new.near} of {len(new.titles)} titles have one of the ranks from 1 to {len(new.titles)}"
    if is_tied(new):
        yield f"{new.ranked} titles share {new.ranks} ranks"
    if is_flat(new):
        yield f"all {new.scored} scores are the same"
    elif is_reversed(new):
        yield f"ranks go against scores: the better half scores {new.lead:+.2f} against the other"


def renamed_titles(new: ChartPart) -> Iterator[str]:
    """Yield in words that too many titles have another name than before."""
    if new.named >= CHART and new.alike < SAME_TITLES * new.named:
        yield f"only {new.alike} of {new.named} known titles are called what they were"


def common_share(new: ChartPart, chart: ChartPart) -> float:
    """Return the share of titles in common, 0 to 1, of the smaller chart, because one may be deeper."""
    return len(new.chart & chart.chart) / max(1, min(len(new.chart), len(chart.chart)))


def is_no_chart(new: ChartPart) -> bool:
    """Say whether there are enough titles for a chart, and most ranks are missing or above the number of titles."""
    return len(new.titles) >= CHART and new.near < NEAR_SHARE * len(new.titles)


def is_tied(new: ChartPart) -> bool:
    """Say whether far more titles share ranks than are tied on MyAnimeList."""
    return new.ranked >= CHART and new.ranks < DISTINCT_RANKS * new.ranked


def is_flat(new: ChartPart) -> bool:
    """Say whether the titles all have one score."""
    return new.scored >= CHART and new.scores == 1


def is_reversed(new: ChartPart) -> bool:
    """Say whether the better half by rank is the worse one by score: MyAnimeList ranks by score."""
    return new.lead is not None and new.lead < 0
