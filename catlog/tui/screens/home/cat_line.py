"""The cat in one line, for small windows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget

from catlog.charts.progress_bar import gauge
from catlog.companion.speech import REACTIONS, invitation
from catlog.tui.content import line
from catlog.tui.host import Hosted
from catlog.tui.widgets.cat import WORDS_SECONDS
from catlog.tui.widgets.rows.columns import fitted

if TYPE_CHECKING:
    from catlog.companion.cat import Cat


class CatLine(Hosted, Widget):
    """The cat in one line, for small windows, and its face in the top bar. A click follows its suggestion."""

    class Clicked(Message):
        """The line was clicked."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._cat: Cat | None = None
        self._key = self._words = ""
        self._calming: Timer | None = None

    def show(self, cat: Cat, key: str) -> None:
        """Show the suggestion of the cat, after the present reaction."""
        self._cat, self._key = cat, key
        self.refresh()

    def react(self, kind: str, words: str) -> None:
        """Show a reaction for a moment."""
        self._words = words or REACTIONS[kind]
        if self._calming is not None:
            self._calming.stop()
        self._calming = self.set_timer(WORDS_SECONDS, self._calm)
        self.refresh()

    def _calm(self) -> None:
        self._words = ""
        self.refresh()

    def render(self) -> Content:
        """Draw face, text and energy."""
        if self._cat is None:
            return Content("")
        suggestion = self._cat.suggestion
        asked = "" if self._words else invitation(suggestion, self._key)
        energy = gauge(self._cat.state.energy, 5, ascii=self.app.ascii)
        room = self.size.width - len(self.app.face) - len(asked) - len(energy) - 5
        words = fitted(self._words or suggestion.text, room, ascii=self.app.ascii)[0]
        left = line((f" {self.app.face} ", "bold $accent"), words, (f" {asked}", "bold"))
        return line(left, " " * max(self.size.width - left.cell_length - len(energy) - 1, 1), (energy, "$accent"))

    def on_click(self) -> None:
        """Follow the suggestion."""
        self.post_message(self.Clicked())
