"""The texts of the panel of a title as lines of spans: facts beside the cover, and what stands below it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from rich.cells import cell_len

from catlog.charts import progress_bar
from catlog.charts.braille import DotGrid
from catlog.charts.cells import wrapped
from catlog.charts.picture import Line, Tone, TonedText
from catlog.charts.sparkline import dotted
from catlog.text import counted
from catlog.tui.day_words import left_words, since_words, span_words, time_words
from catlog.tui.glyphs import ASCII, Glyphs
from catlog.tui.titles.order_strip import order_strip
from catlog.tui.titles.spans import STATUS_TONES, cut, gapped, hours, joined, span_cells, spread, wrapped_lines
from catlog.tui.widgets.rows.columns import fitted, title_fitted

if TYPE_CHECKING:
    from datetime import date

    from catlog.library.airing import AirTime
    from catlog.tui.titles.facts import TitleFacts
    from catlog.zones import Zone

CHART_ROWS = 4
"""Lines of the course of ranks."""

SYNOPSIS_ROWS = 3
"""Lines of the synopsis that come before the course, the order and titles alike."""

_LONGEST_GAP = 7
_SENTENCE = re.compile(r"[.!?…。！？][\"'”’)\]]?(?=\s|$)|[。！？]")


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the texts are drawn for: signs, the present moment, the user's zone."""

    glyphs: Glyphs
    now: datetime
    zone: Zone

    @property
    def ascii(self) -> bool:
        """Whether only ASCII signs may be drawn."""
        return self.glyphs is ASCII

    @property
    def today(self) -> date:
        """The user's day."""
        return self.zone.day_of(self.now)


def beside_cover(facts: TitleFacts, sheet: Sheet, width: int, height: int) -> list[Line]:
    """Return the names and facts beside the cover; score, rank and popularity stand at its foot."""
    details, glyphs = facts.details, sheet.glyphs
    head: list[Line] = []
    for name, tone in zip(facts.names, (Tone.STRONG, Tone.DIM, Tone.DIM), strict=False):
        head += wrapped_lines(name, width, tone, rows=3 if tone is Tone.STRONG else 2, ascii=sheet.ascii)
    head.append(())
    length = f"{facts.length // 60} min" if facts.length and facts.length >= 60 else ""
    count = f"{details.episodes:,} ep" if details.episodes else ""
    for text, tone in (
        (joined(glyphs, details.type, season_of(facts)), Tone.PLAIN),
        (joined(glyphs, count, length), Tone.DIM),
    ):
        head += [(TonedText(text, tone),)] if text else []
    head += wrapped_lines(", ".join(details.studios), width, Tone.DIM, rows=2, ascii=sheet.ascii)
    head += wrapped_lines(", ".join(details.genres), width, Tone.DIM, rows=3, ascii=sheet.ascii)
    foot = standing(facts, sheet, width)
    head = head[: max(height - len(foot) - 1, 0)]
    return [*head, *[()] * (height - len(head) - len(foot)), *foot]


def standing(facts: TitleFacts, sheet: Sheet, width: int) -> list[Line]:
    """Return score, rank and popularity, a line each."""
    details, glyphs, shown = facts.details, sheet.glyphs, list[Line]()
    if details.score is not None:
        by = f"  by {details.scored_by:,}" if details.scored_by else ""
        shown.append(score_spans(facts, glyphs) + ((TonedText(by, Tone.DIM),) if 7 + len(by) <= width else ()))
    if details.rank is not None:
        shown.append(rank_spans(facts, glyphs))
    if details.popularity:
        shown.append((TonedText("popularity ", Tone.DIM), TonedText(f"#{details.popularity:,}")))
    return shown


def score_spans(facts: TitleFacts, glyphs: Glyphs) -> Line:
    """Return the score with its star; nothing where unknown."""
    score = facts.details.score
    return () if score is None else (TonedText(f"{glyphs.score} ", Tone.DIM), TonedText(f"{score:.2f}", Tone.STRONG))


def rank_spans(facts: TitleFacts, glyphs: Glyphs) -> Line:
    """Return the rank and its change in a week: # 527 ▲ 4."""
    rank = facts.rank
    if rank is None:
        return ()
    shown: list[TonedText] = [TonedText(f"{glyphs.rank} ", Tone.DIM), TonedText(f"{rank:,}", Tone.STRONG)]
    if facts.change:
        up = facts.change > 0
        shown.append(TonedText(f"  {glyphs.up if up else glyphs.down}", Tone.UP if up else Tone.DOWN))
        shown.append(TonedText(f" {abs(facts.change):,}"))
    elif facts.unchanged:
        shown.append(TonedText(f"  {glyphs.same} {counted(facts.unchanged, 'day')}", Tone.DIM))
    return tuple(shown)


