"""Titles from CSV in its common formats: each maps column names to facts of a title.

A row becomes an object in Jikan's form, so that `catlog.jikan.schema` validates and cleans it like any other.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from catlog.errors import BadDataError

MAX_LINE = 256 * 1024
"""The most characters of a line."""

_BROADCAST = re.compile(r"(\w+days?) at (\d\d:\d\d) \((\w+)\)")
_ZONES = {"JST": "Asia/Tokyo"}
_NOTHING = ("", "none", "unknown", "not available")

Raw = dict[str, object]


@dataclass(frozen=True, slots=True)
class _Format:
    """One format: the columns that identify it, its own names of columns, and the separator of its lists."""

    own: frozenset[str]
    names: Mapping[str, str]
    separator: str


_FORMATS = (
    _Format(
        frozenset(("anime_id", "english_title")),
        {
            "anime_id": "mal_id",
            "english_title": "title_english",
            "japanese_title": "title_japanese",
            "start_date": "aired_from",
            "end_date": "aired_to",
        },
        ";",
    ),
    _Format(
        frozenset(("anime_id", "name", "demographic")),
        {"anime_id": "mal_id", "name": "title", "rating": "score", "genre": "genres", "demographic": "demographics"},
        ",",
    ),
    _Format(frozenset(("mal_id", "title")), {}, "|"),
)

_PLAIN = ("title", "title_english", "title_japanese", "type", "source", "status", "rating", "synopsis")
_NUMBERS = (
    "mal_id",
    "episodes",
    "score",
    "scored_by",
    "rank",
    "members",
    "popularity",
    "favorites",
    "year",
)
_NAMED = ("genres", "themes", "demographics", "explicit_genres", "studios")


def read_csv(plain: BinaryIO, name: str) -> Iterator[tuple[int, Raw | None]]:
    """Yield (line, object) for every row, None where the number of cells differs from the header.

    Raises BadDataError when the file is no CSV of titles, and UnicodeDecodeError when it is no text.
    """
    reader = csv.reader(_lines(plain, name), strict=True)
    try:
        header = [cell.strip().lower() for cell in next(reader, [])]
        format = _format(header, name)
        columns = [format.names.get(cell, cell) for cell in header]
        for cells in reader:
            if len(cells) == len(header):
                row = dict(zip(columns, map(str.strip, cells), strict=True))
                yield reader.line_num, _raw(row, format.separator)
            elif cells:
                yield reader.line_num, None
    except csv.Error as problem:
        raise BadDataError(f"{name}, line {reader.line_num}: this is not CSV: {problem}") from None


def _format(header: list[str], name: str) -> _Format:
    for format in _FORMATS:
        if format.own.issubset(header):
            return format
    if "name" in header or "title" in header:
        raise BadDataError(f"{name} names no MAL ids, and titles are never guessed", hint="it needs a column mal_id")
    raise BadDataError(f"{name} is not a catalogue: it lacks the columns mal_id and title")


def _lines(plain: BinaryIO, name: str) -> Iterator[str]:
    text = io.TextIOWrapper(plain, encoding="utf-8-sig", newline="")
    while line := text.readline(MAX_LINE):
        if len(line) >= MAX_LINE:
            raise BadDataError(f"{name} has a line of more than {MAX_LINE:,} characters: that is no catalogue")
        yield line
    text.detach()


def _raw(row: Mapping[str, str], separator: str) -> Raw:
    """Return the row in Jikan's form; empty cells are null."""
    found: Raw = {name: _known(row.get(name, "")) for name in _PLAIN}
    found |= {name: _number(row.get(name, "")) for name in _NUMBERS}
    found |= {name: [{"name": item} for item in _items(row.get(name, ""), separator)] for name in _NAMED}
    found["title_synonyms"] = _items(row.get("title_synonyms", ""), separator)
    found["aired"] = {"from": _known(row.get("aired_from", "")), "to": _known(row.get("aired_to", ""))}
    found["images"] = {"jpg": {"image_url": _known(row.get("image_url", ""))}}
    found["duration"] = _duration(row.get("duration", ""), found["episodes"])
    season, _, year = row.get("season", "").partition(" ")
    found["season"] = _known(season)
    found["year"] = found["year"] or _number(year)
    day, time, zone = row.get("broadcast_day", ""), row.get("broadcast_time", ""), "JST"
    if match := _BROADCAST.fullmatch(row.get("broadcast", "")):
        day, time, zone = match.groups()
    found["broadcast"] = {
        "day": _known(day),
        "time": _known(time[:5]),
        "timezone": _ZONES.get(zone) if _known(day) else None,
    }
    return found


def _known(cell: str) -> str | None:
    return None if cell.casefold() in _NOTHING else cell


def _number(cell: str) -> object:
    known = _known(cell)
    if known is None:
        return None
    parse: Callable[[str], object] = int if re.fullmatch(r"[+-]?[0-9]{1,18}", known) else float
    try:
        # float() would take digits of other scripts, nan and 1_000.
        return parse(known) if re.fullmatch(r"[-+.eE0-9]+", known) else known
    except ValueError:
        return known


def _items(cell: str, separator: str) -> list[str]:
    return [item.strip() for item in cell.split(separator) if _known(item.strip())] if cell else []


def _duration(cell: str, episodes: object) -> str | None:
    if re.fullmatch(r"[0-9]{1,4}(\.0)?", cell):  # minutes
        minutes = int(float(cell))
        return f"{minutes} min" + ("" if episodes == 1 else " per ep") if minutes else None
    return _known(cell)
