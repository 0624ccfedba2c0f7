"""The picture of the cat: what it says, one frame of the drawing, its gauges, and the last seven days."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from catlog.charts.cells import cells, fitted, wrapped
from catlog.charts.picture import Line, Picture, Tone, TonedText, picture
from catlog.charts.progress_bar import line_bar
from catlog.companion.art import HEIGHT, WIDTH, Frame
from catlog.text import counted

_GAUGE, _LABEL = 9, 9
_GAUGES_WIDTH = _LABEL + _GAUGE
_INDENT = 3
"""Cells at the left of the drawing."""

_EDGE = 2
"""Cells at the left of the bubble."""

_WIDEST_BUBBLE = 44
_MAX_SPEECH = 4
"""Maximum lines of speech."""

_TAIL = 7
"""The column of the bubble's tail, over the cat's ear."""

_BANNER_TEXT = 17
"""The column at which the words of a banner begin."""

BANNER_HEIGHT = HEIGHT
"""Lines of a banner."""

_LEAST_FEET = 36
"""Cells from which the week has room below the drawing."""

_DAYS = 7
_HEAT = (Tone.HEAT_0, Tone.HEAT_1, Tone.HEAT_2, Tone.HEAT_3, Tone.HEAT_4)

_TINTS = re.compile(
    r"(?P<accent>\*)|(?P<favorite><3)|(?P<up>\+1)|(?P<strong>LEVEL|UP)|(?P<dim>[zZ]|\.\.\.)|(?P<chart>>-?<>)"
)
"""Signs around the cat, each named after its tone."""


@dataclass(frozen=True, slots=True)
class CatAppearance:
    """The state to draw. `key` is the word of `invitation` that is a key; energy and bond are 0 to 1.

    `episodes` are those logged on each of the last seven days, today last, and `weekdays` the first letters of those
    days. `keys` are keys with what they do. `least` is the minimum number of lines of speech, so that short speech
    moves nothing.
    """

    name: str
    mood: str
    energy: float
    bond: float
    days: int
    words: str
    invitation: str = ""
    key: str = ""
    episodes: tuple[int, ...] = ()
    weekdays: str = ""
    streak: int = 0
    keys: tuple[tuple[str, str], ...] = ()
    least: int = 0


@dataclass(frozen=True, slots=True)
class Portrait:
    """The lines, the range of the speech in them and the column it begins at, and the number of lines of speech."""

    picture: Picture
    bubble: range
    spoken: int
    left: int = 0


def portrait(
    cat: CatAppearance,
    frame: Frame,
    *,
    width: int,
    height: int | None = None,
    ascii: bool = False,
    color: bool = True,
) -> Portrait:
    """Draw a cat in `width` cells and at most `height` lines; None is no limit.

    Where lines are few, these are left out in order: the keys, the air, the letters of the days, the week, the border
    of the bubble.
    """
    beside = width >= _INDENT + WIDTH + 1 + _GAUGES_WIDTH
    edge = _EDGE if beside else 0
    art = _standing(frame, width - _GAUGES_WIDTH - 2 if beside else width, _INDENT if beside else 0)
    if width < WIDTH:
        art = []
    elif beside:
        art = _with_gauges(art, cat, width, ascii)
    speech = _speech(cat, min(width - 2 * edge, _WIDEST_BUBBLE) - 4, ascii)
    left = (10**6 if height is None else height) - len(art) - len(speech)
    bordered = bool(speech) and left >= 2 and width >= _TAIL + 6
    left -= 2 * bordered
    bubble = _bordered(speech, edge, min(width - 2 * edge, _WIDEST_BUBBLE), ascii) if bordered else speech
    if bordered and art:
        art = _tailed(art, ascii)
    lines = [*bubble, *art, *_feet(cat, width, left, ascii, color)][:height]
    return Portrait(picture(lines), range(min(len(bubble), len(lines))), len(speech))


def banner(cat: CatAppearance, frame: Frame, *, width: int, ascii: bool = False, color: bool = True) -> Portrait:
    """Draw a cat in `BANNER_HEIGHT` lines across `width` cells: the drawing, and beside it what it says."""
    art = _standing(frame, _BANNER_TEXT - 1, 2)
    speech = _speech(cat, width - _BANNER_TEXT - 2, ascii)[:2]
    strip, letters = _days(cat, ascii, color)
    told: list[Line] = [(), *speech, *[()] * (3 - len(speech))]
    told += [(*_name(cat, ascii), *_gap(_name(cat, ascii), strip, width), *strip)]
    week = (TonedText(fitted(_week_line(cat, ascii), width - _BANNER_TEXT - 2 * _DAYS - 2), Tone.DIM),)
    told += [(*week, *_gap(week, letters, width), *letters)]
    top = max(BANNER_HEIGHT - len(told), 0)
    lines = [
        (*_padded(drawn, _BANNER_TEXT), *(told[row - top] if row >= top else ()))
        for row, drawn in enumerate(art[-BANNER_HEIGHT:])
    ]
    return Portrait(picture(lines), range(1, 1 + len(speech)), len(speech), _BANNER_TEXT)


def _standing(frame: Frame, room: int, indent: int) -> list[Line]:
    """Return the lines of a frame, its feet in the last one, cut to `room` cells."""
    drawn = [line.rstrip() for line in frame]
    while drawn and not drawn[-1]:
        drawn.pop()
    drawn = [""] * (HEIGHT - len(drawn)) + drawn
    return [tuple(_tinted((" " * indent + line)[:room].rstrip())) for line in drawn]


def _speech(cat: CatAppearance, width: int, ascii: bool) -> list[Line]:
    """Return the speech as lines, its key in bold; the invitation is never cut off."""
    if width < 8:
        return []
    lines = _balanced(f"{cat.words} {cat.invitation}", width)
    begins = sum(len(line.split()) for line in wrapped(cat.words, width))
    if len(lines) > _MAX_SPEECH:
        invitation = wrapped(cat.invitation, width)
        words = wrapped(cat.words, width)[: max(_MAX_SPEECH - len(invitation), 1)]
        words[-1] = fitted(words[-1], width - 2) + (".." if ascii else "…")
        lines = words + invitation
        begins = sum(len(line.split()) for line in words)
    marked: list[Line] = []
    seen = 0
    for line in lines:
        words = line.split()
        spans: list[TonedText] = []
        for index, word in enumerate(words):
            strong = bool(cat.key) and seen + index >= begins and word.rstrip(".") == cat.key
            spans.append(TonedText(word if not index else f" {word}", Tone.STRONG if strong else Tone.PLAIN))
        seen += len(words)
        marked.append(tuple(spans))
    return marked + [()] * (cat.least - len(marked))


def _balanced(text: str, width: int) -> list[str]:
    """Return the text in as few lines as fit, of balanced width: no line has a single word left over."""
    lines = wrapped(text, width)
    for narrower in range(width - 1, width // 2, -1):
        tighter = wrapped(text, narrower)
        if len(tighter) > len(lines):
            break
        lines = tighter
    return lines


def _bordered(speech: Sequence[Line], edge: int, width: int, ascii: bool) -> list[Line]:
    """Return the speech in a bubble: as wide as `width` where the cat has room beside it, else as the words."""
    widest = max(sum(cells(span.text) for span in line) for line in speech)
    inner = width - 4 if edge else max(_TAIL + 2, widest)
    across, side, corners = ("-", "|", "..''") if ascii else ("─", "│", "╭╮╰╯")
    below = list(across * (inner + 2))
    below[_TAIL - edge - 1] = "+" if ascii else "┬"
    left = " " * edge
    middle: list[Line] = [
        (
            TonedText(f"{left}{side} ", Tone.LINE),
            *line,
            TonedText(" " * (inner - sum(cells(s.text) for s in line)) + f" {side}", Tone.LINE),
        )
        for line in speech
    ]
    top: Line = (TonedText(left + corners[0] + across * (inner + 2) + corners[1], Tone.LINE),)
    return [top, *middle, (TonedText(left + corners[2] + "".join(below) + corners[3], Tone.LINE),)]


def _tailed(art: list[Line], ascii: bool) -> list[Line]:
    """Draw the bubble's tail down to the cat, through the empty lines above its head."""
    texts = ["".join(span.text for span in line) for line in art]
    empty = next((row for row, text in enumerate(texts) if text[: _TAIL + 3].strip()), 0)
    tailed = list(art)
    for row in range(empty):
        sign = ("/" if ascii else "╯") if row == empty - 1 else ("|" if ascii else "│")
        at = _TAIL - (ascii and row == empty - 1)
        tailed[row] = (TonedText(" " * at + sign, Tone.LINE), *_after(art[row], at + 1))
    return tailed


