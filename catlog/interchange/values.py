"""Values as files write them, read leniently: every one that had to be changed leaves a remark."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any, TypeGuard

from catlog import clock
from catlog.errors import InvalidArgumentError
from catlog.interchange.decoding import BROKEN
from catlog.interchange.records import REWATCH_MARK, ForeignId, ImportedEntry, ListedTitle
from catlog.library.edits import clean_tags, rating_of
from catlog.library.entries import Entry, Status
from catlog.library.fields import STATUS_WORDS
from catlog.library.partial_date import PartialDate
from catlog.library.status import EPISODE_LIMIT, nearest_legal
from catlog.text import clean, cleaned, counted
from catlog.zones import UTC_ZONE, Zone

ID_LIMIT = 2**31 - 1
"""The largest id of an anime."""

_DATE = re.compile("([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_WHOLE = re.compile(r"(-?[0-9]{1,10})(?:\.0+)?")
_SECONDS = re.compile("[0-9]{9,13}")
_MILLISECONDS = 10**12  # as seconds, the year 33658
_DECIMAL_COMMA = re.compile(r"\s*[0-9]{1,3},[0-9]{1,2}\s*")
_YES, _NO = ("1", "true", "yes", "y"), ("0", "false", "no", "n")
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


_zone: ContextVar[Zone] = ContextVar("zone", default=UTC_ZONE)


@contextmanager
def days_in(zone: Zone) -> Iterator[None]:
    """Let instants in the rows read inside a with block be days in the zone of whoever imports them."""
    before = _zone.set(zone)
    try:
        yield
    finally:
        _zone.reset(before)


def day_of_instant(moment: datetime, zone: Zone) -> date:
    """Return the day on which an aware instant falls in a zone.

    Midnight to the microsecond, as written, is how services write a day that was given to them without a time: nobody
    watches so exactly. It stays that day, which seen from America midnight in UTC would not.
    """
    return moment.date() if moment.time() == time.min else zone.day_of(moment)


class UnusableRowError(ValueError):
    """A row cannot become an entry; the message is the reason."""


class Values:
    """Reads the values of one row, and collects the remarks about them and the names of those that say nothing.

    `as_instants` has the days that were taken from a midnight, each with the day in the zone of `days_in` that it
    would be as an instant.
    """

    def __init__(self, remarks: Iterable[str] = ()) -> None:
        self.remarks: list[str] = list(remarks)
        self.omitted: set[str] = set()
        self.as_instants: dict[PartialDate, PartialDate] = {}

    def provided(self, raw: Mapping[str, object], fields: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
        """Return the fields of an entry that a row speaks of; `fields` are those that follow from a name in the file.

        What is not in the row says nothing, and neither does what is there and cannot be read.
        """
        spoken = (names for name, names in fields.items() if name in raw and name not in self.omitted)
        return frozenset(field for names in spoken for field in names)

    def omit(self, name: str, remark: str) -> None:
        """Let the value called `name` say nothing, and remark why."""
        self.remarks.append(f"{name} {remark}")
        self.omitted.add(name)

    def omit_empty(self, raw: Mapping[str, object], names: Iterable[str]) -> None:
        """Let those of `names` say nothing that are empty in a row whose format writes "none" as something else."""
        self.omitted.update(name for name in names if _is_empty(raw.get(name)))

    def omit_broken(self, name: str, text: str) -> bool:
        """Say whether a text that is only handed on has bytes that are none; then it says nothing, with a remark."""
        if BROKEN in text:
            self.omit(name, "has bytes that are no text: left out")
        return BROKEN in text

    def instant(self, name: str, raw: object) -> datetime | None:
        """Return an instant as the function `instant` does, but now for one that is later, with a remark."""
        found, now = instant(raw), clock.now()
        if found is None or found <= now:
            return found
        self.remarks.append(f"{name} {clock.iso(found)} is later than now, which is taken")
        return now

    def count(self, name: str, raw: object) -> int:
        """Return a count of episodes or rewatches; none, or one that cannot be, says nothing and is returned as 0."""
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
        """Return an offset of episode numbers, below 0 too; none, or one that cannot be, says nothing and is 0."""
        number = self.number(name, raw)
        if number is None:
            self.omitted.add(name)
            return 0
        if abs(number) > EPISODE_LIMIT:
            self.omit(name, f"{_shown(raw)} cannot be: left out")
            return 0
        return int(number)

    def total(self, raw: object) -> int | None:
        """Return the number of episodes of the title, None where it is unknown."""
        number = self.number("episodes", raw) or 0
        return int(number) if 0 < number <= EPISODE_LIMIT else None

    def rating(self, name: str, raw: object) -> int | None:
        """Return a rating of 1-10, decimals rounded, halves up; 0 and nothing mean unrated.

        `8,5` is 8.5: a comma before one or two digits is one of the languages that write decimals so.
        """
        number = self.number(name, raw, comma=True)
        if not number:
            return None
        if not 0 < number <= 10:
            self.omit(name, f"{_shown(raw)} is not 1 to 10: no rating taken")
            return None
        return max(1, math.floor(number + 0.5))

    def score(self, name: str, raw: object, factor: float = 1) -> tuple[int | None, int | None]:
        """Return the rating 1-10 and the score 0-100 of a value that `factor` brings to 0-100; 0 means unrated."""
        number = self.number(name, raw, comma=True)
        if not number:
            return None, None
        score = math.floor(number * factor + 0.5)
        if not 0 <= score <= 100:
            self.omit(name, f"{_shown(raw)} is out of range: no rating taken")
            return None, None
        return rating_of(score), score

    def day(self, name: str, raw: object) -> PartialDate | None:
        """Return a date `2021-05-03`, partial (`2021-05-00`) or with a time behind it; what is no date is left out.

        With a zone behind the time it is an instant, and becomes the day in the zone of `days_in`. Dates with slashes
        or dots are left out: nothing tells which of their parts is the month.
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
        """Return the date with these parts (None or 0: unknown); of an impossible one, as much as is possible.

        What is left of an impossible one is good enough for a title that is new on a list, and says nothing otherwise.
        """
        given = tuple(0 if value in (None, "", 0, "0") else integer(value) for value in (year, month, day))
        if None in given:
            self.omit(name, f"{_shown((year, month, day))} is no date: left out")
            return None
        y, m, d = (value or 0 for value in given)
        for known in ((y, m, d), (y, m), (y,)):
            try:
                made = PartialDate.of(*known)
            except InvalidArgumentError:
                continue
            if len(known) < 3 and made:
                self.omit(name, f"{y:04}-{m:02}-{d:02} is no date: {made} taken for a title new on the list")
            elif len(known) < 3:
                self.omit(name, f"{y:04}-{m:02}-{d:02} is no date: left out")
            return made
        self.omit(name, f"{y}-{m}-{d} is no date: left out")
        return None

    def flag(self, name: str, raw: object) -> bool:
        """Return whether a value says yes; nothing, or a word that is neither yes nor no, says nothing."""
        word = _word(raw)
        if word not in (*_YES, *_NO):
            self.omitted.add(name)
            if word:
                self.omit(name, f"{_shown(raw)} is neither yes nor no: left out")
        return word in _YES

    def status(self, raw: object, numbers: Mapping[int, Status] | None = None) -> tuple[Status, bool]:
        """Return the status and whether the word means a rewatch. Raises UnusableRowError for an unknown one."""
        word = re.sub(r"[\s_-]", "", str(raw).casefold())
        place = integer(raw)
        if numbers and place is not None and place in numbers:
            return numbers[place], False
        if word not in _STATUSES:
            what = f"the status {_shown(raw)} is not known" if word and raw is not None else "it has no status"
            raise UnusableRowError(what)
        return _STATUSES[word], word in _REWATCHES

    def title(self, raw: object) -> str:
        """Return a title, clean; a remark says when that took something away."""
        word = str(raw) if isinstance(raw, str | int) and not isinstance(raw, bool) else ""  # the number 86 is one
        safe, lossy = cleaned(self._whole("the title", word))
        if lossy:
            self.remarks.append("the title was cleaned or cut")
        return safe

    def notes(self, name: str, raw: object) -> str:
        """Return notes, clean; a remark says when that took something away.

        Notes with bytes that are no text are good enough for a title that is new on a list, and say nothing otherwise.
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
        """Return tags from a list, or from a text with commas between them."""
        words = raw.split(",") if isinstance(raw, str) else [] if raw is None else raw
        if not isinstance(words, list | tuple) or not all(isinstance(word, str) for word in words):
            self.omit(name, f"{_shown(raw)} is no list of tags: left out")
            return ()
        whole_words = [self._whole(name, word, for_new=True) for word in words]
        if any(cleaned(word)[1] for word in whole_words):
            self.remarks.append("the tags were cleaned or cut")
        return clean_tags(whole_words)

    def _whole(self, name: str, text: str, *, for_new: bool = False) -> str:
        """Return a text with the sign for what cannot be read in place of bytes that are no text, with a remark.

        `for_new`: it says nothing of a title that is on the list.
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
        """Return a number as the function `number` does, None for nothing and, refused, for what is none.

        `comma`: a comma before one or two digits is read as a point, with a remark.
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
    """Return a number, from itself or from a plain decimal: `1e3`, `1_0` and `inf` are none."""
    with suppress(ValueError, OverflowError):
        if is_number(raw) or (isinstance(raw, str) and _DECIMAL.fullmatch(raw.strip())):
            return found if math.isfinite(found := float(raw)) else None
    return None


def mostly_above(highest: float, scores: Iterable[object]) -> bool:
    """Say whether at least half of the scores that can be, above 0 and up to 100, are above the highest of a scale."""
    possible = [score for raw in scores if (score := number(raw)) and 0 < score <= 100]
    above = sum(score > highest for score in possible)
    return above > 0 and 2 * above >= len(possible)


def integer(raw: object) -> int | None:
    """Return a whole number of up to ten digits, from itself or its digits, or None when it is none.

    `21.0` is one: so some programs write the numbers of a column that is empty here and there.
    """
    found = _WHOLE.fullmatch(str(raw).strip()) if isinstance(raw, str) or is_number(raw) else None
    return int(found[1]) if found else None


def is_number(raw: object) -> TypeGuard[int | float]:
    """Say whether a value of JSON is a number: true and false are none."""
    return isinstance(raw, int | float) and not isinstance(raw, bool)


def identifier(raw: object) -> int | None:
    """Return an id, from a number or its digits, or None when it is none."""
    number = integer(raw)
    return number if number is not None and 0 < number <= ID_LIMIT else None


def object_at(raw: object, *names: str) -> Mapping[str, Any]:
    """Return the object that lies under `names` in a JSON value, an empty one where there is none."""
    for name in names:
        raw = raw.get(name) if isinstance(raw, dict) else None
    return raw if isinstance(raw, dict) else {}


def objects(raw: object) -> list[Mapping[str, Any]]:
    """Return the objects of a JSON list; whatever else is in it, or is no list, is left out."""
    return [item for item in raw if isinstance(item, dict)] if isinstance(raw, list) else []


def is_true(raw: object) -> bool:
    """Return whether a value says yes: 1, true, yes."""
    return _word(raw) in _YES


def media_type(raw: object) -> str | None:
    """Return MyAnimeList's word for the type of an anime, None when it is not known."""
    word = re.sub(r"[\s_-]", "", str(raw).casefold())
    known = clean(raw, limit=40) if isinstance(raw, str) else ""
    return _TYPES.get(word) or (known if known and word not in ("unknown", "none", "null") else None)


