"""A thin rule that says how it is with the source: asked, answered, silent, or resting, while the rule fills."""

from __future__ import annotations

from datetime import datetime, timedelta

from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget

from catlog import clock
from catlog.tui.content import line
from catlog.tui.host import Hosted
from catlog.tui.widgets.rows.cells import fitted

_STEP, _STEP_STILL = 0.25, 1.0
_LEAST_RULE = 4


class SourceLine(Hosted, Widget):
    """One line: a rule, and words at its right end. `cool` lets the rule fill; nothing is blocked meanwhile."""

    DEFAULT_CSS = "SourceLine { height: 1; }"

    class Cooled(Message):
        """The rest that the source was given is over."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._words, self._style, self._asks = "", "$dim", False
        self._begun = self._ends = datetime.min
        self._timer: Timer | None = None

    @property
    def left(self) -> float:
        """For how many seconds the source is still left alone."""
        return max((self._ends - clock.now()).total_seconds(), 0.0) if self._timer is not None else 0.0

    @property
    def asks(self) -> bool:
        """Whether it says that the source is being asked."""
        return self._asks

    def say(self, words: str, *, problem: bool = False, asks: bool = False) -> None:
        """Say something; `asks` that the source is being asked, which waits until it has rested."""
        self._words, self._style, self._asks = words, "$dropped" if problem else "$dim", asks
        self.refresh()

    def cool(self, seconds: float) -> None:
        """Fill the rule within so many seconds from now."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if seconds > 0:
            self._begun = clock.now()
            self._ends = self._begun + timedelta(seconds=seconds)
            step = _STEP if self.app.motion == "full" else _STEP_STILL
            self._timer = self.set_interval(step, self._tick)
        self.refresh()

    def render(self) -> Content:
        """Draw the rule as far as it is filled, and the words."""
        glyphs, width, left = self.app.glyphs, self.size.width, self.left
        waits = f" in {left:.0f} s" if self._asks and left else glyphs.ellipsis if self._asks else ""
        words = fitted(f"{self._words}{waits}", max(width - _LEAST_RULE - 3, 0), ascii=self.app.ascii)[0]
        told = line((f" {words} " if words else "", self._style))
        rule = max(width - told.cell_length - 1, 0)
        full = 0
        if left:
            full = int(rule * (1 - left / max((self._ends - self._begun).total_seconds(), 0.001)))
        return line(
            (glyphs.heavy * full, "$accent"), (glyphs.rule * (rule - full), "$dim"), told, (glyphs.rule, "$dim")
        )

    def _tick(self) -> None:
        if not self.left:
            self.cool(0)
            self.post_message(self.Cooled())
        self.refresh()
