"""Edits as values, and pure functions that apply them to an entry; `catlog.library.writer` stores the result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum, StrEnum
from typing import ClassVar, TypeAlias

from catlog.errors import CatLogError, InvalidArgumentError, NotFoundError
from catlog.library import status as machine
from catlog.library.entries import LOGGED_AT, WATCHED_ON, Entry, Status
from catlog.library.partial_date import PartialDate
from catlog.text import NOTE_LIMIT, TITLE_LIMIT, clean, counted

TAG_LIMIT = TITLE_LIMIT
"""The most characters of one tag."""


@dataclass(frozen=True, slots=True)
class Add:
    """Add a title to the list as planned, then set its status: a title added as Watching starts today."""

    action: ClassVar[str] = "add"
    status: Status = Status.PLAN_TO_WATCH


@dataclass(frozen=True, slots=True)
class Remove:
    """Remove a title from the list; undo restores it whole."""

    action: ClassVar[str] = "remove"


@dataclass(frozen=True, slots=True)
class SetStatus:
    """Move to another status."""

    action: ClassVar[str] = "status"
    status: Status


@dataclass(frozen=True, slots=True)
class Rate:
    """Rate 1-10, or clear the rating with None. A new rating replaces the 0-100 score of an import by `score100`."""

    action: ClassVar[str] = "rate"
    rating: int | None
    score100: int | None = None


class Unchanged(Enum):
    """The type of `UNCHANGED`, which leaves a date as it is."""

    UNCHANGED = "unchanged"


UNCHANGED = Unchanged.UNCHANGED


class Relative(StrEnum):
    """A date relative to the day of the edit in the editor's time zone."""

    TODAY = "today"
    YESTERDAY = "yesterday"

    def on(self, today: date) -> PartialDate:
        """Return the date relative to `today`."""
        return PartialDate.of_day(today - timedelta(days=self is Relative.YESTERDAY))


@dataclass(frozen=True, slots=True)
class Watch:
    """Log `by` more episodes; a negative number takes some back. `on` is when they were watched, None for today."""

    action: ClassVar[str] = "watch"
    by: int = 1
    on: PartialDate | Relative | None = None


@dataclass(frozen=True, slots=True)
class WatchTo:
    """Set the last episode watched; `on` as for `Watch`."""

    action: ClassVar[str] = "watch"
    episode: int
    on: PartialDate | Relative | None = None


@dataclass(frozen=True, slots=True)
class WatchAll:
    """Log all episodes, also where their number is unknown; ends a rewatch. `on` as for `Watch`."""

    action: ClassVar[str] = "watch"
    on: PartialDate | Relative | None = None


@dataclass(frozen=True, slots=True)
class Redate:
    """Correct when the episodes of one log were watched; made by `watch_log.redate`.

    `logged_at` is the instant of the log, as ISO text: all that a step logged of the title. `was` is the date so far.
    `begins` and `ends` say that the log set the start or the finish date, which follow unless they were changed since.
    """

    action: ClassVar[str] = "redate"
    logged_at: str
    was: PartialDate
    on: PartialDate | Relative
    begins: bool = False
    ends: bool = False


DateValue: TypeAlias = PartialDate | Relative | Unchanged | None
"""The new value of a date; None clears it."""


@dataclass(frozen=True, slots=True)
class SetDates:
    """Set the start date, the finish date or both; None clears one."""

    action: ClassVar[str] = "dates"
    start: DateValue = UNCHANGED
    finish: DateValue = UNCHANGED


@dataclass(frozen=True, slots=True)
class SetNotes:
    """Replace the notes; an empty text clears them."""

    action: ClassVar[str] = "notes"
    notes: str


@dataclass(frozen=True, slots=True)
class SetTags:
    """Replace all tags."""

    action: ClassVar[str] = "tags"
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AddTags:
    """Add tags; those already there stay."""

    action: ClassVar[str] = "tags"
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RemoveTags:
    """Remove tags, ignoring case; missing ones are no error."""

    action: ClassVar[str] = "tags"
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SetFavorite:
    """Mark or unmark as a favourite."""

    action: ClassVar[str] = "favorite"
    on: bool = True


@dataclass(frozen=True, slots=True)
class SetRewatching:
    """Begin a rewatch of a completed title, or abandon it without counting it."""

    action: ClassVar[str] = "rewatch"
    on: bool


