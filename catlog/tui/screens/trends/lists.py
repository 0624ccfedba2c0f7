"""The lists of Trends: several side by side where there is room, each in a panel, or one."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical

from catlog.tui.host import Hosted
from catlog.tui.screens.trends.pages import MOVERS, PAGES, TrendsRow, TrendsTable
from catlog.tui.widgets.panel import PANEL_WIDTH, Panel
from catlog.tui.widgets.rows import RowList

WIDE = 132
"""Columns from which all movers stand side by side."""

SIDE = ("momentum", "new", "streaks")
"""The lists in the third column."""


class TrendsLists(Hosted, Container):
    """The lists. `keys` are the pages in sight: movers side by side, or one page.

    `tables` has the table of each page in sight.
    """

    DEFAULT_CSS = """
    TrendsLists {
        height: 5fr;
        & > Horizontal { height: 1fr; }
        & #panel-climbers { width: 1fr; }
        & #panel-fallers { width: 1fr; }
        & #side { width: 48; display: none; }
        & #panel-momentum { height: 10fr; }
        & #panel-new { height: 6fr; }
        & #panel-streaks { height: 8fr; }
        & RowList { margin: 2 2 1 1; }
        & #side RowList { margin: 1 2 1 1; }
        & #side #list-momentum { margin: 2 2 1 1; }
        & #movers { display: none; }
        &.-movers #movers { display: block; }
        &.-movers #panel-rows { display: none; }
        &.-three #side { display: block; }
        &.-flat RowList { margin: 1 0 0 0; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self.keys: tuple[str, ...] = ("climbers",)
        self.tables: dict[str, TrendsTable] = {}

    def compose(self) -> ComposeResult:
        """Lay out all lists."""
        with Horizontal(id="movers"):
            for key in MOVERS[:2]:
                yield self._panel(key)
            with Vertical(id="side"):
                for key in SIDE:
                    yield self._panel(key)
        with Panel(id="panel-rows"):
            yield self._list("climbers", "rows", heading=1)

    def _panel(self, key: str) -> Panel:
        return Panel(self._list(key, f"list-{key}"), title=PAGES[key].name, id=f"panel-{key}")

    def _list(self, key: str, id: str, *, heading: int = 0) -> RowList[TrendsRow]:
        return RowList(
            PAGES[key].columns(self.app.glyphs),
            identity=lambda row: row.key,
            text=lambda row: row.text,
            glyphs=self.app.glyphs,
            empty=f"Reading the ranks{self.app.glyphs.ellipsis}",
            heading=heading,
            id=id,
        )

    @property
    def is_several(self) -> bool:
        """Whether lists stand side by side."""
        return len(self.keys) > 1

    def list_of(self, key: str) -> RowList[TrendsRow]:
        """Return the list that shows a page."""
        return self.query_one(f"#list-{key}" if self.is_several else "#rows", RowList)

    def put_in_sight(self, page: str, width: int) -> bool:
        """Choose what is in sight for a page and a width; return whether it is something else than before."""
        together = movers_in(width)
        keys = together if page in together else (page,)
        self.set_class(len(keys) > 1, "-movers")
        self.set_class(len(keys) == len(MOVERS), "-three")
        self.set_class(len(keys) == 2, "-two")
        self.set_class(width < PANEL_WIDTH, "-flat")
        before, self.keys = self.keys, keys
        return before != keys

    def show(self, table: TrendsTable) -> None:
        """Show the table of a page in sight; its cursor goes to the top where it is another page than before."""
        page, glyphs = PAGES[table.page], self.app.glyphs
        rows = self.list_of(table.page)
        before = self.tables.get(rows.id or "")
        self.tables[rows.id or ""] = table
        if before is None or before.page != table.page or before.digits != table.digits:
            rows.redraw(page.columns(glyphs, table.digits))
            rows.clear_selection()
        if not self.is_several:
            rows.heading = 0 if table.page in MOVERS[:2] else 1
        rows.empty = table.empty
        rows.load(table.rows)
        if before is not None and before.page != table.page:
            rows.move_to(0)
        panel = self.query_one(f"#panel-{table.page}" if self.is_several else "#panel-rows", Panel)
        panel.caption(title_of(table), fact_of(table, several=self.is_several))

    def table_of(self, key: str) -> TrendsTable | None:
        """Return the table of a page, if it is in sight and read."""
        table = self.tables.get(self.list_of(key).id or "")
        return table if table is not None and table.page == key else None


def movers_in(width: int) -> tuple[str, ...]:
    """Return the pages that stand side by side in this width."""
    return MOVERS if width >= WIDE else MOVERS[:2] if width >= PANEL_WIDTH else ()


def names_in(width: int) -> list[tuple[str, str]]:
    """Return the keys and names of the pages for a width: those side by side are one."""
    together = movers_in(width)
    alone = [(page.key, page.name) for page in PAGES.values() if page.key not in together]
    return [("movers", "Movers"), *alone] if together else alone


def title_of(table: TrendsTable) -> str:
    """Return the title of the panel of a table."""
    name = PAGES[table.page].name
    if table.top and table.page == "new":
        return f"New in the top {table.top:,}"
    if table.top and table.page == "streaks":
        return f"In the top {table.top:,}"
    return name


def fact_of(table: TrendsTable, *, several: bool) -> str:
    """Return what stands at the right of the title: a count, or what the numbers are."""
    if several and table.page == "momentum":
        return "score, new votes"
    return f"{len(table.rows):,}" if table.rows else ""
