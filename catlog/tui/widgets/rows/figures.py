"""Cells that several lists share: how far a title is watched, ratings, statuses, changes, courses, time until."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from catlog.charts.dots import Dots
from catlog.charts.picture import Tone
from catlog.charts.progress_bar import eighths
from catlog.charts.sparkline import sparkline
from catlog.tui.glyphs import STATUS_NAMES, Glyphs
from catlog.tui.widgets.rows.columns import Piece

FIGURES = 7
"""Cells of `46/74` beside its bar, where longer ones such as `1126/1200` push the bar aside."""


def progress(watched: int, total: int | None, width: int, *, ascii: bool = False) -> tuple[Piece, ...]:
    """Return how much of a title is watched as a bar in eighths of a cell and in figures; figures alone if narrow."""
    figures = f"{watched}/{total or '?'}".rjust(min(FIGURES, width))
    room = width - len(figures) - 1
    if room < 3:
        return (Piece(figures.rjust(width)),)
    bar = eighths(watched, total, room, ascii)
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


def course(values: Sequence[float | None], width: int, *, ascii: bool = False) -> Piece:
    """Return a series as one line of braille dots, two to a cell; of ranks, where less is more, give negated ones.

    In ASCII it is a line of signs, the higher the denser. Unknown values are gaps.
    """
    known = [value for value in values if value is not None]
    if ascii or not known or width < 1:
        return Piece(sparkline(values, ascii=True, width=max(width, 1)) if known else "", "bar")
    field, low, high = Dots(width, 1), min(known), max(known)
    across = (field.width - 1) / max(len(values) - 1, 1)
    last: tuple[float, float] | None = None
    for number, value in enumerate(values):
        if value is None:
            last = None
            continue
        share = (value - low) / (high - low) if high > low else 0.5
        dot = (number * across, (1 - share) * (field.height - 1))
        field.line(last or dot, dot, Tone.PLAIN)
        last = dot
    return Piece("".join(span.text for span in field.spans(0)), "bar")


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


def behind(episodes: int) -> Piece:
    """Return how many aired episodes wait to be watched."""
    return Piece(f"behind by {episodes}", "mark") if episodes > 0 else Piece("")
