"""The command palette: type a few letters of an action's name and run it."""

from __future__ import annotations

from typing import Any, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widgets import Input, Static

from catlog.access import Right
from catlog.tui.content import line, lines
from catlog.tui.dialogs.base import Dialog
from catlog.tui.keyboard import post_in_order
from catlog.tui.keys import Action, Section, bindings
from catlog.tui.widgets.text_field import TextField

PALETTE = Section(
    "palette",
    "The palette",
    Right.READ_CATALOGUE,
    (
        Action("next", "down,ctrl+n", "next", "Go to the next action.", shown=False, action="move(1)"),
        Action("before", "up,ctrl+p", "before", "Go to the previous action.", shown=False, action="move(-1)"),
    ),
)
"""The keys of the palette."""

_ROWS = 12


class CommandPalette(Dialog[None]):
    """All actions that work on `behind`, the screen it was opened on."""

    RIGHT: ClassVar[Right] = Right.READ_CATALOGUE
    BINDINGS: ClassVar[list[BindingType]] = bindings(PALETTE)

    def __init__(self, behind: Screen[Any]) -> None:
        super().__init__(line(("Run an action", "bold $accent")))
        found: dict[str, tuple[DOMNode, Binding]] = {}
        for node, binding, enabled, _ in behind.active_bindings.values():
            if enabled and binding.tooltip:
                found.setdefault(binding.tooltip, (node, binding))
        self._commands = found
        self._hits: list[str] = []
        self._cursor = 0

    def compose_box(self) -> ComposeResult:
        """Lay out the field and the hits."""
        yield TextField()
        yield Static("", id="hits")

    def on_mount(self) -> None:
        """Show everything before a letter is typed."""
        self._search("")

    def action_move(self, step: int) -> None:
        """Go some hits on."""
        self._cursor = max(0, min(len(self._hits) - 1, self._cursor + step))
        self._show()

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        message.stop()
        self._search(message.input.value)

    @on(Input.Submitted)
    def _chosen(self, message: Input.Submitted) -> None:
        message.stop()
        if not self._hits:
            return
        node, binding = self._commands[self._hits[self._cursor]]
        self.dismiss(None)

        async def run() -> None:
            await self.app.run_action(binding.action, node)

        post_in_order(self.app, events.Callback(run))

    def _search(self, words: str) -> None:
        wanted = words.casefold().split()
        self._hits = [
            text
            for text, (_, binding) in self._commands.items()
            if all(word in f"{text} {binding.description}".casefold() for word in wanted)
        ]
        self._cursor = 0
        self._show()

    def _show(self) -> None:
        first = max(0, min(self._cursor - _ROWS // 2, len(self._hits) - _ROWS))
        rows = [self._row(number) for number in range(first, min(first + _ROWS, len(self._hits)))]
        self.query_one("#hits", Static).update(lines(rows) if rows else "No action matches.")

    def _row(self, number: int) -> Content:
        text = self._hits[number]
        key = self.app.get_key_display(self._commands[text][1])
        cursor = self.app.glyphs.cursor if number == self._cursor else " "
        return line((cursor, "$accent"), (f"{key:>10}  ", "$accent"), (text, "bold" if number == self._cursor else ""))
