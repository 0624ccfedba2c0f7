"""Cells that several lists share: progress, ratings, statuses, changes, sparklines, countdowns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from catlog.charts import progress_bar
from catlog.charts.sparkline import dotted
from catlog.tui.glyphs import ASCII, STATUS_NAMES, Glyphs
from catlog.tui.widgets.rows.columns import Piece

if TYPE_CHECKING:
    from catlog.library.numbering import EpisodeTotal


def progress(watched: int, total: int | None, width: int, glyphs: Glyphs, tone: str = "watching") -> tuple[Piece, ...]:
    """Return the watched part of a title as a thin bar of `width` cells, dotted where its end is unknown."""
    done, left = progress_bar.progress(watched, total, width, ascii=glyphs is ASCII)
    return Piece(done, tone), Piece(left, "rest")


def seen(watched: int, total: int | None, width: int, glyphs: Glyphs) -> tuple[Piece, ...]:
    """Return the episodes seen of a title: 7 / 12, and for one that is seen to its end the sign of that: ✓ 24."""
    if total and watched >= total:
        return Piece(glyphs.completed, "completed"), Piece(f" {total:,}".rjust(3))
    of = f"{total:,}" if total else "?"
    figures, sign = f"{watched:,}", " / "
    if len(figures) + len(sign) + len(of) > width:
        figures, sign, of = str(watched), "/", of.replace(",", "")
    return Piece(figures, "strong"), Piece(f"{sign}{of}", "dim")


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
    return Piece(dotted(values, width, ascii=glyphs is ASCII) if known and width > 0 else "", "chart")


_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"))


def countdown(left: timedelta | None) -> Piece:
    """Return the time left in its largest unit: in 3 d, in 2 h, in 40 min, now."""
    if left is None:
        return Piece("")
    seconds = int(left.total_seconds())
    for size, unit in _UNITS:
        if seconds >= size:
            return Piece(f"in {seconds // size} {unit}", "strong" if unit != "d" else "")
    return Piece("now", "accent")


def behind(episodes: EpisodeTotal) -> Piece:
    """Return the number of aired episodes not yet watched: 2 behind, or ~3 behind where it is an estimate."""
    from catlog.library.numbering import number_text

    text = number_text(episodes.number, estimate=episodes.estimate)
    return Piece(f"{text} behind") if episodes.number > 0 else Piece("")
