"""The top bar: the tabs, and on the right the user, the age of the ranks and the state of the source."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from textual import events
from textual.content import Content
from textual.widget import Widget

from catlog import clock
from catlog.access import Right, Role, may
from catlog.tui.content import line, plain
from catlog.tui.glyphs import Glyphs
from catlog.tui.host import Hosted
from catlog.tui.topbar_status import SourceState, TopbarStatus

if TYPE_CHECKING:
    from catlog.zones import Zone


class Tab(NamedTuple):
    """A mode, its label, and the right it requires."""

    mode: str
    label: str
    right: Right = Right.READ_CATALOGUE


TABS = (
    Tab("home", "Home"),
    Tab("list", "List"),
    Tab("search", "Search"),
    Tab("stats", "Stats"),
    Tab("trends", "Trends"),
    Tab("ops", "Ops", Right.READ_RUNS),
)
"""The modes in the order of their digits; those that require more rights come last."""

_GAP = 2
_WIDE = 100


def tabs_of(role: Role) -> tuple[Tab, ...]:
    """Return the tabs that a role may go to."""
    return tuple(tab for tab in TABS if may(role, tab.right))


class TopBar(Hosted, Widget):
    """One line; parts that do not fit are left out, the least important first."""

    def on_mount(self) -> None:
        """Follow the operations in the background, and the face of the cat."""
        self.app.operations.changed.subscribe(self, lambda _: self.refresh())
        self.app.face_changed.subscribe(self, lambda _: self.refresh())

    def on_unmount(self) -> None:
        """Unsubscribe: the signals live as long as the app and would hold the bar and its screen."""
        self.app.operations.changed.unsubscribe(self)
        self.app.face_changed.unsubscribe(self)

    def render(self) -> Content:
        """Draw it for the current width."""
        width = self.size.width
        sides = list(self._right_sides(self.app.status, self.app.glyphs))
        face = (f" {self.app.face}", "$accent")
        for tabs in (line(*self._tabs(" ")), line(*self._tabs(""))):
            for right in sides:
                for name in (" CatLog", ""):
                    left = line(face, (name, "bold $bright"), " ", tabs)
                    room = width - left.cell_length - right.cell_length - 1
                    if room >= _GAP:
                        return line(left, " " * room, right)
        return tabs

    def on_click(self, event: events.Click) -> None:
        """Go to the tab that was clicked, unless a dialog is on top."""
        if self.screen.is_modal:
            return
        start = 0
        text = self.render().plain
        for number, (mode, words, _) in enumerate(tabs_of(self.app.role), 1):
            label = f"{number} {words}"
            start = text.index(label, start)
            if start <= event.x < start + len(label):
                self.app.switch_mode(mode)
            start += len(label)

    def _tabs(self, air: str) -> Iterator[tuple[str, str]]:
        """Yield the tabs with their keys, `air` before each."""
        tabs = tabs_of(self.app.role)
        for number, (mode, words, _) in enumerate(tabs, 1):
            here = mode == self.app.current_mode
            yield f"{air}{number} ", "bold $accent" if here else "$dim"
            yield words, "bold underline $accent" if here else "$dim"
            if number < len(tabs):
                yield " ", ""

    def _right_sides(self, facts: TopbarStatus, glyphs: Glyphs) -> Iterator[Content]:
        """Yield the possible right sides, the longest first."""
        if getattr(self.screen, "shows_last", False):
            wide = self.size.width >= _WIDE
            yield plain(f"as last time, reading{glyphs.ellipsis} " if wide else "last time ", "$dim")
            return
        sign, style = self._source_sign(facts, glyphs)
        source = line((sign, style), (f" {facts.source}", "$dim")) if facts.source else Content(sign)
        age = _ranks_age(facts, self.app.zone)
        choices: tuple[list[Content], ...] = (
            [plain(facts.user), plain(age, "$dim"), source],
            [plain(age, "$dim"), source],
            [plain(age.removeprefix("ranks "), "$dim"), line((sign, style))],
            [source],
            [line((sign, style))],
        )
        running = self._operation_progress(glyphs)
        for parts in choices:
            yield line(*_joined([running, *parts] if running else parts), " ")
        if running:
            yield running

    def _operation_progress(self, glyphs: Glyphs) -> Content:
        """Return the running operation and its progress; empty when there is none."""
        running = self.app.operations.running
        if not running:
            return Content("")
        step = running[0].step
        progress = f" {step.done:,}/{step.total:,}" if step is not None and step.total else ""
        return line((f"{glyphs.running} {running[0].kind.value}{progress}", "$accent"))

    def _source_sign(self, facts: TopbarStatus, glyphs: Glyphs) -> tuple[str, str]:
        return {
            SourceState.UNKNOWN: ("", ""),
            SourceState.OK: (glyphs.ok, "$completed"),
            SourceState.STALE: (glyphs.stale, "$on-hold"),
            SourceState.OFFLINE: (glyphs.offline, "$dropped"),
        }[facts.state]


def _ranks_age(facts: TopbarStatus, zone: Zone) -> str:
    """Return the age of the ranks, whose days are in UTC, with the time in the user's zone; "" where there are none."""
    if facts.ranks_day is None:
        return ""
    days = (clock.utc_today() - facts.ranks_day).days
    if days <= 0 and facts.ranks_at is not None:
        return f"ranks {zone.local(facts.ranks_at):%H:%M}"
    return "ranks of today" if days <= 0 else f"ranks {days} d old"


def _joined(parts: list[Content]) -> Iterator[str | Content]:
    for number, part in enumerate(part for part in parts if part):
        if number:
            yield "  "
        yield part
