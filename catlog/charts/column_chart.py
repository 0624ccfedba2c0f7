"""Upright columns with their numbers on top: the one module that imports plotext.

plotext rounds coordinates, so all of them are in the middle of its half cells. It draws ASCII only with a marker,
has one figure for the whole process, and limits it to the terminal: hence the marker, the lock, and the removed limits.
Its import takes 350 ms and happens in the drawing function.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from threading import Lock

from catlog.charts.cells import cells, padded
from catlog.charts.picture import PALETTE, Canvas, Line, Picture, Tone, TonedText, picture

WIDEST = 10
"""Maximum cells of one column, gap included."""

_ONE_FIGURE = Lock()
_SGR = re.compile("\x1b\\[([0-9;]*)m")
_TONES = {f"38;5;{number}": tone for tone, number in PALETTE.items()}


@dataclass(frozen=True, slots=True)
class _Layout:
    """Cells: each of `count` columns has a slot, in it a gap at the left and then `thick` cells of bar."""

    count: int
    slot: int
    gap: int
    thick: int
    height: int

    def middle(self, index: int) -> float:
        return index * self.slot + self.gap + self.thick / 2

    def start(self, index: int, length: int) -> int:
        """Return the first cell of a text centred on a column."""
        return index * self.slot + self.gap + (self.thick - length) // 2


def columns(
    canvas: Canvas,
    values: Sequence[int],
    names: Sequence[str],
    *,
    height: int = 8,
    mark: float | None = None,
) -> Picture:
    """Draw one column a value, the highest `height` lines high, over its name; a value above 0 is always visible.

    Names that are too wide become their first letter; numbers that are too wide are left out. `mark` is a dotted
    upright line, in columns: 0 is the middle of the first.
    """
    top = max(values, default=0)
    if top <= 0:
        return Picture()
    layout = _layout(canvas.width, len(values), height)
    numbers = [f"{value:,}" if value else "" for value in values]
    if max(map(len, numbers)) >= layout.slot:
        numbers = [""] * len(values)
    steps = height if canvas.ascii else 2 * height
    heights = [max(1, round(value / top * steps)) if value else 0 for value in values]
    shown = _plotted(canvas, layout, [step * height / steps for step in heights], numbers, mark)
    return picture([*_spans(shown), _foot(layout, names)])


def _layout(width: int, count: int, height: int) -> _Layout:
    slot = min(WIDEST, width // count)
    thick = slot - 2 if slot > 4 else max(1, slot - 1)
    return _Layout(count, slot, int(slot > 4), thick, height)


def _foot(layout: _Layout, names: Sequence[str]) -> Line:
    fits = max(map(cells, names)) < layout.slot
    line = ""
    for index, name in enumerate(name if fits else name[:1] for name in names):
        line = padded(line, layout.start(index, cells(name))) + name
    return (TonedText(line),)


def _plotted(
    canvas: Canvas, layout: _Layout, heights: Sequence[float], numbers: Sequence[str], mark: float | None
) -> str:
    import plotext

    def pixel(tone: Tone) -> object:
        return plotext.pixel(foreground=PALETTE[tone])

    rows = layout.height + int(any(numbers) or mark is not None)
    inset = 0.5 if canvas.ascii else 0.25
    bar = plotext.marker("#" if canvas.ascii else "hd", pixel=pixel(Tone.CHART))
    with _ONE_FIGURE:
        plotext.terminal.limit(False, False)
        figure = plotext.figure
        figure.clear()
        figure.theme("colorless")
        figure.axes(False)
        figure.plot_size(layout.count * layout.slot, rows)
        for axis, length in (("x", layout.count * layout.slot), ("y", rows)):
            figure.ruler(axis).lim(0, length).alignment(lim="edge").ticks([])
        for index, height in enumerate(heights):
            middle, half = layout.middle(index), layout.thick / 2 - inset
            if height:
                figure.draw(figure.rectangle((middle - half, middle + half), (inset, height - inset), marker=bar))
        if mark is not None:
            at = math.floor(layout.middle(0) + mark * layout.slot) + 0.5
            line = plotext.marker(":" if canvas.ascii else "┊", pixel=pixel(Tone.LINE))
            figure.draw(figure.segment((at, at), (0.5, rows - 0.5), marker=line))
        for index, (height, number) in enumerate(zip(heights, numbers, strict=True)):
            if number:
                label = plotext.colorize(number).fill(pixel(Tone.DIM))
                at = layout.start(index, len(number)) + 0.5
                figure.draw(figure.text(at, math.ceil(height) + 0.5, label, alignment="left"))
        return str(figure.build().string())


def _spans(shown: str) -> Iterator[Line]:
    """Return the lines that plotext drew, with tones for its colours."""
    for line in shown.rstrip("\n").split("\n"):
        texts = _SGR.split(line)
        tones = [Tone.PLAIN, *(_TONES.get(code, Tone.PLAIN) for code in texts[1::2])]
        yield tuple(TonedText(text, tone) for text, tone in zip(texts[::2], tones, strict=True))
