"""Cleaning of untrusted text, the only place that does it.

Titles, notes and file contents may carry terminal escapes, clipboard writes (OSC 52), bidirectional
overrides or stacks of combining marks. All text from outside passes `clean` once, where it enters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache

TITLE_LIMIT = 512
"""The most characters of a title or another single-line field."""

NOTE_LIMIT = 20_000
"""The most characters of a note or a synopsis."""

MARKS_PER_BASE = 6
"""The most combining marks on one base character: more is a drawing, not a word."""

_PLAIN_LINE, _PLAIN_LINES = re.compile("[ -~]*"), re.compile("[\n -~]*")
_JOINERS = frozenset("\u200c\u200d")  # ZWNJ and ZWJ: scripts and emoji sequences need them
_OTHER_BREAKS = frozenset("\u2028\u2029\x85\x0b\x0c")
_LINE_BREAKS = str.maketrans(dict.fromkeys(_OTHER_BREAKS, "\n"))


_LOOKS_LIKE = {
    **dict.fromkeys("‘’‚′`´", "'"),
    **dict.fromkeys("“”„″«»", '"'),
    **dict.fromkeys("‐‑‒–—―−─━", "-"),
    **dict.fromkeys("│┃¦", "|"),
    **dict.fromkeys("★☆✦✩♪♫♥♡❤", "*"),
    **dict.fromkeys("·•…∙・", "."),
    **dict.fromkeys("。", "."),
    **dict.fromkeys("、", ","),
    **dict.fromkeys("「『【〈《", "["),
    **dict.fromkeys("」』】〉》", "]"),
    **dict.fromkeys("～〜", "~"),
    "×": "x",
    "→": ">",
    "←": "<",
    "▲": "^",
    "▼": "v",
    "△": "^",
    "▽": "v",
    "ø": "o",
    "Ø": "O",
    "ł": "l",
    "Ł": "L",
    "đ": "d",
    "Đ": "D",
    "ð": "d",
    "ı": "i",
    "ß": "s",
    "æ": "a",
    "œ": "o",
    "þ": "t",
    "¿": "?",
    "¡": "!",
}
"""Characters that do not decompose to ASCII -> similar ones that are."""


def clean(value: str, *, multiline: bool = False, limit: int | None = None) -> str:
    """Return `value` in NFC without anything that could drive a terminal.

    Dropped: control characters (a line break and a tab become a space, unless `multiline`, where they stay),
    lone surrogates, noncharacters, and every format character but the two joiners: bidi controls, tag
    characters, zero-width spaces. Combining marks are capped per base and the length at `limit` characters
    (default `NOTE_LIMIT` or `TITLE_LIMIT`). Idempotent; a single line is stripped at both ends.
    """
    limit = limit if limit is not None else (NOTE_LIMIT if multiline else TITLE_LIMIT)
    if (_PLAIN_LINES if multiline else _PLAIN_LINE).fullmatch(value):
        return value.strip()[:limit].strip()
    lines = value.replace("\r\n", "\n").replace("\r", "\n")
    if not _OTHER_BREAKS.isdisjoint(lines):
        lines = lines.translate(_LINE_BREAKS)
    if not multiline:
        lines = lines.replace("\n", " ").replace("\t", " ")
    safe = unicodedata.normalize("NFC", _without_unsafe(lines))
    return _cap_marks(safe).strip()[:limit].strip()


def cleaned(value: str, *, multiline: bool = False, limit: int | None = None) -> tuple[str, bool]:
    """Return the clean text and whether anything was removed (composition to NFC and trimming do not count)."""
    safe = clean(value, multiline=multiline, limit=limit)
    return safe, safe != unicodedata.normalize("NFC", value.strip())


def harmless(text: str) -> str:
    """Return text without terminal control characters; line breaks, tabs and all else stay."""
    return text if _PLAIN_LINES.fullmatch(text) else _without_unsafe(text)


def in_ascii(text: str) -> str:
    """Return a text in ASCII with the same number of cells, so that columns stay aligned.

    Latin letters lose their accents and punctuation its shape; any other character becomes a `?` for each of its cells.
    """
    return text if text.isascii() else "".join(map(_in_ascii, text))


@lru_cache(maxsize=4096)
def _in_ascii(char: str) -> str:
    if char.isascii():
        return char
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return ""
    cells = 2 if unicodedata.east_asian_width(char) in "WF" else 1
    plain = _LOOKS_LIKE.get(char) or unicodedata.normalize("NFKD", char).encode("ascii", "ignore").decode()
    return plain.ljust(cells) if 0 < len(plain) <= cells else "?" * cells


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun: 1 title, 2,000 titles; `many` is an irregular plural."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def figure(value: float, places: int = 6) -> str:
    """Return a number with at most `places` decimals, never in exponent notation."""
    return f"{value:,.{places}f}".rstrip("0").rstrip(".")


def spans(days: Iterable[date]) -> str:
    """Return days as spans: 2024-01-01…2024-01-05, 2024-01-09."""
    found: list[list[date]] = []
    for day in sorted(days):
        if found and day - found[-1][1] == timedelta(days=1):
            found[-1][1] = day
        else:
            found.append([day, day])
    return ", ".join(str(a) if a == b else f"{a}…{b}" for a, b in found)


def _without_unsafe(text: str) -> str:
    # A text has far fewer distinct characters than characters: each is checked once.
    unsafe = [char for char in set(text) if not _is_safe(char)]
    return text.translate(dict.fromkeys(map(ord, unsafe))) if unsafe else text


def _is_safe(char: str) -> bool:
    if char in _JOINERS or char in "\n\t":
        return True
    category = unicodedata.category(char)
    if category in ("Cc", "Cf", "Cs", "Zl", "Zp"):
        return False
    return (ord(char) & 0xFFFE) != 0xFFFE and not 0xFDD0 <= ord(char) <= 0xFDEF


def _cap_marks(value: str) -> str:
    known = {char for char in set(value) if unicodedata.category(char) in ("Mn", "Me")}
    if not known:
        return value
    out: list[str] = []
    marks = 0
    for char in value:
        marks = marks + 1 if char in known else 0
        if marks <= MARKS_PER_BASE:
            out.append(char)
    return "".join(out)
