"""Dates of which year, month and day may each be unknown."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from typing import Self

from catlog.errors import InvalidArgumentError

_FORM = re.compile("([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")
_LEAP_YEAR = 2000
_HINT = "write 2021, 2021-05 or 2021-05-03"


class PartialDate(str):
    """A partial date, which is its own text: `2021`, `2021-05` or `2021-05-03`.

    An unknown part before a known one is written 00 (`2021-00-03`, `0000-05`). The text is what the database
    stores and what JSON carries, and it sorts by time. Made by `parse` and `of`, which check it.
    """

    __slots__ = ()

    @classmethod
    def of(cls, year: int | None, month: int | None = None, day: int | None = None) -> Self | None:
        """Return the date with these parts, None or 0 standing for unknown; None when all are.

        Raises InvalidArgumentError when no calendar has such a date.
        """
        y, m, d = year or 0, month or 0, day or 0
        if not (y or m or d):
            return None
        shown = _text(y, m, d)
        if not 0 <= y <= 9999 or not 0 <= m <= 12:
            what = "month" if 0 <= y <= 9999 else "year"
            raise InvalidArgumentError(f"{shown} is no date: there is no such {what}", hint=_HINT)
        last = monthrange(y or _LEAP_YEAR, m)[1] if m else 31
        if not 0 <= d <= last:
            where = f"{y or ''}-{m:02}".lstrip("-") if m else "a month"
            raise InvalidArgumentError(f"{shown} is no date: {where} has {last} days", hint=_HINT)
        return cls(shown)

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read `2021`, `2021-05`, `2021-05-03` or MyAnimeList's `2021-05-00`; `0000-00-00` and nothing mean None.

        Raises InvalidArgumentError for anything else.
        """
        stripped = text.strip()
        if not stripped:
            return None
        found = _FORM.fullmatch(stripped)
        if found is None:
            raise InvalidArgumentError(f"{stripped[:40]!r} is no date", hint=_HINT)
        return cls.of(*(int(part or 0) for part in found.groups()))

    @classmethod
    def of_day(cls, day: date) -> Self:
        """Return a whole day."""
        return cls(day.isoformat())

    @property
    def parts(self) -> tuple[int | None, int | None, int | None]:
        """Year, month and day; None where unknown."""
        year, month, day = (*(int(part) or None for part in self.split("-")), None, None)[:3]
        return year, month, day

    @property
    def year(self) -> int | None:
        """The year, if known."""
        return self.parts[0]

    @property
    def month(self) -> int | None:
        """The month (1-12), if known."""
        return self.parts[1]

    @property
    def day(self) -> int | None:
        """The day of the month (1-31), if known."""
        return self.parts[2]

    @property
    def earliest(self) -> str:
        """The first day that the date covers, as sortable text."""
        year, month, day = self.parts
        return f"{year or 0:04}-{month or 1:02}-{day or 1:02}"

    @property
    def latest(self) -> str:
        """The last day that the date covers, as sortable text (every month has 31 days here)."""
        year, month, day = self.parts
        return f"{year or 9999:04}-{month or 12:02}-{day or 31:02}"

    def mal(self) -> str:
        """Return the date as MyAnimeList writes it: `2021-05-00`."""
        return "-".join(f"{part or 0:0{width}}" for part, width in zip(self.parts, (4, 2, 2), strict=True))


def _text(year: int, month: int, day: int) -> str:
    if day:
        return f"{year:04}-{month:02}-{day:02}"
    return f"{year:04}-{month:02}" if month else f"{year:04}"
