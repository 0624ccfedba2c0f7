"""Text measured in terminal cells, so that Japanese titles and emoji keep the columns of a chart straight."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from catlog.text import clean

_JOINER, _EMOJI_STYLE = "\u200d", "\ufe0f"


@lru_cache(maxsize=4096)
def cells(text: str) -> int:
    """Return how many cells a terminal takes for a text of one line."""
    if text.isascii():
        return len(text)
    width, previous, joined = 0, 0, False
    for char in text:
        if char == _EMOJI_STYLE:
            width += 2 - previous if previous == 1 else 0
        elif char == _JOINER:
            joined = True
            continue
        elif not joined and unicodedata.category(char) not in ("Mn", "Me", "Cf"):
            previous = 2 if unicodedata.east_asian_width(char) in "WF" else 1
            width += previous
        joined = False
    return width


def fitted(text: str, width: int, *, ascii: bool = False) -> str:
    """Return a text of any origin as one safe line of at most `width` cells, its end cut where it is too long."""
    line = clean(text)
    if cells(line) <= width:
        return line
    mark = ".." if ascii else "…"
    if width < len(mark):
        return ""
    # By bases with their marks: half of an emoji or a letter without its accent would be another character.
    while line and cells(line) > width - len(mark):
        line = line[:-1].rstrip(_JOINER)
    return line.rstrip() + mark


def padded(text: str, width: int, *, right: bool = False) -> str:
    """Return a text filled with spaces to `width` cells, at its right side or, with `right`, at its left."""
    space = " " * (width - cells(text))
    return space + text if right else text + space


def wrapped(text: str, width: int) -> list[str]:
    """Return a text as lines of at most `width` cells, broken between words; a longer word is cut."""
    lines: list[str] = []
    for word in clean(text, limit=len(text) or 1).split():
        if lines and cells(lines[-1]) + 1 + cells(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(fitted(word, width))
    return lines
