"""The panels of a sheet: each is drawn below a heading, and returns how high it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from catlog.charts.apart import shown_differences
from catlog.charts.calendar_heatmap import calendar_weeks, day_levels, month_starts
from catlog.charts.cards import Card
from catlog.charts.overview import NAMES, present
from catlog.charts.records import Fact, of_titles
from catlog.charts.scales import MONTHS
from catlog.charts.sheet.palette import STATUS_ROLES
from catlog.charts.sheet.shapes import Box, Dot, Sheet, Stroke, text_width
from catlog.library.status import RATINGS
from catlog.statistics.activity import ActivityReport
from catlog.statistics.coverage import Share
from catlog.statistics.overview import Overview
from catlog.statistics.ratings import Comparison
from catlog.statistics.watched import format_duration
from catlog.text import counted

LINE = 26
"""The height of a line of text."""

_HEAD = 44
_BAR = 3
_DAYS = ("Mon", "", "Wed", "", "Fri", "", "Sun")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a panel is: its upper left corner and its width."""

    x: float
    y: float
    width: float

    def below(self, height: float) -> Place:
        """Return the place under so much of it."""
        return Place(self.x, self.y + height, self.width)

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.width


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a chart: a name, a value and how it is written, a number at the right edge, and a role."""

    name: str
    value: float
    count: str
    number: str = ""
    role: str = "chart"


def heading(sheet: Sheet, at: Place, title: str, fact: str = "") -> float:
    """Draw the heading of a panel over a thin line."""
    sheet.words(at.x, at.y + 16, title, "bright", size=16, bold=True)
    sheet.words(at.right, at.y + 16, fact, "dim", size=13, anchor="end")
    sheet.put(Box(at.x, at.y + 26, at.width, 1, "line"))
    return _HEAD


def cards(sheet: Sheet, at: Place, shown: Sequence[Card], *, gap: float = 16) -> float:
    """Draw the numbers side by side, each in a frame."""
    width, height = (at.width - gap * (len(shown) - 1)) / len(shown), 92
    for place, card in enumerate(shown):
        x = at.x + place * (width + gap)
        sheet.put(Box(x, at.y, width, height, "raised", 8))
        sheet.words(x + 16, at.y + 25, card.title, "dim", size=13)
        sheet.words(x + 16, at.y + 58, card.number or "-", "bright", size=28, bold=True)
        sheet.words(x + 16, at.y + 80, card.fact, "dim", size=13, room=width - 24)
    return height


def bars(sheet: Sheet, at: Place, rows: Sequence[Row], foot: str = "") -> float:
    """Draw counted lines; a value of 0 is a dot."""
    full = max((row.value for row in rows), default=0) or 1
    named = min(max((text_width(row.name, 15) for row in rows), default=0) + 8, at.width * 0.42)
    counts = max((text_width(row.count, 14) for row in rows), default=0) + 8
    numbers = max((text_width(row.number, 14) for row in rows), default=0)
    room = at.width - named - counts - (numbers + 12 if numbers else 0) - 8
    for place, row in enumerate(rows):
        y = at.y + place * LINE
        sheet.words(at.x, y + 15, row.name, room=named - 6)
        if row.value > 0:
            length = max(row.value / full * room, 3)
            sheet.put(Box(at.x + named, y + 10 - _BAR / 2, length, _BAR, row.role, _BAR / 2))
            sheet.words(at.x + named + length + 8, y + 15, row.count, "bright", size=14, bold=True)
        else:
            sheet.put(Dot(at.x + named + 2, y + 10, 1.5, "rest"))
        sheet.words(at.right, y + 15, row.number, "dim", size=14, anchor="end")
    return len(rows) * LINE + _foot(sheet, at.below(len(rows) * LINE), foot)


def statuses(sheet: Sheet, at: Place, figures: Overview) -> float:
    """Draw one line of the titles by status, and under it a table."""
    x = at.x
    for one in present(figures):
        width = one.titles / figures.titles * at.width
        sheet.put(Box(x, at.y + 4, max(width - 2, 1), 5, STATUS_ROLES[one.status], 2))
        x += width
    table = at.below(26)
    for place, one in enumerate(present(figures)):
        y = table.y + place * LINE + 15
        ahead = one.seconds_ahead if one.status.value == "PLAN_TO_WATCH" else 0
        time = f"{format_duration(ahead)} ahead" if ahead else format_duration(one.seconds) if one.seconds else ""
        sheet.put(Dot(at.x + 5, y - 5, 5, STATUS_ROLES[one.status]))
        sheet.words(at.x + 20, y, NAMES[one.status])
        sheet.words(at.x + 170, y, f"{one.titles:,}", "bright", bold=True, anchor="end")
        sheet.words(
            at.x + 230, y, f"{one.titles / figures.titles:.0%}".replace("%", " %"), "dim", size=14, anchor="end"
        )
        sheet.words(at.right, y, time, "dim", size=14, anchor="end")
    height = 26 + len(present(figures)) * LINE
    rate = figures.completion_rate
    words = "" if rate is None else f"{100 * rate:.1f} % of what was begun is completed"
    return height + _foot(sheet, at.below(height), words)


def calendar(sheet: Sheet, at: Place, figures: ActivityReport) -> float:
    """Draw each day as a square, a week a column."""
    weeks, levels = calendar_weeks(figures), day_levels(figures)
    step = (at.width - 44) / len(weeks)
    size = step * 0.74
    for index, day in month_starts(weeks, 3).items():
        if index < len(weeks) - 1:
            sheet.words(at.x + 44 + index * step, at.y + 12, MONTHS[day.month - 1], "dim", size=13)
    for weekday, name in enumerate(_DAYS):
        y = at.y + 22 + weekday * step
        sheet.words(at.x, y + size * 0.85, name, "dim", size=13)
        for index, week in enumerate(weeks):
            level = levels.get(week + timedelta(days=weekday))
            if level is not None:
                sheet.put(Box(at.x + 44 + index * step, y, size, size, f"heat-{level}", 3))
    y = at.y + 22 + 7 * step + 18
    days = f"{counted(figures.changes, 'change')} on {counted(len(figures.days), 'day')}"
    sheet.words(at.x + 44, y, days, "dim", size=14)
    key = at.right - 5 * step - 44
    sheet.words(key - 8, y, "less", "dim", size=13, anchor="end")
    for level in range(5):
        sheet.put(Box(key + level * step, y - size + 2, size, size, f"heat-{level}", 3))
    sheet.words(key + 5 * step + 4, y, "more", "dim", size=13)
    return 22 + 7 * step + 26


def months(sheet: Sheet, at: Place, figures: ActivityReport, *, height: float = 120) -> float:
    """Draw the episodes of each month as a line over their numbers."""
    last = f"{figures.until.year:04}-{figures.until.month:02}"
    begun = [month for month in figures.months if month.month <= last]
    top = max((month.episodes for month in begun), default=0) or 1
    step = at.width / len(figures.months)
    points = [
        (at.x + (place + 0.5) * step, at.y + height - month.episodes / top * (height - 12))
        for place, month in enumerate(begun)
    ]
    sheet.put(Box(at.x, at.y + height, at.width, 1, "line"))
    if len(points) > 1:
        sheet.put(Stroke(tuple(points), "chart", 2.5))
    sheet.put(*(Dot(x, y, 3.5, "chart") for x, y in points))
    for place, month in enumerate(figures.months):
        x = at.x + (place + 0.5) * step
        sheet.words(x, at.y + height + 20, MONTHS[int(month.month[5:]) - 1], "dim", size=13, anchor="middle")
        if month in begun:
            sheet.words(x, at.y + height + 40, f"{month.episodes:,}", size=14, anchor="middle")
    return height + 48


def apart(sheet: Sheet, at: Place, figures: Comparison, *, rows: int = 11) -> float:
    """Draw the most different titles, mine as a dot and MyAnimeList's as a dashed line on one scale."""
    higher, lower = shown_differences(figures, rows)
    both = [*higher, *lower]
    low = min((min(one.rating, one.score) for one in both), default=0) - 1
    track, numbers = at.width * 0.3, 84
    begin = at.right - numbers - track
    for place, one in enumerate(both):
        y = at.y + place * LINE + (LINE / 2 if place >= len(higher) > 0 else 0)
        mine, mal = (begin + (value - low) / (RATINGS[-1] - low) * (track - 8) for value in (one.rating, one.score))
        sheet.words(at.x, y + 15, one.title, room=at.width - numbers - track - 12, title=True)
        sheet.put(
            Box(begin, y + 10, track, 1, "line"),
            Box(min(mine, mal), y + 10 - _BAR / 2, abs(mine - mal), _BAR, "chart"),
            Stroke(((mal, y + 2), (mal, y + 18)), "dim", 1.5, dashed=True),
            Dot(mine, y + 10, 5, "bright"),
        )
        sheet.words(at.right - 50, y + 15, str(one.rating), "bright", bold=True, anchor="end")
        sheet.words(at.right, y + 15, f"{one.difference:+.2f}", "dim", size=14, anchor="end")
    height = len(both) * LINE + (LINE / 2 if higher and lower else 0)
    way = "above" if figures.mean_difference > 0 else "below"
    words = f"on average {abs(figures.mean_difference):.2f} {way} MAL, over {counted(figures.titles, 'title')}"
    return height + _foot(sheet, at.below(height), words)