def season_of(facts: TitleFacts) -> str:
    """Return the season of the first episode, or its year."""
    details = facts.details
    year = details.year or (details.aired_from.year if details.aired_from else None)
    return f"{details.season.capitalize()} {year}" if details.season and year else str(year or "")


def below_cover(facts: TitleFacts, sheet: Sheet, width: int, height: int) -> list[Line]:
    """Return my entry, what is out, why it is for me, the course of ranks, the order, the synopsis in `height` lines.

    Where there is less room the order goes first, then the course; the synopsis takes what is left.
    """
    glyphs = sheet.glyphs
    parts = [mine(facts, sheet, width), out(facts, sheet, width), because(facts, width)]
    room = height - sum(len(part) + 1 for part in parts if part)
    told = wrapped(facts.synopsis, width)
    least = min(len(told), SYNOPSIS_ROWS)
    course = history(facts, sheet, width)
    order = order_strip(facts.order, facts.mal_id, glyphs=glyphs, today=sheet.today, width=width)
    for part in (course, order):
        if part and room - (least + 1 if least else 0) >= len(part) + 1:
            parts.append(part)
            room -= len(part) + 1
    if told and room >= 1:
        parts.append([(TonedText(text, Tone.DIM),) for text in whole_sentences(facts.synopsis, width, room)])
    shown: list[Line] = []
    for part in parts:
        if part:
            shown += [*part, ()]
    return shown[:height] + [()] * (height - len(shown))


def because(facts: TitleFacts, width: int) -> list[Line]:
    """Return the whole reason why a title was recommended, wrapped; nothing where it was not."""
    if not facts.reason:
        return []
    label = "For you: "
    first, *more = wrapped(f"{label}{facts.reason}", width)
    return [(TonedText(label, Tone.DIM), TonedText(first.removeprefix(label))), *[(TonedText(text),) for text in more]]


def mine(facts: TitleFacts, sheet: Sheet, width: int) -> list[Line]:
    """Return the list entry: status, dates and progress, my score, tags and notes."""
    row, glyphs = facts.row, sheet.glyphs
    if row is None:
        return [(TonedText("Not on your list", Tone.DIM),)]
    dates = span_words(row.start_date, row.finish_date, sheet.today)
    head = [TonedText(f"{glyphs.status(row.status)} ", STATUS_TONES[row.status]), TonedText(row.status.words)]
    head += [TonedText(f" {dates}", Tone.DIM)] if dates else []
    head += [TonedText(f" {glyphs.favorite}", Tone.FAVORITE)] if row.favorite else []
    shown: list[Line] = []
    if row.status == "COMPLETED" and row.episodes and row.episodes_watched >= row.episodes:
        shown.append(tuple(head))
        time = hours(row.episodes_watched * facts.length) if facts.length else ""
        again = f", seen again {row.rewatch_count} times" if row.rewatch_count else ""
        rated = _my_score(facts)
        shown += [rated] if rated else []
        noun = TonedText(" episode" if row.episodes == 1 else " episodes", Tone.DIM)
        timed = (TonedText(", ", Tone.DIM), TonedText(time)) if time else ()
        shown.append((TonedText(f"{row.episodes:,}"), noun, *timed, TonedText(again, Tone.DIM)))
    else:
        of = f"{row.episodes:,}" if row.episodes else "?"
        seen = (TonedText(f"{row.episodes_watched:,}", Tone.STRONG), TonedText(f" / {of}", Tone.DIM))
        shown.append(spread(head, seen, width))
        done, left = progress_bar.progress(row.episodes_watched, row.episodes, width, ascii=sheet.ascii)
        shown.append((TonedText(done, STATUS_TONES[row.status]), TonedText(left, Tone.REST)))
        rated = _my_score(facts)
        shown += [rated] if rated else []
    tags = ("again", *row.tags) if row.rewatching else row.tags
    if tags:
        shown.append((TonedText(fitted(" ".join(f"#{tag}" for tag in tags), width, ascii=sheet.ascii)[0], Tone.DIM),))
    if row.notes:
        shown += wrapped_lines(f"{glyphs.note} {row.notes}", width, Tone.DIM, rows=2, ascii=sheet.ascii)
    return shown


