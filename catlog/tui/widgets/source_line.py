"""A thin rule with the state of the source: requesting, responded, silent, or cooling down while the rule fills."""

from __future__ import annotations

from datetime import datetime, timedelta

from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget

from catlog import clock
from catlog.tui.content import line
from catlog.tui.host import Hosted
from catlog.tui.widgets.rows.columns import fitted

_STEP, _STEP_STILL = 0.25, 1.0
_MIN_RULE = 4


class SourceLine(Hosted, Widget):
    """One line: a rule, and a text at its right end. `cool_down` fills the rule and blocks nothing."""

    DEFAULT_CSS = "SourceLine { height: 1; }"

    class CooledDown(Message):
        """The cool-down is over."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._words, self._style, self._requesting = "", "$dim", False
        self._begun = self._ends = datetime.min
        self._timer: Timer | None = None

    @property
    def seconds_left(self) -> float:
        """Seconds left of the cool-down; 0 without one."""
        return max((self._ends - clock.now()).total_seconds(), 0.0) if self._timer is not None else 0.0

    @property
    def is_requesting(self) -> bool:
        """Whether it shows that a request is running."""
        return self._requesting

    def show(self, words: str, *, problem: bool = False, asks: bool = False) -> None:
        """Show a text; `asks` marks a running request, which waits for the end of the cool-down."""
        self._words, self._style, self._requesting = words, "$dropped" if problem else "$dim", asks
        self.refresh()

    def cool_down(self, seconds: float) -> None:
        """Fill the rule within this many seconds; 0 ends the cool-down."""
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
        """Draw the rule as far as it is filled, and the text."""
        glyphs, width, left = self.app.glyphs, self.size.width, self.seconds_left
        waits = f" in {left:.0f} s" if self._requesting and left else glyphs.ellipsis if self._requesting else ""
        words = fitted(f"{self._words}{waits}", max(width - _MIN_RULE - 3, 0), ascii=self.app.ascii)[0]
        text = line((f" {words} " if words else "", self._style))
        rule = max(width - text.cell_length - 1, 0)
        full = 0
        if left:
            full = int(rule * (1 - left / max((self._ends - self._begun).total_seconds(), 0.001)))
        return line(
            (glyphs.heavy * full, "$accent"), (glyphs.rule * (rule - full), "$dim"), text, (glyphs.rule, "$dim")
        )

    def _tick(self) -> None:
        if not self.seconds_left:
            self.cool_down(0)
            self.post_message(self.CooledDown())
        self.refresh()
