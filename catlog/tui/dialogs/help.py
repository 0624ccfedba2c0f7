"""The help: the keys of the present screen, those of everywhere, the signs, then all other keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from catlog.access import Right
from catlog.tui.content import line, lines
from catlog.tui.dialogs.base import Dialog
from catlog.tui.keymap import SCREENS, SECTIONS, written
from catlog.tui.keys import Section


class Help(Dialog[None]):
    """All keys by place: those of the screen `behind` come first, then those that work there too."""

    RIGHT: ClassVar[Right] = Right.READ_CATALOGUE

    def __init__(self, behind: Screen[Any]) -> None:
        super().__init__(line(("Keys", "bold $accent")))
        names = (str(active.binding.id).partition(".")[0] for active in behind.active_bindings.values())
        self._here = tuple(dict.fromkeys(names))

    def compose_box(self) -> ComposeResult:
        """Lay out the table."""
        yield Static(lines([*self._lines()]), id="keys")

    def on_mount(self) -> None:
        """Let the arrows scroll it."""
        box = self.query_one("#box")
        box.can_focus = True
        self.set_focus(box)

    def _lines(self) -> Iterator[Content]:
        by_name = {section.id: section for section in SECTIONS}
        here = [by_name[name] for name in self._here if name in by_name]
        here.sort(key=lambda section: section not in SCREENS)
        for section in here:
            yield from self._section_lines(section)
        yield from self._sign_lines()
        yield line(("\nElsewhere", "bold $accent"))
        for section in SECTIONS:
            if section.actions and section not in here:
                yield from self._section_lines(section)

    def _sign_lines(self) -> Iterator[Content]:
        glyphs = self.app.glyphs
        yield line(("\nSigns", "bold"))
        for sign, meaning in (
            (glyphs.watching, "watching"),
            (glyphs.completed, "completed"),
            (glyphs.planned, "planned"),
            (glyphs.on_hold, "on hold"),
            (glyphs.dropped, "dropped"),
            (glyphs.favorite, "favourite"),
            (glyphs.score, "score"),
            (glyphs.note, "a note of yours"),
            (f"{glyphs.up} {glyphs.down}", "rank rose, fell"),
            (f"{glyphs.ok} {glyphs.stale} {glyphs.offline}", "the source answers, has old data, does not answer"),
        ):
            yield line("  ", (sign.ljust(18), "$bright"), meaning)

    def _section_lines(self, section: Section) -> Iterator[Content]:
        yield line(("\n" + section.title, "bold"))
        for action in section.actions:
            if not self.app.may(action.right or section.right):
                continue
            keys = written(action, self.app.settings.keys.get(section.full_name(action)), ascii=self.app.ascii)
            yield line("  ", (keys.ljust(18), "$accent"), action.help)
