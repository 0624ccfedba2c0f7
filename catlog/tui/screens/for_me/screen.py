"""The screen For me: recommendations, best first, with the reason under the list."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.widgets import Static

from catlog.access import Right, way
from catlog.tui.content import line, plain
from catlog.tui.deferred import deferred
from catlog.tui.keys import bindings
from catlog.tui.screens.for_me.keys import KEYS
from catlog.tui.titles.list_screen import TitleListScreen
from catlog.tui.titles.preview import TitlePreview
from catlog.tui.widgets.rows import Piece, RowColumn, RowList
from catlog.tui.widgets.rows import cell_renderers as draw

if TYPE_CHECKING:
    from collections.abc import Callable

    from catlog.catalogue.search import Title
    from catlog.errors import CatLogError
    from catlog.recommendations.service import Recommended
    from catlog.tui.glyphs import Glyphs
    from catlog.tui.screens.for_me import queries
    from catlog.tui.widgets.rows.messages import Highlighted
else:
    queries = deferred("catlog.tui.screens.for_me.queries")


class ForMeScreen(TitleListScreen):
    """Recommendations with their reasons."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS)
    CSS_PATH = "screen.tcss"
    AUTO_FOCUS = "#rows"

    def __init__(self) -> None:
        super().__init__()
        self.reasons: dict[int, str] = {}

    def compose_body(self) -> ComposeResult:
        """Lay out the list, and the reason under it."""
        yield Static(line((" What fits your list", "bold"), ("  worked out here, from what you rated", "$dim")))
        with Container(id="found"):
            yield RowList(
                _columns(self.app.glyphs, self._because),
                identity=lambda row: row.mal_id,
                text=lambda row: row.title,
                glyphs=self.app.glyphs,
                empty=f"Working it out{self.app.glyphs.ellipsis}",
                id="rows",
            )
            yield TitlePreview()
        yield Static("", id="why")

    def on_mount(self) -> None:
        """Draw ASCII lines where the terminal has no others."""
        self.set_class(self.app.ascii, "-ascii")

    def on_resize(self, event: events.Resize) -> None:
        """Show the preview next to the list on wide screens."""
        self.set_class(event.size.width >= 132, "-wide")

    def load(self) -> None:
        """Read the recommendations."""
        if self.app.is_open:
            self.app.pool.run(self, queries.recommend).then(self._receive, self._failed, passive=True)

    def _receive(self, recommended: tuple[Recommended, ...]) -> None:
        self.reasons = {each.title.mal_id: each.reason for each in recommended}
        more = way(self.app.role, Right.LOAD_CHARTS, "let F6 load more")
        self.rows.empty = f"The catalogue has nothing more for you: search for something (esc), or {more}."
        self.rows.load([each.title for each in recommended])
        self._explain(self.rows.record)

    def _failed(self, error: CatLogError) -> None:
        self.rows.empty = error.with_hint
        self.rows.redraw()

    @on(RowList.Highlighted, "#rows")
    def _highlighted(self, message: Highlighted[Title]) -> None:
        self._explain(message.record)
        self.query_one(TitlePreview).show(message.record)

    def _explain(self, row: Title | None) -> None:
        self.query_one("#why", Static).update(plain(self.reasons.get(row.mal_id, "") if row else "", "$dim"))

    def _because(self, row: Title, _: int) -> Piece:
        return Piece(self.reasons.get(row.mal_id, "").removeprefix("because "), "dim")


def _columns(glyphs: Glyphs, because: Callable[[Title, int], Piece]) -> tuple[RowColumn[Title], ...]:
    return (
        RowColumn("title", "Title", lambda row, _: row.title, 22, weight=2, max_width=56, sortable=False),
        RowColumn("why", "Because", because, 24, weight=3, max_width=90, gives_way=3, sortable=False),
        RowColumn("type", "Type", lambda row, _: Piece(row.type or "", "dim"), 7, gives_way=2, sortable=False),
        RowColumn("year", "Year", lambda row, _: Piece(str(row.year or ""), "dim"), 4, gives_way=1, sortable=False),
        RowColumn(
            "score", "Score", lambda row, _: draw.rating(row.score, glyphs, digits=2), 5, right=True, sortable=False
        ),
    )