@dataclass(frozen=True, slots=True)
class SetRewatchCount:
    """Set the number of finished rewatches."""

    action: ClassVar[str] = "rewatch"
    count: int


@dataclass(frozen=True, slots=True)
class SetOffset:
    """Set the offset that is added to the source's episode numbers where airing episodes are shown; 0 clears it.

    Episodes watched and totals stay in the source's numbering.
    """

    action: ClassVar[str] = "offset"
    offset: int


@dataclass(frozen=True, slots=True)
class Put:
    """Replace the entry, or add it; for imports.

    The entry must be legal: `status.nearest_legal` makes it so. One `as_told` by another service may have more episodes
    watched than the total: totals lag behind. Its version is ignored, its `created_at` counts for a new entry, and its
    `updated_at`, where it has one, is when it really changed.
    """

    action: ClassVar[str] = "import"
    entry: Entry
    as_told: bool = False


Edit: TypeAlias = (
    Add
    | Remove
    | SetStatus
    | Watch
    | WatchTo
    | WatchAll
    | Redate
    | Rate
    | SetDates
    | SetNotes
    | SetTags
    | AddTags
    | RemoveTags
    | SetFavorite
    | SetRewatching
    | SetRewatchCount
    | SetOffset
    | Put
)
"""All edits of one entry."""

COMMUTATIVE = (Watch, AddTags, RemoveTags)
"""Edits that two sessions can make at once in either order, with the same result."""


def applied(edit: Edit, mal_id: int, entry: Entry | None, total: int | None, today: date) -> Entry | None:
    """Return the entry after `edit`; None is a title that is not on the list.

    Raises NotFoundError for an edit of a title that is not on the list, and InvalidArgumentError for an invalid value
    or a second entry for one title.
    """
    match edit:
        case Add(status):
            if entry is not None:
                raise already_listed(entry, total)
            return machine.set_status(Entry(mal_id), status, total, today)
        case Put(wanted, as_told):
            if reason := machine.violation(wanted, None if as_told else total):
                raise InvalidArgumentError(reason)
            return _put(mal_id, entry, wanted)
        case Remove() if entry is not None:
            return None
    if entry is None:
        raise NotFoundError("it is not on your list", hint="put it there first: catlog list add")
    return _changed(edit, entry, total, today)


def already_listed(entry: Entry, total: int | None) -> CatLogError:
    """Return the error for a second entry of one title."""
    progress = (
        f"{entry.status.words}, {entry.episodes_watched} of {counted(total, 'episode') if total else '? episodes'}"
    )
    return InvalidArgumentError(f"it is on your list already ({progress})", hint="change it with: catlog list set")


def _changed(edit: Edit, entry: Entry, total: int | None, today: date) -> Entry:
    match edit:
        case SetStatus(status):
            return machine.set_status(entry, status, total, today)
        case Watch(by, on):
            day = watched_on(on, today)
            return _logged(entry, machine.watch(entry, by, total, day or today), day)
        case WatchTo(episode, on):
            day = watched_on(on, today)
            return _logged(entry, machine.watch_to(entry, episode, total, day or today), day)
        case WatchAll(on):
            day = watched_on(on, today)
            return _logged(entry, machine.watch_all(entry, total, day or today), day)
        case Redate():
            return _redated(entry, edit, today)
        case SetRewatching(on):
            return machine.set_rewatching(entry, on, total)
        case Rate(rating, score100):
            return _rated(entry, rating, score100)
        case SetDates(start, finish):
            return _dated(entry, start, finish, today)
        case SetRewatchCount(count):
            if not 0 <= count <= machine.EPISODE_LIMIT:
                raise InvalidArgumentError(f"a title cannot have been rewatched {count} times", hint="give 0 or more")
            return replace(entry, rewatch_count=count)
        case SetOffset(offset):
            if abs(offset) > machine.EPISODE_LIMIT:
                raise InvalidArgumentError(f"{offset} is no offset of episodes", hint="give a small number, 0 for none")
            return replace(entry, episode_offset=offset)
        case SetNotes(notes):
            return replace(entry, notes=clean(notes, multiline=True, limit=NOTE_LIMIT))
        case SetTags(tags):
            return replace(entry, tags=clean_tags(tags))
        case AddTags(tags):
            return replace(entry, tags=clean_tags((*entry.tags, *tags)))
        case RemoveTags(tags):
            gone = {tag.casefold() for tag in clean_tags(tags)}
            return replace(entry, tags=tuple(tag for tag in entry.tags if tag.casefold() not in gone))
        case SetFavorite(on):
            return replace(entry, favorite=on)
        case _:
            raise AssertionError(f"no rule for {edit}")


