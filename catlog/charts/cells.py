"""Text measured in terminal cells, so that Japanese titles and emoji keep the columns of a chart straight."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache

from catlog.text import clean

_JOINER, _EMOJI_STYLE = "\u200d", "\ufe0f"

LEAST_HEAD = 4
"""The fewest cells of a title's beginning that are worth a place before its season."""

_NUMBER = r"(?:\d{1,4}|[IVX]{1,5})"
_KIND = r"(?:season|series|part|cour|movie|film|ova|ona|specials?|act|arc|chapter|episode|volume|vol\.|stage|phase)"
_SEASON = re.compile(
    rf"""(?<=[\s:~-])(?:
        \(?\d{{1,2}}(?:st|nd|rd|th)\ {_KIND}\)? | (?:the\ )?final\ {_KIND} | \(?{_KIND}\ {_NUMBER}\)?
        | \(?(?:TV|OVA|ONA|movie)?\ ?{_NUMBER}\)? | \((?:TV|OVA|ONA|movie)\) | S\d{{1,2}}
    )[!?.:]?$ | 第?[\d一二三四五六七八九十]{{1,3}}[期章部季]$""",
    re.IGNORECASE | re.VERBOSE,
)


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


def fitted(text: str, width: int, *, ascii: bool = False, measure: Callable[[str], int] = cells) -> str:
    """Return a text of any origin as one safe line of at most `width` cells, its end cut where it is too long.

    `measure` counts the cells of a text the way its surface does.
    """
    line = clean(text)
    if measure(line) <= width:
        return line
    mark = ".." if ascii else "…"
    if width < len(mark):
        return ""
    return _start(line, width - len(mark), measure).rstrip() + mark


def fitted_title(text: str, width: int, *, ascii: bool = False, measure: Callable[[str], int] = cells) -> str:
    """Return a title as one safe line of at most `width` cells, cut in its middle where its end tells a season.

    A title with another end, or no room for `LEAST_HEAD` cells before its season, is cut at its end. `measure` counts
    the cells of a text the way its surface does.
    """
    line = clean(text)
    if measure(line) <= width:
        return line
    mark = ".." if ascii else "…"
    if width < len(mark):
        return ""
    for tail in _seasons(line):
        room = width - len(mark) - measure(tail)
        if room >= LEAST_HEAD:
            return _start(line.removesuffix(tail), room, measure).rstrip(" :,~-") + mark + tail
    return _start(line, width - len(mark), measure).rstrip() + mark


def _seasons(title: str) -> list[str]:
    """Return the ends of a title that tell a season, longest first: `Season 3 Part 2`, `Part 2`."""
    found: list[str] = []
    head = title
    while len(found) < 3 and (match := _SEASON.search(head)) and match.start():
        if found and match[0].isdigit():
            break  # the number before a season belongs to the name: Mob Psycho 100 III
        head = head[: match.start()].rstrip(" :,~-")
        found.insert(0, title[match.start() :])
    return found


def _start(line: str, room: int, measure: Callable[[str], int]) -> str:
    """Return the longest beginning of a line within `room` cells that halves no character."""
    if line.isascii():
        return line[:room]
    start = ""
    for cluster in _clusters(line):
        if measure(start + cluster) > room:
            break
        start += cluster
    return start


def _clusters(line: str) -> Iterator[str]:
    """Yield the characters of a line as people see them: with their marks, joined emoji and flags as one."""
    cluster = ""
    for char in line:
        if cluster and not _continues(cluster, char):
            yield cluster
            cluster = ""
        cluster += char
    if cluster:
        yield cluster


def _continues(cluster: str, char: str) -> bool:
    if cluster[-1] == _JOINER or unicodedata.category(char) in ("Mn", "Me", "Mc", "Cf"):
        return True
    return "\U0001f3fb" <= char <= "\U0001f3ff" or (
        _is_flag_letter(char) and len(cluster) == 1 and _is_flag_letter(cluster)
    )


def _is_flag_letter(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


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
