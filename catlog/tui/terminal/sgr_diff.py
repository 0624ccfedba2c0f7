"""Terminal output in fewer bytes, for slow lines: only style changes and moves with an effect are written.

Textual writes each run of text with its whole style before it and a reset behind it, and it goes to the end of each
line it has painted and on to the next before it moves to its target. Of two styles only the difference is written.
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
    """A style as SGR codes: `attributes` such as bold, the colour of the text and that of the background."""

    attributes: frozenset[str] = frozenset()
    text: str = ""
    behind: str = ""


PLAIN = Style()
"""The style of a terminal at the start."""


class SgrDiff:
    """Shortens the output of one terminal. A write may end anywhere, also within an escape sequence."""

    def __init__(self) -> None:
        self._current = self._target = PLAIN
        self._incomplete = ""

    def shortened(self, output: str) -> str:
        """Return output with the same effect, given all output before."""
        output = self._incomplete + output
        self._incomplete = output[_whole(output) :]
        first, *runs = _STYLE.split(_DETOUR.sub("", output.removesuffix(self._incomplete)))
        written = [self._drawing(first)]
        for codes, text in zip(runs[::2], runs[1::2], strict=True):
            self._target = _after(self._target, codes)
            written.append(self._drawing(text))
        if self._target == PLAIN:  # output of others, past this object, starts from it
            written.append(_change(self._current, PLAIN))
            self._current = PLAIN
        return "".join(written)

    def _drawing(self, text: str) -> str:
        if _MOVES.fullmatch(text):
            return text
        there, self._current = self._current, self._target
        return _change(there, self._target) + text


def _whole(output: str) -> int:
    """Return where an incomplete last escape sequence begins; the length without one."""
    begin = output.rfind("\x1b", -_LONGEST)
    return len(output) if begin < 0 or not _BEGUN.fullmatch(output, begin) else begin


@lru_cache(4096)
def _after(style: Style, codes: str) -> Style:
    """Return the style after these codes."""
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
    """Return the shortest sequence from one style to another."""
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
