"""The columns of catalogue titles: my mark first; the least important column gives way first."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from catlog.tui.glyphs import ASCII, Glyphs
from catlog.tui.titles.matches import matched_parts
from catlog.tui.widgets.rows import Cell, Piece, RowColumn
from catlog.tui.widgets.rows import cell_renderers as draw
from catlog.tui.widgets.rows.columns import title_fitted

if TYPE_CHECKING:
    from catlog.catalogue.search import Title


def season_columns(glyphs: Glyphs) -> tuple[RowColumn[Title], ...]:
    """Return the columns of a season."""

    def whole(value: int | None) -> Cell:
        return Piece(f"{value:,}" if value else glyphs.dash, "" if value else "dim")

    def members(title: Title, _: int) -> Cell:
        return Piece(f"{title.members:,}" if title.members else "", "dim")

    return (
        RowColumn("status", "", lambda title, _: draw.status(title.list_status, glyphs), 1, gap=1, sortable=False),
        RowColumn("title", "Title", lambda title, _: Piece(title.title, "title"), 20, weight=3),
        RowColumn("genres", "Genres", _genres, 18, 1, max_width=36, min_list_width=90, gives_way=4, sortable=False),
        RowColumn("type", "Kind", lambda title, _: Piece(title.type or "", "dim"), 7, gives_way=2, sortable=False),
        RowColumn("episodes", "Ep", lambda title, _: whole(title.episodes), 4, right=True, gives_way=1, sortable=False),
        RowColumn("members", "Members", members, 9, right=True, gives_way=3, sortable=False),
        RowColumn("score", "MAL", lambda title, _: draw.rating(title.score, glyphs, digits=2), 5, right=True),
    )


def result_columns(glyphs: Glyphs, words: Callable[[], str]) -> tuple[RowColumn[Title], ...]:
    """Return the columns of a search, whose `words` are marked where titles match them."""

    def name(title: Title, width: int) -> Cell:
        shown, _ = title_fitted(title.title, width, ascii=glyphs is ASCII)
        if not (wanted := words().strip()):
            return Piece(shown, "title")
        return tuple(Piece(part, "match" if marked else "title") for part, marked in matched_parts(shown, wanted))

    def whole(value: int | None) -> Cell:
        return Piece(f"{value:,}" if value else "?", "" if value else "dim")

    def year(title: Title, _: int) -> Cell:
        return Piece(str(title.year or ""), "dim")

    return (
        RowColumn("status", "", lambda title, _: draw.status(title.list_status, glyphs), 1, gap=1, sortable=False),
        RowColumn("title", "Title", name, 20, weight=3, sortable=False),
        RowColumn("english", "English", _english, 16, 2, max_width=48, min_list_width=116, gives_way=6, sortable=False),
        RowColumn("genres", "Genres", _genres, 18, 1, max_width=36, min_list_width=100, gives_way=5, sortable=False),
        RowColumn("type", "Kind", lambda title, _: Piece(title.type or "", "dim"), 7, gives_way=2, sortable=False),
        RowColumn("episodes", "Ep", lambda title, _: whole(title.episodes), 4, right=True, gives_way=1, sortable=False),
        RowColumn("year", "Year", year, 4, gives_way=3, sortable=False),
        RowColumn(
            "score", "MAL", lambda title, _: draw.rating(title.score, glyphs, digits=2), 5, right=True, sortable=False
        ),
    )


def _english(title: Title, _: int) -> Cell:
    return Piece("" if title.title_english in (None, title.title) else str(title.title_english), "dim")


def _genres(title: Title, _: int) -> Cell:
    return Piece(", ".join(title.genres), "dim")
