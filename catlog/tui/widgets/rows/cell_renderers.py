"""Cells that several lists share: how far a title is watched, ratings, statuses, changes, courses, time until."""

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

FIGURES = 7
"""Cells of `46/74` beside its bar, where longer ones such as `1126/1200` push the bar aside."""


def progress(watched: int, total: int | None, width: int, glyphs: Glyphs) -> tuple[Piece, ...]:
    """Return how much of a title is watched as a bar in eighths of a cell and in figures; figures alone if narrow."""
    figures = f"{watched}/{total or '?'}".rjust(min(FIGURES, width))
    room = width - len(figures) - 1
    if room < 3:
        return (Piece(figures.rjust(width)),)
    bar = eighths(watched, total, room, glyphs is ASCII)
    ahead = len(bar.rstrip(".~·░"))
    done = "completed" if total and watched >= total else "bar"
    pieces = (Piece(bar[:ahead], done), Piece(bar[ahead:], "dim"), Piece(f" {figures}"))
    return tuple(piece for piece in pieces if piece.text)


def rating(value: float | None, glyphs: Glyphs, *, digits: int = 0) -> Piece:
    """Return a rating or a score, or a dash where there is none."""
    if value is None:
        return Piece(glyphs.dash, "dim")
    return Piece(f"{value:.{digits}f}", "strong" if not digits else "")


def status(value: str | None, glyphs: Glyphs, words: str = "") -> Piece:
    """Return the sign of a status, with `words` after it if there are any; a space where a title has none."""
    if value is None:
        return Piece(" ")
    return Piece(f"{glyphs.status(value)} {words}".rstrip(), STATUS_NAMES[value])


def change(value: float | None, glyphs: Glyphs) -> Piece:
    """Return a change with its direction: ▲3, ▼0.25, and a dot where nothing moved."""
    if not value:
        return Piece(glyphs.dot, "dim")
    return Piece(f"{glyphs.up if value > 0 else glyphs.down}{abs(value):g}", "up" if value > 0 else "down")


def course(values: Sequence[float | None], width: int, glyphs: Glyphs) -> Piece:
    """Return a series as one line of braille dots, two to a cell; of ranks, where less is more, give negated ones.

    In ASCII it is a line of signs, the higher the denser. Unknown values are gaps.
    """
    known = any(value is not None for value in values)
    return Piece(dotted(values, width, ascii=glyphs is ASCII) if known and width > 0 else "", "bar")


_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"))


def countdown(left: timedelta | None) -> Piece:
    """Return the time until something in its largest unit: in 3 d, in 2 h, in 40 min, now."""
    if left is None:
        return Piece("")
    seconds = int(left.total_seconds())
    for size, unit in _UNITS:
        if seconds >= size:
            return Piece(f"in {seconds // size} {unit}", "strong" if unit != "d" else "")
    return Piece("now", "mark")


def behind(episodes: EpisodeTotal) -> Piece:
    """Return how many aired episodes wait to be watched: behind by ~3 where that is an estimate."""
    from catlog.library.numbering import number_text

    told = number_text(episodes.number, estimate=episodes.estimate)
    return Piece(f"behind by {told}", "mark") if episodes.number > 0 else Piece("")
