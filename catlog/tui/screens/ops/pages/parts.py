"""Parts of all pages: headlines, facts by name, and bars of progress."""

from __future__ import annotations

import re

from textual.content import Content

from catlog.charts import progress_bar
from catlog.tui.content import Part, line
from catlog.tui.glyphs import ASCII, Glyphs

LABEL = 10
"""Cells of the names of facts."""

BAR = 20
"""Cells of a bar of progress."""


def headline(title: str, rest: str = "") -> Content:
    """Return the first line of a page."""
    return line((title, "bold $bright"), (f"  {rest}", "$dim") if rest else "")


def fact(label: str, *parts: Part) -> Content:
    """Return a fact by its name."""
    return line((label.ljust(LABEL), "$dim"), *parts)


def number(count: float, style: str = "bold $bright") -> tuple[str, str]:
    """Return a number that matters."""
    return f"{count:,}", style


def numbers(text: str) -> Content:
    """Return a text whose numbers are bright and whose words are dim."""
    parts = re.split(r"([0-9][0-9,.]*)", text)
    return line(*((part, "bold $bright" if at % 2 else "$dim") for at, part in enumerate(parts) if part))


def bar(done: int, total: int, glyphs: Glyphs, width: int = BAR) -> Content:
    """Return the progress as a bar."""
    full, rest = progress_bar.line_bar(done / total if total > 0 else 0, width, ascii=glyphs is ASCII)
    return line((full, "$accent"), (rest, "$rest"))


def endless(seconds: float, glyphs: Glyphs, width: int = BAR) -> Content:
    """Return the bar of a job whose end is not known, after so many seconds."""
    before, part, after = progress_bar.moving_bar(seconds, width, ascii=glyphs is ASCII)
    return line((before, "$rest"), (part, "$accent"), (after, "$rest"))
