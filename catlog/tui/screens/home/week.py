"""This week: seven days from today on, the episodes that air, the season, and what begins soon."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from textual import events

from catlog.catalogue.calendar import season_of
from catlog.charts.cells import cells, fitted_title
from catlog.charts.picture import Line, Tone, TonedText
from catlog.charts.progress_bar import line_bar
from catlog.tui.glyphs import ASCII, STATUS_NAMES, Glyphs
from catlog.tui.screens.home.items import edge
from catlog.tui.screens.home.opened import TitleOpened
from catlog.tui.screens.home.when import DAYS, MONTHS
from catlog.tui.widgets.rows import Cell, Piece, RowColumn
from catlog.tui.widgets.rows import cell_renderers as draw
from catlog.tui.widgets.toned import TonedLines
from catlog.zones import UTC_ZONE, Zone

if TYPE_CHECKING:
    from catlog.library.records import Premiere, ScheduledEpisode

STRIP_HEIGHT, SEASON_HEIGHT = 4, 8
"""Lines of the days, with the air below them; and of the season with what begins soon, air included."""

_DAYS_SHOWN = 7
_SIGNS_A_DAY = 3
_EDGE = 2
"""Cells at both sides of what stands above and below the list."""


def tonight(rows: Sequence[ScheduledEpisode], now: datetime, zone: Zone, *, short: bool = False) -> str:
    """Say when the next episode airs, and plainly that it is not today; `short` only that; "" without any."""
    coming = [row for row in rows if row.at > now]
    if not rows:
        return ""
    if not coming:
        return "nothing tonight"
    local = zone.local(min(row.at for row in coming))
    today = sum(row.day == zone.day_of(now) for row in coming)
    if today:
        return f"{today} tonight, {local:%H:%M}"
    return "nothing tonight" if short else f"not tonight, next {DAYS[local.weekday()]} {local:%H:%M}"


class WeekColumns:
    """The columns of the episodes that air, at an instant."""

    def __init__(self, glyphs: Glyphs) -> None:
        self.glyphs = glyphs
        self.now = datetime.min
        self.zone = UTC_ZONE
        self._first: set[tuple[int, datetime]] = set()

    def know(self, now: datetime, zone: Zone) -> None:
        """Set the current time and the zone."""
        self.now, self.zone = now, zone

    def show(self, rows: Sequence[ScheduledEpisode]) -> None:
        """Name a day only in front of its first episode of `rows`."""
        days: dict[date, tuple[int, datetime]] = {}
        for row in rows:
            days.setdefault(row.day, (row.mal_id, row.at))
        self._first = set(days.values())

    def columns(self, *, each_day: bool) -> list[RowColumn[ScheduledEpisode]]:
        """Return the columns; `each_day` names the day of every episode."""
        glyphs = self.glyphs

        def day(row: ScheduledEpisode, _: int) -> Cell:
            return Piece(self._day(row) if each_day or (row.mal_id, row.at) in self._first else "", "dim")

        def at(row: ScheduledEpisode, _: int) -> Cell:
            return Piece(f"{self.zone.local(row.at):%H:%M}", "dim" if each_day or row.at <= self.now else "")

        return [
            RowColumn("day", "", day, 3, gap=1 if each_day else 2),
            RowColumn("at", "", at, 5, gap=1 if each_day else 2),
            RowColumn("status", "", lambda row, _: draw.status(row.list_status, glyphs), 1, gap=1),
            RowColumn("title", "", self._title, 12, weight=1, gap=1),
            RowColumn("episode", "", self._number, 6, right=True),
            edge(),
        ]

    def _day(self, row: ScheduledEpisode) -> str:
        return DAYS[row.day.weekday()]

    def _title(self, row: ScheduledEpisode, _: int) -> Cell:
        return Piece(row.title, "dim" if row.at <= self.now else "title")

    def _number(self, row: ScheduledEpisode, _: int) -> Cell:
        number = row.number if row.episode is None or row.estimate else f"{row.episode:,}"
        return Piece(number or ("?" if row.source_episode is None else ""), "dim" if row.at <= self.now else "")


class DayStrip(TonedLines):
    """The seven days from today on, each with the signs of what airs."""

    def show(self, rows: Sequence[ScheduledEpisode], today: date, glyphs: Glyphs, width: int) -> None:
        """Show the days of these episodes, across `width` cells."""
        room = (width - _EDGE) / _DAYS_SHOWN
        starts = [round(_EDGE + number * room) for number in range(_DAYS_SHOWN)]
        days = [today + timedelta(days=number) for number in range(_DAYS_SHOWN)]
        shown: dict[date, list[str]] = {}
        for row in rows:
            if row.list_status is not None:
                shown.setdefault(row.day, []).append(row.list_status)
        here = Tone.ACCENT

        def name(day: date) -> Line:
            return (TonedText(DAYS[day.weekday()], here if day == today else Tone.DIM),)

        def number(day: date) -> Line:
            return (TonedText(f"{day.day:>2}", here if day == today else Tone.PLAIN),)

        def signs(day: date) -> Line:
            statuses = sorted(shown.get(day, ()), key=list(STATUS_NAMES).index)[:_SIGNS_A_DAY]
            return tuple(
                TonedText(glyphs.status(status), Tone(STATUS_NAMES[status].replace("-", " "))) for status in statuses
            )

        self.set_lines(tuple(_spread([part(day) for day in days], starts) for part in (name, number, signs)))


class SeasonNotes(TonedLines):
    """How far the season is, and what begins soon. A click opens a title."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._ids: dict[int, int] = {}

    def show(self, premieres: Sequence[Premiere], today: date, glyphs: Glyphs, width: int) -> None:
        """Show the season of a day, and titles with their first days, in `width` cells."""
        lines = [(), *season_lines(today, width, ascii=glyphs is ASCII)]
        self._ids.clear()
        if premieres:
            lines += [(), _line(_EDGE, TonedText("Begins soon", Tone.DIM))]
            for row in premieres:
                self._ids[len(lines)] = row.mal_id
                day = f"{row.day.day:>2} {MONTHS[row.day.month - 1]} "
                sign = glyphs.status(row.list_status) if row.list_status else " "
                tone = Tone(STATUS_NAMES[row.list_status].replace("-", " ")) if row.list_status else Tone.PLAIN
                title = fitted_title(row.title, width - 2 * _EDGE - len(day) - 2, ascii=glyphs is ASCII)
                lines.append(_line(_EDGE, TonedText(day, Tone.DIM), TonedText(f"{sign} ", tone), TonedText(title)))
        self.set_lines(tuple(lines))

    def on_click(self, event: events.Click) -> None:
        """Open the title that was clicked."""
        if mal_id := self._ids.get(event.y):
            self.post_message(TitleOpened(mal_id))


