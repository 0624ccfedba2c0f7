"""Moving: the titles that climbed and fell on the chart this week, the user's own first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual import events

from catlog.charts.cells import fitted_title
from catlog.charts.picture import Line, Tone, TonedText
from catlog.tui.glyphs import ASCII, Glyphs
from catlog.tui.screens.home.items import edge
from catlog.tui.screens.home.opened import TitleOpened
from catlog.tui.screens.home.records import ChartMovers, MoverRow
from catlog.tui.widgets.rows import Cell, Piece, RowColumn
from catlog.tui.widgets.rows import cell_renderers as draw
from catlog.tui.widgets.toned import TonedLines

if TYPE_CHECKING:
    from catlog.analytics.records import Standing

WITH_RANKS = 44
"""Columns from which a row has the rank it comes from."""

STANDING_HEIGHT = 6
"""Lines of the standing below the list, air included."""


def moving_columns(glyphs: Glyphs, width: int, digits: int = 3) -> list[RowColumn[MoverRow]]:
    """Return the columns of movers in a list of this width, for ranks of so many digits."""

    def change(row: MoverRow, _: int) -> Cell:
        up = row.change > 0
        return Piece(glyphs.up if up else glyphs.down, "up" if up else "down"), Piece(f"{abs(row.change):>3}")

    def ranks(row: MoverRow, _: int) -> Cell:
        return Piece(f"{row.before:>{digits}}{glyphs.arrow}", "dim"), Piece(f"{row.rank:>{digits}}")

    def course(row: MoverRow, room: int) -> Cell:
        return draw.sparkline([None if rank is None else -rank for rank in row.ranks], room, glyphs)

    head: list[RowColumn[MoverRow]] = [
        RowColumn("change", "", change, 4, gap=1),
        RowColumn("status", "", lambda row, _: draw.status(row.status, glyphs), 1, gap=1),
        RowColumn("title", "", lambda row, _: Piece(row.title, "title"), 12, weight=1, gap=1),
    ]
    if width < WITH_RANKS:
        last: RowColumn[MoverRow] = RowColumn("rank", "", lambda row, _: Piece(f"{row.rank}"), digits, right=True)
        return [*head, RowColumn("course", "", course, 5, gives_way=1, gap=1), last, edge()]
    return [
        *head,
        RowColumn("rank", "", ranks, 2 * digits + len(glyphs.arrow)),
        RowColumn("course", "", course, 9, gives_way=1, gap=1),
        edge(),
    ]


def picked(movers: ChartMovers, lines: int, *, only_mine: bool) -> list[MoverRow]:
    """Return the movers for so many lines, one of which parts climbers and fallers; each farthest first.

    The titles of the list come first where not all fit; with `only_mine` they come alone, however many there are.
    """
    if only_mine:
        return [row for row in (*movers.climbers, *movers.fallers) if row.status is not None]
    room = max(lines - 1, 2)
    half = (room + 1) // 2
    up = min(len(movers.climbers), max(half, room - len(movers.fallers)))
    return [*_first(movers.climbers, up), *_first(movers.fallers, room - up)]


def digits_of(rows: Sequence[MoverRow]) -> int:
    """Return the digits of the largest rank, three at least."""
    return max([3, *(len(str(max(row.rank, row.before))) for row in rows)])


def parted(before: MoverRow | None, row: MoverRow) -> tuple[str, ...]:
    """Return the air between climbers and fallers."""
    return ("",) if before is not None and before.change > 0 > row.change else ()


def _first(rows: Sequence[MoverRow], count: int) -> list[MoverRow]:
    own = [row for row in rows if row.status is not None][:count]
    others = [row for row in rows if row.status is None][: count - len(own)]
    kept = {row.mal_id for row in (*own, *others)}
    return [row for row in rows if row.mal_id in kept]


class StandingNotes(TonedLines):
    """How the titles of the list moved, and the highest record among them. A click on that opens it."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._record: tuple[int, int] | None = None

    def show(self, movers: ChartMovers, glyphs: Glyphs, width: int) -> None:
        """Show the standing in `width` cells."""
        standing, lines, self._record = movers.standing, list[Line](), None
        if standing is not None and standing.ranked:
            lines = [(), _of(standing), _moves(standing)]
        if movers.record is not None:
            self._record = len(lines) + 1, movers.record.mal_id
            heart = f"{glyphs.favorite} " if movers.record.favorite else " "
            rank, words = f"{movers.record.rank}", "Best rank ever "
            room = width - 4 - len(words) - len(heart) - len(rank) - 1
            title = fitted_title(movers.record.title, room, ascii=glyphs is ASCII)
            gap = " " * (room - cell_len(title) + 1)
            lines += [
                (),
                (
                    TonedText(f"  {words}", Tone.DIM),
                    TonedText(heart, Tone.FAVORITE),
                    TonedText(title),
                    TonedText(gap),
                    TonedText(rank, Tone.STRONG),
                ),
            ]
        self.set_lines(tuple(lines))

    def on_click(self, event: events.Click) -> None:
        """Open the title of the record."""
        if self._record is not None and event.y == self._record[0]:
            self.post_message(TitleOpened(self._record[1]))


def _of(standing: Standing) -> Line:
    """Return of how many titles the counts below speak."""
    whole = f"{standing.ranked:,}" if standing.ranked == standing.entries else None
    words = f"Of my {whole} titles" if whole else f"Of the {standing.ranked:,} of my {standing.entries:,} with a rank"
    return (TonedText(f"  {words}", Tone.DIM),)


def _moves(standing: Standing) -> Line:
    spans = [TonedText("  ")]
    for count, word in ((standing.rose, "rose"), (standing.fell, "fell"), (standing.stayed, "stayed")):
        spans += [TonedText(f"{count:,}", Tone.STRONG), TonedText(f" {word}  ")]
    return tuple(spans)
