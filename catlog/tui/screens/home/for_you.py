"""For you: recommended titles side by side, each with its cover, its facts and a reason in a few words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from catlog.charts.cells import wrapped
from catlog.tui.glyphs import STATUS_NAMES
from catlog.tui.host import Hosted
from catlog.tui.keyboard import post_in_order
from catlog.tui.keys import bindings
from catlog.tui.screens.home.keys import FOR_YOU
from catlog.tui.screens.home.opened import TitleOpened
from catlog.tui.widgets.poster_cover import STRIP, CoverLines
from catlog.tui.widgets.rows.columns import fitted

if TYPE_CHECKING:
    import threading

    from catlog.tui.screens.home.records import Offer

_MARGIN = 2
_LEAST_WIDTH = 22
"""Cells of a title at least: its cover and the facts beside it."""

_TEXT_LINES = 4
"""Lines below the cover: title and reason, each up to two."""


class _Part(NamedTuple):
    text: str
    style: str = ""


class ForYou(Hosted, Widget, can_focus=True):
    """The titles, one of them under the cursor; the arrow keys move it."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(FOR_YOU)]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "offer--dim",
        "offer--bright",
        "offer--strong",
        "offer--pointer",
        *(f"offer--{name}" for name in STATUS_NAMES.values()),
    }
    DEFAULT_CSS = """
    ForYou {
        height: 1fr;
        & > .offer--dim { color: $dim; }
        & > .offer--bright { color: $bright; }
        & > .offer--strong { color: $bright; text-style: bold; }
        & > .offer--pointer { color: $dim; }
        &:focus > .offer--pointer { color: $accent; }
        & > .offer--watching { color: $watching; }
        & > .offer--completed { color: $completed; }
        & > .offer--planned { color: $planned; }
        & > .offer--on-hold { color: $on-hold; }
        & > .offer--dropped { color: $dropped; }
    }
    """

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id, markup=False)
        self.offers: Sequence[Offer] = ()
        self.cursor = 0
        self._hint = ""
        self._was_focused = False
        self._covers: CoverLines | None = None
        self._text: dict[tuple[int, int], list[list[_Part]]] = {}

    @property
    def offer(self) -> Offer | None:
        """The title under the cursor."""
        return self.offers[self.cursor] if self.cursor < len(self.offers) else None

    @property
    def shown(self) -> int:
        """The titles that fit side by side."""
        return max(min((self.size.width - 1) // _LEAST_WIDTH, len(self.offers)), 1)

    def show(self, offers: Sequence[Offer], hint: str = "") -> None:
        """Show titles, or a hint where there are none."""
        self.offers, self._hint = offers, hint
        self.cursor = min(self.cursor, max(len(offers) - 1, 0))
        self._text.clear()
        self.refresh()

    def on_mount(self) -> None:
        """Prepare the covers."""
        app = self.app

        def find(url: str, cancel: threading.Event) -> bytes | None:
            return app.pool.backend.posters.find(url, cancel)

        if app.settings.posters != "off":
            self._covers = CoverLines(self, STRIP, find, self._loaded, ascii=app.ascii, color=app.terminal.color)

    def on_unmount(self) -> None:
        """Load no more covers."""
        if self._covers is not None:
            self._covers.cancel()

    def on_focus(self) -> None:
        """Show the cursor from now on."""
        self._was_focused = True

    def on_resize(self) -> None:
        """Wrap the words anew, and keep the cursor in sight."""
        self._text.clear()
        self.cursor = min(self.cursor, self.shown - 1)

    def notify_style_update(self) -> None:
        """Drop what was drawn in the old colours."""
        if self._covers is not None:
            self._covers.clear()
        super().notify_style_update()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's
        """Return the lines of a cover and the words below it."""
        return STRIP.height + 1 + _TEXT_LINES

    def render_line(self, y: int) -> Strip:
        """Return a line across all titles."""
        width, ground = self.size.width, self.rich_style
        if not self.offers:
            words = wrapped(self._hint, max(width - 2 * _MARGIN, 8))
            text = " " * _MARGIN + (words[y] if y < len(words) else "")
            return Strip([Segment(text, self._style("dim"))]).adjust_cell_length(width, ground)
        parts: list[Strip] = []
        for number in range(self.shown):
            start, end = self._place(number), self._place(number + 1)
            parts.append(self._line_of(number, y, end - start))
        return Strip.join((self._blank(_MARGIN - 2), *parts)).adjust_cell_length(width, ground)

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on a title; two clicks open it."""
        for number in range(min(self.shown, len(self.offers))):
            if self._place(number) <= event.x < self._place(number + 1):
                self._move(number)
                if event.chain == 2:
                    self.action_open()

    def action_move(self, by: int) -> None:
        """Move the cursor."""
        self._move(min(max(self.cursor + by, 0), min(self.shown, len(self.offers)) - 1))

    def action_open(self) -> None:
        """Open the title under the cursor."""
        if self.offer is not None:
            post_in_order(self, TitleOpened(self.offer.mal_id))

    def _move(self, number: int) -> None:
        if number != self.cursor and 0 <= number < len(self.offers):
            self.cursor = number
            self._text.clear()
            self.refresh()

    def _place(self, number: int) -> int:
        """Return the column at which a title begins; its first two cells are those of the cursor."""
        return round(number * (self.size.width - 1) / self.shown)

    def _line_of(self, number: int, y: int, width: int) -> Strip:
        offer = self.offers[number]
        pointer = self._was_focused and number == self.cursor and y < STRIP.height
        mark = Segment(f"{self.app.glyphs.cursor if pointer else ' '} ", self._style("pointer"))
        if y < STRIP.height:
            cover = (
                self._covers.line(offer.mal_id, offer.title, offer.image_url, y)
                if self._covers is not None
                else self._blank(0)
            )
            facts = [Segment(" ", self.rich_style), *self._segments(self._facts(number), y, width - STRIP.width - 4)]
            line = Strip.join((Strip([mark]), cover, Strip(facts)))
        else:
            line = Strip([mark, *self._segments(self._words(number, width - 3), y - STRIP.height - 1, width - 3)])
        return line.adjust_cell_length(width, self.rich_style)

    def _segments(self, lines: Sequence[Sequence[_Part]], y: int, room: int) -> list[Segment]:
        found: list[Segment] = []
        for text, style in lines[y] if 0 <= y < len(lines) else ():
            cut, cells = fitted(text, room, ascii=self.app.ascii)
            room -= cells
            found.append(Segment(cut, self._style(style)))
        return found

    def _facts(self, number: int) -> list[list[_Part]]:
        """Return the lines beside a cover."""
        title, glyphs = self.offers[number], self.app.glyphs
        status = title.list_status
        score = [_Part(f"{glyphs.score} ", "dim"), _Part(f"{title.score:.2f}", "strong")] if title.score else []
        mine = [_Part(glyphs.status(status), STATUS_NAMES[status]), _Part(f" {_WORDS[status]}")] if status else []
        kind = " ".join(part for part in (title.type, str(title.year or "")) if part)
        episodes = f"{title.episodes} ep" if title.episodes else ""
        return [[], [_Part(kind)], [_Part(episodes, "dim")], [], score, [], mine]

    def _words(self, number: int, width: int) -> list[list[_Part]]:
        """Return the lines below a cover: the title, and below it the reason."""
        if (number, width) not in self._text:
            offer = self.offers[number]
            here = "strong" if number == self.cursor else ""
            spare = max(self.size.height - STRIP.height - 1 - _TEXT_LINES, 0)
            title = [[_Part(text, here)] for text in self._wrapped(offer.title, width, 2)]
            reason = [[_Part(text, "dim")] for text in self._wrapped(offer.reason, width, 2 + spare)]
            self._text[number, width] = title + reason
        return self._text[number, width]

    def _wrapped(self, text: str, width: int, most: int) -> list[str]:
        lines = wrapped(text, width)
        if len(lines) > most:
            lines = [*lines[: most - 1], fitted(" ".join(lines[most - 1 :]), width, ascii=self.app.ascii)[0]]
        return lines

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"offer--{name}") if name else self.rich_style

    def _blank(self, width: int) -> Strip:
        return Strip.blank(width, self.rich_style)

    def _loaded(self, _mal_id: int) -> None:
        self.refresh()


_WORDS = {
    "WATCHING": "watching",
    "COMPLETED": "done",
    "PLAN_TO_WATCH": "plan",
    "ON_HOLD": "on hold",
    "DROPPED": "dropped",
}
