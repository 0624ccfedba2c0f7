"""The panel of the title under the cursor: cover, facts, my entry, ranks, order, synopsis and titles alike.

A screen yields a `TitlePanel` and calls `show` with the record under the cursor, which has a `mal_id`. The panel reads
the title when the cursor has rested, and draws for the room it has: high and narrow with everything, wide with a cover
and what fits beside it, or a strip of a few lines.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

from rich.segment import Segment
from textual import events
from textual.app import ComposeResult
from textual.containers import Container, Horizontal
from textual.strip import Strip
from textual.timer import Timer

from catlog import clock
from catlog.charts.picture import Tone, TonedText
from catlog.tui.deferred import deferred
from catlog.tui.host import Hosted
from catlog.tui.navigation import open_details
from catlog.tui.titles.covers import show_cover
from catlog.tui.titles.panel_text import Sheet, below_cover, beside_cover, strip
from catlog.tui.titles.spans import STATUS_TONES
from catlog.tui.titles.wide_text import beside_wide
from catlog.tui.widgets.panel import Panel
from catlog.tui.widgets.poster_cover import BESIDE, ITEM, PANEL, STRIP, Cover
from catlog.tui.widgets.rows.columns import fitted
from catlog.tui.widgets.toned import TonedLines

if TYPE_CHECKING:
    from catlog.catalogue.alike import AlikeTitle
    from catlog.tui.titles import facts
    from catlog.tui.titles.facts import TitleFacts
else:
    facts = deferred("catlog.tui.titles.facts")

SETTLE = 0.12
"""Seconds that the cursor rests on a title before the panel reads it."""

SIDE_HEIGHT, SIDE_WIDTH, COVER_HEIGHT = 18, 36, 8
"""Lines and columns from which everything is shown under each other; lines from which a wide panel has a cover."""

HIGH_HEIGHT = 15
"""Lines from which a wide panel has a larger cover, and everything beside it."""

ALIKE_HEIGHT = 32
"""Lines from which titles alike have room."""


_ALIKE_WIDTH = 15


class _Form(Enum):
    SIDE = "-side"
    HIGH = "-high-form"
    WIDE = "-wide-form"
    STRIP = "-strip-form"


class _AlikeCover(Hosted, Cover):
    """A small cover; a click opens its title."""

    def on_click(self, event: events.Click) -> None:
        """Open the title."""
        event.stop()
        if self.mal_id:
            open_details(self.app, self.mal_id)


class _Lines(TonedLines):
    """Lines that the panel draws again when they get another size."""

    def on_resize(self) -> None:
        """Draw for the new size."""
        panel = self.query_ancestor(TitlePanel)
        panel.call_later(panel.redraw)


class TitlePanel(Panel):
    """The panel. `facts` is the title that it shows, None before the first one and for no title."""

    DEFAULT_CSS = """
    TitlePanel {
        & > #title-sheet { layout: vertical; padding: 0 1; margin: 2 1 1 1; }
        & #title-head { height: 1fr; }
        & #title-head TonedLines { height: 1fr; }
        & Cover { margin-right: 2; }
        & #title-below { height: 1fr; margin-top: 1; display: none; }
        & .alike { height: auto; display: none; }
        & .alike > Container { width: 15; height: auto; layout: horizontal; }
        & .alike TonedLines { height: 1; }
        & .alike Cover { margin-right: 1; }
        & #title-alike-names TonedLines { height: 1; }
        &.-side #title-head { height: auto; max-height: 14; }
        &.-side #title-below { display: block; }
        &.-side.-alike .alike { display: block; }
        &.-strip-form > #title-sheet { margin: 1; }
        &.-narrow-form > #title-sheet { margin: 1 0 0 0; padding: 0 2; }
    }
    """

    def __init__(self, *, key: str = "", id: str | None = None, classes: str | None = None) -> None:
        super().__init__(key=key, id=id, classes=classes)
        self.facts: TitleFacts | None = None
        self._form = _Form.STRIP
        self._mal_id = 0
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """Lay out covers and texts."""
        app = self.app
        options: dict[str, Any] = {"mode": app.settings.posters, "ascii": app.ascii, "color": app.terminal.color}
        with Container(id="title-sheet"):
            with Horizontal(id="title-head"):
                yield Cover(PANEL, id="title-cover", **options)
                yield _Lines(id="title-beside")
            yield _Lines(id="title-below")
            yield TonedLines(id="title-alike", classes="alike")
            with Horizontal(classes="alike"):
                for _ in range(3):
                    with Container():
                        yield _AlikeCover(ITEM, **options)
                        yield TonedLines(classes="sign")
            yield TonedLines(id="title-alike-names", classes="alike")

    def on_resize(self) -> None:
        """Take the form that fits, and draw for the new size."""
        super().on_resize()
        width, height = self.size
        if height >= SIDE_HEIGHT and width >= SIDE_WIDTH:
            form = _Form.SIDE
        elif height >= HIGH_HEIGHT and self.has_border:
            form = _Form.HIGH
        else:
            form = _Form.WIDE if height >= COVER_HEIGHT + 3 else _Form.STRIP
        for one in _Form:
            self.set_class(one is form, one.value)
        self.set_class(not self.has_border, "-narrow-form")
        self.set_class(height >= ALIKE_HEIGHT and self.app.settings.posters != "off", "-alike")
        self._form = form
        cover = self.query_one("#title-cover", Cover)
        cover.fit({_Form.SIDE: PANEL, _Form.HIGH: BESIDE}.get(form, STRIP))
        cover.display = form is not _Form.STRIP and self.app.settings.posters != "off"
        self.call_after_refresh(self.redraw)

    def show(self, record: Any) -> None:  # noqa: ANN401 - any record of a title, or None
        """Show a title after the cursor has rested on it; the old one stays until then."""
        self._mal_id = 0 if record is None else record.mal_id
        if self._timer is None:
            self._timer = self.set_timer(SETTLE, self.read, name="title-panel")
        else:
            self._timer.reset()

    def read(self) -> None:
        """Read the title now, if the panel is in sight."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if not self._mal_id:
            self.facts = None
            self.redraw()
        elif self.app.is_open and self.display:
            self.app.pool.run(self, facts.read_title_facts, self._mal_id).then(self._receive, passive=True)

    def _receive(self, found: TitleFacts) -> None:
        if found.mal_id == self._mal_id:
            self.facts = found
            self.redraw()

    def redraw(self) -> None:
        """Draw the title for the present size."""
        found = self.facts
        self.caption(found.title if found is not None else "")
        beside, below = self.query_one("#title-beside", TonedLines), self.query_one("#title-below", TonedLines)
        if found is None:
            for lines in self.query(TonedLines):
                lines.set_lines(((),) * len(lines.lines))
            for cover in self.query(Cover):
                cover.clear()
            return
        sheet = Sheet(self.app.glyphs, clock.now(), self.app.zone)
        (width, height), (wide, high) = beside.size, below.size
        if self._form is _Form.SIDE:
            beside.set_lines(tuple(beside_cover(found, sheet, max(width, 1), max(height, 1))))
            air = self.has_class("-alike")
            below.set_lines((*below_cover(found, sheet, max(wide, 1), max(high - air, 1)), *[()] * air))
        elif self._form is _Form.HIGH:
            beside.set_lines(tuple(beside_wide(found, sheet, max(width, 1), max(height, 1))))
        else:
            beside.set_lines(tuple(strip(found, sheet, max(width, 1), max(height, 1), titled=not self.has_border)))
        details = found.details
        if self._form is not _Form.STRIP:
            show_cover(self.query_one("#title-cover", Cover), self.app, details.mal_id, found.title, details.image_url)
        if self._form is _Form.SIDE and self.has_class("-alike"):
            self._show_alike(found.alike)

    def _show_alike(self, alike: tuple[AlikeTitle, ...]) -> None:
        heading = self.query_one("#title-alike", TonedLines)
        heading.set_lines(((TonedText("Alike", Tone.DIM),) if alike else (),))
        names: list[TonedText] = []
        room = _ALIKE_WIDTH
        covers, signs = self.query(_AlikeCover), self.query("TonedLines.sign").results(TonedLines)
        for place, (cover, sign) in enumerate(zip(covers, signs, strict=True)):
            one = alike[place] if place < len(alike) else None
            if one is None:
                cover.clear()
                sign.set_lines(((),))
                continue
            show_cover(cover, self.app, one.mal_id, one.title, one.image_url)
            status = one.list_status
            tone = (TonedText(self.app.glyphs.status(status), STATUS_TONES[status]),) if status else ()
            sign.set_lines((tone,))
            short, cells = fitted(one.title, room - 1, ascii=self.app.ascii)
            names.append(TonedText(short + " " * (room - cells)))
        self.query_one("#title-alike-names", TonedLines).set_lines((tuple(names),))

    def _heading(self, width: int) -> Strip:
        """Return the rule above the strip of narrow screens."""
        return Strip([Segment(self.app.glyphs.rule * width, self.get_component_rich_style("panel--line"))], width)
