"""Filters of drawn lines: the last defence against hostile text, and output for terminals that can show less."""

from __future__ import annotations

import re
from typing import Any

from rich.cells import cell_len
from rich.segment import Segment
from textual.app import App
from textual.color import Color
from textual.filter import ANSIToTruecolor, LineFilter

from catlog.text import in_ascii
from catlog.tui.glyphs import ASCII, UNICODE
from catlog.tui.terminal.capabilities import Terminal

_CONTROL = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)

_DRAWN = (
    dict.fromkeys(range(0x2500, 0x2580), "-")
    | dict.fromkeys(map(ord, "│┃┆┇┊┋║╎╏"), "|")
    | dict.fromkeys(range(0x2580, 0x25A0), " ")
    | {ord(sign): twin for sign, twin in zip(UNICODE, ASCII, strict=True) if len(sign) == len(twin) == 1}
)
"""ASCII for the signs of `glyphs.py`, lines and blocks."""


class ControlFilter(LineFilter):
    """Replaces control, bidi and similar characters by question marks of the same width."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002 - Textual's signature
        """Return the segments without such characters; most lines have none and are returned unchanged."""
        if not any(_CONTROL.search(text) for text, _, _ in segments):
            return segments
        return [Segment(_CONTROL.sub(_question_marks, text), style) for text, style, _ in segments]


class EncodingFilter(LineFilter):
    """Replaces characters outside the terminal's encoding, cell by cell, so that columns stay straight."""

    def __init__(self, encoding: str) -> None:
        super().__init__()
        self._encoding = encoding

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002 - Textual's signature
        """Return the segments in characters of the encoding."""
        return [
            segment if segment.text.isascii() else Segment(self._carried(segment.text), segment.style)
            for segment in segments
        ]

    def _carried(self, text: str) -> str:
        return "".join(char if self._carries(char) else "?" * cell_len(char) for char in text)

    def _carries(self, char: str) -> bool:
        try:
            char.encode(self._encoding)
        except (UnicodeEncodeError, LookupError):
            return False
        return True


class AsciiFilter(LineFilter):
    """Replaces signs that Textual draws itself, such as scroll bars, and letters in names, by ASCII.

    Every character has as many cells as before, so that columns stay straight.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002 - Textual's signature
        """Return the segments in ASCII."""
        return [
            segment if segment.text.isascii() else Segment(self._plain(segment.text), segment.style)
            for segment in segments
        ]

    def _plain(self, text: str) -> str:
        # Only Textual's own measure says how wide a sign of several characters is.
        cells = cell_len(text)
        return in_ascii(text.translate(_DRAWN))[:cells].ljust(cells)


class ColorlessFilter(LineFilter):
    """Removes all colours and leaves bold, underline and reverse; not even the default colour is set."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002 - Textual's signature
        """Return the segments without colour."""
        return [Segment(text, style.without_color if style else None) for text, style, _ in segments]


def filters_of(terminal: Terminal) -> list[LineFilter]:
    """Return the filters that a terminal's abilities make necessary, in their order."""
    filters: list[LineFilter] = [ControlFilter()]
    if terminal.ascii:
        filters.append(AsciiFilter())
    if not terminal.encoding.replace("-", "").replace("_", "").startswith("utf"):
        filters.append(EncodingFilter(terminal.encoding))
    return filters


def install_filters(app: App[Any], *filters: LineFilter) -> None:
    """Draw all lines of an app through these filters; of Textual's own only the one for ANSI colours stays."""
    app._filters = [*(own for own in app._filters if isinstance(own, ANSIToTruecolor)), *filters]


def _question_marks(match: re.Match[str]) -> str:
    return "?" * cell_len(match[0])
