"""The picture of the cat: a speech bubble, one frame of the drawing, its gauges, its name and age."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from catlog.charts.cells import cells, fitted, wrapped
from catlog.charts.picture import Line, Picture, Tone, TonedText, picture
from catlog.charts.progress_bar import gauge
from catlog.companion.art import HEIGHT, WIDTH, Frame
from catlog.text import counted

_GAP = 2
_GAUGE = 8
_GAUGES_WIDTH = len("energy ") + _GAUGE
_WIDEST_BUBBLE = 44
_MAX_SPEECH = 4
"""Maximum lines of speech."""

_TAIL = 10
"""The column of the bubble's tail, over the cat's ear."""

_TINTS = re.compile(
    r"(?P<accent>\*)|(?P<favorite><3)|(?P<up>\+1)|(?P<strong>LEVEL|UP)|(?P<dim>[zZ]|\.\.\.)|(?P<chart>>-?<>)"
)
"""Signs around the cat, each named after its tone."""


@dataclass(frozen=True, slots=True)
class CatAppearance:
    """The state to draw. `key` is the word of `invitation` that is a key; energy and bond are 0 to 1.

    `least` is the minimum number of lines in the bubble, so that short speech moves nothing.
    """

    name: str
    mood: str
    energy: float
    bond: float
    level: int
    days: int
    words: str
    invitation: str = ""
    key: str = ""
    week: str = ""
    least: int = 0


@dataclass(frozen=True, slots=True)
class Portrait:
    """The lines, the range of the bubble in them, and the number of lines of speech."""

    picture: Picture
    bubble: range
    spoken: int


def portrait(
    cat: CatAppearance, frame: Frame, *, width: int, height: int | None = None, ascii: bool = False
) -> Portrait:
    """Draw a cat in `width` cells and at most `height` lines; None is no limit.

    Where lines are few, these are left out in order: the week, the name, the border of the bubble, the gauges.
    """
    beside = width >= WIDTH + _GAP + _GAUGES_WIDTH
    art = _with_gauges(cat, frame, ascii) if beside else [_tinted(line.rstrip()) for line in frame]
    if width < WIDTH:
        art = []
    gauges = [] if beside or not art else _gauges_below(cat, width, ascii)
    feet = [line for line in (_name(cat, width, ascii), _week(cat, width, ascii)) if line]
    speech = _speech(cat, min(width, _WIDEST_BUBBLE) - 4)
    left = (height or 10**6) - len(art) - len(speech)
    bordered = left >= 2 and width >= _TAIL + 6
    left -= 2 * bordered
    gauges = gauges[: max(left, 0)]
    feet = feet[: max(left - len(gauges), 0)]
    bubble = _bordered(speech, ascii) if bordered and speech else [tuple(line) for line in speech]
    if bordered and speech and art:
        art = _tailed(art, frame, ascii)
    lines = [*bubble, *art, *gauges, *feet][: height or None]
    return Portrait(picture(lines), range(min(len(bubble), len(lines))), len(speech))


def _speech(cat: CatAppearance, width: int) -> list[list[TonedText]]:
    """Return the speech as lines, its key in bold; the invitation is never cut off."""
    if width < 8:
        return []
    lines = _balanced(f"{cat.words} {cat.invitation}", width)
    begins = sum(len(line.split()) for line in wrapped(cat.words, width))
    if len(lines) > _MAX_SPEECH:
        invitation = wrapped(cat.invitation, width)
        words = wrapped(cat.words, width)[: max(_MAX_SPEECH - len(invitation), 1)]
        words[-1] = fitted(words[-1], width - 1) + "…"
        lines = words + invitation
        begins = sum(len(line.split()) for line in words)
    marked, seen = [], 0
    for line in lines:
        words = line.split()
        spans: list[TonedText] = []
        for index, word in enumerate(words):
            strong = bool(cat.key) and seen + index > begins and word.rstrip(".") == cat.key
            spans.append(TonedText(word if not index else f" {word}", Tone.STRONG if strong else Tone.PLAIN))
        seen += len(words)
        marked.append(spans)
    return marked + [[] for _ in range(cat.least - len(marked))]


def _balanced(text: str, width: int) -> list[str]:
    """Return the text in as few lines as fit, of balanced width: no line has a single word left over."""
    lines = wrapped(text, width)
    for narrower in range(width - 1, width // 2, -1):
        tighter = wrapped(text, narrower)
        if len(tighter) > len(lines):
            break
        lines = tighter
    return lines


def _bordered(speech: Sequence[Sequence[TonedText]], ascii: bool) -> list[Line]:
    inner = max(_TAIL + 2, *(sum(cells(span.text) for span in line) for line in speech))
    across, side, corners = ("-", "|", "..''") if ascii else ("─", "│", "╭╮╰╯")
    below = list(across * (inner + 2))
    below[_TAIL - 1] = "+" if ascii else "┬"
    middle = [
        (
            TonedText(f"{side} ", Tone.DIM),
            *line,
            TonedText(" " * (inner - sum(cells(s.text) for s in line)) + f" {side}", Tone.DIM),
        )
        for line in speech
    ]
    top = (TonedText(corners[0] + across * (inner + 2) + corners[1], Tone.DIM),)
    return [top, *middle, (TonedText(corners[2] + "".join(below) + corners[3], Tone.DIM),)]


def _tailed(art: Sequence[Sequence[TonedText]], frame: Frame, ascii: bool) -> list[Sequence[TonedText]]:
    """Draw the bubble's tail down to the cat, through the empty lines above its head."""
    empty = next((row for row, line in enumerate(frame) if line[: _TAIL + 3].strip()), HEIGHT)
    tailed = list(art)
    for row in range(empty):
        sign = ("/" if ascii else "╯") if row == empty - 1 else ("|" if ascii else "│")
        at = _TAIL - (ascii and row == empty - 1)
        rest = "".join(span.text for span in art[row])[at + 1 :]
        tailed[row] = [TonedText(" " * at + sign, Tone.DIM), *_tinted(rest)]
    return tailed


