"""The page of Stats: the charts under headings, with sentences on what no chart shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from catlog.charts.cards import cards, numbers, year_cards
from catlog.charts.cells import cells, padded
from catlog.charts.gallery import CHARTS, YEAR_CHARTS, Chart
from catlog.charts.picture import Canvas, Line, Picture, Tone, TonedText, note, picture
from catlog.charts.records import incomplete, of_titles, streak_words
from catlog.statistics.activity import ActivityReport
from catlog.statistics.coverage import Coverage, Share
from catlog.statistics.groups import Measure
from catlog.statistics.overview import Overview
from catlog.statistics.report import Statistics
from catlog.statistics.review import Review
from catlog.statistics.watched import TitleName
from catlog.text import counted

_NAMED = 3
"""Titles of unknown length that are named; the others are counted."""

SOURCES = (
    "Started and finished are by the dates on your list; episodes, time and streaks by your activity log, which counts "
    "what was logged in the year, and no import."
)
"""Where the figures of a year are from."""


def page(figures: Statistics, canvas: Canvas, by: Measure) -> Picture:
    """Return the whole page of a list that is not empty."""
    head = [*numbers(cards(figures), canvas).lines]
    for sentence in incomplete(figures.coverage):
        head += note(sentence, canvas.width)
    return _page(figures, canvas, by, picture(head), CHARTS)


def year_page(figures: Statistics, canvas: Canvas) -> Picture:
    """Return the review of the year that the figures were loaded for."""
    head: list[Sequence[TonedText]] = [(TonedText(f"{figures.review.year} in review", Tone.STRONG),), ()]
    head += [*numbers(year_cards(figures), canvas).lines, *note(SOURCES, canvas.width)]
    shown = {name: chart for name, chart in YEAR_CHARTS.items() if chart.draw(figures, canvas, "count").lines}
    return _page(figures, canvas, "count", picture(head), shown)


def _page(figures: Statistics, canvas: Canvas, by: Measure, head: Picture, charts: Mapping[str, Chart]) -> Picture:
    lines: list[Sequence[TonedText]] = [*head.lines]
    for name, chart in charts.items():
        lines += [(), heading(chart, figures, canvas, by), *_part(name, chart, figures, canvas, by)]
    return picture(lines)


def heading(chart: Chart, figures: Statistics, canvas: Canvas, by: Measure) -> Line:
    """Return the heading of a chart, with what its numbers are at the right."""
    fact = chart.fact(figures, by)
    left = canvas.width - cells(chart.heading)
    right = padded(fact, left, right=True) if fact and cells(fact) < left - 1 else ""
    return (TonedText(chart.heading, Tone.STRONG), TonedText(right, Tone.DIM))


def _part(name: str, chart: Chart, figures: Statistics, canvas: Canvas, by: Measure) -> list[Sequence[TonedText]]:
    lines: list[Sequence[TonedText]] = [*(chart.draw(figures, canvas, by).lines or note(chart.hint, canvas.width))]
    for sentence in _sentences(name, figures):
        lines += note(sentence, canvas.width, Tone.PLAIN)
    return lines


def _sentences(name: str, figures: Statistics) -> Sequence[str]:
    match name:
        case "time":
            return _unknown(figures.overview, figures.coverage)
        case "calendar":
            return _streaks(figures.activity)
        case "finished":
            return _lacking(figures.review)
    return ()


def _unknown(seen: Overview, of: Coverage) -> list[str]:
    kinds = (("watched", of.watched, seen.unknown_watched), ("planned", of.planned, seen.unknown_planned))
    return [
        f"The time {kind} is {of_titles(share)}; without a length: {_names(titles)}."
        for kind, share, titles in kinds
        if titles
    ]


def _names(titles: Sequence[TitleName]) -> str:
    shown = ", ".join(title.title for title in titles[:_NAMED])
    return f"{shown} and {len(titles) - _NAMED:,} more" if len(titles) > _NAMED else shown


def _lacking(review: Review) -> list[str]:
    share = Share(review.with_genres, review.finished)
    return [] if share.is_whole else [f"Genres {of_titles(share)}."]


def _streaks(seen: ActivityReport) -> list[str]:
    if seen.longest_streak is None:
        return []
    now = f", {counted(seen.current_streak.days, 'day')} now" if seen.current_streak else ""
    return [f"Longest streak: {streak_words(seen.longest_streak)}{now}."]
