"""The statistics of a list, or the review of a year, as one sheet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from catlog.charts.cards import cards, year_cards
from catlog.charts.gallery import CHARTS, YEAR_CHARTS, Chart
from catlog.charts.picture import Picture
from catlog.charts.records import day_name, gap_sentences, highlight_facts, record_facts
from catlog.charts.sheet import panels
from catlog.charts.sheet.panels import Place, Row
from catlog.charts.sheet.shapes import Sheet
from catlog.charts.stats_page import SOURCES
from catlog.library.status import RATINGS
from catlog.statistics.coverage import Share
from catlog.statistics.groups import Group, Measure, ordered
from catlog.statistics.report import Statistics
from catlog.statistics.watched import format_duration

WIDTH, _MARGIN, _GAP = 1200, 40, 36
_GROUPS = 10

Panel = Callable[[Place], float]

GAPS = Chart("Gaps", lambda _figures, _canvas, _by: Picture(), "")
"""What is missing, under a heading of its own."""

ALL_CHARTS = {**YEAR_CHARTS, **CHARTS, "gaps": GAPS}
"""Every heading of a sheet by its name."""


def stats_sheet(figures: Statistics, username: str, today: date, *, by: Measure = "count") -> Sheet:
    """Return the sheet of a whole list."""
    sheet = Sheet(f"{username}: anime statistics", WIDTH)
    shown = cards(figures)
    sheet.told = "; ".join(f"{card.title}: {card.number or 'none'} {card.fact}".strip() for card in shown)
    y = _head(sheet, f"{username}: anime", f"{day_name(today)} {today.year}")
    y += panels.cards(sheet, Place(_MARGIN, y, WIDTH - 2 * _MARGIN), shown) + _GAP
    y += _whole(sheet, y, "calendar", figures, lambda at: panels.calendar(sheet, at, figures.activity))
    seen = figures.ratings
    ratings = _ratings_panel(sheet, figures)
    y += _pair(
        sheet,
        y,
        figures,
        ("status", lambda at: panels.statuses(sheet, at, figures.overview)),
        ("ratings", ratings) if seen.rated else None,
    )
    y += _pair(
        sheet,
        y,
        figures,
        ("genres", _groups_panel(sheet, figures.genres, by, figures.coverage.genres)) if figures.genres else None,
        ("studios", _groups_panel(sheet, figures.studios, by, figures.coverage.studios)) if figures.studios else None,
        by=by,
    )
    against = seen.against
    y += _pair(
        sheet,
        y,
        figures,
        ("activity", lambda at: panels.months(sheet, at, figures.activity)) if figures.activity.days else None,
        ("apart", lambda at: panels.apart(sheet, at, against)) if against is not None else None,
    )
    facts, gaps = record_facts(figures.records, today), gap_sentences(figures.coverage)
    y += _pair(
        sheet,
        y,
        figures,
        ("records", lambda at: panels.facts(sheet, at, facts)) if facts else None,
        ("gaps", lambda at: panels.sentences(sheet, at, gaps)) if gaps else None,
    )
    return _end(sheet, y, [])


def year_sheet(figures: Statistics, username: str) -> Sheet:
    """Return the sheet of the year that the figures were loaded for."""
    review = figures.review
    sheet = Sheet(f"{username}: {review.year} in anime", WIDTH)
    shown = year_cards(figures)
    sheet.told = "; ".join(f"{card.title}: {card.number or 'none'} {card.fact}".strip() for card in shown)
    y = _head(sheet, f"{username}: {review.year} in anime", "")
    y += panels.cards(sheet, Place(_MARGIN, y, WIDTH - 2 * _MARGIN), shown) + _GAP
    if figures.activity.days:
        y += _whole(sheet, y, "calendar", figures, lambda at: panels.calendar(sheet, at, figures.activity))
    best = [(str(one.rating), one.title, f"MAL {one.score:.2f}" if one.score else "") for one in review.best]
    genres = [Row(one.name, one.titles, f"{one.titles:,}") for one in review.genres]
    share = Share(review.with_genres, review.finished)
    y += _pair(
        sheet,
        y,
        figures,
        ("best", lambda at: panels.titles(sheet, at, best)) if best else None,
        ("finished", lambda at: panels.bars(sheet, at, genres, panels.speaks_of(share, 0))) if genres else None,
    )
    y += _pair(
        sheet,
        y,
        figures,
        ("activity", lambda at: panels.months(sheet, at, figures.activity)) if review.episodes else None,
        ("highlights", lambda at: panels.facts(sheet, at, highlight_facts(review))),
    )
    return _end(sheet, y, [SOURCES])


def rating_rows(figures: Statistics) -> list[Row]:
    """Return how many titles have each rating, the best first."""
    counts = zip(RATINGS, figures.ratings.distribution, strict=True)
    return [Row(str(rating), count, f"{count:,}") for rating, count in reversed(list(counts))]


def rating_words(figures: Statistics) -> str:
    """Return the mean of the ratings, and MyAnimeList's of the same titles."""
    seen = figures.ratings
    parts = [f"mean {seen.mean or 0:.2f}", f"deviation {seen.deviation:.2f}" if seen.deviation is not None else ""]
    if seen.against is not None:
        of = f" of {seen.against.titles:,}" if seen.against.titles != seen.rated else ""
        parts.append(f"MAL {seen.against.mean_score:.2f}{of}")
    return ", ".join(part for part in parts if part)


