"""The line of keys below: those that work where the focus is, and a click on one presses it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from textual import events
from textual.content import Content
from textual.widget import Widget

from catlog.tui.content import line

if TYPE_CHECKING:
    from textual.screen import Screen

    from catlog.tui.app import CatLogApp

_GAP = "  "


class KeyLine(Widget):
    """One line; keys that do not fit are in the help, whose key is always there."""

    app: CatLogApp

    def on_mount(self) -> None:
        """Follow the focus."""
        self.screen.bindings_updated_signal.subscribe(self, self._follow)

    def render(self) -> Content:
        """Draw the keys, nearest to the focus first."""
        shown = list(self._fitting())
        return line(" ", *(part for _, key, words in shown for part in ((key, "bold $accent"), f" {words}", _GAP)))

    def on_click(self, event: events.Click) -> None:
        """Press the key that was clicked."""
        start = 1
        for pressed, key, words in self._fitting():
            end = start + Content(f"{key} {words}").cell_length
            if start <= event.x < end:
                self.app.simulate_key(pressed)
            start = end + len(_GAP)

    def _follow(self, screen: Screen[object]) -> None:
        if screen is self.screen:
            self.refresh()

    def _fitting(self) -> Iterator[tuple[str, str, str]]:
        """Yield the key to press, how it is written and what it does, as many as fit beside the key of the help."""
        keys = list(self._keys())
        last = [key for key in keys if key[0] == "question_mark"]
        room = self.size.width - 1 - sum(_cells(key) for key in last)
        for key in keys:
            if key not in last and (room := room - _cells(key)) >= 0:
                yield key
        yield from last

    def _keys(self) -> Iterator[tuple[str, str, str]]:
        seen = set()
        for _, binding, enabled, _ in self.screen.active_bindings.values():
            told = binding.description
            if binding.show and enabled and told not in seen:
                seen.add(told)
                yield binding.key, self.app.get_key_display(binding), told


def _cells(key: tuple[str, str, str]) -> int:
    return Content(f"{key[1]} {key[2]}{_GAP}").cell_length
