"""What an app sent to its terminal, taken apart: words, and the sequences that drive the terminal."""

import re
import unicodedata
from collections.abc import Iterator

from tests.support.hostile import FOREIGN

_SEQUENCE = re.compile(
    r"\x1b\[(?P<csi>[0-?]*[ -/]*[@-~])"
    r"|\x1b[\]P_^X][^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)"
    r"|\x1b[ -/]*[0-~]"
    r"|\x1b"
)
_CARRIES_NOTHING = re.compile(
    r"[0-9;]*[mH]"  # colours, and the places of changed lines
    r"|\?(?:7|25|1000|1002|1003|1004|1006|1015|1016|1049|2004|2026|2027|2031|2048)[hl]"  # cursor, mouse, focus, screen
    r"|2K|1A"  # a line of progress, written anew
    r"|\?(?:2026|2048)\$p|[>=]?[0-9]*c|1[468]t"  # what the terminal can do
    r"|>[0-9]*u|<[0-9]*u|\?u|=[0-9;]*u"  # key protocols
)
"""The sequences that Textual and Rich send: numbers in a fixed form, none with a word of anybody in it."""

_PROBE = "\r◇\x1b[6n\r\x1b[K"
"""The question how wide the terminal draws a sign, and its erasure."""

_POINTERS = ("\x1b]22;default\x07", "\x1b]22;pointer\x07", "\x1b]22;text\x07")

_HARMLESS = "\n\r\u200c\u200d"

_LONE_RETURN = re.compile(r"\r(?![\r\n]|\Z)")
_SIGN = re.compile(r"a[0-9]+")
_NUMBERS = re.compile(r"[0-9]+")


def driving(output: str) -> Iterator[str]:
    """Yield what drives the terminal and is none of the app's own sequences; nothing when all is well.

    Of sequences that the app sends as well, those are none of its own that have a number of hostile strings in them, or
    stand before the sign of one; nor is a carriage return that no line break follows.
    """
    output = output.replace(_PROBE, "", 1)  # sent once, before anything is drawn
    output = output.replace("\x1b[?25h\r", "\x1b[?25h")  # so Rich ends a line of progress
    place = 0
    for found in _SEQUENCE.finditer(output):
        yield from _controls(output[place : found.start()])
        place = found.end()
        csi = found["csi"] or ""
        is_known = _CARRIES_NOTHING.fullmatch(csi) is not None or found[0] in _POINTERS
        is_foreign = any(int(number) >= FOREIGN for number in _NUMBERS.findall(csi))
        in_words = csi[-1:] not in ("", "m", "H") and _SIGN.match(output, found.end())
        if (csi and not is_known) or (not csi and found[0] not in _POINTERS) or is_foreign or in_words:
            yield found[0]
    yield from _controls(output[place:])


def _controls(words: str) -> Iterator[str]:
    yield from _LONE_RETURN.findall(words)
    for char in words:
        if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") and char not in _HARMLESS:
            yield char
