"""Is a day better off with a run than with what it has? A run is judged by what it would leave. Pure.

The thresholds were tried on recorded series, where the second of two honest snapshots must always pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from catlog.db.ranking_days import CHART, depth_of

KEPT_PERCENT = 98
"""The least part of each figure of the stored day that a run has to leave. None of 79 recorded pairs of days in a row,
of 5 pairs of a weekly top 50 to 30,000, and of 6 of a weekly season fell below it; each partial one did."""

COMMON_SHARE = 0.80
"""The least share of titles in common with the latest chart that a run has to have to replace a day. Recorded top
lists kept 98 % of their titles or more within 9 days, and 84 % within 16 months."""

STRANGE_SHARE = 0.20
"""Below this share in common with the latest chart an answer is not the same list: 4 recorded years left 59 %."""

NEAR_SHARE = 0.50
"""The least share of titles whose rank does not lie beyond their number, where they are to be a chart."""

Ranked = tuple[int, int | None, float | None]
"""The id, rank and score of one title."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one source has on a day, or would leave there.

    `near` counts the ranks that do not lie beyond the number of titles. `chart` are the titles that make up the depth:
    those with a rank up to it; without a depth all titles.
    """

    titles: frozenset[int]
    ranked: int
    near: int
    scored: int
    depth: int
    chart: frozenset[int]


def part_of(rows: Iterable[Ranked]) -> Part:
    """Measure some titles of a day."""
    known = list(rows)
    titles = frozenset(mal_id for mal_id, _, _ in known)
    ranks = [rank for _, rank, _ in known if rank is not None]
    depth = depth_of(ranks)
    chart = frozenset(mal_id for mal_id, rank, _ in known if rank is not None and rank <= depth) if depth else titles
    near = sum(rank <= len(titles) for rank in ranks)
    return Part(titles, len(ranks), near, sum(score is not None for _, _, score in known), depth, chart)


def losses(new: Part, stored: Part) -> Iterator[str]:
    """Yield each figure that `new` would leave below `KEPT_PERCENT` of the stored day's, in words.

    A depth is a figure of others, rounded down: it may be one less.
    """
    for name, left, had, rounded in (
        ("titles", len(new.titles), len(stored.titles), 0),
        ("titles with a rank", new.ranked, stored.ranked, 0),
        ("titles with a score", new.scored, stored.scored, 0),
        ("ranks of depth", new.depth, stored.depth, 1),
    ):
        if (left + rounded) * 100 < KEPT_PERCENT * had:
            yield f"{left:,} {name} instead of {had:,}"


def common_share(new: Part, chart: Part) -> float:
    """Return the share of titles in common, 0 to 1, of the smaller of the two charts: one may be taken deeper."""
    return len(new.chart & chart.chart) / max(1, min(len(new.chart), len(chart.chart)))


def is_no_chart(new: Part) -> bool:
    """Say whether there are titles enough for a chart, and most of their ranks are none or far from those from 1 on."""
    return len(new.titles) >= CHART and new.near < NEAR_SHARE * len(new.titles)
