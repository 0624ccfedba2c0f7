"""Lenient parsing of the values in a file: every value that had to be changed leaves a remark."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import UTC, date, datetime, time
from typing import Any, TypeGuard

from catlog import clock
from catlog.errors import InvalidArgumentError
from catlog.interchange.decoding import BROKEN
from catlog.library.edits import clean_tags, rating_of
from catlog.library.entries import Status
from catlog.library.fields import STATUS_WORDS
from catlog.library.partial_date import PartialDate
from catlog.library.status import EPISODE_LIMIT
from catlog.text import clean, cleaned
from catlog.zones import UTC_ZONE, Zone

ID_LIMIT = 2**31 - 1
"""The largest id of an anime."""

_DATE = re.compile("([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_WHOLE = re.compile(r"(-?[0-9]{1,10})(?:\.0+)?")
_SECONDS = re.compile("[0-9]{9,13}")
_MILLISECONDS = 10**12  # as seconds this is the year 33658
_DECIMAL_COMMA = re.compile(r"\s*[0-9]{1,3},[0-9]{1,2}\s*")
_YES, _NO = ("1", "true", "yes", "y"), ("0", "false", "no", "n")

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


_zone: ContextVar[Zone] = ContextVar("zone", default=UTC_ZONE)


@contextmanager
def days_in(zone: Zone) -> Iterator[None]:
    """Convert instants to days in `zone` while rows are read inside the block."""
    before = _zone.set(zone)
    try:
        yield
    finally:
        _zone.reset(before)


def day_of_instant(moment: datetime, zone: Zone) -> date:
    """Return the day of an aware instant in a zone.

    Services write a day without a time as midnight, exact to the microsecond. Such an instant stays the day as written;
    in American zones midnight UTC would be the day before.
    """
    return moment.date() if moment.time() == time.min else zone.day_of(moment)


class UnusableRowError(ValueError):
    """A row cannot become an entry; the message is the reason."""


class Values:
    """Parser for the values of one row; collects remarks, and in `omitted` the names of empty and unreadable values.

    `as_instants` maps each day that was written as a midnight to the day of that instant in the zone of `days_in`.
    `named` is the title and the MAL id that the row was found to have, for messages.
    """

    def __init__(self) -> None:
        self.remarks: list[str] = []
        self.omitted: set[str] = set()
        self.as_instants: dict[PartialDate, PartialDate] = {}
        self.named: tuple[str, int | None] = ("", None)

    def mal_id(self, raw: object) -> int | None:
        """Return a MAL id, None where there is none."""
        found = identifier(raw)
        self.named = (self.named[0], found)
        return found

    def provided(self, raw: Mapping[str, object], fields: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
        """Return the entry fields that a row provides; `fields` maps names in the file to entry fields.

        A name that is missing from the row provides nothing, nor does one whose value was omitted.
        """
        names = (fields[name] for name in fields if name in raw and name not in self.omitted)
        return frozenset(field for provided in names for field in provided)

    def omit(self, name: str, remark: str) -> None:
        """Leave out the value called `name`, and remark why."""
        self.remarks.append(f"{name} {remark}")
        self.omitted.add(name)

    def omit_empty(self, raw: Mapping[str, object], names: Iterable[str]) -> None:
        """Leave out the empty values among `names`: in their format "none" is written as something else."""
        self.omitted.update(name for name in names if _is_empty(raw.get(name)))

    def omit_broken(self, name: str, text: str) -> bool:
        """Leave out an uninterpreted text that has undecodable bytes; return whether it has."""
        if BROKEN in text:
            self.omit(name, "has bytes that are no text: left out")
        return BROKEN in text

    def instant(self, name: str, raw: object) -> datetime | None:
        """Return an instant (see the function `instant`); a future one becomes now, with a remark."""
        found, now = instant(raw), clock.now()
        if found is None or found <= now:
            return found
        self.remarks.append(f"{name} {clock.iso(found)} is later than now, which is taken")
        return now

    def count(self, name: str, raw: object) -> int:
        """Return a count of episodes or rewatches; an empty or impossible one is omitted, and returned as 0."""
        number = self.number(name, raw)
        if number is None:
            self.omitted.add(name)
            return 0
        if not 0 <= number <= EPISODE_LIMIT:
            self.omit(name, f"{_shown(raw)} cannot be: left out")
            return 0
        if number != int(number):
            self.remarks.append(f"{name} {_shown(raw)} is no whole number: {int(number)} taken")
        return int(number)

    def offset(self, name: str, raw: object) -> int:
        """Return an offset of episode numbers, possibly negative; an empty or impossible one is omitted: 0."""
        number = self.number(name, raw)
        if number is None:
            self.omitted.add(name)
            return 0
        if abs(number) > EPISODE_LIMIT:
            self.omit(name, f"{_shown(raw)} cannot be: left out")
            return 0
        return int(number)

    def total(self, raw: object) -> int | None:
        """Return the number of episodes of the anime, None where it is unknown."""
        number = self.number("episodes", raw) or 0
        return int(number) if 0 < number <= EPISODE_LIMIT else None

    def rating(self, name: str, raw: object) -> int | None:
        """Return a rating of 1-10, decimals rounded half up; 0 and empty mean unrated. `8,5` is 8.5."""
        number = self.number(name, raw, comma=True)
        if not number:
            return None
        if not 0 < number <= 10:
            self.omit(name, f"{_shown(raw)} is not 1 to 10: no rating taken")
            return None
        return max(1, math.floor(number + 0.5))

    def score(self, name: str, raw: object, factor: float = 1) -> tuple[int | None, int | None]:
        """Return the rating 1-10 and the score 0-100 of a value times `factor`; 0 means unrated."""
        number = self.number(name, raw, comma=True)
        if not number:
            return None, None
        score = math.floor(number * factor + 0.5)
        if not 0 <= score <= 100:
            self.omit(name, f"{_shown(raw)} is out of range: no rating taken")
            return None, None
        return rating_of(score), score

    def day(self, name: str, raw: object) -> PartialDate | None:
        """Return a date `2021-05-03`, possibly partial (`2021-05-00`) or followed by a time; others are omitted.

        A time with a zone makes it an instant: it becomes the day in the zone of `days_in`. Dates with slashes or dots
        are omitted, as the order of day and month is unknown.
        """
        text = "" if raw is None else str(raw).strip()
        if (days := _days_of_zoned(text)) is not None:
            day, as_instant = days
            self.as_instants[PartialDate.of_day(day)] = PartialDate.of_day(as_instant)
            return self.parts(name, day.year, day.month, day.day)
        found = _DATE.fullmatch(re.split("[T ]", text, maxsplit=1)[0])
        if text and not found:
            self.omit(name, f"{_shown(raw)} is no date: left out")
        return self.parts(name, *(int(part or 0) for part in found.groups())) if found else None

    def parts(self, name: str, year: object, month: object, day: object) -> PartialDate | None:
        """Return the date with these parts (None or 0: unknown), cut to the valid parts of an impossible one.

        A cut date is omitted: it is used for a title that is new on the list, but changes no entry.
        """
        given = tuple(0 if value in (None, "", 0, "0") else integer(value) for value in (year, month, day))
        if None in given:
            self.omit(name, f"{_shown((year, month, day))} is no date: left out")
            return None
        y, m, d = (value or 0 for value in given)
        for parts in ((y, m, d), (y, m), (y,)):
            try:
                made = PartialDate.of(*parts)
            except InvalidArgumentError:
                continue
            if len(parts) < 3 and made:
                self.omit(name, f"{y:04}-{m:02}-{d:02} is no date: {made} taken for a title new on the list")
            elif len(parts) < 3:
                self.omit(name, f"{y:04}-{m:02}-{d:02} is no date: left out")
            return made
        self.omit(name, f"{y}-{m}-{d} is no date: left out")
        return None

    def flag(self, name: str, raw: object) -> bool:
        """Return whether a value means yes; an empty one, or a word that is neither yes nor no, is omitted."""
        word = _word(raw)
        if word not in (*_YES, *_NO):
            self.omitted.add(name)
            if word:
                self.omit(name, f"{_shown(raw)} is neither yes nor no: left out")
        return word in _YES

    def status(self, raw: object, numbers: Mapping[int, Status] | None = None) -> tuple[Status, bool]:
        """Return the status and whether it is a rewatch; `numbers` are the service's codes of statuses.

        Raises UnusableRowError for a missing or unknown status.
        """
        word = re.sub(r"[\s_-]", "", str(raw).casefold())
        place = integer(raw)
        if numbers and place is not None and place in numbers:
            return numbers[place], False
        if word not in _STATUSES:
            what = f"the status {_shown(raw)} is unknown" if word and raw is not None else "it has no status"
            raise UnusableRowError(what)
        return _STATUSES[word], word in _REWATCHES

    def title(self, raw: object) -> str:
        """Return a cleaned title; a remark reports lost characters."""
        word = str(raw) if isinstance(raw, str | int) and not isinstance(raw, bool) else ""  # 86 is a title
        safe, lossy = cleaned(self._whole("the title", word))
        if lossy:
            self.remarks.append("the title was cleaned or cut")
        self.named = (safe, self.named[1])
        return safe

    def notes(self, name: str, raw: object) -> str:
        """Return cleaned notes; a remark reports lost characters.

        Notes with undecodable bytes are omitted: they are used for a title that is new on the list alone.
        """
        if raw is not None and (isinstance(raw, bool) or not isinstance(raw, str | int)):
            self.omit(name, f"{_shown(raw)} is no text: left out")
            return ""
        text = "" if raw is None else self._whole(name, str(raw), for_new=True)
        safe, lossy = cleaned(text.replace("\r\n", "\n"), multiline=True)
        if lossy:
            self.remarks.append("the notes were cleaned or cut")
        return safe

    def tags(self, name: str, raw: object) -> tuple[str, ...]:
        """Return tags from a list, or from a text with commas."""
        words = raw.split(",") if isinstance(raw, str) else [] if raw is None else raw
        if not isinstance(words, list | tuple) or not all(isinstance(word, str) for word in words):
            self.omit(name, f"{_shown(raw)} is no list of tags: left out")
            return ()
        whole_words = [self._whole(name, word, for_new=True) for word in words]
        if any(cleaned(word)[1] for word in whole_words):
            self.remarks.append("the tags were cleaned or cut")
        return clean_tags(whole_words)

    def _whole(self, name: str, text: str, *, for_new: bool = False) -> str:
        """Return a text with the replacement character for undecodable bytes, and a remark.

        With `for_new` the value is omitted: it is used for a title that is new on the list alone.
        """
        if BROKEN not in text:
            return text
        remark = f"{name} has bytes that are no text: \N{REPLACEMENT CHARACTER} stands for them"
        if for_new:
            self.omitted.add(name)
            remark += ", taken for a title new on the list"
        self.remarks.append(remark)
        return text.replace(BROKEN, "\N{REPLACEMENT CHARACTER}")

    def number(self, name: str, raw: object, *, comma: bool = False) -> float | None:
        """Return a number (see the function `number`), None for an empty value; any other value is omitted.

        With `comma`, a comma before one or two digits is a decimal point, with a remark.
        """
        if _is_empty(raw):
            return None
        text = raw
        if comma and isinstance(raw, str) and _DECIMAL_COMMA.fullmatch(raw):
            text = raw.strip().replace(",", ".")
            self.remarks.append(f"{name} {_shown(raw)} is read as {text}")
        found = number(text)
        if found is None:
            self.omit(name, f"{_shown(raw)} is no number: left out")
        return found


def number(raw: object) -> float | None:
    """Return a number of JSON or of a plain decimal text, None for others such as `1e3`, `1_0` and `inf`."""
    with suppress(ValueError, OverflowError):
        if is_number(raw) or (isinstance(raw, str) and _DECIMAL.fullmatch(raw.strip())):
            return found if math.isfinite(found := float(raw)) else None
    return None


def mostly_above(highest: float, scores: Iterable[object]) -> bool:
    """Check whether at least half of the possible scores (above 0, up to 100) exceed the highest of a scale."""
    possible = [score for raw in scores if (score := number(raw)) and 0 < score <= 100]
    above = sum(score > highest for score in possible)
    return above > 0 and 2 * above >= len(possible)


def integer(raw: object) -> int | None:
    """Return a whole number of up to ten digits, from a number or a text, else None.

    `21.0` counts: some programs write the numbers of a column with empty cells so.
    """
    found = _WHOLE.fullmatch(str(raw).strip()) if isinstance(raw, str) or is_number(raw) else None
    return int(found[1]) if found else None


def is_number(raw: object) -> TypeGuard[int | float]:
    """Check whether a JSON value is a number, which true and false are not."""
    return isinstance(raw, int | float) and not isinstance(raw, bool)


def identifier(raw: object) -> int | None:
    """Return a positive id from a number or its digits, else None."""
    number = integer(raw)
    return number if number is not None and 0 < number <= ID_LIMIT else None


def object_at(raw: object, *names: str) -> Mapping[str, Any]:
    """Return the object under the keys `names` of a JSON value, an empty one where there is none."""
    for name in names:
        raw = raw.get(name) if isinstance(raw, dict) else None
    return raw if isinstance(raw, dict) else {}


def objects(raw: object) -> list[Mapping[str, Any]]:
    """Return the objects of a JSON list without its other items; none for any other value."""
    return [item for item in raw if isinstance(item, dict)] if isinstance(raw, list) else []


def is_true(raw: object) -> bool:
    """Return whether a value means yes: 1, true, yes, y."""
    return _word(raw) in _YES


def media_type(raw: object) -> str | None:
    """Return MyAnimeList's word for the type of an anime, None when it is unknown."""
    word = re.sub(r"[\s_-]", "", str(raw).casefold())
    known = clean(raw, limit=40) if isinstance(raw, str) else ""
    return _TYPES.get(word) or (known if known and word not in ("unknown", "none", "null") else None)


