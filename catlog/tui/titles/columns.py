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
