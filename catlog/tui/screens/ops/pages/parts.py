"""Parts of all pages: headlines, facts by name, and bars of progress."""

from __future__ import annotations

from textual.content import Content

from catlog.tui.content import Part, line
from catlog.tui.glyphs import Glyphs

LABEL = 10
"""Cells of the names of facts."""

BAR = 20
"""Cells of a bar of progress."""


def headline(title: str, rest: str = "") -> Content:
    """Return the first line of a page."""
    return line((title, "bold"), (f"  {rest}", "$dim") if rest else "")


def fact(label: str, *parts: Part) -> Content:
    """Return a fact by its name."""
    return line((label.ljust(LABEL), "$dim"), *parts)


def bar(done: int, total: int, glyphs: Glyphs, width: int = BAR) -> Content:
    """Return the progress as a bar."""
    full = min(width, width * done // total) if total > 0 else 0
    return line((glyphs.heavy * full, "$accent"), (glyphs.rule * (width - full), "$rest"))
