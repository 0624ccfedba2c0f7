"""What stands beside a list of titles where there is room: the one under the cursor, with its cover."""

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
"""Seconds that the cursor must stay on a title before more about it is read."""


@dataclass(frozen=True, slots=True)
class Glance:
    """A title at a glance, and where it stands on the list."""

    details: Details
    status: str
    watched: int
    rating: int | None


def read_glance(backend: Backend, mal_id: int) -> Glance:
    """Read what is shown beside a title. Raises NotFoundError."""
    from catlog.catalogue.details import read_details
    from catlog.library.store import load_entries

    viewer = backend.viewer
    with backend.database.read() as session:
        details = read_details(session, mal_id, days=1)
        entry = load_entries(session, viewer.user_id, [mal_id]).get(mal_id) if viewer else None
    if entry is None:
        return Glance(details, "", 0, None)
    return Glance(details, entry.status, entry.episodes_watched, entry.rating)


class TitlePreview(Hosted, VerticalScroll, can_focus=False):
    """The panel; a screen gives it the record under the cursor, which has a `mal_id`."""

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
        """Put cover and text in."""
        app = self.app
        yield PosterView(mode=app.settings.posters, ascii=app.ascii, color=app.terminal.color)
        yield Static("", id="glance")

    def show(self, record: Any) -> None:  # noqa: ANN401 - any record of a title, or None
        """Show another title when the cursor stays on it; what is there goes then."""
        mal_id = 0 if record is None else record.mal_id
        if self._timer is not None:
            self._timer.stop()
        if mal_id != self._mal_id or record is not None:
            self._mal_id = mal_id
            self._timer = self.set_timer(SETTLE, self.ask, name="glance")

    def ask(self) -> None:
        """Read the title now, where the panel is on the screen at all."""
        if not self._mal_id:
            self.query_one("#glance", Static).update("")
            self.query_one(PosterView).show(None)
        elif self.app.is_open and self.display:
            self.app.pool.run(self, read_glance, self._mal_id).then(self._take)

    def _take(self, glance: Glance) -> None:
        if glance.details.mal_id != self._mal_id:
            return
        url, posters = glance.details.image_url, self.app.pool.backend
        self.query_one(PosterView).show((lambda cancel: posters.posters.find(url, cancel)) if url else None)
        self.query_one("#glance", Static).update(self._drawn(glance))
        self.scroll_home(animate=False)

    def _drawn(self, glance: Glance) -> Content:
        details, glyphs = glance.details, self.app.glyphs
        names = [name for name in (details.title_english, details.title_japanese) if name and name != details.title]
        shown = [plain(details.title, "bold"), *(plain(name, "$dim") for name in names), Content("")]
        figures = (f"rank {details.rank:,}" if details.rank else "", f"{details.score:.2f}" if details.score else "")
        shown += [plain(facts(details, glyphs.separator), "$dim"), plain(", ".join(details.genres))]
        shown.append(plain(f" {glyphs.separator} ".join(filter(None, figures)), "bold"))
        if glance.status:
            style = STATUS_NAMES[glance.status]
            rating = f" {glyphs.separator} {glance.rating}/10" if glance.rating else ""
            text = f"{glyphs.status(glance.status)} {glance.watched}/{details.episodes or '?'}"
            shown += [Content(""), line((text, f"${style}"), (rating, "bold"))]
        if details.synopsis:
            shown += [Content(""), plain(details.synopsis, "$dim")]
        return lines(shown)


def facts(details: Details, separator: str) -> str:
    """Return the facts of a title in a line."""
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
