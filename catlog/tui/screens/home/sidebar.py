"""Text widgets of Home: the cat in one line, the recent changes, the recommendations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget

from catlog.charts.cells import wrapped
from catlog.charts.progress_bar import gauge
from catlog.companion.speech import REACTIONS, invitation
from catlog.text import counted
from catlog.tui.content import line, lines, plain
from catlog.tui.host import Hosted
from catlog.tui.widgets.cat import WORDS_SECONDS
from catlog.tui.widgets.rows.columns import fitted

if TYPE_CHECKING:
    from catlog.catalogue.search import Title
    from catlog.companion.service import Cat
    from catlog.library.history import LoggedChange
    from catlog.recommendations.service import Recommended

_ORIGINS = {"import": "List imported", "undo": "Undone", "redo": "Redone"}
_GROUP_GAP = timedelta(hours=6)


class CatLine(Hosted, Widget):
    """The cat in one line, for small windows. A click follows its suggestion."""

    class Clicked(Message):
        """The line was clicked."""

    def __init__(self) -> None:
        super().__init__()
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


class RecentChanges(Hosted, Widget):
    """The last changes of the list, newest first, as many as fit."""

    def __init__(self) -> None:
        super().__init__()
        self._log: Sequence[LoggedChange] = ()
        self._sizes: Mapping[int, int] = {}
        self._now = datetime.min

    def show(self, log: Sequence[LoggedChange], sizes: Mapping[int, int], now: datetime) -> None:
        """Show the end of a log; `sizes` has the number of titles of each of its steps."""
        self._log, self._sizes, self._now = log, sizes, now
        self.refresh()

    def render(self) -> Content:
        """Draw as much as fits."""
        width, height = self.size
        if not self._log or height < 3:
            return Content("")
        shown = [plain("Lately", "bold $accent")]
        day = None
        for at, title, text in self._entries():
            when = self.app.zone.local(at)
            if when.date() != day:
                if len(shown) + 2 > height:
                    break
                day = when.date()
                shown.append(plain(self._day_name(day), "$dim"))
            if len(shown) >= height:
                break
            room = width - 6
            title = fitted(title, max(room - len(text) - 1, room * 3 // 5), ascii=self.app.ascii)[0]
            text = fitted(text, room - cell_len(title) - 1, ascii=self.app.ascii)[0]
            gap = " " * max(room - cell_len(title) - cell_len(text), 1)
            shown.append(line((f"{when:%H:%M} ", "$dim"), title, (f"{gap}{text}", "$dim")))
        return lines(shown)

    def _entries(self) -> Iterator[tuple[datetime, str, str]]:
        """Yield time, title and text of each line: an edit of several titles is one."""
        for step, same in _by_step_or_title(self._log, self._sizes):
            if step:
                verb = _ORIGINS.get(same[0].origin, "Edited together")
                yield same[0].at, verb, counted(self._sizes[step], "title")
            else:
                text = ", ".join(dict.fromkeys(map(_describe, reversed(same))))
                yield same[0].at, same[0].title or f"#{same[0].mal_id}", text

    def _day_name(self, day: date) -> str:
        today = self.app.zone.day_of(self._now)
        if day >= today - timedelta(days=1):
            return "Today" if day >= today else "Yesterday"
        return f"{day:%a} {day.day} {day:%b}" if day.year == today.year else f"{day.day} {day:%b %Y}"


class Recommendations(Hosted, Widget):
    """Recommended titles with reasons. A click opens a title."""

    class Opened(Message):
        """A title was clicked."""

        def __init__(self, mal_id: int) -> None:
            super().__init__()
            self.mal_id = mal_id

    def __init__(self) -> None:
        super().__init__()
        self.titles: Sequence[Recommended] = ()
        self._hint = ""

    def show(self, titles: Sequence[Recommended], hint: str = "") -> None:
        """Show titles, or a hint where there are none."""
        self.titles, self._hint = titles, hint
        self.refresh()

    def render(self) -> Content:
        """Draw as many titles as fit, each with its reason in the lines left."""
        return lines([drawn for drawn, _ in self._drawn()])

    def on_click(self, event: events.Click) -> None:
        """Open the title that was clicked."""
        drawn = self._drawn()
        at = event.get_content_offset(self)
        if at is not None and at.y < len(drawn) and (mal_id := drawn[at.y][1]):
            self.post_message(self.Opened(mal_id))

    def _drawn(self) -> list[tuple[Content, int]]:
        width, height = self.content_size
        if not width or height < 2:
            return []
        head = [(line(("For you", "bold $accent")), 0)]
        if not self.titles:
            return head + [(plain(text, "$dim"), 0) for text in wrapped(self._hint, width)[: height - 1]]
        fitting = max(min(len(self.titles), (height - 1) // 2), 1)
        each = (height - 1) // fitting
        for recommended in self.titles[:fitting]:
            title = recommended.title
            head.append((self._titled(title, width), title.mal_id))
            reason = wrapped(recommended.reason, width)
            kept = reason[: each - 1]
            if len(reason) > len(kept) > 0:
                kept[-1] = fitted(f"{kept[-1]} {reason[len(kept)]}", width, ascii=self.app.ascii)[0]
            head += [(plain(text, "$dim"), title.mal_id) for text in kept]
        return head

    def _titled(self, title: Title, width: int) -> Content:
        separator = f" {self.app.glyphs.separator} "
        parts = (title.type, str(title.year or ""), f"{title.score:.2f}" if title.score else "")
        facts = separator.join(part for part in parts if part)
        name = fitted(title.title, width - len(facts) - 2, ascii=self.app.ascii)[0]
        return line((name, "bold"), (f"  {facts}", "$dim"))


def _by_step_or_title(log: Sequence[LoggedChange], sizes: Mapping[int, int]) -> list[tuple[int, list[LoggedChange]]]:
    """Group changes, newest first, each group with a step or 0.

    A step of several titles is one group; else changes of one title that follow each other closely are one, with 0.
    """
    groups: list[tuple[int, list[LoggedChange]]] = []
    for change in log:
        step = change.step if sizes.get(change.step, 1) > 1 else 0
        if groups and groups[-1][0] == step:
            newest, oldest = groups[-1][1][0], groups[-1][1][-1]
            if step or (newest.mal_id == change.mal_id and oldest.at - change.at < _GROUP_GAP):
                groups[-1][1].append(change)
                continue
        groups.append((step, [change]))
    return groups


def _describe(change: LoggedChange) -> str:
    from catlog.library.describe import describe_sides

    before, after = change.before, change.after
    if before and after and after.get("status") == "COMPLETED" and before.get("status") not in (None, "COMPLETED"):
        return "completed"
    if before and after and "episodesWatched" in after:
        return f"ep {after['episodesWatched']}"
    if before and after and after.get("rating"):
        return f"rated {after['rating']}"
    if before is None and after is not None:
        return "added"
    return describe_sides(before, after, arrow="to")
