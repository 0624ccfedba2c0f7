"""The parts of a chart: lines of spans of text, each with a tone that commands and screens map to a colour."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from catlog.charts.cells import cells, wrapped
from catlog.errors import InvalidArgumentError
from catlog.library.entries import Status

NARROWEST = 30
"""Minimum cells of a chart."""


class Tone(Enum):
    """The role of a span, for its colour. Every chart is complete without colour."""

    PLAIN = "plain"
    STRONG = "strong"
    DIM = "dim"
    LINE = "line"
    REST = "rest"
    ACCENT = "accent"
    CHART = "chart"
    FAVORITE = "favorite"
    HEAT_0 = "heat 0"
    HEAT_1 = "heat 1"
    HEAT_2 = "heat 2"
    HEAT_3 = "heat 3"
    HEAT_4 = "heat 4"
    WATCHING = "watching"
    COMPLETED = "completed"
    ON_HOLD = "on hold"
    DROPPED = "dropped"
    PLANNED = "planned"
    UP = "up"
    DOWN = "down"
    LINE_1 = "line 1"
    LINE_2 = "line 2"
    LINE_3 = "line 3"
    LINE_4 = "line 4"
    LINE_5 = "line 5"
    LINE_6 = "line 6"


LINES = (Tone.LINE_1, Tone.LINE_2, Tone.LINE_3, Tone.LINE_4, Tone.LINE_5, Tone.LINE_6)
"""The tones of several lines in one chart; more lines than these begin again."""

PALETTE: dict[Tone, int] = {
    Tone.DIM: 245,
    Tone.LINE: 238,
    Tone.REST: 239,
    Tone.ACCENT: 215,
    Tone.CHART: 110,
    Tone.FAVORITE: 211,
    Tone.HEAT_0: 235,
    Tone.HEAT_1: 237,
    Tone.HEAT_2: 94,
    Tone.HEAT_3: 137,
    Tone.HEAT_4: 179,
    Tone.WATCHING: 74,
    Tone.COMPLETED: 36,
    Tone.ON_HOLD: 178,
    Tone.DROPPED: 167,
    Tone.PLANNED: 175,
    Tone.UP: 75,
    Tone.DOWN: 209,
    Tone.LINE_1: 117,
    Tone.LINE_2: 180,
    Tone.LINE_3: 79,
    Tone.LINE_4: 183,
    Tone.LINE_5: 228,
    Tone.LINE_6: 203,
}
"""Tones in the 256 colours of terminals, none twice; those of statuses differ for colour-blind people too."""

STATUS_SIGNS: dict[Status, str] = {
    Status.WATCHING: "▸",
    Status.COMPLETED: "✓",
    Status.ON_HOLD: "‖",
    Status.DROPPED: "×",
    Status.PLAN_TO_WATCH: "◇",
}
"""The signs of the statuses, those of the app."""

ASCII_STATUS_SIGNS: dict[Status, str] = {
    Status.WATCHING: ">",
    Status.COMPLETED: "v",
    Status.ON_HOLD: '"',
    Status.DROPPED: "x",
    Status.PLAN_TO_WATCH: "o",
}
"""Their twins in ASCII."""

STATUS_TONES: dict[Status, Tone] = {
    Status.WATCHING: Tone.WATCHING,
    Status.COMPLETED: Tone.COMPLETED,
    Status.ON_HOLD: Tone.ON_HOLD,
    Status.DROPPED: Tone.DROPPED,
    Status.PLAN_TO_WATCH: Tone.PLANNED,
}


@dataclass(frozen=True, slots=True)
class Canvas:
    """The room of a chart: at most `width` cells; `ascii` signs alone, though titles keep their script.

    With `color`, tones will be seen, so that cells need not differ in shape as well. `rows` is the number of lines that
    a layout has for it: the chart fits into them as far as it can, and its last line stands at their end.
    """

    width: int
    ascii: bool = False
    color: bool = False
    rows: int | None = None

    def __post_init__(self) -> None:
        if self.width < NARROWEST:
            raise InvalidArgumentError(
                f"{self.width} columns are too few for a chart", hint=f"give it {NARROWEST} or more"
            )


@dataclass(frozen=True, slots=True)
class TonedText:
    """Some text of one tone."""

    text: str
    tone: Tone = Tone.PLAIN


Line = tuple[TonedText, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn chart, without trailing spaces; no lines at all where there was nothing to draw.

    `keys` name what the first lines are about, for screens that open it: a MAL id, a rating, the name of a group or of
    a status; None for a line about nothing.
    """

    lines: tuple[Line, ...] = ()
    keys: tuple[int | str | None, ...] = ()

    def keyed(self, keys: Sequence[int | str | None]) -> Picture:
        """Return the picture with the keys of its first lines."""
        return Picture(self.lines, tuple(keys))

    @property
    def width(self) -> int:
        """The cells of its widest line."""
        return max((sum(cells(span.text) for span in line) for line in self.lines), default=0)

    def text(self, *, color: bool = False) -> str:
        """Return all lines, each with its line feed; with `color`, toned spans are in SGR escape sequences."""
        write = _colored if color else _plain
        return "".join("".join(map(write, line)) + "\n" for line in self.lines)


def picture(lines: Iterable[Sequence[TonedText]]) -> Picture:
    """Return the picture of these lines, their ends trimmed."""
    return Picture(tuple(_trimmed(line) for line in lines))


def note(text: str, width: int, tone: Tone = Tone.DIM) -> tuple[Line, ...]:
    """Return a sentence as lines that fit the width."""
    return tuple((TonedText(line, tone),) for line in wrapped(text, width))


def footed(body: Sequence[Sequence[TonedText]], foot: Sequence[Sequence[TonedText]], canvas: Canvas) -> Picture:
    """Return the picture of a chart with lines at its foot.

    With `rows` the foot is at their end, an empty line above it where there is one, and what does not fit is left out
    of the foot.
    """
    if canvas.rows is None:
        return picture([*body, *foot])
    room = max(canvas.rows - len(body), 0)
    shown = foot[:room]
    return picture([*body, *[()] * (room - len(shown) if shown else 0), *shown])


def _trimmed(line: Sequence[TonedText]) -> Line:
    spans = [span for span in line if span.text]
    while spans and not spans[-1].text.rstrip(" "):
        spans.pop()
    if spans:
        spans[-1] = TonedText(spans[-1].text.rstrip(" "), spans[-1].tone)
    return tuple(spans)


def _plain(span: TonedText) -> str:
    return span.text


def _colored(span: TonedText) -> str:
    if span.tone is Tone.STRONG:
        return f"\x1b[1m{span.text}\x1b[0m"
    return f"\x1b[38;5;{PALETTE[span.tone]}m{span.text}\x1b[0m" if span.tone in PALETTE else span.text
