"""The help: every key that works here, then the others."""

from __future__ import annotations

from collections.abc import Iterator

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from catlog.tui.content import line, lines
from catlog.tui.dialogs.base import Dialog
from catlog.tui.keys import Section
from catlog.tui.table import SECTIONS, written


class Help(Dialog[None]):
    """All keys by place; those of the screen behind come first."""

    AUTO_FOCUS = "#box"

    def __init__(self) -> None:
        super().__init__(line(("Keys", "bold $accent")))

    def compose_box(self) -> ComposeResult:
        """Write the table down."""
        yield Static(lines([*self._rows()]), id="keys")

    def on_mount(self) -> None:
        """Let the arrows scroll it."""
        box = self.query_one("#box")
        box.can_focus = True
        box.focus()

    def _rows(self) -> Iterator[Content]:
        here = self.app.current_mode
        for section in sorted(SECTIONS, key=lambda section: section.id != here):
            if section.actions:
                yield line(("\n" + section.title, "bold"))
                yield from self._of(section)

    def _of(self, section: Section) -> Iterator[Content]:
        for action in section.actions:
            keys = written(action, self.app.settings.keys.get(section.full_name(action)), ascii=self.app.ascii)
            yield line("  ", (keys.ljust(18), "$accent"), action.help)
