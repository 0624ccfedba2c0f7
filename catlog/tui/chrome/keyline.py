"""The line of keys at the bottom: the bindings at the focus; a click on one presses it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from textual import events
from textual.content import Content
from textual.widget import Widget

from catlog.tui.content import line
from catlog.tui.host import Hosted
from catlog.tui.widgets.rows.columns import title_fitted

if TYPE_CHECKING:
    from textual.binding import ActiveBinding
    from textual.screen import Screen

    from catlog.tui.prefix import Prefix


_GAP = "   "

_BACK, _ALWAYS = "app.back", ("dialog.close", "app.palette", "app.help")
"""The key that goes back, told where there is a way back; and keys that always fit and come last."""

_LEAST_TARGET = 12
"""Cells of the title that a waiting key is for, at least."""

_ORDER = (
    "watch",
    "episode",
    "unwatch",
    "episode_back",
    "tick",
    "choose",
    "open",
    "next",
    "plan",
    "rating",
    "details.status",
)
"""Actions that come first, wherever they are bound: what is pressed most."""

_SPARE = frozenset({"unwatch", "episode_back", "mine", "random"})
"""Actions that are left out first."""


class _KeyLabel(NamedTuple):
    """A key in the line: its name to press, how it is written, its label, and whether it is always shown."""

    key_name: str
    key: str
    label: str
    always: bool
    spare: bool

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
        """Draw the keys: first what is pressed most, then those of the screen, and the app's last."""
        if (prefix := self.app.keyboard.prefix) is not None:
            return self._waiting(prefix)
        return line(" ", *(part for it in self._fitting() for part in ((it.key, "bold $bright"), f" {it.label}", _GAP)))

    def _waiting(self, prefix: Prefix) -> Content:
        """Draw what may follow a key that waits; the target is cut first."""
        choices = (*prefix.choices, ("esc", ""))
        told = [part for key, label in choices for part in ((key, "bold $accent"), f" {label}" if label else "", _GAP)]
        keys = line(":  ", *told, prefix.effect)
        room = max(_LEAST_TARGET, self.size.width - keys.cell_length - len(prefix.label) - 3)
        target = title_fitted(prefix.target, room, ascii=self.app.ascii)[0]
        return line(f" {prefix.label}", (f" {target}" if target else "", "bold $bright"), keys)

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
        """Yield the keys that fit, in order; those of the palette and the help always fit, and come last."""
        keys = list(self._keys())
        room = self.size.width - 1 + len(_GAP) - sum(key.cells for key in keys if key.always)
        fitting = set()
        for key in sorted(keys, key=lambda one: one.spare):
            if not key.always and (room := room - key.cells) >= 0:
                fitting.add(key)
        yield from (key for key in keys if key in fitting)
        yield from (key for key in keys if key.always)

    def _keys(self) -> Iterator[_KeyLabel]:
        seen = set()
        opened = len(self.app.screen_stack) > 1
        for _, binding, enabled, _ in sorted(self.screen.active_bindings.values(), key=_place):
            text, id = binding.description, binding.id or ""
            shown = binding.show or (opened and id == _BACK)
            if shown and enabled and text not in seen:
                seen.add(text)
                key = self.app.get_key_display(binding)
                yield _KeyLabel(binding.key, key, text, id in _ALWAYS or id == _BACK, _name(id) in _SPARE)


def _name(id: str) -> str:
    return id.rpartition(".")[2]


def _place(active: ActiveBinding) -> tuple[int, int]:
    """Return where a key stands: those of lists behind the screen's, the app's last, what closes a dialog behind it."""
    id = active.binding.id or ""
    found = next((place for place, name in enumerate(_ORDER) if name in (id, _name(id))), None)
    if found is not None:
        return 0, found
    last = _ALWAYS.index(id) if id in _ALWAYS else -1
    return 1, (id == "rows.select") + 2 * id.startswith("app.") + 3 * (id == _BACK) + 4 * (last + 1)
