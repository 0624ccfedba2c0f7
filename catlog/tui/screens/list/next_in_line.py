"""Next in line: the planned titles under a short tab, the most pressing first, each with a reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical

from catlog.access import Right
from catlog.charts.picture import Tone, TonedText
from catlog.tui.keys import Action, Section, bindings
from catlog.tui.widgets.panel import Panel
from catlog.tui.widgets.rows import RowList
from catlog.tui.widgets.toned import TonedLines

if TYPE_CHECKING:
    from catlog.library.records import ListRow
    from catlog.tui.screens.list.columns import ListColumns

NEXT = Section(
    "next",
    "Next in line",
    Right.KEEP_LIST,
    (Action("begin", "w", "begin", "Move the planned title to Watching."),),
)
"""The key of the panel beyond those of the list."""

LEAST_ROWS = 4
"""Fewest titles for which the panel is worth its room."""


class NextRows(RowList["ListRow"]):
    """The planned titles. `begin` moves those under the cursor to Watching."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(NEXT)

    begin: Callable[[list[ListRow]], None]

    def action_begin(self) -> None:
        """Begin the titles."""
        self.begin(self.targets())


class NextInLine(Panel):
    """The panel. `show` takes the planned rows in order."""

    def __init__(self, columns: ListColumns, begin: Callable[[list[ListRow]], None]) -> None:
        super().__init__(title="Next in line", key="P", id="line")
        self._columns = columns
        self._begin = begin
        self._shown: tuple[tuple[int, str], ...] = ()

    @property
    def rows(self) -> NextRows:
        """The list."""
        return self.query_one("#next", NextRows)

    def compose(self) -> ComposeResult:
        """Lay out the list and the line that tells its keys."""
        with Vertical():
            rows = NextRows(
                self._columns.of("NEXT"),
                identity=lambda row: row.mal_id,
                text=lambda row: row.title,
                glyphs=self.app.glyphs,
                smooth=True,
                heading=2,
                id="next",
            )
            rows.begin = self._begin
            yield rows
            yield TonedLines(id="next-keys")

    def on_resize(self) -> None:
        """Leave the headings and the line of keys out of small panels."""
        super().on_resize()
        self.rows.heading = 2 if self.has_border else 0
        keys = self.query_one("#next-keys", TonedLines)
        keys.display = self.has_border and self.size.height >= 14
        if keys.display and not keys.lines:
            words = (("w", " begins the one under the cursor   "), ("tab", " goes there and back"))
            spans = [TonedText("  ")]
            for key, told in words:
                spans += [TonedText(key, Tone.STRONG), TonedText(told, Tone.DIM)]
            keys.set_lines(((), tuple(spans)))
        self.rows.redraw()

    def show(self, rows: Iterable[ListRow], planned: int, left: Mapping[str, int]) -> None:
        """Show these rows; of `planned` titles the seconds of `left` are told."""
        shown = list(rows)
        time = left.get("PLAN_TO_WATCH", 0)
        dot = f" {self.app.glyphs.separator} {round(time / 3600):,} h" if time else ""
        self.caption(fact=f"{planned:,} planned{dot}")
        self.rows.load(shown)
