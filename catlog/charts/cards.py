"""The numbers that head the statistics: each with its name and a fact beside it, as cards or as one line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from catlog.charts.cells import cells, padded
from catlog.charts.picture import Canvas, Line, Picture, Tone, TonedText, picture
from catlog.charts.records import day_name
from catlog.library.entries import Status
from catlog.statistics.report import Statistics
from catlog.statistics.watched import format_duration
from catlog.text import counted

_LONG_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_GAP, _NARROW_GAP = "   ", "  "


@dataclass(frozen=True, slots=True)
class Card:
    """A number under its title, with a fact beside it; in a line the number is followed by its unit.

    A `needed` fact says of what the number speaks, and is never left out.
    """

    title: str
    number: str
    unit: str
    fact: str = ""
    needed: bool = False


def cards(figures: Statistics) -> tuple[Card, ...]:
    """Return the five numbers of a list."""
    seen, of = figures.overview, figures.coverage.watched
    completed = sum(one.titles for one in seen.statuses if one.status is Status.COMPLETED)
    if of.is_whole:
        planned = f"{format_duration(seen.seconds_planned)} planned" if seen.seconds_planned else ""
        time = Card("Time", format_duration(seen.seconds_watched), "watched", planned)
    else:
        fact = f"of {counted(of.known, 'title')}"
        time = Card("Time", format_duration(seen.seconds_watched), "watched", fact, needed=True)
    return (
        Card("Titles", f"{seen.titles:,}", "title" if seen.titles == 1 else "titles", f"{completed:,} completed"),
        Card("Episodes", f"{seen.episodes:,}", "episode" if seen.episodes == 1 else "episodes", _last_month(figures)),
        time,
        _mean(figures),
        _streak(figures),
    )


def year_cards(figures: Statistics) -> tuple[Card, ...]:
    """Return the five numbers of a year in review."""
    review = figures.review
    untimed = f"without {counted(review.untimed, 'episode')}" if review.untimed else ""
    mean = "" if figures.ratings.mean is None else f"{figures.ratings.mean:.2f} of all"
    longest = review.longest_streak
    run = "" if longest is None else day_name(longest.start)
    run += f" to {day_name(longest.end)}" if longest is not None and longest.days > 1 else ""
    return (
        Card("Finished", f"{review.finished:,}", "finished", f"{review.started:,} started"),
        Card(
            "Episodes",
            f"{review.episodes:,}",
            "episode logged" if review.episodes == 1 else "episodes logged",
            f"on {counted(review.active_days, 'day')}",
        ),
        Card("Time", format_duration(review.seconds), "logged", untimed, needed=bool(untimed)),
        Card("Mean", "" if review.mean_rating is None else f"{review.mean_rating:.2f}", "mean", mean),
        Card("Streak", counted(longest.days if longest else 0, "day"), "in a row", run),
    )


def card(one: Card, width: int) -> Line:
    """Return the line of a card: the number at the left, its fact at the right where there is room."""
    left = width - cells(one.number)
    fact = padded(one.fact, left, right=True) if one.fact and cells(one.fact) < left else ""
    return TonedText(one.number, Tone.STRONG), TonedText(fact, Tone.DIM)


def numbers(shown: Sequence[Card], canvas: Canvas) -> Picture:
    """Draw the numbers side by side, in as many lines as needed; with `rows`, what does not fit is left out.

    The facts that are not needed are there only where all of them fit into one line; no time and no days are left out.
    """
    there = [one for one in shown if one.number and not one.number.startswith("0 ")]
    full = [_spans(one, fact=True) for one in there]
    if sum(map(_width, full)) + len(_GAP) * (len(full) - 1) <= canvas.width:
        return picture(_flowed(full, canvas))
    return picture(_flowed([_spans(one, fact=one.needed) for one in there], canvas))


def _spans(one: Card, *, fact: bool) -> Line:
    words = f" {one.fact}" if one.needed else f" {one.unit}" + (f", {one.fact}" if fact and one.fact else "")
    return TonedText(one.number, Tone.STRONG), TonedText(words, Tone.DIM)


def _flowed(parts: Sequence[Line], canvas: Canvas) -> list[Line]:
    gap = _GAP if sum(map(_width, parts)) + len(_GAP) * (len(parts) - 1) <= canvas.width else _NARROW_GAP
    lines: list[list[TonedText]] = [[]]
    for part in parts:
        used = _width(lines[-1])
        if used and used + len(gap) + _width(part) > canvas.width:
            lines.append([])
        lines[-1] += [TonedText(gap if lines[-1] else ""), *part]
    return [tuple(line) for line in lines[: canvas.rows]]


def _width(spans: Sequence[TonedText]) -> int:
    return sum(cells(span.text) for span in spans)


def _last_month(figures: Statistics) -> str:
    """Return the episodes of the last month with any: `45 in November`."""
    for month in reversed(figures.activity.months):
        if month.episodes:
            return f"{month.episodes:,} in {_LONG_MONTHS[int(month.month[5:]) - 1]}"
    return ""


def _mean(figures: Statistics) -> Card:
    seen = figures.ratings
    if seen.mean is None:
        return Card("Mean", "", "mean", "nothing is rated")
    return Card("Mean", f"{seen.mean:.2f}", "mean", f"MAL's {seen.against.mean_score:.2f}" if seen.against else "")


def _streak(figures: Statistics) -> Card:
    now, longest = figures.activity.current_streak, figures.activity.longest_streak
    best = f"best {longest.days:,}, {_LONG_MONTHS[longest.end.month - 1]}" if longest else ""
    return Card("Streak", counted(now.days if now else 0, "day"), "in a row", best)