def _my_score(facts: TitleFacts) -> Line:
    row, score = facts.row, facts.details.score
    if row is None or not row.rating:
        return ()
    shown = [TonedText("My score ", Tone.DIM), TonedText(str(row.rating), Tone.STRONG)]
    if score is not None:
        apart = row.rating - score
        shown += [TonedText("   MAL ", Tone.DIM), TonedText(f"{score:.2f}")]
        if abs(apart) >= 0.01:
            shown += [TonedText("   mine is ", Tone.DIM), TonedText(f"{abs(apart):.2f}")]
            shown.append(TonedText(" higher" if apart > 0 else " lower", Tone.DIM))
    return tuple(shown)


def out(facts: TitleFacts, sheet: Sheet, width: int, *, short: bool = False) -> list[Line]:
    """Return which episodes are out and not seen, and when the next one comes; `short` leaves out since and in when."""
    air, row = facts.air, facts.row
    if air is None:
        return []
    shown: list[Line] = []
    if row is not None and row.status in ("WATCHING", "ON_HOLD") and air.unseen is not None and air.unseen.number:
        shown.append(_unseen(air, facts, sheet, short=short))
    if air.coming_at is not None:
        shown.append(_coming(air, sheet, short=short))
    return [cut(line, width) for line in shown]


def _unseen(air: AirTime, facts: TitleFacts, sheet: Sheet, *, short: bool) -> Line:
    assert air.unseen is not None
    count, sign = air.unseen.number, "~" if air.unseen.estimate else ""
    if air.over or air.first is None:
        time = f", {hours(count * facts.length)}" if facts.length else ""
        words = f" {'episode' if count == 1 else 'episodes'} to go{time}"
        return TonedText(f"{sign}{count:,}", Tone.STRONG), TonedText(words, Tone.DIM)
    since = f" is out since {since_words(air.since, sheet.now, sheet.zone)}" if air.since and not short else " is out"
    first = TonedText(f"{sign}{air.first:,}", Tone.STRONG)
    if count == 1:
        return first, TonedText(since)
    last = TonedText(f"{sign}{air.first + count - 1:,}", Tone.STRONG)
    if count == 2 and not short:
        return first, TonedText(f"{since}, "), last, TonedText(" as well")
    if count == 2:
        return first, TonedText(" and "), last, TonedText(" are out", Tone.DIM)
    return first, TonedText(" to "), last, TonedText(" are out")


def _coming(air: AirTime, sheet: Sheet, *, short: bool) -> Line:
    assert air.coming_at is not None
    number = f"{'~' if air.coming_estimate else ''}{air.coming:,}" if air.coming is not None else "the next"
    at = time_words(air.coming_at, sheet.now, sheet.zone)
    left = "" if short else f", {left_words(air.coming_at - sheet.now)}"
    return TonedText(f"{number} comes ", Tone.DIM), TonedText(at), TonedText(left, Tone.DIM)


def history(facts: TitleFacts, sheet: Sheet, width: int) -> list[Line]:
    """Return the course of the ranks or, where they never change, of the scores; nothing for a course of one value."""
    days = facts.details.rank_history
    ranks = [(day.day, None if day.rank is None else -float(day.rank)) for day in days]
    scores = [(day.day, day.score) for day in days]
    for name, points, form in (("Rank", ranks, _rank_label), ("Score", scores, "{:.2f}".format)):
        known = [value for _, value in points if value is not None]
        if len(set(known)) > 1:
            span = (days[-1].day - days[0].day).days + 1
            head = spread([TonedText(name, Tone.DIM)], (TonedText(f"{span} days", Tone.DIM),), width)
            labels = form(max(known)), form(min(known))
            return [head, *_course(points, labels, width, ascii=sheet.ascii)]
    return []


def _rank_label(value: float) -> str:
    return f"{-value:,.0f}"