def _after(line: Line, start: int) -> Line:
    """Return the spans of a line from a column on, what is left of it cut off."""
    found: list[TonedText] = []
    at = 0
    for span in line:
        rest = span.text[max(start - at, 0) :]
        if rest:
            found.append(TonedText(rest, span.tone))
        at += len(span.text)
    return tuple(found)


def _with_gauges(art: Sequence[Line], cat: CatAppearance, width: int, ascii: bool) -> list[Line]:
    """Return the drawing with the gauges at the right of its last lines but one."""
    gauges: list[tuple[str, Line]] = [
        ("mood", (TonedText(fitted(cat.mood, _GAUGE)),)),
        ("energy", _gauge(cat.energy, ascii)),
        ("bond", _gauge(cat.bond, ascii)),
        ("together", (TonedText(counted(cat.days, "day")),)),
    ]
    lines = list(art)
    for row, (name, value) in enumerate(gauges, 1):
        beside = _padded(lines[row], width - _GAUGES_WIDTH - 1)
        lines[row] = (*beside, TonedText(f"{name:<{_LABEL}}", Tone.DIM), *value)
    return lines


def _gauge(share: float, ascii: bool, width: int = _GAUGE) -> Line:
    done, left = line_bar(share, width, ascii=ascii)
    return TonedText(done, Tone.ACCENT), TonedText(left, Tone.REST)


