"""The pages next to the run log: their names in a line, and the view of a page."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Static

from catlog.tui.content import line
from catlog.tui.host import Hosted


class OpsPage(Enum):
    """The pages, by name."""

    RUN = "Run"
    REJECTS = "Rejects"
    QUALITY = "Quality"
    LIVE = "Live"
    DOCTOR = "Doctor"


_GAP = 2


BESIDE = {OpsPage.REJECTS: "rejects", OpsPage.QUALITY: "validation", OpsPage.LIVE: "progress"}
"""The pages that have a panel of their own on large screens, with its id."""


class PageNames(Hosted, Widget):
    """The names of the pages; the open one is underlined, a click opens another."""

    page: reactive[OpsPage] = reactive(OpsPage.RUN)
    is_live: reactive[bool] = reactive(False)

    class Opened(Message):
        """A name was clicked."""

        def __init__(self, page: OpsPage) -> None:
            super().__init__()
            self.page = page

    def render(self) -> Content:
        """Draw the names; Live has a sign while an operation runs."""
        parts: list[tuple[str, str]] = []
        for page, name in self._names():
            parts += [(name, "bold underline $accent" if page is self.page else "$dim"), (" " * _GAP, "")]
        return line(*parts)

    def on_click(self, event: events.Click) -> None:
        """Open the page whose name was clicked."""
        start, place = 0, event.get_content_offset(self)
        for page, name in self._names():
            end = start + len(name)
            if place is not None and start <= place.x < end:
                self.post_message(self.Opened(page))
            start = end + _GAP

    def _names(self) -> Iterator[tuple[OpsPage, str]]:
        for page in OpsPage:
            mark = f"{self.app.glyphs.running} " if page is OpsPage.LIVE and self.is_live else ""
            yield page, mark + page.value


class PageView(VerticalScroll):
    """Shows the content of one page."""

    _follows = False

    @property
    def text_width(self) -> int:
        """The cells of a line."""
        return self.scrollable_content_region.width or 60

    def compose(self) -> ComposeResult:
        """Lay out the content."""
        yield Static("", classes="content")

    def show(self, content: Content, *, is_new: bool = False, follow: bool = False) -> None:
        """Show `content`, from its beginning when another page was shown.

        With `follow` the end stays in sight unless the user scrolls away; without it again, the beginning.
        """
        at_end = self.scroll_y >= self.max_scroll_y
        self.query_one(".content", Static).update(content)
        if follow and (is_new or at_end):
            self.scroll_end(animate=False)
        elif is_new or (self._follows and not follow):
            self.scroll_home(animate=False)
        self._follows = follow
