"""The lines under a short Watching list: what is out, this week, what ends at this pace, and what is on tonight."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from catlog.charts.picture import Line, Tone, TonedText
from catlog.library.airing import FINISHED, unwatched_episodes, upcoming_episodes
from catlog.tui.day_words import day_words, time_words
from catlog.tui.titles.spans import cut, hours, span_cells
from catlog.tui.widgets.rows.columns import fitted

if TYPE_CHECKING:
    from catlog.library.airing import Airing, Broadcast
    from catlog.library.records import ListRow
    from catlog.statistics.outlook import Outlook
    from catlog.zones import Zone

LINES = 5
"""Lines of the summary with the air around it."""

_AHEAD = timedelta(days=14)
_MUCH = 20
_INDENT = 4
_GAP = 3


@dataclass(frozen=True, slots=True)
class Summary:
    """What the lines are made of: the titles being watched, their broadcasts, and the outlook."""

    rows: tuple[ListRow, ...]
    broadcasts: Mapping[int, Broadcast]
    outlook: Outlook
    now: datetime
    zone: Zone

    def lines(self, width: int, *, ascii: bool) -> tuple[Line, ...]:
        """Return the lines for a width."""
        columns = [part for part in (self._out(ascii=ascii), self._week(), self._pace(ascii=ascii)) if part is not None]
        heads: list[TonedText] = [TonedText(" " * _INDENT)]
        values: list[TonedText] = [TonedText(" " * _INDENT)]
        for head, value in columns:
            room = max(span_cells(value), len(head)) + _GAP
            heads += [TonedText(head.ljust(room), Tone.DIM)]
            values += [*value, TonedText(" " * (room - span_cells(value)))]
        tonight = (TonedText(" " * _INDENT), TonedText("Tonight  ", Tone.DIM), *self._tonight())
        return (), cut(tuple(heads), width), cut(tuple(values), width), (), cut(tonight, width)

    def _out(self, *, ascii: bool) -> tuple[str, Line] | None:
        waiting: dict[str, int] = {}
        for row in self.rows:
            broadcast = self.broadcasts.get(row.mal_id)
            if broadcast is not None and broadcast.airing_status != FINISHED:
                unseen = unwatched_episodes(broadcast._replace(watched=row.episodes_watched), self.now)
                if unseen is not None and unseen.number:
                    waiting[row.title] = unseen.number
        total = sum(waiting.values())
        value = [TonedText(f"{total:,}", Tone.STRONG), TonedText(" episode" if total == 1 else " episodes", Tone.DIM)]
        most = max(waiting, key=lambda title: waiting[title], default="")
        if most and waiting[most] > _MUCH and len(waiting) > 1:
            name = fitted(most, 20, ascii=ascii)[0]
            value += [TonedText(", ", Tone.DIM), TonedText(f"{total - waiting[most]:,}", Tone.STRONG)]
            value.append(TonedText(f" without {name}", Tone.DIM))
        return "Out and not seen", tuple(value)

    def _week(self) -> tuple[str, Line]:
        outlook = self.outlook
        time = f", {hours(outlook.seconds)}" if outlook.seconds else ""
        return "This week", (TonedText(f"{outlook.logged:,}", Tone.STRONG), TonedText(f" logged{time}", Tone.DIM))

    def _pace(self, *, ascii: bool) -> tuple[str, Line] | None:
        if self.outlook.ends is None:
            return None
        mal_id, day = self.outlook.ends
        title = next((row.title for row in self.rows if row.mal_id == mal_id), "")
        if not title:
            return None
        name = fitted(title, 24, ascii=ascii)[0]
        when = day_words(day, self.zone.day_of(self.now))
        return "At this pace", (TonedText(name), TonedText(" ends on ", Tone.DIM), TonedText(when))

    def _tonight(self) -> Line:
        mine = {row.mal_id for row in self.rows}
        known: Iterable[Broadcast] = (one for mal_id, one in self.broadcasts.items() if mal_id in mine)
        coming = upcoming_episodes(known, now=self.now, until=self.now + _AHEAD)
        today = self.zone.day_of(self.now)
        tonight = [one for one in coming if self.zone.day_of(one.at) == today]
        if tonight:
            spans: list[TonedText] = []
            for airing in tonight[:3]:
                spans += [TonedText(", ", Tone.DIM)] if spans else []
                at = self.zone.local(airing.at)
                spans += [TonedText(_named(airing)), TonedText(f" {at:%H:%M}", Tone.STRONG)]
            return tuple(spans)
        nothing = TonedText("nothing of yours is on the air")
        if not coming:
            return (nothing,)
        first = coming[0]
        when = time_words(first.at, self.now, self.zone)
        return nothing, TonedText("; next is ", Tone.DIM), TonedText(_named(first)), TonedText(f", {when}", Tone.DIM)


def _named(airing: Airing) -> str:
    number = f" {'~' if airing.estimate else ''}{airing.episode}" if airing.episode is not None else ""
    return f"{fitted(airing.title, 40)[0]}{number}"
