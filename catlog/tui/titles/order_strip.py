"""The franchise of a title as a strip of short names, each with its sign of the list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from catlog.charts.picture import Line, Tone, TonedText
from catlog.tui.glyphs import ASCII, Glyphs
from catlog.tui.titles.spans import STATUS_TONES, span_cells
from catlog.tui.widgets.rows.columns import title_fitted

if TYPE_CHECKING:
    from catlog.catalogue.franchise import FranchiseTitle

MOST_ROWS = 3
"""Lines that a strip takes at most; a longer franchise is shown around the title."""

_LABEL = "Order  "


def order_strip(works: Sequence[FranchiseTitle], mal_id: int, *, glyphs: Glyphs, today: date, width: int) -> list[Line]:
    """Return the franchise in watch order: ✓ Ao no Hako  ▸ Season 2; nothing for a title without one."""
    if len(works) < 2:
        return []
    room = width - len(_LABEL)
    names = [work.title for work in works]
    pieces = [_piece(work, names, work.mal_id == mal_id, glyphs=glyphs, today=today, width=room) for work in works]
    here = next((place for place, work in enumerate(works) if work.mal_id == mal_id), 0)
    begin, end = _window(pieces, here, room)
    rows = _packed(pieces[begin:end], room)
    label = _LABEL if begin == 0 else f"Order{glyphs.ellipsis}".ljust(len(_LABEL))
    return [(TonedText(" " * len(_LABEL) if number else label, Tone.DIM), *row) for number, row in enumerate(rows)]


def _window(pieces: Sequence[Line], here: int, room: int) -> tuple[int, int]:
    """Return the part of a franchise around a title that fits, what follows it first."""
    begin, end = here, here + 1
    for grown_begin, grown_end in _growing(here, len(pieces)):
        if len(_packed(pieces[min(begin, grown_begin) : max(end, grown_end)], room)) <= MOST_ROWS:
            begin, end = min(begin, grown_begin), max(end, grown_end)
    return begin, end


def _growing(here: int, count: int) -> list[tuple[int, int]]:
    steps: list[tuple[int, int]] = []
    for step in range(1, count):
        steps += [(here, here + step + 1)] if here + step < count else []
        steps += [(here - step, here + 1)] if here - step >= 0 else []
    return steps


def _piece(work: FranchiseTitle, names: Sequence[str], here: bool, *, glyphs: Glyphs, today: date, width: int) -> Line:
    name = work.title if work.title == names[0] else short_name(work.title, names)
    later = work.aired_from is not None and work.aired_from > today
    year = f", {work.aired_from.year}" if later and work.aired_from is not None else ""
    name = title_fitted(name, width - 2 - len(year), ascii=glyphs is ASCII)[0]
    if work.list_status is not None:
        sign = TonedText(f"{glyphs.status(work.list_status)} ", STATUS_TONES[work.list_status])
    else:
        sign = TonedText(f"{glyphs.dot} ", Tone.DIM)
    tone = Tone.STRONG if here else Tone.PLAIN if work.list_status else Tone.DIM
    return sign, TonedText(name, tone), TonedText(year, Tone.DIM)


def short_name(title: str, names: Sequence[str]) -> str:
    """Return what a title adds to the longest name of its franchise that it begins with."""
    heads = [name for name in names if len(name) < len(title) and title.startswith(name)]
    for head in sorted(heads, key=len, reverse=True):
        rest = title[len(head) :].lstrip(" :-–—~,")
        if rest and not title[len(head)].isalnum():
            return rest
    words = [[word.rstrip(":;,") for word in name.split()] for name in names]
    common = 0
    while all(len(one) > common + 1 for one in words) and len({one[common] for one in words}) == 1:
        common += 1
    return " ".join(title.split()[common:]) or title


def _packed(pieces: Sequence[Line], width: int) -> list[Line]:
    rows: list[list[TonedText]] = [[]]
    used = 0
    for piece in pieces:
        cells = span_cells(piece)
        if rows[-1] and used + 2 + cells > width:
            rows.append([])
            used = 0
        if rows[-1]:
            rows[-1].append(TonedText("  "))
            used += 2
        rows[-1] += piece
        used += cells
    return [tuple(row) for row in rows]