def instant(raw: object) -> datetime | None:
    """Return an instant from ISO 8601 (UTC where it names no zone) or from seconds since 1970; None for neither.

    Seconds that no calendar reaches are milliseconds.
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
    """Return what may say yes or no, 1.0 as 1."""
    found = integer(raw)
    return ("" if raw is None else str(raw).strip().casefold()) if found is None else str(found)


def _days_of_zoned(text: str) -> tuple[date, date] | None:
    """Return the day that a text with date, time and zone means, and the one it is as an instant.

    None for any other text, and at the end of all time.
    """
    with suppress(ValueError, OverflowError):
        if len(text) > len("2021-05-03") and (moment := datetime.fromisoformat(text)).tzinfo is not None:
            return day_of_instant(moment, _zone.get()), _zone.get().day_of(moment)
    return None


def _not_before_its_start(entry: Entry, values: Values) -> Entry:
    """Return an entry whose start, should it be a midnight after the finish, was an instant after all."""
    start, finish = entry.start_date, entry.finish_date
    if start and finish and finish.latest < start.earliest:
        return replace(entry, start_date=values.as_instants.get(start, start))
    return entry


def excerpt(raw: object) -> str:
    """Return the beginning of a raw row, for the list of rejects."""
    return clean(str(raw)[: 2 * _EXCERPT], limit=_EXCERPT)


def imported_entry(
    position: int,
    listed: ListedTitle,
    values: Values,
    *,
    provided: frozenset[str],
    provided_extra: Iterable[str] = (),
    foreign: tuple[ForeignId, ...] = (),
    by_title: bool = False,
) -> ImportedEntry:
    """Return a row whose entry is made possible, if it was not, with remarks on what is odd about it.

    What the file says counts: where it and its own total disagree, both stay as they are, because totals lag behind.
    A rewatch of a title that is in no state to be one is a mark that exports write again.
    """
    entry, total = _not_before_its_start(listed.entry, values), listed.episodes
    possible = nearest_legal(entry, None)
    remarks, extras = list(values.remarks), set(provided_extra)
    if "rewatching" in provided:
        extras.add(REWATCH_MARK)
    if possible.rewatching != entry.rewatching:
        remarks.append(f"a rewatch that is {entry.status.words}: kept as a mark for exports, not counted here")
        possible = replace(possible, extra={**possible.extra, REWATCH_MARK: "1"})
    elif possible.status is not entry.status:
        remarks.append(f"{entry.status.words} in a rewatch is taken as Completed")
    if total and possible.episodes_watched > total:
        remarks.append(f"{counted(possible.episodes_watched, 'episode')} of {total}, kept as the file says")
    elif (
        total
        and "episodes_watched" in provided
        and possible.status is Status.COMPLETED
        and not possible.rewatching
        and possible.episodes_watched < total
    ):
        remarks.append(f"Completed with {possible.episodes_watched} of {total} episodes, kept as the file says")
    made = ListedTitle(possible, listed.title, listed.type, total)
    return ImportedEntry(position, made, foreign, provided, frozenset(extras), tuple(remarks), by_title)


def _shown(raw: object) -> str:
    return repr(clean(str(raw).replace(BROKEN, "\N{REPLACEMENT CHARACTER}"), limit=40))
