"""The shapes of a sheet, in pixels from its upper left corner, each in the colour of a role."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from catlog.charts.cells import cells, fitted, fitted_title

Anchor = Literal["start", "middle", "end"]

CELL = 0.56
"""The width of a cell of text in parts of its size: a little more than letters of most fonts take."""


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle; one with a `line` is an outline instead."""

    x: float
    y: float
    width: float
    height: float
    role: str
    radius: float = 0
    line: bool = False


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line from point to point."""

    points: tuple[tuple[float, float], ...]
    role: str
    width: float = 2
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Dot:
    """A filled circle."""

    x: float
    y: float
    radius: float
    role: str


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text on its baseline."""

    x: float
    y: float
    text: str
    role: str = "foreground"
    size: float = 15
    bold: bool = False
    anchor: Anchor = "start"


Shape = Box | Stroke | Dot | Words


@dataclass
class Sheet:
    """A picture of `width` x `height` pixels: its shapes in the order of drawing, a title, and a text that tells it."""

    title: str
    width: float
    height: float = 0
    told: str = ""
    shapes: list[Shape] = field(default_factory=list)

    def put(self, *shapes: Shape) -> None:
        """Draw shapes over those that are there."""
        self.shapes += shapes

    def words(
        self,
        x: float,
        y: float,
        text: str,
        role: str = "foreground",
        *,
        size: float = 15,
        bold: bool = False,
        anchor: Anchor = "start",
        room: float = 0,
        title: bool = False,
    ) -> None:
        """Write a text of any origin; with `room`, at most so many pixels of it. A `title` may be cut in its middle."""
        most = int(room / (size * CELL)) if room else len(text) * 2
        shown = (fitted_title if title else fitted)(text, max(most, 1))
        self.put(Words(x, y, shown, role, size, bold, anchor))


def text_width(text: str, size: float) -> float:
    """Return about how many pixels a text takes."""
    return cells(text) * size * CELL
