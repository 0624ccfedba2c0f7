"""The help: the keys of the present screen, those of everywhere, the signs, then all other keys.

Letters find a key by what it does, and enter does the action under the cursor.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.geometry import Region
from textual.screen import Screen
from textual.widgets import Static

from catlog.access import Right
from catlog.companion.art import frame
from catlog.tui.chrome.topbar import tabs_of
from catlog.tui.content import line, lines
from catlog.tui.dialogs.base import Dialog
from catlog.tui.dialogs.help_page import MARGIN, HelpRow, Page, signs, three_columns
from catlog.tui.dialogs.palette import match
from catlog.tui.keys import EVERYWHERE, Action, Section, bindings, display_keys
from catlog.tui.widgets.panel import PANEL_WIDTH
from catlog.tui.widgets.rows.keys import KEYS as ROWS

if TYPE_CHECKING:
    from catlog.tui.dialogs.palette_entries import Entry

HELP = Section(
    "help",
    "The help",
    Right.READ_CATALOGUE,
    (
        Action("choose", "enter", "do the key under the cursor", "Do the action under the cursor.", priority=True),
        Action("next", "down,ctrl+n", "choose", "Go to the next key.", action="move(1)", display="↓"),
        Action("before", "up,ctrl+p", "before", "Go to the key before.", shown=False, action="move(-1)"),
        Action("column_right", "right,tab", "column", "Go to the next column.", shown=False, action="column(1)"),
        Action(
            "column_left",
            "left,shift+tab",
            "column left",
            "Go to the column on the left.",
            shown=False,
            action="column(-1)",
        ),
        Action("more", "pagedown", "more", "Go a page down.", action="page(1)"),
        Action("less", "pageup", "page up", "Go a page up.", shown=False, action="page(-1)"),
        Action("find", "slash", "find in help", "Find a key by the words of what it does, as you type."),
        Action("erase", "backspace", "erase", "Take back the last letter.", shown=False),
        Action("close_help", "question_mark", "close", "Close the help.", shown=False, action="close"),
    ),
)
"""The keys of the help."""

_MOST_TYPED = 40

_TABS = ("home", "list", "search", "stats", "trends", "ops", "next_tab", "last_tab")
"""Actions of `EVERYWHERE` that go to a screen: the page names them in one row."""

_MOVES = ("up", "down", "page", "half", "first", "last", "extend", "invert", "range", "clear", "choose", "count")
"""The beginnings of the names of actions that only move or select: the page names them in one row."""


class Help(Dialog[None]):
    """All keys by place: those of the screen `behind` come first, then those that work there too."""

    RIGHT: ClassVar[Right] = Right.READ_CATALOGUE
    BINDINGS: ClassVar[list[BindingType]] = bindings(HELP)

    def __init__(self, behind: Screen[Any]) -> None:
        from catlog.tui.keymap import SCREENS

        names = {str(active.binding.id).partition(".")[0] for active in behind.active_bindings.values()}
        self._here = [section for section in SCREENS if section.id in names]
        title = self._here[0].title if self._here else "CatLog"
        super().__init__(line((f"Help · {title}", "bold $accent")), fact="? or esc")
        self._behind = behind
        self._words = ""
        self._cursor = 0
        self._page = Page()
        self._entries: dict[str, Entry] = {}

    def compose_box(self) -> ComposeResult:
        """Lay out the table."""
        from catlog.tui.dialogs.palette_entries import entries_by_action

        self._entries = entries_by_action(self.app, self._behind)
        yield Static("", id="keys")

    def on_mount(self) -> None:
        """Show the page."""
        self._show()

    def on_resize(self, event: events.Resize) -> None:  # noqa: ARG002 - as the dialog's
        """Lay it out for the new width."""
        self.call_after_refresh(self._show)

    def on_key(self, event: events.Key) -> None:
        """Find what is typed."""
        if event.key in ("question_mark", "slash") or len(self._words) >= _MOST_TYPED:
            return
        if event.character and event.character.isprintable():
            event.stop()
            self._find(self._words + event.character)

    def action_find(self) -> None:
        """Begin to find anew."""
        self._find("")

    def action_erase(self) -> None:
        """Take back the last letter."""
        self._find(self._words[:-1])

    def action_move(self, step: int) -> None:
        """Go some rows on."""
        self._go_to(self._cursor + step)

    def action_column(self, step: int) -> None:
        """Go to the nearest row of the column beside this one."""
        places = [place for _, place in self._page.rows]
        if not places:
            return
        at = places[self._cursor]
        starts = sorted({place.start for place in places})
        wanted = starts[max(0, min(len(starts) - 1, starts.index(at.start) + step))]
        beside = [number for number, place in enumerate(places) if place.start == wanted]
        self._go_to(min(beside, key=lambda number: abs(places[number].line - at.line)))

    def action_page(self, step: int) -> None:
        """Go a page on."""
        places = [place for _, place in self._page.rows]
        if places:
            wanted = places[self._cursor].line + step * max(1, self.query_one("#box").size.height - 2)
            self._go_to(min(range(len(places)), key=lambda number: abs(places[number].line - wanted)))

    def action_choose(self) -> None:
        """Do the action under the cursor."""
        from catlog.tui.dialogs.palette_entries import run_entry

        if not self._page.rows:
            return
        entry = self._entries.get(self._page.rows[self._cursor][0].name)
        if entry is not None:
            self.dismiss(None)
            run_entry(self.app, entry)

    def action_close(self) -> None:
        """Forget what was typed, or close."""
        if self._words:
            self._find("")
        else:
            super().action_close()

    def _find(self, words: str) -> None:
        self._words, self._cursor = words, 0
        self._show()

    def _go_to(self, place: int) -> None:
        self._cursor = max(0, min(len(self._page.rows) - 1, place))
        self._show()

    def _show(self) -> None:
        if not self.is_mounted:
            return
        self._page = self._laid_out()
        self.query_one("#keys", Static).update(lines(self._page.lines))
        if self._page.rows:
            at = self._page.rows[min(self._cursor, len(self._page.rows) - 1)][1]
            above = 2 if at.line < 4 else 0
            region = Region(at.start, at.line - above, 1, 1 + above)
            self.call_after_refresh(self.query_one("#box").scroll_to_region, region, animate=False)

    def _laid_out(self) -> Page:
        page = self._draw(None)
        under = page.rows[min(self._cursor, len(page.rows) - 1)][0] if page.rows else None
        return self._draw(under)

    def _draw(self, under: HelpRow | None) -> Page:
        width = self.query_one("#keys").size.width or 88
        page = Page()
        if self._words:
            self._add_found(page, under, width)
            return page
        if self.app.size.width >= PANEL_WIDTH:
            page = three_columns(
                (("Here", self._here_rows()), ("Everywhere", self._everywhere_rows()), ("Signs", self._signs())),
                under,
                self.app.glyphs,
            )
            told = under.help if under is not None else ""
            rule = self.app.glyphs.rule * (width - 2)
            page.lines += [Content(""), line((f"  {told}", "$bright")), line((f" {rule}", "$line"))]
            self._add_screens(page, under, width)
        else:
            for title, rows in (("Here", self._here_rows()), ("Everywhere", self._everywhere_rows())):
                self._add_rows(page, title, rows, under, width)
            self._add_rows(page, "Signs", self._signs(), under, width)
            self._add_screens(page, under, width)
        for section in self._elsewhere():
            self._add_rows(page, section.title, self._rows(section), under, width)
        return page

    def _add_found(self, page: Page, under: HelpRow | None, width: int) -> None:
        """Add the rows that match what was typed, those of the present screen first."""
        from catlog.tui.keymap import SECTIONS

        page.lines += [line(("  / ", "bold $accent"), (self._words, "bold $bright")), Content("")]
        places = (*self._here, EVERYWHERE, ROWS, *(one for one in SECTIONS if one not in (EVERYWHERE, ROWS)))
        seen: set[str] = set()
        for section in places:
            for row in self._rows(section):
                found = match(self._words, f"{row.label} {row.help}")
                if found is not None and found[0] < 3 and row.help not in seen:
                    seen.add(row.help)
                    page.add(row, width, under, self.app.glyphs)
        if not seen:
            page.lines.append(line(("    Nothing matches.", "$dim")))

    def _add_rows(self, page: Page, title: str, rows: tuple[HelpRow, ...], under: HelpRow | None, width: int) -> None:
        if not rows:
            return
        head = "bold $accent" if title == "Here" else "bold"
        page.lines += [*([Content("")] if page.lines else []), line((" " * MARGIN + title, head))]
        for row in rows:
            page.add(row, width, under, self.app.glyphs)

    def _add_screens(self, page: Page, under: HelpRow | None, width: int) -> None:
        """Add a row for each other screen with its most used keys, and the cat where there is room for it."""
        from catlog.tui.keymap import SCREENS

        first, sections = len(page.lines), {section.id: section for section in SCREENS}
        here = {section.id for section in self._here}
        page.lines += [line((" " * MARGIN + "Other screens", "bold")), Content("")]
        for number, tab in enumerate(tabs_of(self.app.role), 1):
            if tab.mode in here:
                continue
            shown = [one for one in sections[tab.mode].actions if one.shown and self._may(sections[tab.mode], one)]
            words = ", ".join(f"{self._key(sections[tab.mode], one)} {one.label}" for one in shown[:6])
            row = HelpRow(f"{number} {tab.label}", tab.label, words, f"app.{tab.mode}")
            page.add(row, min(width, 70), under, self.app.glyphs, key_cells=10)
        if width >= 88 and not self.app.ascii:
            for number, drawn in enumerate(frame("happy")[1:]):
                at = first + 1 + number
                if at < len(page.lines):
                    row_text = page.lines[at]
                    page.lines[at] = line(row_text, " " * max(0, 70 - row_text.cell_length), drawn.rstrip())

    def _here_rows(self) -> tuple[HelpRow, ...]:
        rows = (row for section in self._here for row in self._rows(section))
        return tuple({row.label: row for row in rows}.values())

    def _everywhere_rows(self) -> tuple[HelpRow, ...]:
        count = len(tabs_of(self.app.role))
        arrows = "arrows" if self.app.ascii else "↑ ↓ ← →"
        fixed = (
            HelpRow(f"1 {self.app.glyphs.dash} {count}", "screens", "Go to a screen."),
            HelpRow(arrows, "move", "Move in lists; k j h l do so too."),
        )
        kept = [row for row in self._rows(EVERYWHERE) if row.name.removeprefix("app.") not in _TABS]
        return (*fixed, *kept, *(row for row in self._rows(ROWS) if not row.name[5:].startswith(_MOVES)))

    def _signs(self) -> tuple[HelpRow, ...]:
        return signs(self.app.glyphs)

    def _elsewhere(self) -> Iterator[Section]:
        from catlog.tui.keymap import SECTIONS

        return (one for one in SECTIONS if one.actions and one not in self._here and one is not EVERYWHERE)

    def _rows(self, section: Section) -> tuple[HelpRow, ...]:
        return tuple(
            HelpRow(self._key(section, action), action.label, action.help, section.full_name(action))
            for action in section.actions
            if self._may(section, action)
        )

    def _may(self, section: Section, action: Action) -> bool:
        return self.app.may(action.right or section.right)

    def _key(self, section: Section, action: Action) -> str:
        """Return the first key of an action as the user has it."""
        from catlog.tui.keymap import written

        chosen = self.app.settings.keys.get(section.full_name(action))
        if action.display and chosen is None:
            return display_keys(action.display, ascii=self.app.ascii)
        return written(action, (chosen or action.keys).split(",")[0], ascii=self.app.ascii)
