"""The preview of the title under the cursor, with its cover, next to a list on wide screens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

from catlog.tui.content import line, lines, plain
from catlog.tui.glyphs import STATUS_NAMES
from catlog.tui.host import Hosted
from catlog.tui.widgets.poster import PosterView

if TYPE_CHECKING:
    from catlog.catalogue.details import Details
    from catlog.tui.backend import Backend

SETTLE = 0.12
"""Seconds that the cursor rests on a title before the preview reads it."""


@dataclass(frozen=True, slots=True)
class TitleSummary:
    """The details of a title and its list entry; `status` is "" when it is not on the list."""

    details: Details
    status: str
    watched: int
    rating: int | None


def read_title_summary(backend: Backend, mal_id: int) -> TitleSummary:
    """Read the preview of a title. Raises NotFoundError."""
    from catlog.catalogue.details import read_details
    from catlog.library.store import load_entries

    viewer = backend.viewer
    with backend.database.read() as session:
        details = read_details(session, mal_id, days=1)
        entry = load_entries(session, viewer.user_id, [mal_id]).get(mal_id) if viewer else None
    if entry is None:
        return TitleSummary(details, "", 0, None)
    return TitleSummary(details, entry.status, entry.episodes_watched, entry.rating)


class TitlePreview(Hosted, VerticalScroll, can_focus=False):
    """The panel. A screen passes it the record under the cursor, which has a `mal_id`."""

    DEFAULT_CSS = """
    TitlePreview { width: 46; height: 1fr; padding: 0 2; border-left: solid $dim 40%; }
    TitlePreview PosterView { max-height: 17; margin-bottom: 1; }
    .-ascii TitlePreview { border-left: ascii $dim; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._mal_id = 0
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """Lay out cover and text."""
        app = self.app
        yield PosterView(mode=app.settings.posters, ascii=app.ascii, color=app.terminal.color)
        yield Static("", id="glance")

    def show(self, record: Any) -> None:  # noqa: ANN401 - any record of a title, or None
        """Show a title after the cursor has rested on it; the old one stays until then."""
        mal_id = 0 if record is None else record.mal_id
        if self._timer is not None:
            self._timer.stop()
        if mal_id != self._mal_id or record is not None:
            self._mal_id = mal_id
            self._timer = self.set_timer(SETTLE, self.read, name="glance")

    def read(self) -> None:
        """Read the title now if the panel is visible."""
        if not self._mal_id:
            self.query_one("#glance", Static).update("")
            self.query_one(PosterView).show(None)
        elif self.app.is_open and self.display:
            self.app.pool.run(self, read_title_summary, self._mal_id).then(self._receive)

    def _receive(self, summary: TitleSummary) -> None:
        if summary.details.mal_id != self._mal_id:
            return
        url, posters = summary.details.image_url, self.app.pool.backend
        self.query_one(PosterView).show((lambda cancel: posters.posters.find(url, cancel)) if url else None)
        self.query_one("#glance", Static).update(self._drawn(summary))
        self.scroll_home(animate=False)

    def _drawn(self, summary: TitleSummary) -> Content:
        details, glyphs = summary.details, self.app.glyphs
        names = [name for name in (details.title_english, details.title_japanese) if name and name != details.title]
        shown = [plain(details.title, "bold"), *(plain(name, "$dim") for name in names), Content("")]
        figures = (f"rank {details.rank:,}" if details.rank else "", f"{details.score:.2f}" if details.score else "")
        shown += [plain(facts(details, glyphs.separator), "$dim"), plain(", ".join(details.genres))]
        shown.append(plain(f" {glyphs.separator} ".join(filter(None, figures)), "bold"))
        if summary.status:
            style = STATUS_NAMES[summary.status]
            rating = f" {glyphs.separator} {summary.rating}/10" if summary.rating else ""
            text = f"{glyphs.status(summary.status)} {summary.watched}/{details.episodes or '?'}"
            shown += [Content(""), line((text, f"${style}"), (rating, "bold"))]
        if details.synopsis:
            shown += [Content(""), plain(details.synopsis, "$dim")]
        return lines(shown)


def facts(details: Details, separator: str) -> str:
    """Return the facts of a title as one line."""
    year = details.year or (details.aired_from.year if details.aired_from else None)
    season = f"{details.season.capitalize()} {year}" if details.season and year else str(year or "")
    parts = (
        details.type,
        f"{details.episodes} ep" if details.episodes else "",
        details.duration,
        season,
        ", ".join(details.studios),
    )
    return f" {separator} ".join(part for part in parts if part)
