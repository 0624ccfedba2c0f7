"""The columns of the lists of one title: its franchise in watch order, its episodes, and recommended titles."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from catlog.tui.glyphs import Glyphs
from catlog.tui.widgets.rows import Cell, Piece, RowColumn
from catlog.tui.widgets.rows import cell_renderers as draw

if TYPE_CHECKING:
    from catlog.catalogue.franchise import FranchiseTitle
    from catlog.jikan.details import Episode
    from catlog.tui.screens.details.queries import SimilarTitle


def order_columns(mal_id: int, glyphs: Glyphs) -> tuple[RowColumn[FranchiseTitle], ...]:
    """Return the columns of a franchise; a pointer marks the title itself."""

    def title(work: FranchiseTitle, _: int) -> Cell:
        here = work.mal_id == mal_id
        return Piece(f"{glyphs.pointer} " if here else "  ", "accent"), Piece(work.title, "strong" if here else "")

    def progress(work: FranchiseTitle, _: int) -> Cell:
        watched = f"{work.episodes_watched}/" if work.episodes_watched is not None else ""
        return Piece(f"{watched}{work.episodes or '?'}", "" if watched else "dim")

    def year(work: FranchiseTitle, _: int) -> Cell:
        return Piece(str(work.aired_from.year) if work.aired_from else "", "dim")

    return (
        RowColumn("status", "", lambda work, _: draw.status(work.list_status, glyphs), 1, sortable=False),
        RowColumn("title", "  Watch order", title, 20, weight=1, max_width=70, sortable=False),
        RowColumn("relation", "", lambda work, _: Piece(work.relation.lower(), "dim"), 12, gives_way=3, sortable=False),
        RowColumn("type", "Type", lambda work, _: Piece(work.type or "", "dim"), 7, gives_way=2, sortable=False),
        RowColumn("progress", "Ep", progress, 7, right=True, sortable=False),
        RowColumn("year", "Year", year, 4, gives_way=1, sortable=False),
    )


COVERED_DOTS = 8
"""The dots in place of an episode's name: as many for each, as a length tells something too."""


def episode_columns(
    watched: Callable[[], int], is_uncovered: Callable[[], bool], glyphs: Glyphs
) -> tuple[RowColumn[Episode], ...]:
    """Return the columns of episodes; watched ones have a tick, and the names of the others are dots."""
    covered = Piece(" ".join(glyphs.dot * COVERED_DOTS), "dim")

    def title(episode: Episode, _: int) -> Cell:
        return episode.title if episode.number <= watched() or is_uncovered() else covered

    def tick(episode: Episode, _: int) -> Cell:
        return Piece(glyphs.completed, "completed") if episode.number <= watched() else ""

    def kind(episode: Episode, _: int) -> Cell:
        return Piece("filler" if episode.filler else "recap" if episode.recap else "", "accent")

    def score(episode: Episode, _: int) -> Cell:
        return Piece(f"{episode.score:.1f}" if episode.score is not None else "", "dim")

    return (
        RowColumn("seen", "", tick, 1, sortable=False),
        RowColumn("number", "Ep", lambda episode, _: str(episode.number), 4, right=True, sortable=False),
        RowColumn("title", "Title", title, 20, weight=1, max_width=70, sortable=False),
        RowColumn("kind", "", kind, 6, gives_way=1, sortable=False),
        RowColumn(
            "aired",
            "Aired",
            lambda episode, _: Piece(str(episode.aired or ""), "dim"),
            10,
            gives_way=2,
            sortable=False,
        ),
        RowColumn("score", "of 5", score, 4, right=True, gives_way=3, sortable=False),
    )


def alike_columns(glyphs: Glyphs) -> tuple[RowColumn[SimilarTitle], ...]:
    """Return the columns of titles that viewers recommend."""
    return (
        RowColumn("status", "", lambda one, _: draw.status(one.list_status, glyphs), 1, sortable=False),
        RowColumn("title", "Title", lambda one, _: one.title, 20, weight=1, max_width=70, sortable=False),
        RowColumn("votes", "Votes", lambda one, _: str(one.votes), 5, right=True, sortable=False),
        RowColumn("type", "Type", lambda one, _: Piece(one.type or "", "dim"), 7, gives_way=2, sortable=False),
        RowColumn("year", "Year", lambda one, _: Piece(str(one.year or ""), "dim"), 4, gives_way=1, sortable=False),
        RowColumn(
            "score", "Score", lambda one, _: draw.rating(one.score, glyphs, digits=2), 5, right=True, sortable=False
        ),
    )
