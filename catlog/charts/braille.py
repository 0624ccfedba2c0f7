"""A grid of dots to draw lines on: eight to a cell in braille, one to a cell in ASCII."""

from __future__ import annotations

from collections.abc import Sequence

from catlog.charts.picture import Tone, TonedText

_BLANK = 0x2800
_BITS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
"""The bit of each braille dot, by column and row; the pattern is the sum (Unicode 15, chapter 21.1)."""


class DotGrid:
    """A grid of `columns` x `rows` cells; dots are counted from the upper left corner.

    A cell has the tone of the last dot drawn in it. In ASCII a dot is the `mark` that it is drawn with.
    """

    def __init__(self, columns: int, rows: int, *, ascii: bool = False) -> None:
        self.columns, self.rows = columns, rows
        self._across, self._down = (1, 1) if ascii else (2, 4)
        self._ascii = ascii
        self._bits = [[0] * columns for _ in range(rows)]
        self._marks = [[""] * columns for _ in range(rows)]
        self._tones = [[Tone.PLAIN] * columns for _ in range(rows)]

    @property
    def width(self) -> int:
        """The dots of a row."""
        return self.columns * self._across

    @property
    def height(self) -> int:
        """The dots of a column."""
        return self.rows * self._down

    def dot(self, x: int, y: int, tone: Tone, mark: str = "*") -> None:
        """Set one dot; dots outside the grid are ignored."""
        if not (0 <= x < self.width and 0 <= y < self.height):
            return
        column, row = x // self._across, y // self._down
        self._tones[row][column] = tone
        if self._ascii:
            self._marks[row][column] = mark
        else:
            self._bits[row][column] |= _BITS[x % 2][y % 4]
            self._marks[row][column] = ""

    def line(self, start: tuple[float, float], end: tuple[float, float], tone: Tone, mark: str = "*") -> None:
        """Draw a straight line from dot to dot, both ends included."""
        x0, y0, x1, y1 = (round(number) for number in (*start, *end))
        steps = max(1, abs(x1 - x0), abs(y1 - y0))
        for step in range(steps + 1):
            share = step / steps
            self.dot(round(x0 + (x1 - x0) * share), round(y0 + (y1 - y0) * share), tone, mark)

    def put(self, column: int, row: int, char: str, tone: Tone, *, over: bool = False) -> None:
        """Write a character into an empty cell or, with `over`, into any."""
        if over or not (self._bits[row][column] or self._marks[row][column]):
            self._bits[row][column], self._marks[row][column], self._tones[row][column] = 0, char, tone

    def cell(self, x: float, y: float) -> tuple[int, int]:
        """Return the column and row of the cell of a dot, clamped to the grid."""
        column, row = round(x) // self._across, round(y) // self._down
        return min(max(column, 0), self.columns - 1), min(max(row, 0), self.rows - 1)

    def middle(self, row: int) -> float:
        """Return the dot at mid height of a row of cells."""
        return row * self._down + (self._down - 1) / 2

    def spans(self, row: int) -> Sequence[TonedText]:
        """Return a row of cells, neighbours of one tone in one span."""
        found: list[TonedText] = []
        for bits, mark, tone in zip(self._bits[row], self._marks[row], self._tones[row], strict=True):
            char = mark or (chr(_BLANK + bits) if bits else " ")
            tone = Tone.PLAIN if char == " " else tone
            if found and found[-1].tone is tone:
                found[-1] = TonedText(found[-1].text + char, tone)
            else:
                found.append(TonedText(char, tone))
        return found