def facts(sheet: Sheet, at: Place, shown: Sequence[Fact], *, label: float = 140) -> float:
    """Draw labelled facts under each other."""
    for place, (name, title, figure) in enumerate(shown):
        y = at.y + place * LINE + 15
        sheet.words(at.x, y, name, "dim")
        room = at.width - label - text_width(figure, 15) - 14
        sheet.words(at.x + label, y, title, room=max(room, 1), title=True)
        sheet.words(at.right, y, figure, "bright" if not title else "dim", anchor="end")
    return len(shown) * LINE


def sentences(sheet: Sheet, at: Place, shown: Sequence[str]) -> float:
    """Write sentences under each other."""
    for place, words in enumerate(shown):
        sheet.words(at.x, at.y + place * LINE + 15, words, room=at.width)
    return len(shown) * LINE


def titles(sheet: Sheet, at: Place, shown: Sequence[tuple[str, str, str]]) -> float:
    """Draw titles with a number before them and a fact behind them."""
    for place, (number, title, fact) in enumerate(shown):
        y = at.y + place * LINE + 15
        sheet.words(at.x + 22, y, number, "bright", bold=True, anchor="end")
        sheet.words(at.x + 38, y, title, room=at.width - 38 - text_width(fact, 14) - 12, title=True)
        sheet.words(at.right, y, fact, "dim", size=14, anchor="end")
    return len(shown) * LINE


def speaks_of(share: Share, more: int) -> str:
    """Return how many groups are left out, and of how many titles the others speak where it is not all."""
    parts = [f"{more:,} more"] if more > 0 else []
    parts += [] if share.is_whole else [of_titles(share)]
    return ", ".join(parts)


def _foot(sheet: Sheet, at: Place, words: str) -> float:
    if not words:
        return 0
    sheet.words(at.x, at.y + 20, words, "dim", size=13, room=at.width)
    return LINE