def watched_on(on: PartialDate | Relative | None, today: date) -> PartialDate | None:
    """Return when episodes were watched. Raises InvalidArgumentError for a date that nobody can have watched on."""
    day = on.on(today) if isinstance(on, Relative) else on
    if day is None:
        return None
    if day.year is None or (day.day and not day.month):
        raise InvalidArgumentError(f"{day} is no day to watch on", hint="write 2021, 2021-05 or 2021-05-03")
    if day.earliest > today.isoformat():
        raise InvalidArgumentError(f"{day} is in the future", hint=f"today is {today}")
    return day


def log_facts(edit: Edit, today: date) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Return what the log says of an edit beyond the fields of the entry, before and after: when it was watched."""
    if isinstance(edit, Redate):
        day = watched_on(edit.on, today)
        if day is None or day == edit.was:
            return {}, {}
        log = {LOGGED_AT: edit.logged_at}
        return log | {WATCHED_ON: str(edit.was)}, log | {WATCHED_ON: str(day)}
    if isinstance(edit, Watch | WatchTo | WatchAll) and (day := watched_on(edit.on, today)):
        return {}, {WATCHED_ON: str(day)}
    return {}, {}


def _logged(before: Entry, after: Entry, on: PartialDate | None) -> Entry:
    """Return the entry after a log for another day: its start date is no later than an episode of the first viewing."""
    again = before.rewatching or after.rewatching or after.rewatch_count > before.rewatch_count
    if on and not again and after.start_date and after.start_date.earliest > on.latest:
        return replace(after, start_date=on)
    return after


def _redated(entry: Entry, edit: Redate, today: date) -> Entry:
    day = watched_on(edit.on, today)
    start: DateValue = day if edit.begins and entry.start_date == edit.was else UNCHANGED
    finish: DateValue = day if edit.ends and entry.finish_date == edit.was else UNCHANGED
    earliest = entry.start_date
    if finish is not UNCHANGED and start is UNCHANGED and day and earliest and day.latest < earliest.earliest:
        start = day
    return _dated(entry, start, finish, today)


def clean_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Return tags as they are stored: clean, in their order, none empty, none twice in any case."""
    by_key: dict[str, str] = {}
    for tag in tags:
        text = clean(tag, limit=TAG_LIMIT)
        if text:
            by_key.setdefault(text.casefold(), text)
    return tuple(by_key.values())


def rating_of(score100: int | None) -> int | None:
    """Return the rating 1-10 that a 0-100 score rounds to; 0 and None mean unrated.

    Halves round up and a score above 0 is never less than 1, as list services convert.
    """
    return max(1, (score100 + 5) // 10) if score100 else None


def _rated(entry: Entry, rating: int | None, score100: int | None) -> Entry:
    if rating is not None and rating not in machine.RATINGS:
        raise InvalidArgumentError(f"a rating is 1 to 10, not {rating}", hint="give 1 to 10, or none")
    if score100 is not None and score100 not in machine.SCORES:
        raise InvalidArgumentError(f"a score is 0 to 100, not {score100}")
    if rating == entry.rating and score100 is None:
        return entry
    return replace(entry, rating=rating, score100=score100)


def _dated(entry: Entry, start: DateValue, finish: DateValue, today: date) -> Entry:
    begun, ended = _date(entry.start_date, start, today), _date(entry.finish_date, finish, today)
    if (begun, ended) == (entry.start_date, entry.finish_date):
        return entry  # an import may have left dates that no edit would set
    if begun and ended and ended.latest < begun.earliest:
        raise InvalidArgumentError(f"it cannot be finished ({ended}) before it was started ({begun})")
    return replace(entry, start_date=begun, finish_date=ended)


def _date(before: PartialDate | None, value: DateValue, today: date) -> PartialDate | None:
    if isinstance(value, Unchanged):
        return before
    return value.on(today) if isinstance(value, Relative) else value


def _put(mal_id: int, entry: Entry | None, wanted: Entry) -> Entry:
    base = entry or Entry(mal_id, created_at=wanted.created_at)
    own = {"mal_id": mal_id, "version": base.version, "created_at": base.created_at, "updated_at": base.updated_at}
    return replace(wanted, **own)  # type: ignore[arg-type]  # names of its own fields