def instant(raw: object) -> datetime | None:
    """Return an instant from ISO 8601 (UTC where no zone is given) or from seconds since 1970, else None.

    Seconds beyond the calendar are milliseconds.
    """
    with suppress(ValueError, OverflowError, OSError):
        if is_number(raw) or (isinstance(raw, str) and _SECONDS.fullmatch(raw.strip())):
            seconds = float(raw)
            return (
                datetime.fromtimestamp(seconds / (1000 if seconds >= _MILLISECONDS else 1), UTC)
                if seconds > 0
                else None
            )
        if isinstance(raw, str) and raw.strip():
            read = datetime.fromisoformat(raw.strip())
            return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    return None


def _is_empty(raw: object) -> bool:
    return raw is None or (isinstance(raw, str) and not raw.strip())


def _word(raw: object) -> str:
    """Return a value as the word to compare with yes and no, 1.0 as 1."""
    found = integer(raw)
    return ("" if raw is None else str(raw).strip().casefold()) if found is None else str(found)


def _days_of_zoned(text: str) -> tuple[date, date] | None:
    """Return the day that a text with date, time and zone means, and the day of its instant in the zone of `days_in`.

    None for any other text, and beyond the calendar.
    """
    with suppress(ValueError, OverflowError):
        if len(text) > len("2021-05-03") and (moment := datetime.fromisoformat(text)).tzinfo is not None:
            return day_of_instant(moment, _zone.get()), _zone.get().day_of(moment)
    return None


def _shown(raw: object) -> str:
    return repr(clean(str(raw).replace(BROKEN, "\N{REPLACEMENT CHARACTER}"), limit=40))
