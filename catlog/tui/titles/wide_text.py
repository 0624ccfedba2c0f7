"""The texts beside the cover of a wide panel: names and figures, facts, synopsis, order, and the course of ranks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len

from catlog.charts.picture import Line, Tone, TonedText
from catlog.charts.sparkline import dotted
from catlog.tui.titles.order_strip import order_strip
from catlog.tui.titles.panel_text import Sheet, because, mine, out, rank_spans, score_spans, season_of, whole_sentences
from catlog.tui.titles.spans import cut, gapped, joined, span_cells, spread
from catlog.tui.widgets.rows.columns import fitted

if TYPE_CHECKING:
    from catlog.tui.titles.facts import TitleFacts

_LABEL = 7
_LONGEST_COURSE = 60


def beside_wide(facts: TitleFacts, sheet: Sheet, width: int, rows: int) -> list[Line]:
    """Return the texts in `rows` lines; of what does not fit the synopsis goes first, then the order."""
    glyphs, details = sheet.glyphs, facts.details
    known_names = [name for name in facts.names if name.isascii() or not sheet.ascii]
    names = [(TonedText(name, tone),) for name, tone in zip(known_names, (Tone.STRONG, Tone.DIM), strict=False)]
    figures = [score_spans(facts, glyphs), rank_spans(facts, glyphs)]
    head = [spread(names[at] if at < len(names) else (), figures[at], width) for at in range(max(len(names), 2))]
    head = [line for line in head if any(span.text.strip() for span in line)]
    count = f"{details.episodes:,} ep" if details.episodes else ""
    known = (details.type, count, season_of(facts), ", ".join(details.studios[:2]))
    genres = next(
        (
            few
            for most in range(len(details.genres), 0, -1)
            if cell_len(joined(glyphs, *known, few := ", ".join(details.genres[:most]))) <= width
        ),
        "",
    )
    told = (TonedText(fitted(joined(glyphs, *known, genres), width, ascii=sheet.ascii)[0]),)
    foot = [line for line in (_standing(facts, sheet, width), _course(facts, sheet, width)) if line]
    order = order_strip(facts.order, facts.mal_id, glyphs=glyphs, today=sheet.today, width=width)[:1]
    why = because(facts, width)
    shown: list[Line] = [*head, (), told, (), *why, *([()] if why else [])]
    below: list[Line] = []
    for part in (foot, order):
        if part and len(shown) + len(below) + len(part) + 1 <= rows:
            below = [*part, *([()] if below else []), *below] if part is order else [*part, *below]
    room = rows - len(shown) - len(below) - (1 if below else 0)
    if facts.synopsis and room > 0:
        shown += [(TonedText(text, Tone.DIM),) for text in whole_sentences(facts.synopsis, width, room)]
        shown += [()] * (rows - len(shown) - len(below))
    return [*shown, *below, *[()] * rows][:rows]


def _standing(facts: TitleFacts, sheet: Sheet, width: int) -> Line:
    """Return my entry and what is out in one line, or how the title gets on the list."""
    if facts.row is None:
        known = gapped((TonedText("not on your list", Tone.DIM),), *out(facts, sheet, width)[:1])
    else:
        entry = (line for line in mine(facts, sheet, max(width // 3, 24)) if not _is_bar(line))
        known = gapped(*entry, *out(facts, sheet, width)[:1])
    shown = [TonedText("Mine".ljust(_LABEL), Tone.DIM), *known]
    while len(shown) > 2 and span_cells(tuple(shown)) > width:
        shown.pop()
    return cut(tuple(shown), width)


def _is_bar(line: Line) -> bool:
    return bool(line) and line[-1].tone is Tone.REST


def _course(facts: TitleFacts, sheet: Sheet, width: int) -> Line:
    """Return the ranks of the last months as one line."""
    ranks = [None if day.rank is None else -day.rank for day in facts.details.rank_history]
    known = [-rank for rank in ranks if rank is not None]
    if len(set(known)) < 2:
        return ()
    days = f"{(facts.details.rank_history[-1].day - facts.details.rank_history[0].day).days + 1} d"
    ends = TonedText(f"  #{min(known):,} to #{max(known):,}", Tone.DIM)
    cells = min(width - _LABEL - span_cells((ends,)), _LONGEST_COURSE)
    if cells < 8:
        return ()
    return (
        TonedText(days.ljust(_LABEL), Tone.DIM),
        TonedText(dotted(ranks, cells, ascii=sheet.ascii), Tone.CHART),
        ends,
    )
