"""What Home says in words: one line of the cat where there is no room for it, what was done lately, what might fit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
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
from catlog.tui.content import line, lines, plain
from catlog.tui.host import Hosted
from catlog.tui.widgets.cat import WORDS_SECONDS
from catlog.tui.widgets.rows.columns import fitted

if TYPE_CHECKING:
    from catlog.catalogue.search import Title
    from catlog.companion.service import Cat
    from catlog.library.history import LoggedChange
    from catlog.recommendations.service import Recommended

_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"))
_FACE = "=^.^="
_ONE_GO = timedelta(hours=6)


class CatLine(Hosted, Widget):
    """The cat in one line, for windows that have no room for more. A click does what it suggests."""

    class Clicked(Message):
        """Somebody agrees with the cat."""

    def __init__(self) -> None:
        super().__init__()
        self._look: Cat | None = None
        self._key = self._words = ""
        self._calming: Timer | None = None

    def show(self, look: Cat, key: str) -> None:
        """Say what the cat suggests, unless it still answers to something."""
        self._look, self._key = look, key
        self.refresh()

    def react(self, kind: str, words: str) -> None:
        """Say a word to what happened, for a moment."""
        self._words = words or REACTIONS[kind]
        if self._calming is not None:
            self._calming.stop()
        self._calming = self.set_timer(WORDS_SECONDS, self._calm)
        self.refresh()

    def _calm(self) -> None:
        self._words = ""
        self.refresh()

    def render(self) -> Content:
        """Draw the face, the words and the energy."""
        if self._look is None:
            return Content("")
        suggestion = self._look.suggestion
        asked = "" if self._words else invitation(suggestion, self._key)
        energy = gauge(self._look.state.energy, 5, ascii=self.app.ascii)
        room = self.size.width - len(_FACE) - len(asked) - len(energy) - 5
        words = fitted(self._words or suggestion.text, room, ascii=self.app.ascii)[0]
        left = line((f" {_FACE} ", "bold $accent"), words, (f" {asked}", "bold"))
        return line(left, " " * max(self.size.width - left.cell_length - len(energy) - 1, 1), (energy, "$heat"))

    def on_click(self) -> None:
        """Agree."""
        self.post_message(self.Clicked())


class Lately(Hosted, Widget):
    """The last changes of the list, newest first, as many as there is room for."""

    def __init__(self) -> None:
        super().__init__()
        self._log: Sequence[LoggedChange] = ()
        self._now = datetime.min

    def show(self, log: Sequence[LoggedChange], now: datetime) -> None:
        """Show the end of a log."""
        self._log, self._now = log, now
        self.refresh()

    def render(self) -> Content:
        """Draw as much as fits."""
        width, height = self.size
        if not self._log or height < 3:
            return Content("")
        shown = [plain("Lately", "bold $accent")]
        for same in _by_title(self._log)[: height - 1]:
            text = ", ".join(dict.fromkeys(map(_told, reversed(same))))
            title = same[0].title or f"#{same[0].mal_id}"
            room = width - 8
            title = fitted(title, max(room - len(text) - 1, room * 3 // 5), ascii=self.app.ascii)[0]
            text = fitted(text, room - cell_len(title) - 1, ascii=self.app.ascii)[0]
            shown.append(line((f"{self._ago(same[0].at):>6}  ", "$dim"), title, (f" {text}", "$dim")))
        return lines(shown)

    def _ago(self, at: datetime) -> str:
        seconds = max(int((self._now - at).total_seconds()), 0)
        return next((f"{seconds // size} {unit}" for size, unit in _UNITS if seconds >= size), "now")


class ForYou(Hosted, Widget):
    """What is recommended, with the reasons. A click opens a title."""

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
        """Draw as many titles as fit, each with its reason in the lines that are left to it."""
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


def _by_title(log: Sequence[LoggedChange]) -> list[list[LoggedChange]]:
    """Return what was done to one title in one go as one group, the newest first."""
    groups: list[list[LoggedChange]] = []
    for change in log:
        if groups and groups[-1][0].mal_id == change.mal_id and groups[-1][-1].at - change.at < _ONE_GO:
            groups[-1].append(change)
        else:
            groups.append([change])
    return groups


def _told(change: LoggedChange) -> str:
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
