"""The course of one title: its facts in short lines, its slope, and a sentence on its biggest step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from catlog.charts.cells import cells, padded, wrapped
from catlog.charts.intervals import slope
from catlog.charts.line_chart import TimeSeries
from catlog.charts.picture import Canvas, Line, Tone, TonedText, note
from catlog.tui.glyphs import ASCII, Glyphs

if TYPE_CHECKING:
    from catlog.analytics.records import HistoryDay
    from catlog.analytics.results.records import Trend

FACT_DAYS = (7, 30)
"""The days over which the change of a rank is told."""

SURE = 0.05
"""The q-value below which a trend is not chance."""

_STEP = 5
"""Places of a step in one day that is worth a sentence."""

_NEAR = timedelta(days=3)
_LABEL = 8


@dataclass(frozen=True, slots=True)
class TitleCourse:
    """The snapshots of one title, oldest first, and what is computed from them.

    The chart shows the days from `first` on (None: all). `trend` is that of the rank over `window` days or the next
    longer time with one, in places gained a day, `z` its momentum; None where they were not computed.
    """

    mal_id: int
    title: str
    image_url: str | None
    aired_from: date | None
    days: tuple[HistoryDay, ...]
    first: date | None
    window: int
    trend: Trend | None
    z: float | None

    @property
    def shown(self) -> tuple[HistoryDay, ...]:
        """The days of the chart."""
        return tuple(day for day in self.days if self.first is None or day.snapshot_date >= self.first)

    @property
    def ranks(self) -> TimeSeries:
        """The ranks of the chart."""
        return TimeSeries(self.title, tuple((day.snapshot_date, day.rank) for day in self.shown))

    @property
    def scores(self) -> TimeSeries:
        """The scores of the chart."""
        return TimeSeries(self.title, tuple((day.snapshot_date, day.score) for day in self.shown))

    def gained(self, days: int) -> int | None:
        """Return the places gained in the last days, positive for a climb; None without two ranks."""
        ranked = [(day.snapshot_date, day.rank) for day in self.days if day.rank is not None]
        if len(ranked) < 2:
            return None
        last, rank = ranked[-1]
        return next(old for day, old in ranked if (last - day).days <= days) - rank


def fact_pairs(course: TitleCourse, glyphs: Glyphs) -> list[tuple[str, Line]]:
    """Return the facts with their labels; unknown ones are left out."""
    ranked = [(day.rank, day.snapshot_date) for day in course.shown if day.rank is not None]
    if not ranked:
        return []
    best, worst = min(ranked, key=lambda one: (one[0], -one[1].toordinal())), max(ranked)
    today = ", today" if best[1] == ranked[-1][1] else ""
    pairs: list[tuple[str, Line]] = [
        ("now", (TonedText(f"{glyphs.rank}{ranked[-1][0]}", Tone.STRONG),)),
        ("best", (TonedText(f"{glyphs.rank}{best[0]}"), TonedText(today, Tone.DIM))),
        ("worst", (TonedText(f"{glyphs.rank}{worst[0]}"),)),
    ]
    pairs += [
        (f"{days} days", _change(gained, glyphs)) for days in FACT_DAYS if (gained := course.gained(days)) is not None
    ]
    scored = [day for day in course.days if day.score is not None]
    if scored:
        pairs.append(("score", (TonedText(f"{scored[-1].score:.2f}"),)))
    start = course.days[-1].snapshot_date - timedelta(days=course.window)
    votes = [day.scored_by for day in course.days if day.scored_by is not None and day.snapshot_date >= start]
    if len(votes) > 1:
        pairs.append(("votes", (TonedText(f"{votes[-1] - votes[0]:+,}"),)))
    if course.z is not None:
        pairs.append(("z", (TonedText(f"{course.z:.1f}"),)))
    return pairs


def facts(course: TitleCourse, glyphs: Glyphs) -> tuple[Line, ...]:
    """Return the facts under each other."""
    return tuple((TonedText(padded(label, _LABEL), Tone.DIM), *value) for label, value in fact_pairs(course, glyphs))


def facts_line(course: TitleCourse, glyphs: Glyphs, width: int) -> Line:
    """Return the facts side by side, as many as fit."""
    line: list[TonedText] = []
    used = 0
    for label, value in fact_pairs(course, glyphs):
        part = (TonedText(f"{label} ", Tone.DIM), *value)
        room = sum(cells(span.text) for span in part) + (2 if line else 0)
        if used + room > width:
            break
        line += [TonedText("  " if line else ""), *part]
        used += room
    return tuple(line)


def slope_lines(course: TitleCourse, canvas: Canvas, missing: str = "") -> tuple[Line, ...]:
    """Return the slope with its interval, and in words how sure it is; `missing` where it was not computed."""
    trend = course.trend
    if trend is None:
        return note(missing, canvas.width)
    drawn = slope(canvas, trend.ci_low, trend.drift, trend.ci_high).lines
    if trend.q_value < SURE:
        words = f"it {'rises' if trend.drift > 0 else 'falls'}, not by chance"
    else:
        words = "it may be chance"
    sure = "< .001" if trend.q_value < 0.001 else f"{trend.q_value:.3f}"
    return (
        (TonedText(f"Slope of {trend.window_days} days, places a day", Tone.DIM),),
        *drawn,
        (),
        (TonedText(f"q {sure}", Tone.STRONG), TonedText(f"  {words}", Tone.DIM)),
    )


def sentence(course: TitleCourse) -> str:
    """Return what the biggest step of one day was, and whether the title began to air then; "" where none was big."""
    from catlog.tui.day_words import day_words

    steps = [(day.rank_change, day.snapshot_date) for day in course.shown if day.rank_change]
    step, day = max(steps, key=lambda one: abs(one[0]), default=(0, date.min))
    if abs(step) < _STEP:
        return ""
    aired = course.aired_from
    began = ", as it began to air" if aired is not None and abs(aired - day) <= _NEAR else ""
    last = course.days[-1].snapshot_date
    return f"{'Rose' if step > 0 else 'Fell'} {abs(step):,} places on {day_words(day, last)}{began}."


def sentence_lines(course: TitleCourse, width: int) -> Sequence[Line]:
    """Return the sentence in lines that fit."""
    return [(TonedText(line, Tone.DIM),) for line in wrapped(sentence(course), max(width, 1))]


def _change(gained: int, glyphs: Glyphs) -> Line:
    if not gained:
        return (TonedText(glyphs.same if glyphs is ASCII else glyphs.dot, Tone.DIM),)
    sign, tone = (glyphs.up, Tone.UP) if gained > 0 else (glyphs.down, Tone.DOWN)
    return TonedText(f"{sign} ", tone), TonedText(f"{abs(gained):,}")
