"""The screen of the first start: three panels in one column, each complete by itself, none of which blocks another."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from catlog.access import Right
from catlog.companion.service import NAME_LIMIT
from catlog.tui.chrome.keyline import KeyLine
from catlog.tui.chrome.notices import Banner, TooSmall
from catlog.tui.chrome.topbar import TopBar
from catlog.tui.content import line, lines, plain
from catlog.tui.deferred import deferred
from catlog.tui.editing.complete_list import ask_to_complete
from catlog.tui.keys import bindings
from catlog.tui.screens.base import CatLogScreen
from catlog.tui.screens.first.bring import BringList, BringState
from catlog.tui.screens.first.catalogue import GetCatalogue
from catlog.tui.screens.first.keys import KEYS
from catlog.tui.transfer.import_dialog import ImportFile, ImportPaste
from catlog.tui.widgets.panel import PANEL_WIDTH, Panel
from catlog.tui.widgets.text_field import TextField

if TYPE_CHECKING:
    from catlog.tui import queries as app_queries
    from catlog.tui.screens.first import queries
    from catlog.tui.screens.first.queries import FirstFacts
    from catlog.tui.transfer.import_queries import ImportPreview
else:
    app_queries = deferred("catlog.tui.queries")
    queries = deferred("catlog.tui.screens.first.queries")

ROOMY, LOW = 30, 20
"""Lines from which the cat is drawn, and below which the words above the panels are one line."""

TICK = 1.0
"""Seconds between two updates of the time that is left."""

BOX = r"""   /\_/\
  ( o.o )
 __u___u__
