"""The charts of ratings, genres and studios."""

from __future__ import annotations

from collections.abc import Sequence

from catlog.charts.bars import Bar, bars, bars_around
from catlog.charts.picture import Canvas, Line, Picture, Tone, TonedText, footed, note
from catlog.charts.records import of_titles
from catlog.library.status import RATINGS
from catlog.statistics.coverage import Share
from catlog.statistics.groups import MIN_RATED, Group, Measure, ordered
from catlog.statistics.ratings import Ratings
from catlog.statistics.watched import format_duration
from catlog.text import counted

MOST_GROUPS = 10
"""How many genres or studios are drawn where a layout says nothing else."""


def ratings(figures: Ratings, canvas: Canvas) -> Picture:
    """Draw how many titles have each rating, the best on top, over their mean and MyAnimeList's of the same titles."""
    if not figures.rated:
        return Picture()
    counts = list(zip(RATINGS, figures.distribution, strict=True))[::-1]
    while canvas.rows is not None and len(counts) + 2 > canvas.rows and not counts[-1][1] and len(counts) > 1:
        counts.pop()
    rows = [Bar(f"{rating:>2}", count, f"{count:,}") for rating, count in counts]
    return footed(bars(canvas, rows).lines, _means(figures, canvas), canvas).keyed([rating for rating, _ in counts])


def _means(figures: Ratings, canvas: Canvas) -> list[Line]:
    parts: list[Line] = [(TonedText("mean ", Tone.DIM), TonedText(f"{figures.mean or 0:.2f}", Tone.STRONG))]
    if figures.deviation is not None:
        parts.append((TonedText("sd ", Tone.DIM), TonedText(f"{figures.deviation:.2f}")))
    if (against := figures.against) is not None:
        of = f" of {against.titles:,}" if against.titles != figures.rated else ""
        parts.append((TonedText("MAL ", Tone.DIM), TonedText(f"{against.mean_score:.2f}"), TonedText(of, Tone.DIM)))
        way = "above" if against.mean_difference > 0 else "below"
        parts.append((TonedText(f"{abs(against.mean_difference):.2f} {way}", Tone.DIM),))
    line: list[TonedText] = []
    used = 0
    for part in parts:
        width = sum(len(span.text) for span in part) + (2 if line else 0)
        if used + width > canvas.width:
            break
        line += [TonedText("  " if line else ""), *part]
        used += width
    return [tuple(line)]


def groups(figures: Sequence[Group], canvas: Canvas, by: Measure, mean: float | None, of: Share) -> Picture:
    """Draw the biggest groups by titles or time watched, or the highest rated against the mean of all titles.

    `of` is the share of the titles that have a group; the foot says so where it is not all of them.
    """
    there = ordered(figures, by)
    shown = there[: shown_groups(len(there), canvas, by, whole=of.is_whole)]
    words = [f"{len(there) - len(shown):,} more"] if len(there) > len(shown) else []
    words += [] if of.is_whole else [of_titles(of)]
    if by != "mean":
        drawn = bars(canvas, [_bar(group, by) for group in shown])
    elif mean is not None:
        drawn = bars_around(canvas, [_apart(group, mean) for group in shown])
        line = ":" if canvas.ascii else "┊"
        words.append(f"{line} {mean:.2f} my mean, of {MIN_RATED} rated or more")
    else:
        return Picture()
    if not drawn.lines:
        return drawn
    foot = note(", ".join(words), canvas.width)
    return footed(drawn.lines, foot, canvas).keyed([group.name for group in shown])


def shown_groups(count: int, canvas: Canvas, by: Measure, *, whole: bool) -> int:
    """Return how many of `count` groups are drawn on a canvas, above the foot where there is one."""
    if canvas.rows is None:
        return MOST_GROUPS
    return canvas.rows if count <= canvas.rows and by != "mean" and whole else max(canvas.rows - 2, 1)


def _apart(group: Group, mean: float) -> Bar:
    rating = group.mean_rating or 0
    return Bar(group.name, rating - mean, numbers=(f"{rating:.2f}", counted(group.rated, "title")))


def _bar(group: Group, by: Measure) -> Bar:
    mean = "" if group.mean_rating is None else f"{group.mean_rating:.1f}"
    if by == "time":
        return Bar(group.name, group.seconds, format_duration(group.seconds), (mean,))
    return Bar(group.name, group.titles, f"{group.titles:,}", (mean,))
