"""Values as files write them, read leniently: every one that had to be changed leaves a remark."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from catlog.errors import InvalidArgumentError
from catlog.interchange.records import EVERYTHING, ForeignId, ImportedEntry, ListedTitle
from catlog.library.edits import clean_tags, rating_of
from catlog.library.entries import Status
from catlog.library.fields import STATUS_WORDS
from catlog.library.partial_date import PartialDate
from catlog.library.status import EPISODE_LIMIT, settled
from catlog.text import clean, cleaned, counted

ID_LIMIT = 2**31 - 1
"""The largest id of an anime."""

_DATE = re.compile("([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")
_EXCERPT = 200

_STATUSES = {word: Status(status) for word, status in STATUS_WORDS.items()} | {
    "currentlywatching": Status.WATCHING,
    "current": Status.WATCHING,
    "inprogress": Status.WATCHING,
    "repeating": Status.COMPLETED,
    "rewatching": Status.COMPLETED,
    "notinteresting": Status.DROPPED,
}
_REWATCHES = ("repeating", "rewatching")

_TYPES = {
    "tv": "TV",
    "tvshort": "TV",
    "movie": "Movie",
    "ova": "OVA",
    "ona": "ONA",
    "special": "Special",
    "tvspecial": "TV Special",
    "music": "Music",
    "musicvideo": "Music",
    "cm": "CM",
    "pv": "PV",
}


class UnusableRowError(ValueError):
    """A row cannot become an entry; the message is the reason."""


class Values:
    """Reads the values of one row, and collects the remarks about them."""

    def __init__(self) -> None:
        self.remarks: list[str] = []

    def count(self, name: str, raw: object) -> int:
        """Return a count of episodes or rewatches: 0 where there is none or none that can be."""
        number = self._number(name, raw)
        if number is None:
            return 0
        if not 0 <= number <= EPISODE_LIMIT:
            self.remarks.append(f"{name} {_shown(raw)} cannot be: 0 taken")
            return 0
        return int(number)

    def total(self, raw: object) -> int | None:
        """Return the number of episodes of the title, None where it is unknown."""
        number = self._number("episodes", raw) or 0
        return int(number) if 0 < number <= EPISODE_LIMIT else None

    def rating(self, name: str, raw: object) -> int | None:
        """Return a rating of 1-10, decimals rounded, halves up; 0 and nothing mean unrated."""
        number = self._number(name, raw)
        if not number:
            return None
        if not 0 < number <= 10:
            self.remarks.append(f"{name} {_shown(raw)} is not 1 to 10: no rating taken")
            return None
        return max(1, math.floor(number + 0.5))

    def score(self, name: str, raw: object, factor: float = 1) -> tuple[int | None, int | None]:
        """Return the rating 1-10 and the score 0-100 of a value that `factor` brings to 0-100; 0 means unrated."""
        number = self._number(name, raw)
        if not number:
            return None, None
        score = math.floor(number * factor + 0.5)
        if not 0 <= score <= 100:
            self.remarks.append(f"{name} {_shown(raw)} is out of range: no rating taken")
            return None, None
        return rating_of(score), score

    def day(self, name: str, raw: object) -> PartialDate | None:
        """Return a date `2021-05-03`, partial (`2021-05-00`) or with a time behind it; what is no date is left out."""
        text = "" if raw is None else str(raw).strip()
        found = _DATE.fullmatch(re.split("[T ]", text, maxsplit=1)[0])
        if text and not found:
            self.remarks.append(f"{name} {_shown(raw)} is no date: left out")
        return self.parts(name, *(int(part or 0) for part in found.groups())) if found else None

    def parts(self, name: str, year: object, month: object, day: object) -> PartialDate | None:
        """Return the date with these parts (None or 0: unknown); of an impossible one, as much as is possible."""
        y, m, d = (value if isinstance(value, int) else 0 for value in (year, month, day))
        for known in ((y, m, d), (y, m), (y,)):
            try:
                made = PartialDate.of(*known)
            except InvalidArgumentError:
                continue
            if len(known) < 3:
                kept = f"{made} taken" if made else "left out"
                self.remarks.append(f"{name} {y:04}-{m:02}-{d:02} is no date: {kept}")
            return made
        self.remarks.append(f"{name} {y}-{m}-{d} is no date: left out")
        return None

    def status(self, raw: object, numbers: Mapping[int, Status] | None = None) -> tuple[Status, bool]:
        """Return the status and whether the word means a rewatch. Raises UnusableRowError for an unknown one."""
        word = re.sub(r"[\s_-]", "", str(raw).casefold())
        if numbers and word.isdecimal() and int(word) in numbers:
            return numbers[int(word)], False
        if word not in _STATUSES:
            what = f"the status {_shown(raw)} is not known" if word and raw is not None else "it has no status"
            raise UnusableRowError(what)
        return _STATUSES[word], word in _REWATCHES

    def title(self, raw: object) -> str:
        """Return a title, clean; a remark says when that took something away."""
        safe, lossy = cleaned(str(raw) if isinstance(raw, str | int) else "")  # "86" is a title
        if lossy:
            self.remarks.append("the title was cleaned or cut")
        return safe

    def notes(self, raw: object) -> str:
        """Return notes, clean; a remark says when that took something away."""
        safe, lossy = cleaned(raw.replace("\r\n", "\n") if isinstance(raw, str) else "", multiline=True)
        if lossy:
            self.remarks.append("the notes were cleaned or cut")
        return safe

    def _number(self, name: str, raw: object) -> float | None:
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            return None
        with suppress(ValueError, OverflowError):
            number = float(raw) if isinstance(raw, str | int | float) else math.nan
            if math.isfinite(number):
                return number
        self.remarks.append(f"{name} {_shown(raw)} is no number: left out")
        return None


def identifier(raw: object) -> int | None:
    """Return an id, from a number or its digits, or None when it is none."""
    text = str(raw).strip() if isinstance(raw, str | int) and not isinstance(raw, bool) else ""
    return int(text) if re.fullmatch("[0-9]{1,10}", text) and 0 < int(text) <= ID_LIMIT else None


def part(raw: object, *names: str) -> Mapping[str, Any]:
    """Return the object that lies under `names` in a JSON value, an empty one where there is none."""
    for name in names:
        raw = raw.get(name) if isinstance(raw, dict) else None
    return raw if isinstance(raw, dict) else {}


def objects(raw: object) -> list[Mapping[str, Any]]:
    """Return the objects of a JSON list; whatever else is in it, or is no list, is left out."""
    return [item for item in raw if isinstance(item, dict)] if isinstance(raw, list) else []


def flag(raw: object) -> bool:
    """Return whether a value says yes: 1, true, yes."""
    return str(raw).strip().casefold() in ("1", "true", "yes")


def media_type(raw: object) -> str | None:
    """Return MyAnimeList's word for the type of an anime, None when it is not known."""
    word = re.sub(r"[\s_-]", "", str(raw).casefold())
    known = clean(raw, limit=40) if isinstance(raw, str) else ""
    return _TYPES.get(word) or (known if known and word not in ("unknown", "none", "null") else None)


