"""Changes of the filters: ticks, and ends of ranges that move by a step."""

from __future__ import annotations

from typing import NamedTuple

from catlog.catalogue.vocabulary import SEASONS, TYPES
from catlog.tui.screens.search.search_form import SearchInput, names

STATUSES = ("airing", "finished", "upcoming")
"""The states of a broadcast, as they are typed."""

SEASONS_SHOWN = tuple(dict.fromkeys(SEASONS.values()))
"""The seasons of a year."""

MINE_SHOWN = {"on my list": "mine", "not on my list": "others", "planned": "planned", "seen": "seen"}
"""What each filter by the own list is called in a line of them."""

OPTIONS = {"type": TYPES, "season": SEASONS_SHOWN, "status": STATUSES, "mine": tuple(MINE_SHOWN)}
"""The fields that are a choice, with what they may be."""

_SEVERAL = ("type", "status")
"""The fields of which several options may be ticked."""

LOW, HIGH = "low", "high"
SCORES = (0.0, 10.0)
SCORE_STEP = 0.25


class Stop(NamedTuple):
    """What the cursor can be on: a `field`, and of it an option, a genre or an end of a range."""

    field: str
    value: str = ""


def ticked(search: SearchInput, stop: Stop) -> SearchInput:
    """Return the search after a tick: of a genre first included, then excluded; of an order turned."""
    field, value = stop
    if field == "genres":
        included, excluded = names(search.genres), names(search.without)
        if value in included:
            return search._replace(genres=_without(included, value), without=_with(excluded, value))
        if value in excluded:
            return search._replace(without=_without(excluded, value))
        return search._replace(genres=_with(included, value))
    if field == "order":
        order = search.order or ("relevance" if search.words.strip() else "popularity")
        turned = order.removeprefix("-") if order.startswith("-") else f"-{order}"
        return search._replace(order="" if turned in ("relevance", "popularity") else turned)
    if field not in OPTIONS:
        return search
    chosen = names(getattr(search, field))
    if field in _SEVERAL:
        chosen_now = _without(chosen, value) if value in chosen else _with(chosen, value)
    else:
        chosen_now = "" if value in chosen else value
    return search._replace(**{field: chosen_now})


def moved(search: SearchInput, stop: Stop, step: int, years: tuple[int, int]) -> SearchInput:
    """Return the search after one step: of an end of a range, which is open at the end of the scale, or of the order.

    `years` is the scale of the years.
    """
    if stop.field == "years":
        low, high = year_ends(search, years)
        low, high = _pushed(low, high, stop.value, step)
        return search._replace(years=_written((low, high), years))
    if stop.field == "score":
        bottom, top = _pushed(*score_ends(search), stop.value, step * SCORE_STEP)
        return search._replace(score=_written((bottom, top), SCORES))
    if stop.field == "order":
        from catlog.catalogue.orders import ORDERS

        orders, name = ("", *ORDERS[2:]), search.order.removeprefix("-")
        at = orders.index(name) if name in orders else 0
        return search._replace(order=orders[(at + step) % len(orders)])
    return search


def year_ends(search: SearchInput, scale: tuple[int, int]) -> tuple[float, float]:
    """Return both ends of the years; an open end is that of the scale."""
    return _ends(search.years, scale, alone_is_both=True)


def score_ends(search: SearchInput) -> tuple[float, float]:
    """Return both ends of the scores; an open end is that of the scale."""
    return _ends(search.score, SCORES, alone_is_both=False)


def _ends(text: str, scale: tuple[float, float], *, alone_is_both: bool) -> tuple[float, float]:
    low, ranged, high = text.partition("..")
    bottom = float(low) if low else scale[0]
    if not ranged and alone_is_both and low:
        return bottom, bottom
    return bottom, float(high) if high else scale[1]


def _pushed(low: float, high: float, end: str, step: float) -> tuple[float, float]:
    """Move one end; the other one gives way before them both would cross."""
    if end == LOW:
        return low + step, max(high, low + step)
    return min(low, high + step), high + step


def _written(ends: tuple[float, float], scale: tuple[float, float]) -> str:
    """Return a range as it is typed; an end at or beyond that of the scale is open."""
    low = f"{ends[0]:g}" if ends[0] > scale[0] else ""
    high = f"{ends[1]:g}" if ends[1] < scale[1] else ""
    return f"{low}..{high}" if low or high else ""


def _with(chosen: tuple[str, ...], name: str) -> str:
    return ", ".join((*chosen, name))


def _without(chosen: tuple[str, ...], name: str) -> str:
    return ", ".join(one for one in chosen if one != name)
