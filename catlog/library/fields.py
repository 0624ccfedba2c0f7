"""The fields of the filter language and the conditions on each of them.

A condition is a predicate of rows. Unknown values meet no comparison; `none` and `any` test for them.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, TypeAlias

from catlog.catalogue.normalize import folded
from catlog.catalogue.vocabulary import SEASONS, TYPES
from catlog.errors import CatLogError
from catlog.library.entries import Status
from catlog.library.partial_date import PartialDate
from catlog.library.records import ListRow
from catlog.zones import Zone

Condition: TypeAlias = Callable[[ListRow], bool]
Kind: TypeAlias = Callable[[Callable[[ListRow], Any], str, str, Zone], Condition]
"""`kind(get, operator, value, zone)` returns the condition; raises ValueError with a readable message.

Days in the zone are meant where a value is a day, or the field an instant.
"""

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_NOT_A_LETTER = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class EntryField:
    """One field: its names, the first of which help shows, its kind of comparison, and its value in a row."""

    names: tuple[str, ...]
    kind: Kind
    get: Callable[[ListRow], Any]
    help: str

    def condition(self, op: str, value: str, zone: Zone) -> Condition:
        """Return the condition `<field><op><value>` in `zone`. Raises ValueError with a readable message."""
        get = self.get
        if op == "!=":
            return negated(self.condition("=", value, zone))
        if value.casefold() in ("none", "any") and op in (":", "="):
            wanted = value.casefold() == "any"
            return lambda row: (get(row) not in (None, "", ())) is wanted
        return self.kind(get, op, value, zone)


def _number(get: Callable[[ListRow], Any], op: str, value: str, _zone: Zone) -> Condition:
    compare = _COMPARE.get(op)
    if compare:
        limit = _parsed_number(value)
        return lambda row: (found := get(row)) is not None and compare(found, limit)
    low, ranged, high = value.partition("..")
    least = _parsed_number(low) if low or not ranged else -float("inf")
    most = (_parsed_number(high) if high else float("inf")) if ranged else least
    _check_order(least, most, value)
    return lambda row: (found := get(row)) is not None and least <= found <= most


def _date(get: Callable[[ListRow], Any], op: str, value: str, zone: Zone) -> Condition:
    """Compare all days that both dates cover: `2021` is neither before `2021-05` nor after it."""
    low, ranged, high = value.partition("..")
    if op in (":", "="):
        first = _parsed_date(low, zone).earliest if low or not ranged else ""
        last = (_parsed_date(high, zone).latest if high else "~") if ranged else _parsed_date(low, zone).latest
        _check_order(first, last, value)
        return lambda row: (found := get(row)) is not None and first <= _span(found)[0] and _span(found)[1] <= last
    wanted = _parsed_date(value, zone)
    if op in ("<", "<="):
        last = wanted.earliest if op == "<" else wanted.latest
        compare = _COMPARE[op]
        return lambda row: (found := get(row)) is not None and compare(_span(found)[1], last)
    first = wanted.latest if op == ">" else wanted.earliest
    compare = _COMPARE[op]
    return lambda row: (found := get(row)) is not None and compare(_span(found)[0], first)


def _instant(get: Callable[[ListRow], Any], op: str, value: str, zone: Zone) -> Condition:
    """Compare the day on which an instant falls in the zone."""
    return _date(lambda row: _day(get(row), zone), op, value, zone)


def _text(get: Callable[[ListRow], Any], op: str, value: str, _zone: Zone) -> Condition:
    _only_equality(op)
    wanted = folded(value)
    if op == "=":
        return lambda row: folded(get(row)) == wanted
    return lambda row: wanted in folded(get(row))


def _title(get: Callable[[ListRow], Any], op: str, value: str, _zone: Zone) -> Condition:
    """Match a part of any title, with `=` a whole one; `get` returns folded titles, one a line."""
    _only_equality(op)
    wanted = folded(value)
    return (lambda row: wanted in get(row).split("\n")) if op == "=" else (lambda row: wanted in get(row))


def _set(get: Callable[[ListRow], Any], op: str, value: str, _zone: Zone) -> Condition:
    """Match one item: with `=` all of it, with `:` one or more whole words of it."""
    _only_equality(op)
    wanted = folded(value) if op == "=" else _words(value)
    known: dict[tuple[str, ...], bool] = {}  # many titles have the same genres

    def fits(items: tuple[str, ...]) -> bool:
        found = known.get(items)
        if found is None:
            found = any(folded(item) == wanted if op == "=" else wanted in _words(item) for item in items)
            known[items] = found
        return found

    return lambda row: fits(get(row))


def _flag(get: Callable[[ListRow], Any], op: str, value: str, _zone: Zone) -> Condition:
    _only_equality(op)
    wanted = _chosen(value, {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False})
    return lambda row: get(row) is wanted


def _choice(options: dict[str, str]) -> Kind:
    def condition(get: Callable[[ListRow], Any], op: str, value: str, _zone: Zone) -> Condition:
        _only_equality(op)
        wanted = _chosen(value, options)
        return lambda row: get(row) == wanted

    return condition


def _only_equality(op: str) -> None:
    if op not in (":", "="):
        raise ValueError(f"cannot be compared with {op}, only with : = or !=")


def _check_order(least: Any, most: Any, value: str) -> None:  # noqa: ANN401 - two of a kind
    if least > most:
        raise ValueError(f"{value} is empty: its end comes before its beginning")


def _parsed_number(value: str) -> float:
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?%?", value):
        return float(value.rstrip("%"))
    raise ValueError(f"needs a number, a range as in 7..9, none or any, not {value!r}")


def _parsed_date(value: str, zone: Zone) -> PartialDate:
    days = {"today": 0, "yesterday": 1}.get(value.casefold())
    if re.fullmatch("[0-9]{1,5}d", value):
        days = int(value[:-1])
    if days is not None:
        return PartialDate.of_day(zone.today() - timedelta(days=days))
    try:
        if parsed := PartialDate.parse(value):
            return parsed
    except CatLogError:
        pass
    raise ValueError(f"needs a date as in 2021, 2021-05, 2021-05-03, today or 30d (days ago), not {value!r}")


def _chosen(value: str, options: dict[str, Any]) -> Any:  # noqa: ANN401 - one of the options
    wanted = _key(value)
    if wanted in options:
        return options[wanted]
    from difflib import get_close_matches

    near = get_close_matches(wanted, options, 1)
    raise ValueError(f"has no {value!r}; {f'did you mean {near[0]}?' if near else 'it is one of ' + _names(options)}")


def _names(options: dict[str, Any]) -> str:
    return ", ".join({value: name for name, value in reversed(options.items())}.values())


def _key(value: str) -> str:
    return _NOT_A_LETTER.sub("", value.casefold())


def _words(text: str) -> str:
    return f" {_NOT_A_LETTER.sub(' ', folded(text)).strip()} "


STATUS_WORDS: dict[str, str] = {
    "watching": Status.WATCHING,
    "completed": Status.COMPLETED,
    "onhold": Status.ON_HOLD,
    "dropped": Status.DROPPED,
    "plantowatch": Status.PLAN_TO_WATCH,
    "planned": Status.PLAN_TO_WATCH,
    "planning": Status.PLAN_TO_WATCH,
    "plan": Status.PLAN_TO_WATCH,
    "ptw": Status.PLAN_TO_WATCH,
    "complete": Status.COMPLETED,
    "hold": Status.ON_HOLD,
    "paused": Status.ON_HOLD,
}
"""Names of a status, compared without case, spaces and signs -> the status."""

_TYPES = {_key(name): name for name in TYPES}


def status_of(words: str) -> Status:
    """Return the status that `words` name. Raises ValueError, in plain words."""
    return Status(_chosen(words, STATUS_WORDS))


@lru_cache(maxsize=4096)
def _day(instant: datetime, zone: Zone) -> PartialDate:
    return PartialDate.of_day(zone.day_of(instant))


@lru_cache(maxsize=4096)
def _span(date: PartialDate) -> tuple[str, str]:
    return date.earliest, date.latest


FIELDS: tuple[EntryField, ...] = (
    EntryField(("score", "rating"), _number, lambda row: row.rating, "your rating, 1 to 10"),
    EntryField(("mal",), _number, lambda row: row.mal_score, "MyAnimeList's score"),
    EntryField(("genre",), _set, lambda row: row.genres, "a genre, theme or demographic"),
    EntryField(("tag",), _set, lambda row: row.tags, "one of your tags"),
    EntryField(("studio",), _set, lambda row: row.studios, "a studio"),
    EntryField(("year",), _number, lambda row: row.year, "the year it began to air"),
    EntryField(("season",), _choice(dict(SEASONS)), lambda row: row.season, "winter, spring, summer or fall"),
    EntryField(
        ("status",), _choice(STATUS_WORDS), lambda row: row.status, "watching, completed, onhold, dropped, planned"
    ),
    EntryField(("type",), _choice(_TYPES), lambda row: row.type, "TV, movie, OVA, ONA, special ..."),
    EntryField(("title",), _title, lambda row: row.search_text, "a part of any of its titles"),
    EntryField(("notes", "note"), _text, lambda row: row.notes, "a part of your notes"),
    EntryField(("episodes",), _number, lambda row: row.episodes, "how many episodes it has"),
    EntryField(("watched",), _number, lambda row: row.episodes_watched, "how many of them you watched"),
    EntryField(("progress",), _number, lambda row: row.progress, "the same in percent"),
    EntryField(("favorite", "favourite"), _flag, lambda row: row.favorite, "yes or no"),
    EntryField(("rewatching", "rewatch"), _flag, lambda row: row.rewatching, "yes or no"),
    EntryField(("rewatches", "rewatched"), _number, lambda row: row.rewatch_count, "how often you saw it again"),
    EntryField(("started", "start"), _date, lambda row: row.start_date, "when you began"),
    EntryField(("finished", "finish"), _date, lambda row: row.finish_date, "when you finished"),
    EntryField(("updated",), _instant, lambda row: row.updated_at, "when the entry last changed"),
    EntryField(("added",), _instant, lambda row: row.created_at, "when the entry was made"),
)
"""Every field of the filter language, in the order of the help."""

BY_NAME: dict[str, EntryField] = {name: field for field in FIELDS for name in field.names}


def any_of(conditions: Iterable[Condition]) -> Condition:
    """Return the condition that any of several is met."""
    some = tuple(conditions)
    if len(some) > 2:
        return lambda row: any(condition(row) for condition in some)
    one, other = some[0], some[-1]
    return one if one is other else lambda row: one(row) or other(row)


def all_of(conditions: Iterable[Condition]) -> Condition:
    """Return the condition that all of several are met."""
    every = tuple(conditions)
    if len(every) > 2:
        return lambda row: all(condition(row) for condition in every)
    one, other = every[0], every[-1]
    return one if one is other else lambda row: one(row) and other(row)


def negated(condition: Condition) -> Condition:
    """Return the negation of a condition."""
    return lambda row: not condition(row)