def group_rows(groups: Sequence[Group], by: Measure, most: int = _GROUPS) -> list[Row]:
    """Return the biggest groups by a measure."""
    rows = []
    for group in ordered(groups, by)[:most]:
        mean = "" if group.mean_rating is None else f"{group.mean_rating:.1f}"
        if by == "time":
            rows.append(Row(group.name, group.seconds, format_duration(group.seconds), mean))
        elif by == "mean":
            rows.append(Row(group.name, group.mean_rating or 0, f"{group.mean_rating or 0:.2f}", f"{group.rated:,}"))
        else:
            rows.append(Row(group.name, group.titles, f"{group.titles:,}", mean))
    return rows


def _ratings_panel(sheet: Sheet, figures: Statistics) -> Panel:
    return lambda at: panels.bars(sheet, at, rating_rows(figures), rating_words(figures))


def _groups_panel(sheet: Sheet, groups: Sequence[Group], by: Measure, of: Share) -> Panel:
    rows = group_rows(groups, by)
    more = len(ordered(groups, by)) - len(rows)
    return lambda at: panels.bars(sheet, at, rows, panels.speaks_of(of, more))


def _head(sheet: Sheet, title: str, fact: str) -> float:
    sheet.words(_MARGIN, 62, title, "bright", size=30, bold=True, room=WIDTH - 2 * _MARGIN - 160)
    sheet.words(WIDTH - _MARGIN, 62, fact, "dim", anchor="end")
    return 88


def _whole(sheet: Sheet, y: float, name: str, figures: Statistics, panel: Panel) -> float:
    at = Place(_MARGIN, y, WIDTH - 2 * _MARGIN)
    head = panels.heading(sheet, at, CHARTS[name].heading, CHARTS[name].fact(figures, "count"))
    return head + panel(at.below(head)) + _GAP


def _pair(
    sheet: Sheet,
    y: float,
    figures: Statistics,
    *shown: tuple[str, Panel] | None,
    by: Measure = "count",
) -> float:
    """Draw panels side by side, those that there are; return the height of the highest."""
    there = [one for one in shown if one is not None]
    if not there:
        return 0
    width = (WIDTH - 2 * _MARGIN - _GAP) / 2
    highest = 0.0
    for place, (name, panel) in enumerate(there):
        chart = ALL_CHARTS[name]
        at = Place(_MARGIN + place * (width + _GAP), y, width)
        head = panels.heading(sheet, at, chart.heading, chart.fact(figures, by))
        highest = max(highest, head + panel(at.below(head)))
    return highest + _GAP


def _end(sheet: Sheet, y: float, sentences: Sequence[str]) -> Sheet:
    for place, words in enumerate((*sentences, "CatLog")):
        sheet.words(_MARGIN, y + place * 20, words, "dim", size=12.5)
    sheet.height = y + len(sentences) * 20 + 24
    return sheet
