"""Terminal output in fewer bytes, for slow lines: what changes no cell and no colour is left out.

Textual writes each run of text with its whole style before it and a reset behind it, and it goes to the end of each
line it has painted and on to the next before it goes where it wants to be. Of two styles only what differs is needed.
Attributes are taken back by a reset alone, as Rich does.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

_STYLE = re.compile(r"\x1b\[([0-9;]*)m")
_BEGUN = re.compile(r"\x1b(\[[0-9;?]*)?")
_LONGEST = 60
_MOVES = re.compile(r"(\x1b\[[0-9]+;[0-9]+H)*")
_DETOUR = re.compile(r"\x1b\[[0-9]+;[0-9]+H\r?\n(?=\x1b\[[0-9]+;[0-9]+H)")

_TEXT = frozenset(map(str, (*range(30, 38), 39, *range(90, 98))))
_BEHIND = frozenset(map(str, (*range(40, 48), 49, *range(100, 108))))


class Style(NamedTuple):
    """What a terminal draws with: `attributes` such as bold, the colour of the text and that behind it, as codes."""

    attributes: frozenset[str] = frozenset()
    text: str = ""
    behind: str = ""


PLAIN = Style()
"""What a terminal begins with."""


class SgrDiff:
    """Shortens what is written to one terminal. A write may end anywhere, also within an escape sequence."""

    def __init__(self) -> None:
        self._there = self._wanted = PLAIN
        self._begun = ""

    def shortened(self, output: str) -> str:
        """Return what draws the same as this does after all that came before."""
        output = self._begun + output
        self._begun = output[_whole(output) :]
        first, *runs = _STYLE.split(_DETOUR.sub("", output.removesuffix(self._begun)))
        written = [self._drawing(first)]
        for codes, text in zip(runs[::2], runs[1::2], strict=True):
            self._wanted = _after(self._wanted, codes)
            written.append(self._drawing(text))
        if self._wanted == PLAIN:  # whoever writes next, past this, begins with it
            written.append(_change(self._there, PLAIN))
            self._there = PLAIN
        return "".join(written)

    def _drawing(self, text: str) -> str:
        if _MOVES.fullmatch(text):
            return text
        there, self._there = self._there, self._wanted
        return _change(there, self._wanted) + text


def _whole(output: str) -> int:
    """Return where the last escape sequence begins if its end is missing; the length otherwise."""
    begin = output.rfind("\x1b", -_LONGEST)
    return len(output) if begin < 0 or not _BEGUN.fullmatch(output, begin) else begin


@lru_cache(4096)
def _after(style: Style, codes: str) -> Style:
    """Return what a terminal draws with after these codes."""
    attributes, text, behind = style
    rest = iter(codes.split(";"))
    for code in rest:
        if code in ("", "0"):
            attributes, text, behind = PLAIN
        elif code in _TEXT:
            text = code.removeprefix("39")
        elif code in _BEHIND:
            behind = code.removeprefix("49")
        elif code in ("38", "48"):
            kind = next(rest, "")
            color = ";".join((code, kind, *islice(rest, {"2": 3, "5": 1}.get(kind, 0))))
            text, behind = (color, behind) if code == "38" else (text, color)
        else:
            attributes |= {code}
    return Style(attributes, text, behind)


@lru_cache(4096)
def _change(there: Style, wanted: Style) -> str:
    """Return what brings a terminal from one style to the other."""
    if there == wanted:
        return ""
    if wanted == PLAIN:
        return "\x1b[0m"
    codes = sorted(wanted.attributes - there.attributes)
    if there.attributes - wanted.attributes:
        there, codes = PLAIN, ["0", *sorted(wanted.attributes)]
    if wanted.text != there.text:
        codes.append(wanted.text or "39")
    if wanted.behind != there.behind:
        codes.append(wanted.behind or "49")
    return f"\x1b[{';'.join(codes)}m"
