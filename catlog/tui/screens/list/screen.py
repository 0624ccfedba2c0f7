"""The screen List: statuses as tabs, one row per title, what is next in line, and the title under the cursor."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Vertical
from textual.widgets import Input

from catlog import clock
from catlog.errors import UnavailableError
from catlog.library.edits import SetStatus
from catlog.library.entries import Status
from catlog.tui.deferred import deferred
from catlog.tui.editing.entry_actions import EntryEditor
from catlog.tui.keys import bindings
from catlog.tui.last_shown import LastShown
from catlog.tui.navigation import open_details
from catlog.tui.screens.base import CatLogScreen
from catlog.tui.screens.list.columns import ListColumns
from catlog.tui.screens.list.filter_line import FilterLine, no_matches
from catlog.tui.screens.list.keys import KEYS
from catlog.tui.screens.list.last_list import fresh_arrangement, kind, shown_list
from catlog.tui.screens.list.next_in_line import LEAST_ROWS, NextInLine
from catlog.tui.screens.list.pending_rows import PendingRows
from catlog.tui.screens.list.sorting import FIRST_SORTS, Arrangement, ordered, sort_dialog, toggle_sort
from catlog.tui.screens.list.summary import LINES, Summary
from catlog.tui.screens.list.tabs import ALL, TABS, StatusTabs
from catlog.tui.screens.list.views import ListViews
from catlog.tui.tasks import ask_for_export, ask_for_import
from catlog.tui.titles.panel import TitlePanel
from catlog.tui.titles.spans import hours
from catlog.tui.widgets.panel import PANEL_WIDTH, Panel
from catlog.tui.widgets.rows import RowList, queried
from catlog.tui.widgets.rows.messages import Chosen, RepeatRequested, SortRequested
from catlog.tui.widgets.toned import TonedLines

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from catlog.errors import CatLogError
    from catlog.library.records import ListRow
    from catlog.tui.screens.list import queries
    from catlog.tui.screens.list.records import Ahead, LastList, ListUpdate, ListVersion
else:
    queries = deferred("catlog.tui.screens.list.queries")

WIDE = 132
"""Columns from which the title under the cursor has a panel beside the list."""

_LONG = 10 * 3600

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
        self._columns = ListColumns(self.app.glyphs, self.app.zone)
        self._version: ListVersion | None = None
        self._coming: Mapping[int, datetime] = {}
        self._ahead: Ahead | None = None
        self._stamp = ""
        self._sorts = dict(FIRST_SORTS)
        self.arrangement = Arrangement()
        self.editor = EntryEditor(self, lambda: self.entries)
        self.views = ListViews(self, lambda: (self.arrangement, self.query_one(FilterLine).text), self._show_view)
        self.controllers = (self.editor, self.views)

    @property
    def rows(self) -> RowList[ListRow]:
        """The list."""
        return self.query_one("#rows", RowList)

    @property
    def line(self) -> NextInLine:
        """The planned titles under a short tab."""
        return self.query_one(NextInLine)

    @property
    def entries(self) -> RowList[ListRow]:
        """The list that the keys of titles are about: the one with the focus."""
        return self.line.rows if self.line.rows.has_focus else self.rows

    def compose_body(self) -> ComposeResult:
        """Lay out tabs, filter, list, the planned titles and the panel of a title."""
        yield StatusTabs()
        yield FilterLine()
        with Container(id="list"):
            with Vertical(id="left"):
                with Panel(title="Watching", id="table"), Vertical():
                    yield RowList(
                        self._columns.of("WATCHING"),
                        identity=lambda row: row.mal_id,
                        text=lambda row: "\n".join(row.titles),
                        glyphs=self.app.glyphs,
                        empty=f"Reading your list{self.app.glyphs.ellipsis}",
                        id="rows",
                        heading=2,
                    )
                    yield TonedLines(id="summary")
                yield NextInLine(self._columns, self._begin)
            yield TitlePanel(id="title")

    def on_mount(self) -> None:
        """Start the clock."""
        self._pending = PendingRows(self.rows, self._columns)
        self.set_class(self.app.ascii, "-ascii")
        self._clock = self.set_interval(TICK, self._tick)
        self.query_one("#table", Panel).followed = self._caption
        self._last = LastShown(self, "list", kind, self._shown, queries.store_last)
        if (last := self._last.read()) is not None:
            self._show_last(last)

    def on_resize(self, event: events.Resize) -> None:
        """Put the panel of the title beside the list on wide screens; on the narrowest there is none."""
        self.set_class(event.size.width >= WIDE, "-wide")
        self.set_class(event.size.width < NARROWEST, "-bare")
        self.rows.heading = 1 if event.size.width < PANEL_WIDTH else 2
        self.call_after_refresh(self._resized)

    def _resized(self) -> None:
        self._show_arrow()
        self._share_room()

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
            self._show_line()

    # Results of queries.

    def _read_failed(self, error: CatLogError) -> None:
        if self.shows_last and not isinstance(error, UnavailableError):
            self.shows_last, self._ahead = False, None
            self.rows.load(())
            self.line.rows.load(())
            self.query_one(StatusTabs).count(())
            self._caption()
            self._share_room()
            self._highlighted()
            self.refresh_frame()
        if not self.rows.total:
            self._set_empty_text(error.with_hint)

    def _show_last(self, last: LastList) -> None:
        """Show what was shown last, until the library has answered."""
        self._columns.know(last.broadcasts, clock.now(), self.app.zone)
        self._coming = last.coming
        self.rows.load(last.rows)
        self.query_one(StatusTabs).counts = Counter(last.counts)
        self.open_tab(last.status)
        self._receive_ahead(last.ahead)
        self.shows_last = True

    def _shown(self) -> LastList | None:
        """Return what the next first frame shows, while that is how the list first opens."""
        tabs = self.query_one(StatusTabs)
        if self._version is None or self._ahead is None or self._is_filtered or self._columns.waiting:
            return None
        if not self.app.is_open or self.arrangement != fresh_arrangement(tabs.counts):
            return None
        return shown_list(self.rows.view, tabs.counts, self._columns.broadcasts, self._coming, self._ahead, self._stamp)

    def _receive(self, update: ListUpdate) -> None:
        rows = self.rows
        if self.shows_last:
            self.shows_last = False
            self.refresh_frame()
        self._stamp = update.stamp
        self._columns.know(update.broadcasts, clock.now(), self.app.zone)
        self._coming = update.coming
        if update.whole:
            rows.load(update.rows)
            if self._version is None and not self._is_filtered:
                self.show_arranged(fresh_arrangement(Counter(row.status for row in update.rows)))
                rows.prepare_filter()
        else:
            known = {row.mal_id for row in rows.view.rows}
            rows.update(*(row for row in update.rows if row.mal_id in known))
            if gone := known - update.ids:
                rows.drop(*gone)
            if new := [row for row in update.rows if row.mal_id not in known]:
                rows.append(new)
        self._pending.read(update.rows, update.ids, self.app.pool.backend.pending_edits, self.app.zone)
        if any(self._is_begun(row) for row in update.rows):
            rows.rearrange()
        self._version = update.version
        self._set_empty_text()
        self.query_one(StatusTabs).count(rows.view.rows)
        self._show_counts()
        self._show_line()
        self._highlighted()
        self.app.pool.run(self, queries.read_ahead).then(self._receive_ahead, passive=True)

    def _is_begun(self, row: ListRow) -> bool:
        """Say whether a row belongs to the open tab now, where it is not shown yet."""
        return row.status == self.arrangement.status and self.rows.view.position_of(row.mal_id) is None

    def _receive_ahead(self, ahead: Ahead) -> None:
        self._ahead = ahead
        self._columns.why = {title.mal_id: title.why for title in ahead.planned}
        self._last.store_soon()
        if self.arrangement.status == "PLAN_TO_WATCH":
            self.rows.redraw()
        self._show_counts()
        self._show_line()

    def _set_empty_text(self, problem: str = "") -> None:
        nothing = "Your list is empty. F3 finds titles to add; I brings a list from a file."
        self.rows.empty = problem or (nothing if not self.rows.total else "No title has this status.")
        self.rows.redraw()

    # Status, order and filter.

    def open_tab(self, status: str) -> None:
        """Show a status in the order that it was shown in last."""
        self.show_arranged(Arrangement(status, self._sorts[status]))

    def show_arranged(self, arrangement: Arrangement) -> None:
        """Show another status, or another order."""
        if self._must_wait():
            return
        self.arrangement = arrangement
        status, sort = arrangement
        self._sorts[status] = sort
        self.rows.redraw(self._columns.of(status))
        by_year = status == "COMPLETED" and arrangement.key == "finished"
        this_year = str(self.app.zone.today().year) if arrangement.is_descending else ""

        def year(row: ListRow) -> str:
            found = row.finish_date[:4] if row.finish_date is not None else "without a date"
            return "" if found == this_year else found

        self.rows.present(
            lambda rows: ordered(rows, arrangement, self._coming, self.rows.view.text_of),
            scope=(lambda row: row.status == status) if status else None,
            group=year if by_year else None,
        )
        self._show_counts()
        self._show_line()

    def _show_arrow(self) -> None:
        """Show the order in the headings, unless the line of tabs tells it."""
        told = self.query_one(StatusTabs).tells_order
        self.rows.show_arrow("" if told else self.arrangement.key, descending=self.arrangement.is_descending)

    def _must_wait(self) -> bool:
        """Return whether only what was shown last is here, which no key arranges, and tell the user so."""
        if self.shows_last:
            self.app.tell("the list is as you left it; the rest comes when the library answers")
        return self.shows_last

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
            self._show_line()

    def show_matching(self, text: str, status: str = ALL) -> None:
        """Show the titles that match a filter, of one status or of all."""
        self._show_view(Arrangement(status, self._sorts[status]), text)

    def _show_view(self, arrangement: Arrangement, text: str) -> None:
        self.show_arranged(arrangement)
        if text:
            self.query_one(FilterLine).open(text)
        else:
            self.query_one(FilterLine).close()
        self.filter_by(text)
        self.set_focus(self.rows)

    @property
    def _is_filtered(self) -> bool:
        wanted = self.rows.view.filter
        return bool(wanted.needles or wanted.conditions)

    def _show_counts(self) -> None:
        rows, tabs, status = self.rows, self.query_one(StatusTabs), self.arrangement.status
        chosen, text = len(rows.selected_keys), ""
        if chosen:
            text = f"{chosen} selected"
        elif self._is_filtered:
            text = f"{rows.shown:,} of {tabs.counted(status):,}"
            if not rows.shown:
                rows.unmatched = no_matches(rows.view)
        arrow = self.app.glyphs.descending if self.arrangement.is_descending else self.app.glyphs.ascending
        settings = (
            *((f"{self.arrangement.words} {arrow}   titles ", "$dim"), (self.app.titles.value, ""), "  "),
            (self.app.key_of("app.titles"), "bold $bright"),
        )
        tabs.show(status, f"{rows.count} {text}" if rows.count else text, settings)
        self._show_arrow()
        self._caption()

    def _caption(self) -> None:
        """Tell in the border how many titles there are and which of them are in sight."""
        status, rows, tabs = self.arrangement.status, self.rows, self.query_one(StatusTabs)
        table = self.query_one("#table", Panel)
        if not table.has_border:
            table.caption("", "")
            return
        count = tabs.counted(status)
        fact = f"{count:,} {'title' if count == 1 else 'titles'}"
        lines, page = rows.view.lines, rows.page
        if len(lines) > page and rows.shown:
            top = round(rows.scroll_y)
            first, last = lines.nearest(top) + 1, lines.nearest(min(top + page, len(lines)) - 1) + 1
            of = count if self.shows_last else rows.shown
            fact = f"{first:,}–{last:,} of {of:,}".replace("–", self.app.glyphs.dash)
        left = self._ahead.outlook.left.get(status, 0) if self._ahead is not None else 0
        if left and status in ("WATCHING", "ON_HOLD", "PLAN_TO_WATCH"):
            time = f"{round(left / 3600):,} h" if left >= _LONG else hours(left)
            fact += f" {self.app.glyphs.separator} {time} left"
        table.caption(next(name for value, name, _ in TABS if value == status), fact)

    # What is next in line.

    def _show_line(self) -> None:
        """Show the planned titles under a tab that leaves half of the screen free, and the summary of Watching."""
        rows, ahead = self.rows, self._ahead
        if ahead is not None and self.arrangement.status not in ("PLAN_TO_WATCH", ALL):
            view = rows.view
            places = (view.index_of(title.mal_id) for title in ahead.planned)
            planned = [view.rows[place] for place in places if place is not None]
            planned = [row for row in planned if row.status == "PLAN_TO_WATCH"]
            self.line.show(planned, self.query_one(StatusTabs).counted("PLAN_TO_WATCH"), ahead.outlook.left)
        self._share_room()

    def _share_room(self) -> None:
        """Share the lines between the tab, its summary and the planned titles."""
        table, line, summary = self.query_one("#table", Panel), self.line, self.query_one("#summary", TonedLines)
        height, rows = self.query_one("#left").size.height, self.rows
        frame = 4 if table.has_border else 2
        needed = frame + rows.heading + max(len(rows.view.lines), 1)
        free = height - needed
        fits = not self._is_filtered and self.arrangement.status not in ("PLAN_TO_WATCH", ALL)
        least = LEAST_ROWS + (frame + 2 if table.has_border else 1)
        shown = fits and bool(line.rows.total) and rows.shown * 2 <= height and free >= least
        told = shown and self.arrangement.status == "WATCHING" and table.has_border and free >= least + LINES
        if not shown and line.rows.has_focus:
            self.set_focus(rows)
        line.display, summary.display = shown, told
        table.styles.height = needed + (LINES if told else 0) if shown else "1fr"
        rows.styles.height = rows.heading + max(len(rows.view.lines), 1) if shown else "1fr"
        if told and self._ahead is not None:
            watched = tuple(row for row in rows.view.rows if row.status == "WATCHING")
            told_of = Summary(watched, self._columns.broadcasts, self._ahead.outlook, self._columns.now, self.app.zone)
            summary.set_lines(told_of.lines(max(table.size.width - 4, 1), ascii=self.app.ascii))

    def _begin(self, rows: list[ListRow]) -> None:
        self.editor.edit(rows, (SetStatus(Status.WATCHING),))

    @on(StatusTabs.Opened)
    def _tab_clicked(self, message: StatusTabs.Opened) -> None:
        self.open_tab(message.status)

    @on(RowList.SortRequested, "#rows")
    def _heading_clicked(self, message: SortRequested) -> None:
        self.show_arranged(toggle_sort(self.arrangement, message.column))

    @on(RowList.SelectionChanged, "#rows")
    @on(RowList.CountTyped, "#rows")
    def _counted(self) -> None:
        self._show_counts()

    @on(RowList.Highlighted, "#rows")
    @on(RowList.Highlighted, "#next")
    @on(events.DescendantFocus)
    def _highlighted(self) -> None:
        self.query_one(TitlePanel).show(self.entries.record)

    def _tick(self) -> None:
        if self._version is not None:
            self._columns.know(self._columns.broadcasts, clock.now(), self.app.zone)
            self.rows.redraw()

    # Actions.

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enable removing the filter only while its line is open."""
        if action == "unfilter":
            return self.query_one(FilterLine).has_class("-open") if self.is_mounted else False
        return super().check_action(action, parameters)

    def action_filter(self) -> None:
        """Type a filter."""
        if not self._must_wait():
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
        self.open_tab(self.query_one(StatusTabs).next(step))

    def action_panel(self) -> None:
        """Go to the planned titles or back or, where they are not shown, to the next status."""
        if self.line.display:
            self.set_focus(self.rows if self.line.rows.has_focus else self.line.rows)
        else:
            self.action_status_tab(1)

    def action_planned(self) -> None:
        """Go to the planned titles: under the tab or, where they are not shown there, to their own."""
        if self.line.display:
            self.set_focus(self.line.rows)
        else:
            self.open_tab("PLAN_TO_WATCH")

    def action_bring(self) -> None:
        """Import a list."""
        ask_for_import(self.app)

    def action_export(self) -> None:
        """Export the list."""
        ask_for_export(self.app)

    def action_sort(self) -> None:
        """Pick another order."""

        def take(sort: str | None) -> None:
            if sort:
                self.show_arranged(toggle_sort(self.arrangement, sort))

        self.app.push_screen(sort_dialog(self.arrangement), take)

    @on(RowList.Chosen, "#rows")
    @on(RowList.Chosen, "#next")
    def _opened(self, message: Chosen[ListRow]) -> None:
        open_details(self.app, message.record.mal_id)

    @on(RowList.RepeatRequested, "#rows")
    @on(RowList.RepeatRequested, "#next")
    def _repeat(self, message: RepeatRequested[ListRow]) -> None:
        self.editor.repeat(message.records)
