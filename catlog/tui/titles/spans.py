"""Lines of toned spans: joined, cut, spread over a width, wrapped; and the time of watching in words."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from catlog.charts.cells import wrapped
from catlog.charts.picture import Line, Tone, TonedText
from catlog.tui.glyphs import STATUS_NAMES, Glyphs
from catlog.tui.widgets.rows.columns import fitted

STATUS_TONES = {name: Tone(words.replace("-", " ")) for name, words in STATUS_NAMES.items()}
"""The tone of each list status."""


def hours(seconds: int) -> str:
    """Return a time of watching: 24 min, 11 h 12 min, 196 h."""
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    whole, rest = divmod(minutes, 60)
    return f"{whole:,} h {rest} min" if rest and whole < 100 else f"{whole:,} h"


def wrapped_lines(text: str, width: int, tone: Tone, *, rows: int, ascii: bool) -> list[Line]:
    """Return a text wrapped to `rows` lines, the last one cut."""
    if not text:
        return []
    told = wrapped(text, width)
    if len(told) > rows:
        rest = " ".join(told[rows - 1 :])
        told = [*told[: rows - 1], fitted(rest, width, ascii=ascii)[0]]
    return [(TonedText(one, tone),) for one in told]


def joined(glyphs: Glyphs, *parts: str | None) -> str:
    """Return the parts that are there with the separator between them."""
    return f" {glyphs.separator} ".join(part for part in parts if part)


def gapped(*parts: Line) -> Line:
    """Return lines as one, with two spaces between those that are not empty."""
    shown: list[TonedText] = []
    for part in parts:
        if part:
            shown += [TonedText("  "), *part] if shown else part
    return tuple(shown)


def spread(left: Sequence[TonedText], right: Line, width: int) -> Line:
    """Return a line with one part at each end; the left one is cut where both do not fit."""
    room = width - span_cells(right)
    shown = cut(tuple(left), max(room - 1, 0))
    return (*shown, TonedText(" " * max(room - span_cells(shown), 0)), *right)


def cut(line: Line, width: int) -> Line:
    """Return a line cut to a width."""
    shown: list[TonedText] = []
    room = width
    for span in line:
        text, cells = fitted(span.text, room)
        if text:
            shown.append(TonedText(text, span.tone))
        room -= cells
        if text != span.text:
            break
    return tuple(shown)


def span_cells(line: Line) -> int:
    """Return how many cells a line takes."""
    return sum(cell_len(span.text) for span in line)