def _with_gauges(cat: CatAppearance, frame: Frame, ascii: bool) -> list[Sequence[TonedText]]:
    """Return the frame with the gauges to the right of its middle lines."""
    gauges = [
        ("mood", cat.mood, Tone.PLAIN),
        ("energy", gauge(cat.energy, _GAUGE, ascii=ascii), Tone.ACCENT),
        ("bond", gauge(cat.bond, _GAUGE, ascii=ascii), Tone.PLANNED),
        ("level", f"{cat.level}", Tone.PLAIN),
    ]
    lines: list[Sequence[TonedText]] = [_tinted(line) for line in frame]
    for row, (name, value, tone) in enumerate(gauges, 1):
        lines[row] = [*lines[row], TonedText(f"{' ' * _GAP}{name:<7}", Tone.DIM), TonedText(value, tone)]
    return lines


def _gauges_below(cat: CatAppearance, width: int, ascii: bool) -> list[Line]:
    short = 5
    pairs: list[Line] = [
        (TonedText("energy ", Tone.DIM), TonedText(gauge(cat.energy, short, ascii=ascii), Tone.ACCENT)),
        (TonedText("bond ", Tone.DIM), TonedText(gauge(cat.bond, short, ascii=ascii), Tone.PLANNED)),
    ]
    if width >= len("energy ") + len("bond ") + 2 * short + _GAP:
        return [(*pairs[0], TonedText(" " * _GAP), *pairs[1])]
    return pairs


def _name(cat: CatAppearance, width: int, ascii: bool) -> Line:
    days = f", {counted(cat.days, 'day')} together"
    if width < len(days) + 3:
        return (TonedText(fitted(cat.name, width, ascii=ascii), Tone.STRONG),)
    return (TonedText(fitted(cat.name, width - len(days), ascii=ascii), Tone.STRONG), TonedText(days))


def _week(cat: CatAppearance, width: int, ascii: bool) -> Line:
    return (TonedText(fitted(cat.week, width, ascii=ascii), Tone.DIM),) if cat.week else ()


def _tinted(line: str) -> list[TonedText]:
    spans, end = [], 0
    for found in _TINTS.finditer(line):
        spans.append(TonedText(line[end : found.start()]))
        spans.append(TonedText(found[0], Tone(found.lastgroup)))
        end = found.end()
    return [span for span in (*spans, TonedText(line[end:])) if span.text]
