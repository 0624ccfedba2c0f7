"""The columns of catalogue titles: my mark first; the least important column gives way first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catlog.tui.glyphs import Glyphs
from catlog.tui.widgets.rows import Cell, Piece, RowColumn
from catlog.tui.widgets.rows import cell_renderers as draw

if TYPE_CHECKING:
    from catlog.catalogue.search import Title


def title_columns(glyphs: Glyphs) -> tuple[RowColumn[Title], ...]:
    """Return the columns."""

    def when(title: Title, width: int) -> Cell:
        season = f"{title.season.capitalize()} " if title.season and width >= 11 else ""
        return Piece(f"{season}{title.year or ''}", "dim")

    def whole(value: int | None) -> Cell:
        return Piece(f"{value:,}" if value else glyphs.dash, "" if value else "dim")

    return (
        RowColumn("status", "", lambda title, _: draw.status(title.list_status, glyphs), 1),
        RowColumn("title", "Title", lambda title, _: title.title, 20, weight=3, max_width=64),
        RowColumn("english", "English", _english, 16, weight=2, max_width=44, min_list_width=118, gives_way=6),
        RowColumn("genres", "Genres", _genres, 18, weight=1, max_width=32, min_list_width=88, gives_way=5),
        RowColumn("type", "Type", lambda title, _: Piece(title.type or "", "dim"), 7, gives_way=3),
        RowColumn("episodes", "Ep", lambda title, _: whole(title.episodes), 4, right=True, gives_way=4),
        RowColumn("year", "Aired", when, 4, weight=1, max_width=11, gives_way=1),
        RowColumn("score", "Score", lambda title, _: draw.rating(title.score, glyphs, digits=2), 5, right=True),
        RowColumn("rank", "Rank", lambda title, _: whole(title.rank), 6, right=True, gives_way=2),
    )


def _english(title: Title, _: int) -> Cell:
    return Piece("" if title.title_english in (None, title.title) else str(title.title_english), "dim")


def _genres(title: Title, _: int) -> Cell:
    return Piece(", ".join(title.genres), "dim")
