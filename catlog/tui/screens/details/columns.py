"""The columns of the lists of one title: its franchise in watch order, its episodes, and titles alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len

from catlog.tui.day_words import date_words, day_words
from catlog.tui.glyphs import Glyphs
from catlog.tui.titles.order_strip import short_name
from catlog.tui.widgets.rows import Cell, Piece, RowColumn
from catlog.tui.widgets.rows import cell_renderers as draw

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from catlog.catalogue.franchise import FranchiseTitle
    from catlog.jikan.details import Episode
    from catlog.library.partial_date import PartialDate
    from catlog.tui.screens.details.queries import SimilarTitle


def order_columns(
    mal_id: int, names: Callable[[], Sequence[str]], glyphs: Glyphs
) -> tuple[RowColumn[FranchiseTitle], ...]:
    """Return the columns of a franchise; the title itself is bright, and `names` are those of all.

    A name without room is shown by what it adds to the others.
    """

    def title(work: FranchiseTitle, width: int) -> Cell:
        name = work.title if cell_len(work.title) <= width else short_name(work.title, names())
        return Piece(name, "strong" if work.mal_id == mal_id else "title")

    def seen(work: FranchiseTitle, width: int) -> Cell:
        if work.episodes_watched is None:
            return Piece(f"{work.episodes:,}" if work.episodes else "?", "dim")
        return draw.seen(work.episodes_watched, work.episodes, width, glyphs)

    def year(work: FranchiseTitle, _: int) -> Cell:
        return Piece(str(work.aired_from.year) if work.aired_from else "", "dim")

    def rating(work: FranchiseTitle, _: int) -> Cell:
        return draw.rating(work.rating, glyphs) if work.list_status else ""

    return (
        RowColumn("status", "", lambda work, _: draw.status(work.list_status, glyphs), 1, sortable=False),
        RowColumn("title", "Title", title, 22, weight=1, max_width=70, sortable=False),
        RowColumn(
            "relation",
            "",
            lambda work, _: Piece(work.relation.lower(), "dim"),
            12,
            gives_way=4,
            min_list_width=76,
            sortable=False,
        ),
        RowColumn(
            "type", "", lambda work, _: Piece(work.type or "", "dim"), 7, gives_way=3, min_list_width=60, sortable=False
        ),
        RowColumn("seen", "Ep", seen, 7, right=True, sortable=False),
        RowColumn("year", "Year", year, 4, gives_way=2, sortable=False),
        RowColumn("rating", "My", rating, 2, right=True, gives_way=1, sortable=False),
    )


COVERED_DOTS = 8
"""The dots in place of an episode's name: as many for each, as a length tells something too."""


class EpisodeView:
    """What the rows of episodes depend on besides the episode: the viewer's progress and days."""

    def __init__(self) -> None:
        self.watched = 0
        self.is_covered: Callable[[int], bool] = lambda _: False
        self.seen: Mapping[int, PartialDate] = {}
        self.are_marked = False
        self.can_log = False
        self.today: date | None = None


def episode_columns(view: EpisodeView, glyphs: Glyphs) -> tuple[RowColumn[Episode], ...]:
    """Return the columns of episodes; watched ones have a tick, and covered names are dots."""
    covered = Piece(" ".join(glyphs.dot * COVERED_DOTS), "rest")

    def number(episode: Episode, _: int) -> Cell:
        return Piece(str(episode.number), "" if episode.number <= view.watched + 1 else "dim")

    def title(episode: Episode, _: int) -> Cell:
        name = covered if view.is_covered(episode.number) else Piece(episode.title, "title")
        if episode.number != view.watched + 1 or not view.can_log:
            return name
        return name, Piece("  next", "accent"), Piece("  + logs it", "dim")

    def tick(episode: Episode, _: int) -> Cell:
        return Piece(glyphs.completed, "completed") if episode.number <= view.watched else ""

    def kind(episode: Episode, _: int) -> Cell:
        if episode.filler or episode.recap:
            return Piece("filler" if episode.filler else "recap", "accent")
        return Piece("canon" if view.are_marked else "", "dim")

    def aired(episode: Episode, _: int) -> Cell:
        if episode.aired is None or view.today is None:
            return ""
        return Piece(day_words(episode.aired, view.today), "dim")

    def seen(episode: Episode, _: int) -> Cell:
        day = view.seen.get(episode.number)
        return date_words(day, view.today) if day is not None and view.today is not None else ""

    def score(episode: Episode, _: int) -> Cell:
        return Piece(f"{episode.score:.1f}" if episode.score is not None else "", "dim")

    return (
        RowColumn("number", "Ep", number, 4, right=True, gap=1, sortable=False),
        RowColumn("tick", "", tick, 1, gap=1, sortable=False),
        RowColumn("title", "Title", title, 20, weight=1, max_width=70, sortable=False),
        RowColumn("kind", "Kind", kind, 6, gives_way=2, sortable=False),
        RowColumn("aired", "Aired", aired, 11, gives_way=3, sortable=False),
        RowColumn("score", "of 5", score, 4, right=True, gives_way=4, sortable=False),
        RowColumn("watched", "Seen", seen, 8, right=True, gives_way=1, sortable=False),
    )


def alike_columns(glyphs: Glyphs) -> tuple[RowColumn[SimilarTitle], ...]:
    """Return the columns of titles alike, with the votes of viewers who recommend them."""

    def votes(one: SimilarTitle, _: int) -> Cell:
        return Piece(f"{one.votes:,}" if one.votes else "", "dim")

    return (
        RowColumn("status", "", lambda one, _: draw.status(one.list_status, glyphs), 1, sortable=False),
        RowColumn(
            "title", "Title", lambda one, _: Piece(one.title, "title"), 26, weight=1, max_width=70, sortable=False
        ),
        RowColumn("votes", "Votes", votes, 5, right=True, gives_way=2, sortable=False),
        RowColumn("type", "Type", lambda one, _: Piece(one.type or "", "dim"), 7, gives_way=4, sortable=False),
        RowColumn("year", "Year", lambda one, _: Piece(str(one.year or ""), "dim"), 4, gives_way=3, sortable=False),
        RowColumn(
            "score",
            "Score",
            lambda one, _: draw.rating(one.score, glyphs, digits=2),
            5,
            right=True,
            gives_way=1,
            sortable=False,
        ),
    )
