"""What no chart shows: the records of a list, the gaps in what is known of it, and the facts of a year."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from catlog.charts.cells import cells, fitted, fitted_title, padded
from catlog.charts.picture import Canvas, Line, Picture, Tone, TonedText, note, picture
from catlog.charts.scales import MONTHS
from catlog.statistics.activity import ActivityStreak
from catlog.statistics.coverage import Coverage, Share
from catlog.statistics.records import Records
from catlog.statistics.review import Review
from catlog.statistics.watched import format_duration
from catlog.text import counted

_MONTHS_OF_A_YEAR = 12
_NAMED_DROPS = 3
_LEAST_TITLE = 6

Fact = tuple[str, str, str]
"""A label, a title, which is cut where there is no room for it, and a figure, which is not."""


def records(figures: Records, canvas: Canvas, today: date) -> Picture:
    """Draw the records, each with its label."""
    facts = record_facts(figures, today)
    named = (figures.longest, figures.quickest, figures.oldest_plan)
    ids = {one.title: one.mal_id for one in named if one is not None}
    return picture(_facts(facts, canvas)).keyed([ids.get(title) for _, title, _ in facts[: canvas.rows]])


def record_facts(figures: Records, today: date) -> list[Fact]:
    """Return the records of a list that has any."""
    facts: list[Fact] = []
    if (month := figures.busiest_month) is not None:
        facts.append(("Finished most in", "", f"{month_name(month.month, today)}, {counted(month.titles, 'title')}"))
    if (longest := figures.longest) is not None:
        facts.append(("Longest", longest.title, f"{longest.episodes:,} ep, {format_duration(longest.seconds)}"))
    if (quickest := figures.quickest) is not None:
        facts.append(("Fastest", quickest.title, f"{quickest.episodes:,} ep in {quickest.days:,} d"))
    if (plan := figures.oldest_plan) is not None:
        facts.append(("Oldest plan", plan.title, _ago(plan.since, today)))
    if figures.dropped and figures.dropped_median is not None:
        named = [str(episode) for episode in dict.fromkeys(figures.dropped)]
        if len(named) > _NAMED_DROPS:
            dropped = f"ep {figures.dropped_median:g} in the median"
        else:
            dropped = "ep " + " and ".join(filter(None, [", ".join(named[:-1]), named[-1]]))
        facts.append(("Dropped at", "", dropped))
    return facts


def gaps(figures: Coverage, canvas: Canvas) -> tuple[Line, ...]:
    """Return what is missing, in sentences; none where everything is known."""
    return tuple(line for words in gap_sentences(figures) for line in note(words, canvas.width, Tone.PLAIN))


def gap_sentences(figures: Coverage) -> list[str]:
    """Return what is missing of a list, and of how many titles the time speaks."""
    lacking = ((figures.watched.lacking + figures.planned.lacking, "length"), (figures.genres.lacking, "genre"))
    missing = [(number, what) for number, what in (*lacking, (figures.studios.lacking, "studio")) if number]
    if not missing:
        return []
    number, what = missing[0]
    first = f"{counted(number, 'title')} {'has' if number == 1 else 'have'} no {what}"
    sentences = [", ".join([first, *(f"{number:,} no {what}" for number, what in missing[1:])]) + "."]
    if not figures.watched.is_whole:
        sentences.append(f"The time watched is {of_titles(figures.watched)}.")
    return sentences + incomplete(figures)


def incomplete(figures: Coverage) -> list[str]:
    """Return the sentence about the titles that the source may complete; none where there are none."""
    lack = "lacks" if figures.incomplete == 1 else "lack"
    words = f"{counted(figures.incomplete, 'title')} {lack} facts that the source may have: catlog list complete"
    return [f"{words}."] if figures.incomplete else []


def of_titles(share: Share) -> str:
    """Return of how many titles a figure speaks: `of 91 of 98 titles`, or `of 98 titles` where it speaks of all."""
    titles = counted(share.titles, "title")
    return f"of {titles}" if share.is_whole else f"of {share.known:,} of {titles}"


def best(figures: Review, canvas: Canvas) -> Picture:
    """Draw the best of what was finished in a year: my rating, the title, and MyAnimeList's score."""
    lines = []
    for one in figures.best[: canvas.rows]:
        score = f"MAL {one.score:.2f}" if one.score else ""
        room = canvas.width - 4 - (cells(score) + 2 if score else 0)
        title = padded(fitted_title(one.title, room, ascii=canvas.ascii), room + 2 if score else room)
        lines.append(
            (TonedText(f"{one.rating:>2}  ", Tone.STRONG), TonedText(title), TonedText(score, Tone.DIM)),
        )
    return picture(lines).keyed([one.mal_id for one in figures.best[: canvas.rows]])


def highlights(figures: Review, canvas: Canvas) -> Picture:
    """Draw the facts of a year's activity, each with its label."""
    return picture(_facts(highlight_facts(figures), canvas))


def highlight_facts(figures: Review) -> list[Fact]:
    """Return the facts of a year's activity."""
    facts: list[Fact] = [("Finished", "", counted(figures.finished, "title"))]
    facts.append(("Started", "", counted(figures.started, "title")))
    if figures.changes:
        facts.append(("Changes", "", f"{figures.changes:,} on {counted(figures.active_days, 'day')}"))
    if (month := figures.busiest_month) is not None:
        name = MONTHS[int(month.month[5:]) - 1]
        facts.append(("Busiest month", "", f"{name}, {counted(month.changes, 'change')}"))
    if (day := figures.busiest_day) is not None:
        facts.append(("Busiest day", "", f"{day_name(day.day)}, {counted(day.changes, 'change')}"))
    if (streak := figures.longest_streak) is not None:
        facts.append(("Longest streak", "", streak_words(streak)))
    if figures.untimed:
        facts.append(("No length", "", f"{counted(figures.untimed, 'episode')}, not in the time"))
    return facts


def streak_words(streak: ActivityStreak) -> str:
    """Return a streak in words: `13 days, 3 Mar to 15 Mar`."""
    span = day_name(streak.start) + (f" to {day_name(streak.end)}" if streak.days > 1 else "")
    return f"{counted(streak.days, 'day')}, {span}"


def day_name(day: date) -> str:
    """Return a day without its year: `3 Mar`."""
    return f"{day.day} {MONTHS[day.month - 1]}"


def month_name(month: str, today: date) -> str:
    """Return a month written 2026-11 in words: `Nov`, with its year where it is more than eleven months ago."""
    year, number = int(month[:4]), int(month[5:])
    ago = (today.year - year) * _MONTHS_OF_A_YEAR + today.month - number
    name = MONTHS[number - 1]
    return name if 0 <= ago < _MONTHS_OF_A_YEAR else f"{name} {year}"


def _ago(day: date, today: date) -> str:
    days = max((today - day).days, 0)
    months = round(days / 30.44)
    if months >= 2 * _MONTHS_OF_A_YEAR:
        return f"{days // 365} years"
    return f"{months} months" if months > 1 else counted(days, "day")


def _facts(facts: Sequence[Fact], canvas: Canvas) -> Iterator[Line]:
    labels = max((cells(label) for label, _, _ in facts), default=0) + 2
    for label, title, figure in facts[: canvas.rows]:
        room = canvas.width - labels
        figure = fitted(figure, room, ascii=canvas.ascii)
        left = room - cells(figure) - 2
        name = f"{fitted_title(title, left, ascii=canvas.ascii)}, " if title and left >= _LEAST_TITLE else ""
        yield TonedText(padded(label, labels), Tone.DIM), TonedText(name), TonedText(figure)
