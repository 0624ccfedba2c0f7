"""Edits as small values, and what each makes of an entry; `catlog.library.writer` is who writes them down."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum, StrEnum
from typing import ClassVar, TypeAlias

from catlog.errors import CatLogError, InvalidArgumentError, NotFoundError
from catlog.library import status as machine
from catlog.library.entries import Entry, Status
from catlog.library.partial_date import PartialDate
from catlog.text import NOTE_LIMIT, TITLE_LIMIT, clean, counted

TAG_LIMIT = TITLE_LIMIT
"""Characters kept of one tag."""


@dataclass(frozen=True, slots=True)
class Add:
    """Put a title on the list, by way of the planned state: a title added as Watching starts today."""

    action: ClassVar[str] = "add"
    status: Status = Status.PLAN_TO_WATCH


@dataclass(frozen=True, slots=True)
class Remove:
    """Take a title off the list; undo brings it back whole."""

    action: ClassVar[str] = "remove"


@dataclass(frozen=True, slots=True)
class SetStatus:
    """Move to another status."""

    action: ClassVar[str] = "status"
    status: Status


@dataclass(frozen=True, slots=True)
class Watch:
    """Count `by` more episodes; negative takes some back."""

    action: ClassVar[str] = "watch"
    by: int = 1


@dataclass(frozen=True, slots=True)
class WatchTo:
    """Say which episode was the last one watched."""

    action: ClassVar[str] = "watch"
    episode: int


@dataclass(frozen=True, slots=True)
class WatchAll:
    """Say that the last episode was watched, also where the number of episodes is unknown; ends a rewatch."""

    action: ClassVar[str] = "watch"


@dataclass(frozen=True, slots=True)
class Rate:
    """Rate 1-10, or take the rating away with None. A new rating drops the 0-100 score of an import, or brings one."""

    action: ClassVar[str] = "rate"
    rating: int | None
    score100: int | None = None


class Unchanged(Enum):
    """Stands for a date that stays as it is."""

    KEEP = "keep"


UNCHANGED = Unchanged.KEEP


class Relative(StrEnum):
    """A date that follows from the day on which the edit is asked for, which the editor's time zone tells."""

    TODAY = "today"
    YESTERDAY = "yesterday"

    def on(self, today: date) -> PartialDate:
        """Return the date that is meant when it is `today`."""
        return PartialDate.of_day(today - timedelta(days=self is Relative.YESTERDAY))


DateValue: TypeAlias = PartialDate | Relative | Unchanged | None
"""What an edit may say of a date; None clears it."""


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
    """Add tags, those that are there already left alone."""

    action: ClassVar[str] = "tags"
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RemoveTags:
    """Take tags away, without regard to case; those that are not there do not matter."""

    action: ClassVar[str] = "tags"
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SetFavorite:
    """Mark or unmark as a favourite."""

    action: ClassVar[str] = "favorite"
    on: bool = True


@dataclass(frozen=True, slots=True)
class SetRewatching:
    """Begin a rewatch of a completed title, or give one up, which counts for nothing."""

    action: ClassVar[str] = "rewatch"
    on: bool


@dataclass(frozen=True, slots=True)
class SetRewatchCount:
    """Say how many times the title was seen again."""

    action: ClassVar[str] = "rewatch"
    count: int


@dataclass(frozen=True, slots=True)
class SetOffset:
    """Say what is added to the source's episode numbers where airing episodes are shown; 0 takes the offset away.

    Nothing else moves: episodes watched and totals are in the source's numbering.
    """

    action: ClassVar[str] = "offset"
    offset: int


@dataclass(frozen=True, slots=True)
class Put:
    """Make the entry exactly this one, whether it is on the list already or not; for imports.

    It must be legal: `status.settled` makes it so. What is `as_told` by another service need only be possible, whatever
    the number of episodes: totals lag behind, and a title with 13 of 12 episodes watched stays one. The version does
    not count, `created_at` does for a new entry, and `updated_at`, where it has one, says when it really changed.
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
"""Everything that can be done to one entry."""

COMMUTATIVE = (Watch, AddTags, RemoveTags)
"""Edits that two sessions can make at once, each meaning the same whatever the other did."""


def applied(edit: Edit, mal_id: int, entry: Entry | None, total: int | None, today: date) -> Entry | None:
    """Return what `edit` makes of `entry`, None being a title that is not on the list.

    Raises NotFoundError for an edit of a title that is not on the list, and InvalidArgumentError for a value that
    cannot be, among them a title that is on the list already.
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
    """Return the refusal of a second entry for one title."""
    progress = (
        f"{entry.status.words}, {entry.episodes_watched} of {counted(total, 'episode') if total else '? episodes'}"
    )
    return InvalidArgumentError(f"it is on your list already ({progress})", hint="change it with: catlog list set")


def _changed(edit: Edit, entry: Entry, total: int | None, today: date) -> Entry:
    match edit:
        case SetStatus(status):
            return machine.set_status(entry, status, total, today)
        case Watch(by):
            return machine.watch(entry, by, total, today)
        case WatchTo(episode):
            return machine.watch_to(entry, episode, total, today)
        case WatchAll():
            return machine.watch_all(entry, total, today)
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


def clean_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Return tags as a list keeps them: clean, in their order, none empty, none twice whatever its case."""
    kept: dict[str, str] = {}
    for tag in tags:
        text = clean(tag, limit=TAG_LIMIT)
        if text:
            kept.setdefault(text.casefold(), text)
    return tuple(kept.values())


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


def _date(before: PartialDate | None, asked: DateValue, today: date) -> PartialDate | None:
    if isinstance(asked, Unchanged):
        return before
    return asked.on(today) if isinstance(asked, Relative) else asked


def _put(mal_id: int, entry: Entry | None, wanted: Entry) -> Entry:
    base = entry or Entry(mal_id, created_at=wanted.created_at)
    kept = {"mal_id": mal_id, "version": base.version, "created_at": base.created_at, "updated_at": base.updated_at}
    return replace(wanted, **kept)  # type: ignore[arg-type]  # names of its own fields
