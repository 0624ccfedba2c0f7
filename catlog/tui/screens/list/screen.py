"""The screen List: statuses as tabs, one row per title, and a preview of the title under the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.widgets import Input

from catlog import clock
from catlog.tui.deferred import deferred
from catlog.tui.editing.entry_actions import EntryEditor
from catlog.tui.editing.import_dialog import ask_for_import
from catlog.tui.keys import bindings
from catlog.tui.navigation import open_details
from catlog.tui.screens.base import CatLogScreen
from catlog.tui.screens.list.columns import ListColumns
from catlog.tui.screens.list.filter_line import FilterLine
from catlog.tui.screens.list.keys import KEYS
from catlog.tui.screens.list.pending_rows import PendingRows
from catlog.tui.screens.list.sorting import Arrangement, sort_dialog, toggle_sort
from catlog.tui.screens.list.tabs import ALL, TABS, StatusTabs
from catlog.tui.screens.list.views import ListViews
from catlog.tui.titles.panel import TitlePanel
from catlog.tui.widgets.panel import Panel
from catlog.tui.widgets.rows import RowList, queried
from catlog.tui.widgets.rows.messages import Chosen, RepeatRequested, SortRequested

if TYPE_CHECKING:
    from catlog.errors import CatLogError
    from catlog.library.listing import ListRow
    from catlog.tui.screens.list import queries
    from catlog.tui.screens.list.queries import ListUpdate, ListVersion
else:
    queries = deferred("catlog.tui.screens.list.queries")

WIDE = 132
"""Columns from which the title under the cursor has a panel beside the list."""

TICK = 30.0
"""Seconds between two updates of the countdowns."""

NARROWEST = 80
"""Columns below which there is the list alone."""


class ListScreen(CatLogScreen):
    """My list."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS)
    CSS_PATH = "screen.tcss"
    AUTO_FOCUS = "#rows"

    def __init__(self) -> None:
        super().__init__()
        self._columns = ListColumns(self.app.glyphs)
        self._version: ListVersion | None = None
        self.arrangement = Arrangement()
        self.editor = EntryEditor(self, lambda: self.rows)
        self.views = ListViews(self, lambda: (self.arrangement, self.query_one(FilterLine).text), self._show_view)
        self.controllers = (self.editor, self.views)

    @property
    def rows(self) -> RowList[ListRow]:
        """The list."""
        return self.query_one("#rows", RowList)

    def compose_body(self) -> ComposeResult:
        """Lay out tabs, filter, list and preview."""
        yield StatusTabs()
        yield FilterLine()
        with Container(id="list"):
            with Panel(title="Watching", id="table"):
                yield RowList(
                    self._columns.of("WATCHING"),
                    identity=lambda row: row.mal_id,
                    text=lambda row: "\n".join(row.titles),
                    glyphs=self.app.glyphs,
                    empty=f"Reading your list{self.app.glyphs.ellipsis}",
                    unmatched="Nothing here matches: esc takes the filter away.",
                    id="rows",
                    heading=2,
                )
            yield TitlePanel(id="title")

    def on_mount(self) -> None:
        """Start the clock."""
        self._pending = PendingRows(self.rows, self._columns)
        self.set_class(self.app.ascii, "-ascii")
        self._clock = self.set_interval(TICK, self._tick)

    def on_resize(self, event: events.Resize) -> None:
        """Put the panel of the title beside the list on wide screens; on the narrowest there is none."""
        self.set_class(event.size.width >= WIDE, "-wide")
        self.set_class(event.size.width < NARROWEST, "-bare")

    def on_screen_suspend(self) -> None:
        """Pause the clock while another screen is on top."""
        self._clock.pause()

    def on_screen_resume(self) -> None:
        """Reload, and resume the clock."""
        super().on_screen_resume()
        self._clock.resume()

    def load(self) -> None:
        """Read the list, or its changes."""
        # An offline database responds only after a failed connection attempt: keys are not held for that.
        with self.app.pool.holding_keys(self._version is None and not self.app.is_offline):
            self.app.pool.run(self, queries.read_list, self._version).then(
                self._receive, self._read_failed, passive=True
            )

    def show_pending(self) -> None:
        """Show the pending edits."""
        if self._version is not None:
            self._pending.show(self.app.pool.backend.pending_edits, self.app.zone)
            self.query_one(StatusTabs).count(self.rows.view.rows)

    # Results of queries.

    def _read_failed(self, error: CatLogError) -> None:
        if not self.rows.total:
            self._set_empty_text(error.with_hint)

    def _receive(self, update: ListUpdate) -> None:
        rows = self.rows
        self._columns.know(update.broadcasts, clock.now())
        if update.whole:
            rows.load(update.rows)
            if self._version is None:
                self._open_first(update)
        else:
            known = {row.mal_id for row in rows.view.rows}
            rows.update(*(row for row in update.rows if row.mal_id in known))
            if gone := known - update.ids:
                rows.drop(*gone)
            if new := [row for row in update.rows if row.mal_id not in known]:
                rows.append(new)
        self._pending.read(update.rows, update.ids, self.app.pool.backend.pending_edits, self.app.zone)
        self._version = update.version
        self._set_empty_text()
        self.query_one(StatusTabs).count(rows.view.rows)
        self._show_counts()
        self._highlighted()

    def _open_first(self, update: ListUpdate) -> None:
        """Open the tab Watching or, when it is empty, the tab All."""
        watching = any(row.status == "WATCHING" for row in update.rows)
        self.show_arranged(self.arrangement._replace(status="WATCHING" if watching else ALL))
        self.rows.prepare_filter()

    def _set_empty_text(self, problem: str = "") -> None:
        nothing = "Your list is empty. F3 finds titles to add; I brings a list from a file."
        self.rows.empty = problem or (nothing if not self.rows.total else "No title has this status.")
        self.rows.redraw()

    # Status, order and filter.

    def show_arranged(self, arrangement: Arrangement) -> None:
        """Show another status, or another order."""
        from catlog.library.sorting import sort_rows

        self.arrangement = arrangement
        status, sort = arrangement
        self.rows.redraw(self._columns.of(status))
        self.rows.present(
            lambda rows: sort_rows(rows, sort),
            scope=(lambda row: row.status == status) if status else None,
            arrow=arrangement.key,
            descending=arrangement.is_descending,
        )
        self._show_counts()

    def filter_by(self, text: str) -> None:
        """Show only matching rows; of an invalid filter, use the part before its last word."""
        from catlog.library.query import QueryError, parse_query

        problem = ""
        try:
            query = parse_query(text, self.app.zone)
        except QueryError as error:
            problem = error.message
            try:
                query = parse_query(text.rpartition(" ")[0], self.app.zone)
            except QueryError:
                query = None
        self.query_one(FilterLine).say(problem)
        if query is not None:
            self.rows.narrow(queried(query))
            self._show_counts()

    def _show_view(self, arrangement: Arrangement, text: str) -> None:
        self.show_arranged(arrangement)
        if text:
            self.query_one(FilterLine).open(text)
        else:
            self.query_one(FilterLine).close()
        self.filter_by(text)
        self.set_focus(self.rows)

    def _show_counts(self) -> None:
        rows, status = self.rows, self.arrangement.status
        wanted, chosen = rows.view.filter, len(rows.selected_keys)
        if chosen:
            text = f"{chosen} selected"
        elif wanted.needles or wanted.conditions:
            text = f"{rows.shown:,} of {sum(not status or row.status == status for row in rows.view.rows):,}"
        else:
            text = ""
        count = sum(not status or row.status == status for row in rows.view.rows)
        title = next(name for value, name, _ in TABS if value == status)
        self.query_one("#table", Panel).caption(title, f"{count:,} {'title' if count == 1 else 'titles'}")
        self.query_one(StatusTabs).show(status, f"{rows.count} {text}" if rows.count else text)

    @on(StatusTabs.Opened)
    def _tab_clicked(self, message: StatusTabs.Opened) -> None:
        self.show_arranged(self.arrangement._replace(status=message.status))

    @on(RowList.SortRequested, "#rows")
    def _heading_clicked(self, message: SortRequested) -> None:
        self.show_arranged(toggle_sort(self.arrangement, message.column))

    @on(RowList.SelectionChanged, "#rows")
    @on(RowList.CountTyped, "#rows")
    def _counted(self) -> None:
        self._show_counts()

    @on(RowList.Highlighted, "#rows")
    def _highlighted(self) -> None:
        self.query_one(TitlePanel).show(self.rows.record)

    def _tick(self) -> None:
        if self._version is not None:
            self._columns.know(self._columns.broadcasts, clock.now())
            self.rows.redraw()

    # Actions.

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enable removing the filter only while its line is open."""
        if action == "unfilter":
            return self.query_one(FilterLine).has_class("-open") if self.is_mounted else False
        return super().check_action(action, parameters)

    def action_filter(self) -> None:
        """Type a filter."""
        self.rows.prepare_filter()
        self.query_one(FilterLine).open()

    def action_unfilter(self) -> None:
        """Remove the filter."""
        self.query_one(FilterLine).close()
        self.filter_by("")
        self.set_focus(self.rows)

    @on(Input.Changed, "#filter")
    def _typed(self, message: Input.Changed) -> None:
        message.stop()
        self.filter_by(message.input.value)

    @on(FilterLine.Left)
    def _filter_left(self) -> None:
        self.set_focus(self.rows)

    def action_status_tab(self, step: int) -> None:
        """Go to the status `step` tabs away."""
        self.show_arranged(self.arrangement._replace(status=self.query_one(StatusTabs).next(step)))

    def action_bring(self) -> None:
        """Import a list from a file."""
        ask_for_import(self)

    def action_sort(self) -> None:
        """Pick another order."""

        def take(sort: str | None) -> None:
            if sort:
                self.show_arranged(toggle_sort(self.arrangement, sort))

        self.app.push_screen(sort_dialog(self.arrangement), take)

    @on(RowList.Chosen, "#rows")
    def _opened(self, message: Chosen[ListRow]) -> None:
        open_details(self.app, message.record.mal_id)

    @on(RowList.RepeatRequested, "#rows")
    def _repeat(self, message: RepeatRequested[ListRow]) -> None:
        self.editor.repeat(message.records)