def _feet(cat: CatAppearance, width: int, room: int, ascii: bool, color: bool) -> list[Line]:
    """Return what stands below the drawing, as much of it as fits into `room` lines."""
    strip, letters = _days(cat, ascii, color)
    if not cat.episodes or width < _LEAST_FEET or room < 1:
        return []
    count = TonedText(f"{' ' * _INDENT}{_logged(cat, 'ep')}")
    streak = TonedText(f"{' ' * _INDENT}{_streak(cat)}")
    week: list[Line] = [(count, *_gap((count,), strip, width - 1), *strip)]
    if room >= 2:
        week.append((streak, *_gap((streak,), letters, width - 1), *letters))
    keys = [line for line in (_key_line(cat),) if cat.keys and sum(cells(span.text) for span in line) <= width]
    if room >= len(week) + len(keys) + 2:
        return [(), *week, (), *keys]
    return [(), *week] if room > len(week) else week


def _days(cat: CatAppearance, ascii: bool, color: bool) -> tuple[Line, Line]:
    """Return the seven days as squares, the fuller the more episodes, and the letters below them."""
    if not cat.episodes:
        return (), ()
    strip: list[TonedText] = []
    for number, count in enumerate(cat.episodes):
        level = min(count + 1, 4) if count > 0 else 0
        sign = ("#" if level else ".") if ascii else "■" if level or color else "□"
        strip.append(TonedText(sign if not number else f" {sign}", _HEAT[level]))
    return tuple(strip), (TonedText(" ".join(cat.weekdays), Tone.DIM),)


def _name(cat: CatAppearance, ascii: bool) -> Line:
    return (
        TonedText(fitted(cat.name, 12, ascii=ascii), Tone.STRONG),
        TonedText(f"  {cat.mood}   bond ", Tone.DIM),
        *_gauge(cat.bond, ascii, 8),
    )


def _logged(cat: CatAppearance, unit: str) -> str:
    count = sum(cat.episodes)
    return f"{count} {unit}{'s' if count != 1 and unit != 'ep' else ''} this week" if count else "nothing this week"


def _streak(cat: CatAppearance) -> str:
    return f"{cat.streak}-day streak" if cat.streak > 1 else ""


def _week_line(cat: CatAppearance, ascii: bool) -> str:
    return (", " if ascii else " · ").join(part for part in (_logged(cat, "episode"), _streak(cat)) if part)


def _key_line(cat: CatAppearance) -> Line:
    spans = [TonedText(" " * _INDENT)]
    for number, (key, does) in enumerate(cat.keys):
        spans += [TonedText(f"{'   ' if number else ''}{key}", Tone.STRONG), TonedText(f" {does}", Tone.DIM)]
    return tuple(spans)


def _gap(left: Sequence[TonedText], right: Sequence[TonedText], width: int) -> Line:
    """Return the space that brings `right` to the end of the line."""
    begun = _BANNER_TEXT if width > 44 else 0
    taken = begun + sum(cells(span.text) for span in (*left, *right)) + (2 if begun else 0)
    return (TonedText(" " * max(width - taken, 1)),)


def _padded(line: Line, width: int) -> Line:
    missing = width - sum(cells(span.text) for span in line)
    return (*line, TonedText(" " * missing)) if missing > 0 else line


def _tinted(line: str) -> list[TonedText]:
    spans, end = [], 0
    for found in _TINTS.finditer(line):
        spans.append(TonedText(line[end : found.start()]))
        spans.append(TonedText(found[0], Tone(found.lastgroup)))
        end = found.end()
    return [span for span in (*spans, TonedText(line[end:])) if span.text]
