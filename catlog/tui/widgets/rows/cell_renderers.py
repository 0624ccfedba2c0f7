"""Cells that several lists share: progress, ratings, statuses, changes, sparklines, countdowns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from catlog.charts.progress_bar import eighths
from catlog.charts.sparkline import dotted
from catlog.tui.glyphs import ASCII, STATUS_NAMES, Glyphs
from catlog.tui.widgets.rows.columns import Piece

if TYPE_CHECKING:
    from catlog.library.numbering import EpisodeTotal

PROGRESS_FIGURES = 7
"""Cells of `46/74` next to its bar; longer figures such as `1126/1200` shorten the bar."""


def progress(watched: int, total: int | None, width: int, glyphs: Glyphs) -> tuple[Piece, ...]:
    """Return the watched part of a title as a bar in eighths of a cell and in figures; if narrow, as figures alone."""
    figures = f"{watched}/{total or '?'}".rjust(min(PROGRESS_FIGURES, width))
    room = width - len(figures) - 1
    if room < 3:
        return (Piece(figures.rjust(width)),)
    bar = eighths(watched, total, room, glyphs is ASCII)
    ahead = len(bar.rstrip(".~·░"))
    done = "completed" if total and watched >= total else "bar"
    pieces = (Piece(bar[:ahead], done), Piece(bar[ahead:], "dim"), Piece(f" {figures}"))
    return tuple(piece for piece in pieces if piece.text)


def rating(value: float | None, glyphs: Glyphs, *, digits: int = 0) -> Piece:
    """Return a rating or a score; a dash for None."""
    if value is None:
        return Piece(glyphs.dash, "dim")
    return Piece(f"{value:.{digits}f}", "strong" if not digits else "")


def status(value: str | None, glyphs: Glyphs, words: str = "") -> Piece:
    """Return the sign of a status and its `words`; a space for None."""
    if value is None:
        return Piece(" ")
    return Piece(f"{glyphs.status(value)} {words}".rstrip(), STATUS_NAMES[value])


def change(value: float | None, glyphs: Glyphs) -> Piece:
    """Return a change with its direction: ▲3, ▼0.25; a dot for none."""
    if not value:
        return Piece(glyphs.dot, "dim")
    return Piece(f"{glyphs.up if value > 0 else glyphs.down}{abs(value):g}", "up" if value > 0 else "down")


def sparkline(values: Sequence[float | None], width: int, glyphs: Glyphs) -> Piece:
    """Return a series as one line of braille dots, two to a cell. Give ranks negated, as a low rank is good.

    In ASCII denser signs are higher. None is a gap.
    """
    known = any(value is not None for value in values)
    return Piece(dotted(values, width, ascii=glyphs is ASCII) if known and width > 0 else "", "bar")


_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"))


def countdown(left: timedelta | None) -> Piece:
    """Return the time left in its largest unit: in 3 d, in 2 h, in 40 min, now."""
    if left is None:
        return Piece("")
    seconds = int(left.total_seconds())
    for size, unit in _UNITS:
        if seconds >= size:
            return Piece(f"in {seconds // size} {unit}", "strong" if unit != "d" else "")
    return Piece("now", "mark")


def behind(episodes: EpisodeTotal) -> Piece:
    """Return the number of aired episodes not yet watched; behind by ~3 where it is an estimate."""
    from catlog.library.numbering import number_text

    text = number_text(episodes.number, estimate=episodes.estimate)
    return Piece(f"behind by {text}", "mark") if episodes.number > 0 else Piece("")
