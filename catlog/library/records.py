"""Records of a user's list: entries, titles in progress, episodes of a week, premieres, changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple

from catlog.catalogue.normalize import folded
from catlog.library.airing import Broadcast
from catlog.library.entries import Status
from catlog.library.numbering import number_text
from catlog.library.partial_date import PartialDate


@dataclass(frozen=True, slots=True)
class InProgress:
    """A title being watched, watched again (`again`) or planned; `broadcast` is None where the catalogue lacks it.

    `seen_at` is when an episode was logged last, None where none was in this list's log; `image_url` is the cover's;
    `why` is the reason to begin a planned title.
    """

    mal_id: int
    title: str
    status: str
    watched: int
    episodes: int | None
    again: bool
    broadcast: Broadcast | None
    image_url: str | None = None
    seen_at: datetime | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class ScheduledEpisode:
    """One broadcast of the week: `at` in UTC, `day` and `weekday` ("friday") on the viewer's clock.

    `episode` of `episodes` are the numbers to show, with the user's offset; an `estimate` is not from the source.
    `episode` is None where that is below 1, or where the number is unknown: then `source_episode`, the source's own, is
    None as well. `list_status` is the title's status on the list, `as_of` the time of the catalogue's facts.
    """

    mal_id: int
    title: str
    at: datetime
    day: date
    weekday: str
    episode: int | None
    episodes: int | None
    score: float | None
    list_status: str | None
    as_of: datetime
    estimate: bool
    source_episode: int | None

    @property
    def number(self) -> str | None:
        """The episode's number as text, ~8 for an estimate."""
        return number_text(self.episode, estimate=self.estimate)


@dataclass(frozen=True, slots=True)
class Premiere:
    """A title and its first day; `list_status` is None where it is not on the list."""

    mal_id: int
    title: str
    day: date
    list_status: str | None


@dataclass(frozen=True, slots=True)
class LoggedChange:
    """One row of the log. `before` and `after` have the fields that differ, or the whole entry where one is None.

    `episodes` is the title's number of episodes, None where unknown.
    """

    id: int
    step: int
    at: datetime
    origin: str
    mal_id: int
    title: str
    action: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    episodes: int | None


class _Fields(NamedTuple):
    mal_id: int
    title: str
    type: str | None
    status: Status
    rating: int | None
    score100: int | None
    episodes_watched: int
    episodes: int | None
    start_date: PartialDate | None
    finish_date: PartialDate | None
    rewatching: bool
    rewatch_count: int
    notes: str
    tags: tuple[str, ...]
    favorite: bool
    updated_at: datetime
    created_at: datetime
    version: int
    episode_offset: int
    title_english: str | None
    title_japanese: str | None
    synonyms: tuple[str, ...]
    mal_score: float | None
    year: int | None
    season: str | None
    studios: tuple[str, ...]
    genres: tuple[str, ...]


class ListRow(_Fields):
    """One entry with what the catalogue knows of its title; unknown is None.

    `title` is in the language that is spoken; where that is not the main title, that one is the first synonym.
    A tuple, because a frozen dataclass of this size takes ten times as long to make. `episodes` and
    `mal_score` are MyAnimeList's, `rating` and `score100` the user's own.
    """

    @property
    def titles(self) -> tuple[str, ...]:
        """All names of the title, the main one first."""
        more = (self.title_english, self.title_japanese, *self.synonyms)
        return (self.title, *(name for name in more if name))

    @cached_property
    def search_text(self) -> str:
        """All names of the title, folded for searching."""
        return folded("\n".join(self.titles))

    @property
    def watched(self) -> str:
        """The progress as text: `6/26`, `130/?`."""
        return f"{self.episodes_watched}/{self.episodes or '?'}"

    @property
    def progress(self) -> float | None:
        """The share of episodes watched in percent, None where their number is unknown."""
        return 100 * self.episodes_watched / self.episodes if self.episodes else None
