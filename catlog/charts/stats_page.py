"""The page of Stats: the charts under headings, with sentences on what no chart shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from catlog.charts.cells import cells, fitted, padded
from catlog.charts.gallery import CHARTS
from catlog.charts.picture import Canvas, Line, Picture, Tone, TonedText, note, picture
from catlog.statistics.activity import ActivityReport, ActivityStreak
from catlog.statistics.coverage import Coverage, Share
from catlog.statistics.groups import Measure
from catlog.statistics.overview import Overview
from catlog.statistics.ratings import Difference, Ratings
from catlog.statistics.report import Statistics
from catlog.statistics.review import Review
from catlog.statistics.watched import TitleName, format_duration
from catlog.text import counted

_NAMED = 3
"""Titles of unknown length that are named; the others are counted."""

_GAP = "   "

_LOG_COUNTS = "by your activity log, which counts what was logged in the year, and no import"


def page(figures: Statistics, canvas: Canvas, by: Measure) -> Picture:
    """Return the whole page of a list that is not empty."""
    lines: list[Sequence[TonedText]] = [*numbers(figures, canvas).lines]
    for name in CHARTS:
        lines += [(), heading(name), *part(name, figures, canvas, by).lines]
    return picture(lines)


def numbers(figures: Statistics, canvas: Canvas) -> Picture:
    """Return the big numbers of a list."""
    return picture(_numbers(_overview(figures.overview), canvas))


def heading(name: str) -> Line:
    """Return the heading of a chart."""
    return (TonedText(CHARTS[name].heading, Tone.STRONG),)


def part(name: str, figures: Statistics, canvas: Canvas, by: Measure) -> Picture:
    """Return a chart, or its hint where there is nothing to draw, with its sentences."""
    chart = CHARTS[name]
    lines: list[Sequence[TonedText]] = [*(chart.draw(figures, canvas, by).lines or note(chart.hint, canvas.width))]
    for sentence in _sentences(name, figures):
        lines += note(sentence, canvas.width, Tone.PLAIN)
    if name == "ratings" and figures.ratings.against is not None:
        lines += _differences(figures.ratings.against.higher, figures.ratings.against.lower, canvas)
    return picture(lines)


def year_page(figures: Statistics, canvas: Canvas) -> Picture:
    """Return the review of the year that the figures were loaded for."""
    review = figures.review
    lines: list[Sequence[TonedText]] = [(TonedText(f"{review.year} in review", Tone.STRONG),), ()]
    lines += [*_numbers(_by_dates(review), canvas), *note("by the dates on your list", canvas.width), ()]
    lines += [*_numbers(_by_log(review), canvas), *note(_LOG_COUNTS, canvas.width)]
    for sentence in _highlights(review):
        lines += note(sentence, canvas.width, Tone.PLAIN)
    if review.best:
        lines += [(), (TonedText("Best of what was finished", Tone.STRONG),)]
        scores = [f"{one.score:.2f} on MyAnimeList" if one.score else "" for one in review.best]
        heads = [padded(str(one.rating), 2, right=True) for one in review.best]
        lines += _listed(heads, scores, [one.title for one in review.best], canvas)
    if review.genres:
        lines += [(), (TonedText("Genres of what was finished", Tone.STRONG),)]
        lines += note(", ".join(f"{one.name} {one.titles}" for one in review.genres), canvas.width, Tone.PLAIN)
        for sentence in _lacking("Genres", Share(review.with_genres, review.finished)):
            lines += note(sentence, canvas.width)
    for name in ("activity", "calendar"):
        if drawn := CHARTS[name].draw(figures, canvas, "count").lines:
            lines += [(), heading(name), *drawn]
    return picture(lines)


def _sentences(name: str, figures: Statistics) -> Sequence[str]:
    match name:
        case "status":
            return _rates(figures.overview)
        case "time":
            return _unknown(figures.overview, figures.coverage)
        case "ratings":
            return _ratings(figures.ratings)
        case "genres":
            return _lacking("Genres", figures.coverage.genres)
        case "studios":
            return _lacking("Studios", figures.coverage.studios)
        case "calendar":
            return _activity(figures.activity)
    return ()


def _overview(seen: Overview) -> list[tuple[str, str]]:
    counts = [
        (f"{seen.titles:,}", "title" if seen.titles == 1 else "titles"),
        (f"{seen.episodes:,}", "episode" if seen.episodes == 1 else "episodes"),
    ]
    times = ((seen.seconds_watched, "watched"), (seen.seconds_planned, "planned"))
    return counts + [(format_duration(seconds), name) for seconds, name in times if seconds]


def _by_dates(review: Review) -> list[tuple[str, str]]:
    pairs = [(f"{review.finished:,}", "finished"), (f"{review.started:,}", "started")]
    if review.mean_rating is not None:
        pairs.append((f"{review.mean_rating:.2f}", "mean rating of what was finished"))
    return pairs


def _by_log(review: Review) -> list[tuple[str, str]]:
    pairs = [(f"{review.episodes:,}", "episode logged" if review.episodes == 1 else "episodes logged")]
    if review.seconds:
        pairs.append((format_duration(review.seconds), "in all"))
    return pairs


def _numbers(pairs: Sequence[tuple[str, str]], canvas: Canvas) -> Iterator[Line]:
    """Yield big numbers side by side, in as many lines as needed."""
    line: list[TonedText] = []
    used = 0
    for number, name in pairs:
        width = cells(number) + 1 + cells(name)
        if line and used + len(_GAP) + width > canvas.width:
            yield tuple(line)
            line, used = [], 0
        used += width + (len(_GAP) if line else 0)
        line += [TonedText(_GAP if line else ""), TonedText(number, Tone.STRONG), TonedText(f" {name}")]
    yield tuple(line)


def _rates(seen: Overview) -> list[str]:
    if seen.completion_rate is None or seen.drop_rate is None:
        return []
    return [f"{seen.completion_rate:.1%} of the titles begun are completed, {seen.drop_rate:.1%} dropped."]


def _unknown(seen: Overview, of: Coverage) -> list[str]:
    kinds = (("watched", of.watched, seen.unknown_watched), ("planned", of.planned, seen.unknown_planned))
    return [
        f"The time {kind} is of {_of(share)}; without a length: {_names(titles)}."
        for kind, share, titles in kinds
        if titles
    ]


def _of(share: Share) -> str:
    return f"{share.known:,} of {counted(share.titles, 'title')}"


def _lacking(name: str, share: Share) -> list[str]:
    """Return the sentence of a group of figures that leaves titles out; no sentence where it leaves out none."""
    if share.is_whole or not share.known:
        return []
    has = "has" if share.lacking == 1 else "have"
    return [f"{name} of {_of(share)}; {share.lacking:,} {has} none."]


def _names(titles: Sequence[TitleName]) -> str:
    shown = ", ".join(title.title for title in titles[:_NAMED])
    return f"{shown} and {len(titles) - _NAMED:,} more" if len(titles) > _NAMED else shown


def _ratings(seen: Ratings) -> list[str]:
    if seen.mean is None:
        return []
    words = [f"{seen.rated:,} rated, mean {seen.mean:.2f}"]
    if seen.deviation is not None:
        words.append(f"standard deviation {seen.deviation:.2f}")
    sentences = [", ".join(words) + "."]
    if seen.against is not None:
        apart = abs(seen.against.mean_difference)
        way = "above" if seen.against.mean_difference > 0 else "below"
        most = " Most apart:" if seen.against.higher or seen.against.lower else ""
        over = f"{seen.against.titles:,} of {counted(seen.rated, 'rated title')}"
        sentences.append(f"On average {apart:.2f} {way} MyAnimeList, over {over}.{most}")
    return sentences


def _differences(higher: Sequence[Difference], lower: Sequence[Difference], canvas: Canvas) -> Iterator[Line]:
    both = [*higher[:_NAMED], *reversed(lower[:_NAMED])]
    heads = [f"{one.difference:+.2f}" for one in both]
    pairs = [f"{one.rating} against {one.score:.2f}" for one in both]
    return _listed(heads, pairs, [one.title for one in both], canvas)


def _listed(heads: Sequence[str], facts: Sequence[str], titles: Sequence[str], canvas: Canvas) -> Iterator[Line]:
    """Yield a line a title: a number, a fact, and the title in what is left of the width."""
    widths = [max(map(cells, column), default=0) for column in (heads, facts)]
    for head, fact, title in zip(heads, facts, titles, strict=True):
        start = f"  {padded(head, widths[0], right=True)}  {padded(fact, widths[1])}  "
        yield TonedText(start), TonedText(fitted(title, canvas.width - cells(start), ascii=canvas.ascii))


def _activity(seen: ActivityReport) -> list[str]:
    if not seen.days:
        return []
    logged = counted(seen.episodes, "episode")
    sentences = [f"{counted(seen.changes, 'change')} on {counted(len(seen.days), 'day')}, {logged} logged."]
    if seen.longest_streak is not None:
        now = f", {counted(seen.current_streak.days, 'day')} now" if seen.current_streak else ""
        sentences.append(f"Longest streak: {_streak(seen.longest_streak)}{now}.")
    return sentences


def _highlights(review: Review) -> Iterator[str]:
    if review.untimed:
        yield f"The time is without {counted(review.untimed, 'episode')} of unknown length."
    if review.changes:
        yield f"{counted(review.changes, 'change')} on {counted(review.active_days, 'day')}."
    if review.busiest_month and review.busiest_day:
        month, day = review.busiest_month, review.busiest_day
        changes = counted(month.changes, "change")
        yield f"Busiest month {month.month} ({changes}), busiest day {day.day} ({day.changes:,})."
    if review.longest_streak:
        yield f"Longest streak: {_streak(review.longest_streak)}."


def _streak(streak: ActivityStreak) -> str:
    days = f"{streak.start} to {streak.end}" if streak.days > 1 else f"{streak.start}"
    return f"{counted(streak.days, 'day')} ({days})"