def _course(
    points: Sequence[tuple[date, float | None]], labels: tuple[str, str], width: int, *, ascii: bool
) -> Iterator[Line]:
    left = max(map(len, labels)) + 1
    field = DotGrid(max(width - left, 1), CHART_ROWS, ascii=ascii)
    known = [value for _, value in points if value is not None]
    low, high = min(known), max(known)
    first, days = points[0][0], max((points[-1][0] - points[0][0]).days, 1)
    before: tuple[date, tuple[float, float]] | None = None
    for day, value in points:
        if value is None:
            continue
        at = (
            (day - first).days / days * (field.width - 1),
            (field.height - 1) * (1 - (value - low) / (high - low)),
        )
        joined = before is not None and (day - before[0]).days <= _LONGEST_GAP
        field.line(before[1] if before is not None and joined else at, at, Tone.CHART)
        before = day, at
    for row in range(CHART_ROWS):
        label = labels[0] if row == 0 else labels[1] if row == CHART_ROWS - 1 else ""
        yield TonedText(label.rjust(left - 1) + " ", Tone.DIM), *field.spans(row)


def whole_sentences(text: str, width: int, rows: int) -> list[str]:
    """Return the start of a text in at most `rows` lines, cut after a sentence; a first one too long is cut in it."""
    told = wrapped(text, width)
    if len(told) <= rows:
        return told
    flat = " ".join(text.split())
    for end in reversed([match.end() for match in _SENTENCE.finditer(flat)]):
        shown = wrapped(flat[:end], width)
        if len(shown) <= rows:
            return shown
    return [*told[: rows - 1], fitted(f"{told[rows - 1]} {told[rows]}", width)[0]]


def strip(facts: TitleFacts, sheet: Sheet, width: int, rows: int, *, titled: bool) -> list[Line]:
    """Return the short form in `rows` lines: facts and figures, what is out, then why it is for me, or the order.

    The synopsis takes what is left.

    `titled` lines begin with the title; elsewhere the border has it.
    """
    glyphs, details = sheet.glyphs, facts.details
    figures = gapped(rank_spans(facts, glyphs), score_spans(facts, glyphs))
    room = width - span_cells(figures) - 2
    title = title_fitted(facts.title, min(room, max(room - 20, 24)), ascii=sheet.ascii)[0] if titled else ""
    count = f"{details.episodes:,} ep" if details.episodes else ""
    names = () if titled else facts.names[:1]
    about = ""
    for part in (*names, details.type, count, season_of(facts), ", ".join(details.studios[:1])):
        longer = joined(glyphs, about, part)
        about = longer if cell_len(longer) <= room - cell_len(title) - 2 else about
    head = [TonedText(f"{title}  ", Tone.STRONG)] if titled else []
    course = _spark(facts, min(26, width // 3), sheet)
    shown = [
        spread([*head, TonedText(about, Tone.DIM)], figures, width),
        spread(_said(facts, sheet), course, width),
    ]
    if facts.reason and rows <= len(shown):
        shown[-1] = cut(because(facts, 1000)[0], width)
    if rows > 2 and facts.reason:
        shown += because(facts, width)[: rows - 2]
    elif rows > 2:
        order = order_strip(facts.order, facts.mal_id, glyphs=glyphs, today=sheet.today, width=width)
        shown += order[:1] or [cut((TonedText(joined(glyphs, *details.genres)),), width)]
    left = rows - len(shown)
    if left > 0 and facts.synopsis:
        shown += [(TonedText(told, Tone.DIM),) for told in whole_sentences(facts.synopsis, width, left)]
    return [*shown, *[()] * left][:rows]


def _said(facts: TitleFacts, sheet: Sheet) -> Line:
    """Return what is out and when the next episode comes, else my entry, else the other names."""
    spans: list[TonedText] = []
    for part in out(facts, sheet, 200, short=True):
        spans += [TonedText("; ", Tone.DIM), *part] if spans else part
    row = facts.row
    if spans or row is None:
        return tuple(spans) or (TonedText(joined(sheet.glyphs, *facts.names), Tone.DIM),)
    mine_of = (TonedText("my score ", Tone.DIM), TonedText(str(row.rating), Tone.STRONG)) if row.rating else ()
    dates = span_words(row.start_date, row.finish_date, sheet.today)
    if dates or mine_of:
        when = (TonedText(f"{row.status.words} {dates}", Tone.DIM),) if dates else ()
        return gapped(when, mine_of)
    return (TonedText(joined(sheet.glyphs, *facts.names), Tone.DIM),)


def _spark(facts: TitleFacts, width: int, sheet: Sheet) -> Line:
    ranks = [None if day.rank is None else -day.rank for day in facts.details.rank_history]
    if len({rank for rank in ranks if rank is not None}) < 2:
        return ()
    return (TonedText(dotted(ranks, width, ascii=sheet.ascii), Tone.CHART),)
