"""A thin rule with the state of the source: requesting, responded, silent, or cooling down while the rule fills."""

from __future__ import annotations

from datetime import datetime, timedelta

from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget

from catlog import clock
from catlog.charts.progress_bar import line_bar, moving_bar
from catlog.tui.content import line
from catlog.tui.host import Hosted
from catlog.tui.widgets.rows.columns import fitted

_STEP, _STEP_STILL, _MOVE = 0.25, 1.0, 0.5
_MIN_RULE = 4


class SourceLine(Hosted, Widget):
    """One line: a rule, and a text at its right end. `cool_down` fills the rule and blocks nothing.

    With `bar`, the rule has so many cells, stands before the text, and is there only while the source is asked or
    rests; while it is asked, a part of it moves.
    """

    DEFAULT_CSS = "SourceLine { height: 1; }"

    class CooledDown(Message):
        """The cool-down is over."""

    def __init__(self, *, bar: int = 0, id: str | None = None) -> None:
        super().__init__(id=id)
        self._bar = bar
        self._asked_at = datetime.min
        self._moves: Timer | None = None
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
        if asks and not self._requesting:
            self._asked_at = clock.now()
        self._words, self._style, self._requesting = words, "$dropped" if problem else "$dim", asks
        if self._moves is not None and not asks:
            self._moves.stop()
            self._moves = None
        elif asks and self._bar and self._moves is None and self.app.motion == "full":
            self._moves = self.set_interval(_MOVE, self._move)
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
        if self._bar:
            return self._beside_bar()
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

    def _beside_bar(self) -> Content:
        glyphs, left, bar = self.app.glyphs, self.seconds_left, min(self._bar, self.size.width // 3)
        if left:
            whole = max((self._ends - self._begun).total_seconds(), 0.001)
            done, rest = line_bar(1 - left / whole, bar, ascii=self.app.ascii)
            time = (f"{left:.0f}", "bold $bright")
            if self._words and not self._requesting:
                words = fitted(self._words, max(self.size.width - bar - 10, 0), ascii=self.app.ascii)[0]
                return line((done, "$accent"), (rest, "$rest"), "  ", time, " s  ", (words, self._style))
            asks = f"{self._words} in" if self._requesting else "asks again in"
            return line((done, "$accent"), (rest, "$rest"), f"  {asks} ", time, " s")
        if self._requesting:
            seconds = (clock.now() - self._asked_at).total_seconds() if self.app.motion == "full" else 0
            before, part, after = moving_bar(seconds, bar, ascii=self.app.ascii)
            return line(
                (before, "$rest"), (part, "$accent"), (after, "$rest"), (f"  {self._words}{glyphs.ellipsis}", "$dim")
            )
        sign = f"{glyphs.warning} " if self._style == "$dropped" and self._words else ""
        return line((f"{sign}{fitted(self._words, self.size.width - 2, ascii=self.app.ascii)[0]}", self._style))

    def _move(self) -> None:
        if self.screen.is_current and self.screen.is_active:
            self.refresh()

    def _tick(self) -> None:
        if not self.seconds_left:
            self.cool_down(0)
            self.post_message(self.CooledDown())
        self.refresh()