def season_lines(today: date, width: int, *, ascii: bool) -> list[Line]:
    """Return the season of a day with its end, and a bar of the part that is over."""
    season = season_of(today)
    following = season.moved(1)
    begin, end = _begin(season.year, season.number), _begin(following.year, following.number)
    left = (end - today).days
    told = f"ends in {left} d" if left > 1 else "ends today"
    name = f"{season.name.capitalize()} {season.year}"
    room = width - 2 * _EDGE
    space = " " * max(room - len("Season  ") - len(name) - len(told), 1)
    done, rest = line_bar((today - begin).days / (end - begin).days, room, ascii=ascii)
    return [
        _line(_EDGE, TonedText("Season  ", Tone.DIM), TonedText(name), TonedText(space + told, Tone.DIM)),
        _line(_EDGE, TonedText(done, Tone.ACCENT), TonedText(rest, Tone.REST)),
    ]


def _begin(year: int, number: int) -> date:
    return date(year, number % 4 * 3 + 1, 1)


def _line(indent: int, *spans: TonedText) -> Line:
    return (TonedText(" " * indent), *spans)


def _spread(parts: Sequence[Line], starts: Sequence[int]) -> Line:
    """Return parts in one line, each at its column."""
    spans: list[TonedText] = []
    at = 0
    for part, start in zip(parts, starts, strict=True):
        spans += [TonedText(" " * (start - at)), *part] if start > at else part
        at = max(start, at) + sum(cells(span.text) for span in part)
    return tuple(spans)
