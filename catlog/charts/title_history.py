"""The snapshots of one title as charts: ranks over scores, each with a sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from catlog.analytics.records import HistoryDay
from catlog.charts.cells import fitted
from catlog.charts.line_chart import TimeSeries, ranks, scores
from catlog.charts.picture import Canvas, Line, Picture, Tone, TonedText, picture

_RANK_ROWS, _SCORE_ROWS = 10, 6


def rank_course(days: Sequence[HistoryDay]) -> TimeSeries:
    """Return the ranks of one title for a chart; there is at least one snapshot."""
    return TimeSeries(days[0].title, tuple((day.snapshot_date, day.rank) for day in days))


def score_course(days: Sequence[HistoryDay]) -> TimeSeries:
    """Return the scores of one title for a chart; there is at least one snapshot."""
    return TimeSeries(days[0].title, tuple((day.snapshot_date, day.score) for day in days))


def both(days: Sequence[HistoryDay], canvas: Canvas) -> Picture:
    """Draw the ranks and the scores of one title under each other, whichever are known."""
    if not days:
        return Picture()
    of_rank, of_score = rank_course(days), score_course(days)
    lines: list[Sequence[TonedText]] = [
        (TonedText(fitted(days[0].title, canvas.width, ascii=canvas.ascii), Tone.STRONG),)
    ]
    lines += _part("rank", of_rank, ranks(canvas, [of_rank], height=_RANK_ROWS), canvas, min, "{:,.0f}")
    lines += _part("score", of_score, scores(canvas, [of_score], height=_SCORE_ROWS), canvas, max, "{:.2f}")
    return picture(lines) if len(lines) > 1 else Picture()


def _part(
    name: str,
    course: TimeSeries,
    drawn: Picture,
    canvas: Canvas,
    best_of: Callable[[Iterable[float]], float],
    form: str,
) -> Iterator[Line]:
    if not drawn.lines:
        return
    values = [value for _, value in course.known]
    arrow = "->" if canvas.ascii else "→"
    first, last, best = (form.format(value) for value in (values[0], values[-1], best_of(values)))
    yield ()
    yield (
        TonedText(f"{name}  ", Tone.DIM),
        TonedText(f"{first} {arrow} {last}", Tone.STRONG),
        TonedText(f"  best {best}", Tone.DIM),
    )
    yield from drawn.lines
