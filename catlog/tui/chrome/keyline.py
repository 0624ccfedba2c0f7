"""The line of keys at the bottom: the bindings at the focus; a click on one presses it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from textual import events
from textual.content import Content
from textual.widget import Widget

from catlog.tui.content import line
from catlog.tui.host import Hosted

if TYPE_CHECKING:
    from textual.screen import Screen


_GAP = "   "


class _KeyLabel(NamedTuple):
    """A key in the line: its name to press, how it is written, its label, and whether it is always shown."""

    key_name: str
    key: str
    label: str
    always: bool

    @property
    def cells(self) -> int:
        """Its width with the gap."""
        return Content(f"{self.key} {self.label}{_GAP}").cell_length


class KeyLine(Hosted, Widget):
    """One line. Keys that do not fit are in the help, whose key always fits."""

    def on_mount(self) -> None:
        """Follow the focus."""
        self.screen.bindings_updated_signal.subscribe(self, self._follow)

    def render(self) -> Content:
        """Draw the keys, nearest to the focus first."""
        keys = self._fitting()
        if (prefix := self.app.keyboard.prefix) is not None:
            choices = (*prefix.choices, ("esc", ""))
            told = (
                part for key, label in choices for part in ((key, "bold $accent"), f" {label}" if label else "", _GAP)
            )
            return line(f" {prefix.label}:  ", *told)
        return line(" ", *(part for it in keys for part in ((it.key, "bold $bright"), f" {it.label}", _GAP)))

    def on_click(self, event: events.Click) -> None:
        """Press the key that was clicked."""
        if self.app.keyboard.prefix is not None:
            return
        start = 1
        for key in self._fitting():
            if start <= event.x < start + key.cells - len(_GAP):
                self.app.simulate_key(key.key_name)
            start += key.cells

    def _follow(self, screen: Screen[object]) -> None:
        if screen is self.screen:
            self.refresh()

    def _fitting(self) -> Iterator[_KeyLabel]:
        """Yield the keys that fit, nearest to the focus first, and the key of the help last."""
        keys = list(self._keys())
        room = self.size.width - 1 - sum(key.cells for key in keys if key.always)
        for key in keys:
            if not key.always and (room := room - key.cells) >= 0:
                yield key
        yield from (key for key in keys if key.always)

    def _keys(self) -> Iterator[_KeyLabel]:
        seen = set()
        # Subclasses of a dialog come behind it; the key that closes it is told last.
        active = sorted(self.screen.active_bindings.values(), key=lambda one: one.binding.id == "dialog.close")
        for _, binding, enabled, _ in active:
            text = binding.description
            if binding.show and enabled and text not in seen:
                seen.add(text)
                yield _KeyLabel(binding.key, self.app.get_key_display(binding), text, binding.id == "app.help")
