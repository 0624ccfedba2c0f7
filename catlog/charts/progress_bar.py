"""Horizontal bars: progress through a title and the bars of other charts in eighths of a cell, gauges in whole ones."""

from __future__ import annotations

_EIGHTHS = " ▏▎▍▌▋▊▉"
_UNICODE, _ASCII = ("·", "░"), (".", "~")


def eighths(done: int, total: int | None, width: int, ascii: bool = False) -> str:
    """Return a progress bar of `width` cells, the rest dotted; without a `total`, a pattern throughout.

    The bar is never empty once `done` is above 0, and never full before all is done.
    """
    ahead, unknown = _ASCII if ascii else _UNICODE
    if not total or total < 0:
        return (unknown if done > 0 else ahead) * width
    share = min(max(done / total, 0.0), 1.0)
    steps = 1 if ascii else 8
    filled = round(share * width * steps)
    if 0 < share < 1:
        filled = min(max(filled, 1), max(width * steps - 1, 1))
    bar = solid(filled / steps, ascii)
    return (bar + ahead * (width - len(bar)))[:width]


def solid(length: float, ascii: bool) -> str:
    """Return a bar of `length` cells that grows to the right, visible for every length above 0."""
    if length <= 0:
        return ""
    if ascii:
        return "#" * max(1, round(length))
    parts = max(1, round(length * 8))
    return "█" * (parts // 8) + _EIGHTHS[parts % 8].strip()


def gauge(share: float, width: int = 8, *, ascii: bool = False) -> str:
    """Return a gauge of `width` cells, `share` (clamped to 0 to 1) of them full: ▰▰▰▱▱."""
    full = round(min(max(share, 0.0), 1.0) * width)
    on, off = ("#", "-") if ascii else ("▰", "▱")
    return on * full + off * (width - full)
