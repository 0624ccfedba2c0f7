"""The preview of the title under the cursor, below the list or next to it on wide screens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content

from catlog.analytics.records import SUMMARY_DAYS, RankSummary
from catlog.charts.sparkline import dotted
from catlog.tui.content import line, lines, plain
from catlog.tui.glyphs import STATUS_NAMES
from catlog.tui.host import Hosted
from catlog.tui.terminal.partial_updates import DiffStatic
from catlog.tui.widgets.rows.columns import fitted

if TYPE_CHECKING:
    from catlog.library.listing import ListRow


class ListPreview(Hosted, VerticalScroll, can_focus=False):
    """Two lines under the list, or a panel at its right; `is_panel` says which."""

    is_panel = False

    def __init__(self) -> None:
        super().__init__()
        self._row: ListRow | None = None
        self._summary: RankSummary | None = None

    def compose(self) -> ComposeResult:
        """Lay out the text."""
        yield DiffStatic()

    @property
    def row(self) -> ListRow | None:
        """The title that is shown."""
        return self._row

    def show(self, row: ListRow | None, summary: RankSummary | None) -> None:
        """Show a title or, for None, nothing; its summary may come later."""
        fits = row is not None and summary is not None and summary.mal_id == row.mal_id
        self._row, self._summary = row, summary if fits else None
        self.redraw()

    def redraw(self) -> None:
        """Draw for the present size."""
        width = self.content_size.width
        if self._row is None or not width:
            drawn = Content("")
        elif self.is_panel:
            drawn = self._panel(self._row, self._summary or RankSummary(self._row.mal_id), width)
        else:
            drawn = self._strip(self._row, self._summary or RankSummary(self._row.mal_id), width)
        self.query_one(DiffStatic).show(drawn)

    def on_resize(self) -> None:
        """Draw for the new size."""
        self.redraw()

    def _facts(self, row: ListRow) -> str:
        season = f"{row.season.capitalize()} {row.year}" if row.season and row.year else str(row.year or "")
        parts = (row.type, f"{row.episodes} ep" if row.episodes else "", season, ", ".join(row.studios))
        return f" {self.app.glyphs.separator} ".join(part for part in parts if part)

    def _rank(self, summary: RankSummary) -> Content:
        if summary.rank is None:
            return Content("")
        glyphs = self.app.glyphs
        moved = Content("")
        if summary.change:
            up = summary.change > 0
            sign = glyphs.up if up else glyphs.down
            moved = plain(f" {sign}{abs(summary.change)}", "$up" if up else "$down")
        return line((f"rank {summary.rank}", ""), moved)

    def _sparkline(self, summary: RankSummary, width: int) -> str:
        known = [rank for rank in summary.ranks if rank is not None]
        if len(known) < 2:
            return ""
        return dotted([None if rank is None else -rank for rank in summary.ranks], width, ascii=self.app.ascii)

    def _strip(self, row: ListRow, summary: RankSummary, width: int) -> Content:
        separator = f" {self.app.glyphs.separator} "
        rank = self._rank(summary)
        room = width - rank.cell_length - 2
        facts = self._facts(row)
        title = fitted(row.title, max(room - min(cell_len(facts), room // 2) - 3, 8), ascii=self.app.ascii)[0]
        text = fitted(facts, room - cell_len(title) - 3, ascii=self.app.ascii)[0]
        head = line((title, "bold"), (separator, "$dim"), (text, "$dim"))
        course = self._sparkline(summary, 20)
        tail = line((course, "$chart"), (f" {SUMMARY_DAYS} d", "$dim")) if course else Content("")
        notes = row.notes.replace("\n", " ")
        below = separator.join(part for part in (", ".join(row.genres), notes and f"“{notes}”") if part)
        if self.app.ascii:
            below = below.replace("“", '"').replace("”", '"')
        under = plain(fitted(below, width - tail.cell_length - 2, ascii=self.app.ascii)[0])
        return lines([_between(head, rank, width), _between(under, tail, width)])

    def _panel(self, row: ListRow, summary: RankSummary, width: int) -> Content:
        glyphs = self.app.glyphs
        status = line(
            (f"{glyphs.status(row.status)} {row.status.words}", f"${STATUS_NAMES[row.status]}"),
            (f" {glyphs.separator} {row.watched}", ""),
            (f" {glyphs.separator} {row.rating}/10" if row.rating else "", "bold"),
            (f" {glyphs.favorite}" if row.favorite else "", "$favorite"),
        )
        names = [name for name in (row.title_english, row.title_japanese) if name and name != row.title]
        dates = f"{row.start_date or '?'} {glyphs.arrow} {row.finish_date or '?'}"
        again = f"seen again {row.rewatch_count}x" if row.rewatch_count else ""
        shown = [
            plain(row.title, "bold"),
            *(plain(name, "$dim") for name in names),
            Content(""),
            plain(self._facts(row), "$dim"),
            plain(", ".join(row.genres)),
            Content(""),
            status,
        ]
        if row.start_date or row.finish_date:
            shown.append(plain(dates, "$dim"))
        if row.episode_offset:
            shown.append(plain(f"episode offset {row.episode_offset:+d}", "$dim"))
        if again:
            shown.append(plain(again, "$dim"))
        if row.tags:
            shown.append(line(("tags ", "$dim"), ", ".join(row.tags)))
        if row.notes:
            shown += [Content(""), plain(row.notes, "italic")]
        rank = self._rank(summary)
        if rank.cell_length:
            shown += [Content(""), rank]
        if course := self._sparkline(summary, min(width, 45)):
            shown += [plain(course, "$chart"), plain(f"{SUMMARY_DAYS} days, good to the top", "$dim")]
        if summary.synopsis:
            shown += [Content(""), plain(summary.synopsis, "$dim")]
        return lines(shown)


def _between(left: Content, right: Content, width: int) -> Content:
    return line(left, " " * max(width - left.cell_length - right.cell_length, 1), right)