def tags_of(raw: object) -> tuple[str, ...]:
    """Return tags from a list, or from a text with commas between them."""
    words = raw.split(",") if isinstance(raw, str) else raw if isinstance(raw, list | tuple) else ()
    return clean_tags(word for word in words if isinstance(word, str))


def instant(raw: object) -> datetime | None:
    """Return an instant from ISO 8601 (UTC where it names no zone) or from seconds since 1970; None for neither."""
    with suppress(ValueError, OverflowError, OSError):
        if isinstance(raw, int) and not isinstance(raw, bool) and raw > 0:
            return datetime.fromtimestamp(raw, UTC)
        if isinstance(raw, str) and raw.strip():
            read = datetime.fromisoformat(raw.strip())
            return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    return None


def excerpt(raw: object) -> str:
    """Return the beginning of a raw row, for the list of rejects."""
    return clean(str(raw)[: 2 * _EXCERPT], limit=_EXCERPT)


def imported(
    position: int,
    listed: ListedTitle,
    values: Values,
    *,
    foreign: tuple[ForeignId, ...] = (),
    told: frozenset[str] = EVERYTHING,
    told_extra: tuple[str, ...] = (),
) -> ImportedEntry:
    """Return a row whose entry is made possible, if it was not, with remarks on what is odd about it.

    What the file says counts: where it and its own total disagree, both stay as they are, because totals lag behind.
    """
    entry, total = listed.entry, listed.episodes
    possible = settled(entry, None)
    remarks = list(values.remarks)
    if possible.rewatching != entry.rewatching:
        remarks.append(f"a title that is {entry.status.words} cannot be in a rewatch: not taken")
    elif possible.status is not entry.status:
        remarks.append(f"{entry.status.words} in a rewatch is taken as Completed")
    if total and possible.episodes_watched > total:
        remarks.append(f"{counted(possible.episodes_watched, 'episode')} of {total}, kept as the file says")
    elif (
        total and possible.status is Status.COMPLETED and not possible.rewatching and possible.episodes_watched < total
    ):
        remarks.append(f"Completed with {possible.episodes_watched} of {total} episodes, kept as the file says")
    made = ListedTitle(possible, listed.title, listed.type, total)
    return ImportedEntry(position, made, foreign, told, told_extra, tuple(remarks))


def _shown(raw: object) -> str:
    return repr(clean(str(raw), limit=40))
