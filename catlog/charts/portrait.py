"""The cat as it sits on a screen: a speech bubble, one frame of it, its gauges, and how long it has been here."""

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
"""Lines of speech at most."""

_TAIL = 10
"""The column over the cat's ear, where the bubble points to."""

_TINTS = re.compile(
    r"(?P<mark>\*)|(?P<planned><3)|(?P<up>\+1)|(?P<strong>LEVEL|UP)|(?P<dim>[zZ]|\.\.\.)|(?P<bar>>-?<>)"
)
"""Signs that are not the cat itself, each under the name of its tone."""


@dataclass(frozen=True, slots=True)
class CatAppearance:
    """What is drawn. `key` is the word of `invitation` that is a key; energy and bond are 0 to 1.

    `least` is the lines that the bubble has at least, so that a short word in it moves nothing.
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
    """The lines, which of them are the bubble, and how many of those are words."""

    picture: Picture
    bubble: range
    spoken: int


def portrait(
    cat: CatAppearance, frame: Frame, *, width: int, height: int | None = None, ascii: bool = False
) -> Portrait:
    """Draw a cat in `width` cells and at most `height` lines; None is as many as it likes.

    Where lines are few, what matters least is left out: the week, its name, the border of the bubble, the gauges.
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
    kept_gauges = gauges[: max(left, 0)]
    kept_feet = feet[: max(left - len(kept_gauges), 0)]
    bubble = _bordered(speech, ascii) if bordered and speech else [tuple(line) for line in speech]
    if bordered and speech and art:
        art = _tailed(art, frame, ascii)
    lines = [*bubble, *art, *kept_gauges, *kept_feet][: height or None]
    return Portrait(picture(lines), range(min(len(bubble), len(lines))), len(speech))


def _speech(cat: CatAppearance, width: int) -> list[list[TonedText]]:
    """Return what the cat says as lines, the key in it strong; the invitation is never what is cut off."""
    if width < 8:
        return []
    lines = _balanced(f"{cat.words} {cat.invitation}", width)
    begins = sum(len(line.split()) for line in wrapped(cat.words, width))
    if len(lines) > _MAX_SPEECH:
        asked = wrapped(cat.invitation, width)
        told = wrapped(cat.words, width)[: max(_MAX_SPEECH - len(asked), 1)]
        told[-1] = fitted(told[-1], width - 1) + "…"
        lines = told + asked
        begins = sum(len(line.split()) for line in told)
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
    """Return the text in as few lines as fit, but no wider than so many need: none ends in a word all alone."""
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
    """Draw the bubble's tail down to the cat, through what is empty above its head."""
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
    told = [
        ("mood", cat.mood, Tone.PLAIN),
        ("energy", gauge(cat.energy, _GAUGE, ascii=ascii), Tone.HEAT),
        ("bond", gauge(cat.bond, _GAUGE, ascii=ascii), Tone.PLANNED),
        ("level", f"{cat.level}", Tone.PLAIN),
    ]
    lines: list[Sequence[TonedText]] = [_tinted(line) for line in frame]
    for row, (name, value, tone) in enumerate(told, 1):
        lines[row] = [*lines[row], TonedText(f"{' ' * _GAP}{name:<7}", Tone.DIM), TonedText(value, tone)]
    return lines


def _gauges_below(cat: CatAppearance, width: int, ascii: bool) -> list[Line]:
    short = 5
    pairs: list[Line] = [
        (TonedText("energy ", Tone.DIM), TonedText(gauge(cat.energy, short, ascii=ascii), Tone.HEAT)),
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
