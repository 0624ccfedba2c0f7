"""The screen For me: recommendations, best first: rows with a reason, and on wide screens covers side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType

from catlog.access import Right, way
from catlog.text import counted
from catlog.tui.deferred import deferred
from catlog.tui.glyphs import ASCII
from catlog.tui.keys import bindings
from catlog.tui.screens.for_me.keys import KEYS
from catlog.tui.titles.list_screen import WIDE, TitleListScreen
from catlog.tui.titles.tiles import CoverOf, TileList, tile_words
from catlog.tui.widgets.panel import Panel
from catlog.tui.widgets.poster_cover import STRIP
from catlog.tui.widgets.rows import Piece, RowColumn
from catlog.tui.widgets.rows import cell_renderers as draw

if TYPE_CHECKING:
    from collections.abc import Callable

    from catlog.catalogue.search import Title
    from catlog.errors import CatLogError
    from catlog.tui.glyphs import Glyphs
    from catlog.tui.screens.for_me import queries
    from catlog.tui.screens.for_me.queries import ForMe
else:
    queries = deferred("catlog.tui.screens.for_me.queries")


class ForMeScreen(TitleListScreen):
    """Recommendations with their reasons."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS)
    AUTO_FOCUS = "#rows"

    def __init__(self) -> None:
        super().__init__()
        self.found: Mapping[int, ForMe] = {}

    def compose_body(self) -> ComposeResult:
        """Lay out the list, and the title under its cursor."""
        glyphs = self.app.glyphs
        rows: TileList[Title] = TileList(
            _columns(glyphs, self._reason),
            identity=lambda row: row.mal_id,
            cover=self._picture,
            tile=self._tile,
            sizes=(STRIP,),
            text=lambda row: row.title,
            glyphs=glyphs,
            empty=f"Working it out{glyphs.ellipsis}",
            id="rows",
        )
        yield from self.compose_titles(rows, "For you")

    def on_resize(self, event: events.Resize) -> None:
        """Show covers side by side on wide screens."""
        self.query_one("#rows", TileList).show_tiles(event.size.width >= WIDE)

    def load(self) -> None:
        """Read the recommendations."""
        if self.app.is_open:
            self.app.pool.run(self, queries.recommend).then(self._receive, self._failed, passive=True)

    def _receive(self, recommended: tuple[ForMe, ...]) -> None:
        self.found = {each.title.mal_id: each for each in recommended}
        more = way(self.app.role, Right.LOAD_CHARTS, "let F6 load more")
        self.rows.empty = f"The catalogue has nothing more for you: search for something (esc), or {more}."
        self.rows.load([each.title for each in recommended])
        self.query_one("#list", Panel).caption(fact=counted(len(recommended), "title") if recommended else "")

    def _failed(self, error: CatLogError) -> None:
        self.rows.empty = error.with_hint
        self.rows.redraw()

    def _reason(self, row: Title) -> str:
        return self.found[row.mal_id].brief if row.mal_id in self.found else ""

    def _picture(self, row: Title) -> CoverOf:
        known = self.found.get(row.mal_id)
        return CoverOf(row.mal_id, row.title, known.image_url if known is not None else None)

    def _tile(self, row: Title, width: int, height: int) -> Sequence[Sequence[Piece]]:
        glyphs = self.app.glyphs
        ascii = glyphs is ASCII
        lines = tile_words(row.title, width, 2, "title", ascii=ascii)
        kind = f" {glyphs.separator} ".join(part for part in (row.type, str(row.year or "")) if part)
        lines.append([Piece(kind, "dim")])
        if row.score:
            lines.append([Piece(f"{glyphs.score} ", "dim"), Piece(f"{row.score:.2f}")])
        lines.append([])
        return lines + tile_words(self._reason(row), width, height - len(lines), "dim", ascii=ascii)


def _columns(glyphs: Glyphs, reason: Callable[[Title], str]) -> tuple[RowColumn[Title], ...]:
    return (
        RowColumn("title", "Title", lambda row, _: Piece(row.title, "title"), 22, weight=3, sortable=False),
        RowColumn("why", "Because", lambda row, _: Piece(reason(row), "dim"), 24, 2, gives_way=3, sortable=False),
        RowColumn("type", "Kind", lambda row, _: Piece(row.type or "", "dim"), 7, gives_way=2, sortable=False),
        RowColumn("year", "Year", lambda row, _: Piece(str(row.year or ""), "dim"), 4, gives_way=1, sortable=False),
        RowColumn(
            "score", "MAL", lambda row, _: draw.rating(row.score, glyphs, digits=2), 5, right=True, sortable=False
        ),
    )
