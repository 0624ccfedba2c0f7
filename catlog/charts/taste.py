"""The charts of ratings, genres and studios."""

from __future__ import annotations

from collections.abc import Sequence

from catlog.charts.bars import Bar, bars, bars_around
from catlog.charts.column_chart import columns
from catlog.charts.picture import Canvas, Picture, note
from catlog.library.status import RATINGS
from catlog.statistics.groups import MIN_RATED, Group, Measure, ordered
from catlog.statistics.ratings import Ratings
from catlog.statistics.watched import format_duration

MOST_GROUPS = 10
"""How many genres or studios are drawn."""


def ratings(figures: Ratings, canvas: Canvas) -> Picture:
    """Draw how many titles have each rating, with MyAnimeList's mean of the same titles dotted in."""
    against = figures.against
    mark = None if against is None else against.mean_score - RATINGS.start
    drawn = columns(canvas, figures.distribution, [str(rating) for rating in RATINGS], mark=mark)
    if not drawn.lines or against is None:
        return drawn
    key = f"{':' if canvas.ascii else '┊'} {against.mean_score:.2f}, MyAnimeList's mean of {_titles(against.titles)}"
    return Picture((*drawn.lines, *note(key, canvas.width)))


def groups(figures: Sequence[Group], canvas: Canvas, by: Measure, mean: float | None) -> Picture:
    """Draw the biggest groups by titles or time watched, or the highest rated against the mean of all titles."""
    there = ordered(figures, by)
    shown = there[:MOST_GROUPS]
    words = [f"and {len(there) - MOST_GROUPS:,} more"] if len(there) > MOST_GROUPS else []
    if by != "mean":
        drawn = bars(canvas, [_bar(group, by) for group in shown])
    elif mean is not None:
        drawn = bars_around(canvas, [_apart(group, mean) for group in shown])
        line = ":" if canvas.ascii else "┊"
        words.insert(0, f"{line} {mean:.2f}, your mean; only groups with {MIN_RATED} rated titles or more")
    else:
        return Picture()
    return Picture((*drawn.lines, *note("; ".join(words), canvas.width))) if drawn.lines else drawn


def _apart(group: Group, mean: float) -> Bar:
    rating = group.mean_rating or 0
    return Bar(group.name, (f"{rating:.2f}", f"of {group.rated:,}"), rating - mean)


def _bar(group: Group, by: Measure) -> Bar:
    if by == "time":
        return Bar(group.name, (format_duration(group.seconds),), group.seconds)
    return Bar(group.name, (f"{group.titles:,}",), group.titles)


def _titles(count: int) -> str:
    return "the same title" if count == 1 else f"the same {count:,} titles"