|  cat-   |
|    log  |
|_________|"""
"""The cat in its box."""

_PANELS = ("#bring", "#get", "#cat-name")


class FirstBar(TopBar):
    """The top bar without tabs: who is here, whose library it is, and how the source is."""

    def render(self) -> Content:
        """Draw it for the current width."""
        status = self.app.status
        left = line((f" {self.app.face}", "$accent"), (" CatLog", "bold $bright"))
        where = "" if status.locks else "  this machine's own library"
        sign, style = self._source_sign(status, self.app.glyphs)
        source = line("  ", (sign, style), (f" {status.source}", "$dim")) if self.size.width >= PANEL_WIDTH else ""
        right = line(plain(status.user), (where, "$dim"), source, " ")
        return line(left, " " * max(1, self.size.width - left.cell_length - right.cell_length), right)


class FirstScreen(CatLogScreen):
    """The first steps."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS)
    CSS_PATH = "screen.tcss"
    AUTO_FOCUS = "#bring"

    def __init__(self) -> None:
        super().__init__()
        self._cat = ""

    @property
    def bring(self) -> BringList:
        """The first panel's content."""
        return self.query_one(BringList)

    @property
    def catalogue(self) -> GetCatalogue:
        """The second panel's content."""
        return self.query_one(GetCatalogue)

    def compose(self) -> ComposeResult:
        """Put the frame around the body."""
        yield FirstBar()
        yield Banner()
        yield from self.compose_body()
        yield KeyLine()
        yield TooSmall()

    def compose_body(self) -> ComposeResult:
        """Lay out the three panels."""
        with VerticalScroll(id="first", can_focus=False):
            with Horizontal(id="welcome"):
                yield Static(BOX, id="box", markup=False)
                yield Static("", id="words")
            fact = "or drop a file here" if self.app.may(Right.USE_MACHINE) else "or paste it here"
            yield Panel(BringList(id="bring"), title="1  Bring a list", fact=fact, id="bring-panel")
            yield Panel(GetCatalogue(id="get"), title="2  Get the catalogue", id="get-panel")
            with Panel(title="3  Name the cat", id="name-panel"), Vertical(id="name"):
                with Horizontal():
                    yield TextField(id="cat-name")
                    yield Static("It keeps an eye on what airs, and never nags.", id="cat-words")
                yield Static("", id="cat-rule")

    def on_mount(self) -> None:
        """Read the cat's name, and follow the operations."""
        self.app.cat_poses.unpack(True)
        self.set_class(self.app.ascii, "-ascii")
        self.app.operations.changed.subscribe(self, lambda _: self._progressed())
        self.set_interval(TICK, self._tick)
        self.query_one("#cat-name", Input).max_length = NAME_LIMIT
        self._progressed()

    def on_unmount(self) -> None:
        """Let the cat out of its box, and unsubscribe from what lives as long as the app."""
        self.app.cat_poses.unpack(False)
        self.app.operations.changed.unsubscribe(self)

    def on_resize(self, event: events.Resize) -> None:
        """Leave the cat and words out where there is no room for them."""
        width, height = event.size
        self.set_class(height >= ROOMY and width >= PANEL_WIDTH, "-roomy")
        self.set_class(height < LOW, "-low")
        self.query_one("#words", Static).update(lines([*self._words(height, width)]))
        rule = self.app.glyphs.rule * 20
        self.query_one("#cat-rule", Static).update(line((rule, "$line")))

    def load(self) -> None:
        """Read the cat's name."""
        self.app.pool.run(self, queries.read_facts).then(self._show_facts)

    def on_paste(self, event: events.Paste) -> None:
        """Read the file that was dropped, or the list that was pasted."""
        event.stop()
        if event.text.strip():
            self._go_to(0)
            self.bring.read(event.text)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enable looking only where there is something to look at, and files for those who have some."""
        if not self.is_mounted:
            return True
        if action == "look":
            return self.bring.preview is not None and self.focused is self.bring
        if action == "browse":
            return self.app.may(Right.USE_MACHINE) and self.bring.state is not BringState.STARTED
        return super().check_action(action, parameters)

    # Actions.

    def action_next(self) -> None:
        """Do what the panel offers, and go to the next one."""
        if self.focused is self.bring:
            if self.bring.bring():
                self._go_on()
            elif self.bring.state is BringState.NOTHING:
                asking = ImportFile() if self.app.may(Right.USE_MACHINE) else ImportPaste()
                self.app.push_screen(asking, self._read)
        elif self.focused is self.catalogue:
            if self.catalogue.completes:
                ask_to_complete(self)
            self.catalogue.get()
            self._go_on()

    def action_panel(self, step: int) -> None:
        """Go to another panel."""
        self._go_to((self._at + step) % len(_PANELS))

    def action_look(self) -> None:
        """Show what the import does with each title."""
        self.bring.look()

    def action_browse(self) -> None:
        """Choose a file."""
        from catlog.tui.transfer.browser import FileBrowser

        def chosen(path: str | None) -> None:
            if path is not None:
                self._go_to(0)
                self.bring.read(path)

        self.app.push_screen(FileBrowser(), chosen)

    def action_cancel(self) -> None:
        """Cancel what the panel does."""
        if self.focused is self.bring:
            self.bring.cancel()
        elif self.focused is self.catalogue:
            self.catalogue.cancel()

    def action_skip(self) -> None:
        """Leave this panel for later."""
        if self.focused is self.bring:
            self.bring.skip()
        elif self.focused is self.catalogue:
            self.catalogue.skip()
            self._progressed()
        self._go_on()

    async def action_skip_all(self) -> None:
        """Leave the first steps, and remember that."""
        self.app.pool.run(self.app, app_queries.leave_first_steps).then(failed=lambda _: True)
        if self.is_current:
            await self.app.pop_screen()

    @on(Input.Submitted, "#cat-name")
    async def _named(self, message: Input.Submitted) -> None:
        message.stop()
        name = message.value.strip()
        if name and name != self._cat:
            self.app.pool.submit(self.app, queries.name_cat, name).then(
                lambda given: self.app.tell(f"the cat is called {given}")
            )
        await self.action_skip_all()

    # What changes.

    def _read(self, preview: ImportPreview | None) -> None:
        if preview is not None:
            self.bring.show(preview)

    def _show_facts(self, facts: FirstFacts) -> None:
        if not self._cat:
            self._cat = facts.cat
            self.query_one("#cat-name", TextField).value = facts.cat
        self.catalogue.season = facts.season
        self.catalogue.refresh()

    def _progressed(self) -> None:
        self.catalogue.titles = self.bring.brought
        self.bring.refresh()
        self.catalogue.refresh()
        self.query_one("#get-panel", Panel).caption(fact=self.catalogue.fact)

    def _tick(self) -> None:
        if self.is_current and self.app.operations.running:
            self._progressed()

    @property
    def _at(self) -> int:
        focused = self.focused
        return next((at for at, name in enumerate(_PANELS) if focused is self.query_one(name)), 0)

    def _go_on(self) -> None:
        self._go_to(min(self._at + 1, len(_PANELS) - 1))

    def _go_to(self, panel: int) -> None:
        self.set_focus(self.query_one(_PANELS[panel], Widget))
        self.refresh_bindings()

    def _words(self, height: int, width: int) -> list[Content]:
        key = self.app.key_of("app.palette").split(" ")[0]
        first = line(("Three things, and each can wait.", "bold $bright"))
        own = "There is no account to make. " if not self.app.status.locks else ""
        where = " and stays on this machine" if self.app.may(Right.USE_MACHINE) else ""
        second = line((f"{own}The list is yours{where}.", "$dim"))
        third = line(
            ("Everything here is in the palette later: ", "$dim"), (key, "bold $bright"), (" opens it", "$dim")
        )
        if height < LOW:
            return [line(first, "  ", (key, "bold $bright"), (" has them later", "$dim"))]
        return [first, second, third] if width >= PANEL_WIDTH or height >= 24 else [first]
