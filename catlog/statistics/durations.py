"""Durations: MyAnimeList's texts parsed into seconds, and seconds formatted for people."""

from __future__ import annotations

import re
from functools import lru_cache

DAY = 86_400
"""Seconds of a day."""

_PARTS = " ?".join(rf"(?:([0-9]{{1,4}}) ?{unit}s?\.?)?" for unit in ("hr", "min", "sec"))
_FORM = re.compile(_PARTS + r"(?: per ep\.?)?", re.IGNORECASE)


@lru_cache(maxsize=2048)
def parse_duration(text: str | None) -> int | None:
    """Return the seconds of `24 min per ep`, `1 hr 52 min` or `30 sec per ep`.

    None for `Unknown`, for None, and for every other form (a bare number has no unit). For a series the text is the
    length of one episode, for a film that of the film.
    """
    found = _FORM.fullmatch(" ".join(text.split())) if text else None
    if found is None:
        return None
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds or None


def format_duration(seconds: int) -> str:
    """Return a span of time in the largest unit that suits it: `30 sec`, `24 min`, `7.3 h`, `134.2 days`."""
    if seconds < 60:
        return f"{seconds} sec"
    if seconds < 59.5 * 60:
        return f"{seconds / 60:.0f} min"
    if seconds < 23.95 * 3600:
        return f"{seconds / 3600:.1f} h"
    return f"{seconds / DAY:,.1f} days"


def in_days(seconds: int) -> float:
    """Return seconds as days with two decimals."""
    return round(seconds / DAY, 2)
