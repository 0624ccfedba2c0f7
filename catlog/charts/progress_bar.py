"""Bars in eighths of a cell: how far a title is watched, and the bars that other charts are made of."""

from __future__ import annotations

_EIGHTHS = " ▏▎▍▌▋▊▉"
_AHEAD, _UNTOLD = ("·", "░"), (".", "~")


def eighths(done: int, total: int | None, width: int, ascii: bool = False) -> str:
    """Return `width` cells: what is done as a bar, what is ahead as dots; all of it a pattern if nobody knows `total`.

    A bar is never empty once something is done, and never full before all is.
    """
    ahead, untold = _UNTOLD if ascii else _AHEAD
    if not total or total < 0:
        return (untold if done > 0 else ahead) * width
    share = min(max(done / total, 0.0), 1.0)
    steps = 1 if ascii else 8
    filled = round(share * width * steps)
    if 0 < share < 1:
        filled = min(max(filled, 1), max(width * steps - 1, 1))
    bar = solid(filled / steps, ascii)
    return (bar + ahead * (width - len(bar)))[:width]


def solid(length: float, ascii: bool) -> str:
    """Return a bar of `length` cells that grows to the right, seen wherever it is above 0."""
    if length <= 0:
        return ""
    if ascii:
        return "#" * max(1, round(length))
    parts = max(1, round(length * 8))
    return "█" * (parts // 8) + _EIGHTHS[parts % 8].strip()
