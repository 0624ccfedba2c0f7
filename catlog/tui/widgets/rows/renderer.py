"""Draws records as lines of segments, each exactly as wide as the list; text is never read as markup."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from textwrap import wrap
from typing import Generic

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from catlog.tui.glyphs import ASCII, UNICODE, Glyphs
from catlog.tui.widgets.rows import styles
from catlog.tui.widgets.rows.columns import (
    Cell,
    Piece,
    PlacedColumn,
    R,
    RowColumn,
    fitted,
    padded,
    place_columns,
    title_fitted,
)

MARGIN = 2
"""Cells before the first column: the signs of cursor and selection."""

_CACHE_SIZE = 2_000

Styles = Callable[[str, str], Style]
"""Returns the style for a line's state and a piece's style name."""


class RowRenderer(Generic[R]):
    """Draws lines for one width, and caches the lines of records."""

    def __init__(self, columns: Sequence[RowColumn[R]], styles: Styles, glyphs: Glyphs = UNICODE) -> None:
        self.columns = tuple(columns)
        self.glyphs = glyphs
        self.width = 0
        self.placed: tuple[PlacedColumn[R], ...] = ()
        self._styles = styles
        self._cache: dict[int, dict[tuple[bool, bool], Strip]] = {}

    @property
    def ascii(self) -> bool:
        """Whether only ASCII can be drawn."""
        return self.glyphs is ASCII

    def resize(self, width: int) -> None:
        """Set the width of the lines."""
        if width != self.width:
            self.width = width
            self.placed = place_columns(self.columns, width, start=MARGIN)
            self._cache.clear()

    def rebuild(self, columns: Sequence[RowColumn[R]], glyphs: Glyphs) -> None:
        """Set the columns and the signs."""
        self.columns, self.glyphs = tuple(columns), glyphs
        self.placed = place_columns(self.columns, self.width, start=MARGIN)
        self._cache.clear()

    def invalidate(self, index: int | None = None) -> None:
        """Drop the cached lines of one record, or of all."""
        if index is None:
            self._cache.clear()
        else:
            self._cache.pop(index, None)

    def row(self, index: int, record: R, *, cursor: bool, selected: bool) -> Strip:
        """Return the line of a record, cached by `index` until `invalidate`."""
        strips = self._cache.get(index)
        if strips is None:
            if len(self._cache) >= _CACHE_SIZE:
                self._cache.clear()
            strips = self._cache[index] = {}
        strip = strips.get((cursor, selected))
        if strip is None:
            strip = strips[cursor, selected] = self._draw(record, cursor, selected)
        return strip

    def heading(self, sorted_by: str = "", *, descending: bool = False) -> Strip:
        """Return the headings, with an arrow at the column that the list is sorted by."""
        arrow = self.glyphs.down if descending else self.glyphs.up
        pieces, at = [], 0
        for column, start, width in self.placed:
            sign = f" {arrow}" if column.sortable and column.key == sorted_by else ""
            words, _ = fitted(column.heading, width - len(sign), ascii=self.ascii)
            pieces += [Piece(" " * (start - at)), Piece(padded(words + sign, width, right=column.right))]
            at = start + width
        return self._strip(styles.HEADING, pieces)

    def rule(self, label: str) -> Strip:
        """Return the heading of a group: its name before a thin rule."""
        line = self.glyphs.rule
        words, cells = fitted(label, max(self.width - MARGIN - 4, 0), ascii=self.ascii)
        rest = line * max(self.width - 2 * MARGIN - cells - 3, 0)
        return self._strip(styles.RULE, [Piece(" " * 2 * MARGIN), Piece(words), Piece(f" {rest}", "line")])

    def text_line(self, text: str, line: int = 0, lines: int = 1) -> Strip:
        """Return line `line` of a text wrapped to `lines` lines, shown where there is no record; the last is cut."""
        room = max(self.width - MARGIN - 1, 1)
        wrapped = wrap(text, room, max_lines=max(lines, 1), placeholder=self.glyphs.ellipsis)
        shown = fitted(wrapped[line], room + 1, ascii=self.ascii)[0] if line < len(wrapped) else ""
        return self._strip(styles.GROUND, [Piece(" " * MARGIN), Piece(shown, "dim")])

    def blank(self) -> Strip:
        """Return an empty line."""
        return self._strip(styles.GROUND, [])

    def _draw(self, record: R, cursor: bool, selected: bool) -> Strip:
        glyphs = self.glyphs
        marks = [
            Piece(glyphs.cursor if cursor else " ", styles.POINTER if cursor else ""),
            Piece(glyphs.selected if selected else " ", "accent" if selected else ""),
        ]
        at = MARGIN
        for column, start, width in self.placed:
            marks.append(Piece(" " * (start - at)))
            marks += self._cell(column.cell(record, width), width, column.right)
            at = start + width
        return self._strip(styles.CURSOR if cursor else styles.SELECTED if selected else styles.GROUND, marks)

    def _cell(self, cell: Cell, width: int, right: bool) -> Iterable[Piece]:
        pieces = (Piece(cell),) if isinstance(cell, str) else (cell,) if isinstance(cell, Piece) else cell
        found: list[Piece] = []
        room = width
        for text, style in pieces:
            cut, cells = (title_fitted if style == styles.TITLE else fitted)(text, room, ascii=self.ascii)
            if cells:
                found.append(Piece(cut, style))
                room -= cells
        space = Piece(" " * room)
        return [space, *found] if right else [*found, space]

    def _strip(self, state: str, pieces: Iterable[Piece]) -> Strip:
        """Join the pieces into a full line, equal styles into one segment: fewer segments are fewer bytes."""
        segments: list[Segment] = []
        texts: list[str] = []
        last = ground = self._styles(state, "")
        for text, name in pieces:
            if not text:
                continue
            unseen = not name and text.isspace() and _blank_looks_equal(last, ground)
            style = last if unseen else self._styles(state, name)
            if style is not last and texts:
                segments.append(Segment("".join(texts), last))
                texts = []
            last = style
            texts.append(text)
        text = "".join(texts)
        if _blank_looks_equal(last, ground):
            text += " " * (self.width - sum(segment.cell_length for segment in segments) - cell_len(text))
        segments.append(Segment(text, last))
        return Strip(segments).adjust_cell_length(self.width, ground)


def _blank_looks_equal(style: Style, ground: Style) -> bool:
    """Say whether a space looks the same in both styles."""
    return style.bgcolor == ground.bgcolor and style.reverse == ground.reverse and not (style.underline or style.strike)
