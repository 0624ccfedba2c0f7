"""The head of Details: names with score and rank, facts, genres, where narrow the entry, the reason, the synopsis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from catlog.charts import progress_bar
from catlog.charts.cells import wrapped
from catlog.charts.picture import Line, Tone, TonedText
from catlog.charts.sparkline import dotted
from catlog.tui.day_words import date_words
from catlog.tui.titles.panel_text import Sheet, because, out, rank_spans, score_spans, season_of, whole_sentences
from catlog.tui.titles.spans import STATUS_TONES, cut, joined, span_cells, spread
from catlog.tui.widgets.rows.columns import fitted, title_fitted

if TYPE_CHECKING:
    from catlog.catalogue.details import RankDay
    from catlog.tui.titles.facts import TitleFacts

SYNOPSIS = 3
"""Lines of the synopsis that stay longer than the third name and the genres."""


def head(facts: TitleFacts, sheet: Sheet, width: int, height: int, *, synopsis: str, with_mine: bool) -> list[Line]:
    """Return the head in at most `height` lines.

    What does not fit goes in this order: the synopsis down to `SYNOPSIS` lines, the third name, empty lines, the
    genres, and what is left of the synopsis.
    """
    names, about, genres = _names(facts, sheet, width, tall=height > 6), _facts(facts, sheet), facts.details.genres
    mine = _mine(facts, sheet, width) if with_mine else []
    parts = {
        "names": names,
        "facts": [cut((TonedText(about),), width)],
        "genres": [cut((TonedText(", ".join(genres), Tone.DIM),), width)] if genres else [],
        "mine": mine,
    }
    why = because(facts, width)
    told = wrapped(synopsis, width) if synopsis else []
    least = min(len(told), SYNOPSIS)
    gaps = True

    def fixed() -> int:
        groups = [names, [*parts["facts"], *parts["genres"]], mine, why]
        return sum(map(len, groups)) + sum(bool(group) for group in groups[1:]) * gaps + (gaps if least else 0)

    if fixed() + least > height and len(names) > 2:
        del names[2]
    if fixed() + least > height:
        gaps = False
    if fixed() + least > height:
        parts["genres"] = []
    if fixed() + least > height and len(names) > 1:
        del names[1]
    room = max(height - fixed(), 0)
    shown: list[Line] = []
    synopsis_lines: list[Line] = [(TonedText(text),) for text in whole_sentences(synopsis, width, room)] if room else []
    for group in (names, [*parts["facts"], *parts["genres"]], mine, why, synopsis_lines):
        if group and shown and gaps:
            shown.append(())
        shown += group
    return shown[:height]


def rank_line(history: Sequence[RankDay], sheet: Sheet, width: int, words: str) -> Line:
    """Return the course of the ranks in one line: `Rank 764 ⣀⣀⡴⠉⠉ 527 90 d`; nothing without ranks."""
    known = [day.rank for day in history if day.rank is not None]
    if not known:
        return ()
    left = (TonedText("Rank  ", Tone.DIM), TonedText(f"{known[0]:,} ", Tone.DIM))
    right = (TonedText(f" {known[-1]:,}", Tone.STRONG), TonedText(f"  {words}", Tone.DIM))
    room = width - span_cells(left) - span_cells(right)
    if room < 8:
        return cut((*left, *right), width)
    values = [None if day.rank is None else -float(day.rank) for day in history]
    return *left, TonedText(dotted(values, room, ascii=sheet.ascii), Tone.CHART), *right


def _names(facts: TitleFacts, sheet: Sheet, width: int, *, tall: bool) -> list[Line]:
    """Return the names, a line each, with score, votes and rank at the right; two lines where it is low."""
    details, glyphs = facts.details, sheet.glyphs
    rank = rank_spans(facts, glyphs)
    if rank and facts.change and width >= 60:
        rank = (*rank, TonedText(" in 7 d", Tone.DIM))
    votes = (TonedText(f"by {details.scored_by:,}", Tone.DIM),) if details.scored_by and width >= 60 and tall else ()
    figures = [line for line in (score_spans(facts, glyphs), votes, rank) if line]
    texts = [(facts.title, Tone.STRONG), *zip(facts.names, (Tone.PLAIN, Tone.DIM), strict=False)]
    count = max(len(texts), len(figures) if tall else min(len(figures), 2))
    shown: list[Line] = []
    for number in range(count):
        right = figures[number] if number < len(figures) else ()
        text, tone = texts[number] if number < len(texts) else ("", Tone.PLAIN)
        room = max(width - span_cells(right) - 2, 1)
        shown.append(spread([TonedText(title_fitted(text, room, ascii=sheet.ascii)[0], tone)], right, width))
    return shown


def _facts(facts: TitleFacts, sheet: Sheet) -> str:
    details = facts.details
    length = f"{facts.length // 60} min" if facts.length and facts.length >= 60 else ""
    source = "" if details.source in (None, "Original", "Unknown", "Other") else f"from {_with_article(details.source)}"
    rated = (details.rating or "").split(" - ")[0]
    count = f"{details.episodes:,} ep" if details.episodes else ""
    return joined(
        sheet.glyphs, details.type, count, length, season_of(facts), ", ".join(details.studios), source, rated
    )


def _with_article(source: str) -> str:
    words = source.lower()
    return words if words == "music" else f"{'an' if words[0] in 'aeiou4' else 'a'} {words}"


def _mine(facts: TitleFacts, sheet: Sheet, width: int) -> list[Line]:
    """Return the list entry in two lines: status and progress, then what is out or what is known of it besides."""
    row, glyphs = facts.row, sheet.glyphs
    if row is None:
        return [(TonedText("Not on your list", Tone.STRONG), TonedText("  p plan  w watch  s any status", Tone.DIM))]
    day = row.finish_date or row.start_date
    since = date_words(day, sheet.today) if day is not None else ""
    when = f"  {'until' if row.finish_date else 'since'} {since}" if since else ""
    status = (
        TonedText(f"{glyphs.status(row.status)} ", STATUS_TONES[row.status]),
        TonedText(row.status.words + (" again" if row.rewatching else "")),
        TonedText(when, Tone.DIM),
        *((TonedText(f"  {glyphs.favorite}", Tone.FAVORITE),) if row.favorite else ()),
    )
    whole = row.episodes is not None and row.episodes_watched >= row.episodes
    figures: Line = (
        TonedText(f"{row.episodes_watched:,}", Tone.STRONG),
        TonedText(f" / {row.episodes or '?'}", Tone.DIM),
    )
    if whole:
        figures = (
            TonedText(f"{glyphs.completed} ", Tone.COMPLETED),
            TonedText(f"{row.episodes_watched:,}", Tone.STRONG),
        )
    room = width - span_cells(status) - span_cells(figures) - 6
    if not whole and room >= 6:
        done, left = progress_bar.progress(row.episodes_watched, row.episodes, min(room, 14), ascii=sheet.ascii)
        bar = (TonedText(done, STATUS_TONES[row.status]), TonedText(left, Tone.REST), TonedText("   "))
        figures = (*bar, *figures)
    mine: list[TonedText] = []
    for part in out(facts, sheet, width):
        mine += [TonedText(f" {glyphs.separator} ", Tone.DIM), *part] if mine else part
    told: list[Line] = []
    if row.rating:
        told.append((TonedText("My score ", Tone.DIM), TonedText(str(row.rating), Tone.STRONG)))
    tags = " ".join(f"#{tag}" for tag in row.tags)
    told += [(TonedText(tags, Tone.DIM),)] if tags else []
    told += [(TonedText(f"{glyphs.note} {' '.join(row.notes.split())}", Tone.DIM),)] if row.notes else []
    for part in told:
        mine += [TonedText("   "), *part] if mine else part
    second = cut(tuple(mine), width) if mine else (TonedText(fitted("e edits it, r rates it", width)[0], Tone.DIM),)
    return [spread(status, figures, width), second]
