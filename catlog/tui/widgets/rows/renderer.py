"""Records as lines of segments: each exactly as wide as the list, cut and filled by cells, never read as markup."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from textwrap import wrap
from typing import Generic

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from catlog.tui.glyphs import ASCII, UNICODE, Glyphs
from catlog.tui.widgets.rows import palette
from catlog.tui.widgets.rows.cells import fitted, padded
from catlog.tui.widgets.rows.columns import Cell, Piece, Placed, R, RowColumn, placed

MARGIN = 3
"""Cells before the first column: the marks of cursor and selection, and a space."""

_KEPT = 2_000

Styles = Callable[[str, str], Style]
"""The style of a line's state and a piece's name."""


class RowRenderer(Generic[R]):
    """Draws lines for one width, and keeps those of records until something about them changes."""

    def __init__(self, columns: Sequence[RowColumn[R]], styles: Styles, glyphs: Glyphs = UNICODE) -> None:
        self.columns = tuple(columns)
        self.glyphs = glyphs
        self.width = 0
        self.placed: tuple[Placed[R], ...] = ()
        self._styles = styles
        self._kept: dict[int, dict[tuple[bool, bool], Strip]] = {}

    @property
    def ascii(self) -> bool:
        """Whether the terminal has ASCII alone."""
        return self.glyphs is ASCII

    def resize(self, width: int) -> None:
        """Draw lines of so many cells from now on."""
        if width != self.width:
            self.width = width
            self.placed = placed(self.columns, width, start=MARGIN)
            self._kept.clear()

    def rebuild(self, columns: Sequence[RowColumn[R]], glyphs: Glyphs) -> None:
        """Draw other columns, or with other signs."""
        self.columns, self.glyphs = tuple(columns), glyphs
        self.placed = placed(self.columns, self.width, start=MARGIN)
        self._kept.clear()

    def forget(self, index: int | None = None) -> None:
        """Draw a record anew the next time, or all of them."""
        if index is None:
            self._kept.clear()
        else:
            self._kept.pop(index, None)

    def row(self, index: int, record: R, *, cursor: bool, selected: bool) -> Strip:
        """Return the line of a record; `index` tells it from all others until `forget`."""
        kept = self._kept.get(index)
        if kept is None:
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            kept = self._kept[index] = {}
        strip = kept.get((cursor, selected))
        if strip is None:
            strip = kept[cursor, selected] = self._drawn(record, cursor, selected)
        return strip

    def heading(self, sorted_by: str = "", *, descending: bool = False) -> Strip:
        """Return the line of headings, the arrow at the column that the list is sorted by."""
        arrow = self.glyphs.down if descending else self.glyphs.up
        pieces, at = [], 0
        for column, start, width in self.placed:
            sign = f" {arrow}" if column.key == sorted_by else ""
            words, _ = fitted(column.heading, width - len(sign), ascii=self.ascii)
            pieces += [Piece(" " * (start - at)), Piece(padded(words + sign, width, right=column.right))]
            at = start + width
        return self._strip(palette.HEADING, pieces)

    def rule(self, label: str) -> Strip:
        """Return the heading of a group: a thin rule with its words at the beginning."""
        line = self.glyphs.rule
        words, cells = fitted(label, max(self.width - MARGIN - 4, 0), ascii=self.ascii)
        rest = line * max(self.width - MARGIN - cells - 4, 0)
        return self._strip(palette.RULE, [Piece(" " * MARGIN + line * 2 + " "), Piece(words), Piece(" " + rest)])

    def words(self, text: str, line: int = 0, lines: int = 1) -> Strip:
        """Return one of so many lines of plain words, where there is no record to show; the last is cut if need be."""
        room = max(self.width - MARGIN - 1, 1)
        wrapped = wrap(text, room, max_lines=max(lines, 1), placeholder=self.glyphs.ellipsis)
        told = fitted(wrapped[line], room + 1, ascii=self.ascii)[0] if line < len(wrapped) else ""
        return self._strip(palette.GROUND, [Piece(" " * MARGIN), Piece(told, "dim")])

    def blank(self) -> Strip:
        """Return an empty line."""
        return self._strip(palette.GROUND, [])

    def _drawn(self, record: R, cursor: bool, selected: bool) -> Strip:
        glyphs = self.glyphs
        marks = [
            Piece(glyphs.cursor if cursor else " ", "mark" if cursor else ""),
            Piece(glyphs.selected if selected else " ", "mark" if selected else ""),
        ]
        at = MARGIN - 1
        for column, start, width in self.placed:
            marks.append(Piece(" " * (start - at)))
            marks += self._cell(column.cell(record, width), width, column.right)
            at = start + width
        return self._strip(palette.CURSOR if cursor else palette.SELECTED if selected else palette.GROUND, marks)

    def _cell(self, cell: Cell, width: int, right: bool) -> Iterable[Piece]:
        pieces = (Piece(cell),) if isinstance(cell, str) else (cell,) if isinstance(cell, Piece) else cell
        found: list[Piece] = []
        room = width
        for text, style in pieces:
            kept, cells = fitted(text, room, ascii=self.ascii)
            if cells:
                found.append(Piece(kept, style))
                room -= cells
        space = Piece(" " * room)
        return [space, *found] if right else [*found, space]

    def _strip(self, state: str, pieces: Iterable[Piece]) -> Strip:
        """Join pieces, those of one style into one segment, and fill the line: fewer segments are fewer bytes."""
        segments: list[Segment] = []
        texts: list[str] = []
        last = ground = self._styles(state, "")
        for text, name in pieces:
            if not text:
                continue
            unseen = not name and text.isspace() and _only_coloured(last, ground)
            style = last if unseen else self._styles(state, name)
            if style is not last and texts:
                segments.append(Segment("".join(texts), last))
                texts = []
            last = style
            texts.append(text)
        text = "".join(texts)
        if _only_coloured(last, ground):
            text += " " * (self.width - sum(segment.cell_length for segment in segments) - cell_len(text))
        segments.append(Segment(text, last))
        return Strip(segments).adjust_cell_length(self.width, ground)


def _only_coloured(style: Style, ground: Style) -> bool:
    """Say whether a space looks the same in both styles."""
    return style.bgcolor == ground.bgcolor and style.reverse == ground.reverse and not (style.underline or style.strike)
