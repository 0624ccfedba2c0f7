"""Read a recorded time series: CSV, plain or gzip, line by line, with limits that hold while inflating."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO

from catlog.errors import BadDataError
from catlog.limited_read import open_capped
from catlog.text import clean

COLUMNS = ("snapshot_date", "mal_id", "title", "rank", "score", "scored_by", "members", "popularity")
"""The columns that a time series must have; others are ignored, blank cells are unknown."""

MAX_BYTES = 2 * 1024**3
"""The most inflated bytes of a file."""

MAX_LINE = 64 * 1024
"""The most characters of one line."""

_INT_MAX = 2**31 - 1
_DIGITS = 18
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """One row of a recorded series: one anime on one day; None is unknown."""

    snapshot_date: date
    mal_id: int
    title: str
    rank: int | None
    score: float | None
    scored_by: int | None
    members: int | None
    popularity: int | None


@dataclass(frozen=True, slots=True)
class UnusableRow:
    """A row that cannot be used, with the reason. `line` is the line it ended on in the file."""

    line: int
    mal_id: int | None
    reason: str
    excerpt: str


def read_series(file: Path, *, today: date) -> Iterator[SeriesRow | UnusableRow]:
    """Yield the rows of `file` in order, usable or not. A day after `today` is not usable.

    Raises BadDataError for a file without the columns, that is not text, broken gzip, or too large.
    """
    try:
        with open_capped(file, limit=MAX_BYTES) as plain:
            yield from _rows(plain, file.name, today)
    except UnicodeDecodeError as problem:
        raise BadDataError(f"{file.name} is not UTF-8 text (byte {problem.start})") from None


def _rows(plain: BinaryIO, name: str, today: date) -> Iterator[SeriesRow | UnusableRow]:
    reader = csv.reader(_lines(plain, name), strict=True)
    try:
        header = [cell.strip().lower() for cell in next(reader, [])]
        missing = [column for column in COLUMNS if column not in header]
        if missing:
            raise BadDataError(
                f"{name} lacks the columns {', '.join(missing)}", hint=f"a time series needs: {','.join(COLUMNS)}"
            )
        places = [header.index(column) for column in COLUMNS]
        for cells in reader:
            if len(cells) == len(header):
                yield series_row([cells[place].strip() for place in places], reader.line_num, today)
            elif cells:
                reason = f"{len(cells)} cells under {len(header)} columns"
                yield UnusableRow(reader.line_num, None, reason, clean(",".join(cells), limit=200))
    except csv.Error as problem:
        raise BadDataError(f"{name}, line {reader.line_num}: this is not CSV: {problem}") from None


def _lines(plain: BinaryIO, name: str) -> Iterator[str]:
    text = io.TextIOWrapper(plain, encoding="utf-8-sig", newline="")
    while line := text.readline(MAX_LINE):
        if len(line) >= MAX_LINE:
            raise BadDataError(f"{name} has a line of more than {MAX_LINE:,} characters: that is not a time series")
        yield line
    text.detach()


def series_row(cells: list[str], line: int, today: date) -> SeriesRow | UnusableRow:
    """Return what `cells`, in the order of `COLUMNS`, say; blank is unknown. A day after `today` is not usable."""
    day_cell, id_cell, title, *measures = cells
    mal_id: int | None = None
    try:
        mal_id = _whole(id_cell, "mal_id")
        if mal_id is None or mal_id < 1:
            raise ValueError("mal_id is missing" if not id_cell else f"mal_id {id_cell[:40]!r} is not an id")
        day = _day(day_cell, today)
        rank, score, scored_by, members, popularity = _measures(measures)
    except ValueError as problem:
        return UnusableRow(line, mal_id, clean(str(problem), limit=200), clean(",".join(cells), limit=200))
    return SeriesRow(day, mal_id, clean(title), rank, score, scored_by, members, popularity)


def _measures(cells: list[str]) -> tuple[int | None, float | None, int | None, int | None, int | None]:
    rank, scored_by, members, popularity = (_whole(cells[i], COLUMNS[3 + i]) for i in (0, 2, 3, 4))
    for name, value in (("rank", rank), ("scored_by", scored_by), ("members", members), ("popularity", popularity)):
        if value is not None and value < 0:
            raise ValueError(f"{name} {value} is negative")
    score = _score(cells[1])
    if members == 0 and popularity:
        members = None  # a source that lost the count writes 0; nobody is popular without members
    return rank or None, score, scored_by, members, popularity or None


def _whole(cell: str, name: str) -> int | None:
    if not cell:
        return None
    if cell.isascii() and cell.isdigit() and len(cell) <= _DIGITS:
        value = int(cell)
    else:
        number = _number(cell, name)
        if not number.is_integer():
            raise ValueError(f"{name} {cell[:40]!r} is not a whole number")
        value = int(number)
    if abs(value) > _INT_MAX:
        raise ValueError(f"{name} {cell[:40]!r} is too large")
    return value


def _score(cell: str) -> float | None:
    if not cell:
        return None
    score = _number(cell, "score")
    if not 0 <= score <= 10:
        raise ValueError(f"score {cell[:40]!r} is not between 0 and 10")
    return round(score, 2) or None


def _number(cell: str, name: str) -> float:
    if not _NUMBER.fullmatch(cell):  # float() would take "nan", "1_000" and the digits of other scripts
        raise ValueError(f"{name} {cell[:40]!r} is not a number")
    value = float(cell)
    if not math.isfinite(value):
        raise ValueError(f"{name} {cell[:40]!r} is too large")
    return value


def _day(cell: str, today: date) -> date:
    try:
        day = date.fromisoformat(cell if len(cell) == 10 and cell[7] == "-" else "")  # no week dates, no 20240131
    except ValueError:
        raise ValueError(f"snapshot_date {cell[:40]!r} is not a day like 2024-01-31") from None
    if day > today:
        raise ValueError(f"snapshot_date {cell} is in the future")
    return day
