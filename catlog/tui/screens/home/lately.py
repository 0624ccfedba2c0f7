"""Lately: what happened on the list, a line for each step, by days."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from catlog.library.edit_kinds import EditKind, kind_of
from catlog.text import counted
from catlog.tui.glyphs import STATUS_NAMES, Glyphs
from catlog.tui.screens.home.items import edge
from catlog.tui.screens.home.when import DAYS, MONTHS
from catlog.tui.widgets.rows import Cell, Piece, RowColumn
from catlog.tui.widgets.rows.columns import fitted, title_fitted
from catlog.zones import Zone

if TYPE_CHECKING:
    from catlog.library.records import LoggedChange

_ORIGINS = {"undo": "undone", "redo": "redone"}
_GROUP_GAP = timedelta(hours=6)


class LatelyRow(NamedTuple):
    """One line: when, whose day that is, the status or sign of it, the title, and what happened.

    `mal_id` is 0 for a whole list; of several titles changed at once the last one is named. `status` is the one on the
    list now. `sign` is the name of a status, "rating", "favorite", "import" or "".
    """

    number: int
    at: datetime
    day: date
    sign: str
    title: str
    told: str
    mal_id: int = 0
    status: str | None = None


def lately_rows(
    log: Sequence[LoggedChange],
    sizes: Mapping[int, int],
    statuses: Mapping[int, str],
    zone: Zone,
    glyphs: Glyphs,
) -> Iterator[LatelyRow]:
    """Yield the lines of a log, newest first.

    `sizes` has the number of titles of each of its steps, `statuses` those on the list now.
    """
    for step, same in _by_step_or_title(log, sizes):
        newest = same[0]
        day, more = zone.day_of(newest.at), sizes[step] - 1 if step else 0
        if step and newest.origin == "import":
            yield LatelyRow(newest.id, newest.at, day, "import", "List imported", counted(sizes[step], "title"))
            continue
        one = [change for change in same if change.mal_id == newest.mal_id]
        sign, told = _told(one[::-1], glyphs.arrow)
        title, status = newest.title or f"#{newest.mal_id}", statuses.get(newest.mal_id)
        yield LatelyRow(
            newest.id, newest.at, day, sign, title, f"{told} +{more:,}" if more else told, newest.mal_id, status
        )


def lately_columns(glyphs: Glyphs, zone: Zone) -> list[RowColumn[LatelyRow]]:
    """Return the columns."""
    return [
        RowColumn("at", "", lambda row, _: Piece(f"{zone.local(row.at):%H:%M}", "dim"), 5, gap=1),
        RowColumn("sign", "", lambda row, _: _sign(row.sign, glyphs), 1, gap=1),
        RowColumn("title", "", lambda row, width: _titled(row, width), 14, weight=1, gap=1),
        edge(),
    ]


def day_above(today: date, before: LatelyRow | None, row: LatelyRow) -> tuple[str, ...]:
    """Return the heading of a day above its first line."""
    if before is not None and before.day == row.day:
        return ()
    name = _day_name(row.day, today)
    return (name,) if before is None else ("", name)


def _titled(row: LatelyRow, width: int) -> Cell:
    """Return title and event in one cell: the event as long as it is, the title with what is left."""
    told, cells = fitted(row.told, width * 3 // 5)
    room = width - cells - 1 if told else width
    title, taken = title_fitted(row.title, room)
    return Piece(title, "title"), Piece(" " * (width - taken - cells) + told, "dim")


def _sign(sign: str, glyphs: Glyphs) -> Piece:
    if sign in STATUS_NAMES:
        return Piece(glyphs.status(sign), STATUS_NAMES[sign])
    if sign == "favorite":
        return Piece(glyphs.favorite[-1:] if len(glyphs.favorite) > 1 else glyphs.favorite, "favorite")
    return Piece({"rating": glyphs.score, "import": glyphs.brought}.get(sign, " "), "dim")


def _day_name(day: date, today: date) -> str:
    if day >= today - timedelta(days=1):
        return "Today" if day >= today else "Yesterday"
    named = f"{DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}"
    return named if day.year == today.year else f"{named} {day.year}"


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


def _told(changes: Sequence[LoggedChange], arrow: str) -> tuple[str, str]:
    """Return the sign and the words for changes of one title, oldest first."""
    first, last = changes[0], changes[-1]
    if last.after is None:
        return "", "removed" if last.before is not None else ""
    whole: dict[str, object] = {}
    for change in changes:
        whole |= change.after or {}
    before = first.before or {}
    status = str(whole.get("status", ""))
    rating = whole.get("rating")
    kinds = {kind_of(each.origin, each.action, each.before, each.after, each.episodes) for each in changes}
    if last.origin in _ORIGINS:
        return status, _ORIGINS[last.origin]
    if EditKind.COMPLETED in kinds:
        return "COMPLETED", f"done {rating:>2}" if rating else "done"
    episodes = whole.get("episodesWatched") if EditKind.EPISODE in kinds else None
    if status in ("DROPPED", "ON_HOLD"):
        seen = whole.get("episodesWatched") or before.get("episodesWatched")
        return status, f"at ep {seen}" if seen else "dropped" if status == "DROPPED" else "on hold"
    if episodes is not None:
        old = before.get("episodesWatched", 0)
        return "WATCHING", f"ep {old} {arrow} {episodes}" if old else "begun" if episodes == 1 else f"ep {episodes}"
    if rating and rating != before.get("rating"):
        return "rating", f"rated {rating}"
    if whole.get("favorite") and not before.get("favorite"):
        return "favorite", "favourite"
    if status:
        return status, _STATUS_WORDS[status]
    return "", "edited"


_STATUS_WORDS = {
    "WATCHING": "begun",
    "COMPLETED": "done",
    "PLAN_TO_WATCH": "planned",
    "ON_HOLD": "on hold",
    "DROPPED": "dropped",
}
