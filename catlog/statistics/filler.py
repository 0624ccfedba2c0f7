"""Filler and recaps of a title, by the marks of its episodes: the next canon episode, and the time without them.

Where a source marks no episode, there is nothing to say: a list without marks may be one that nobody has marked yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from catlog.catalogue.extras import ExtrasReader
from catlog.statistics.watched import format_duration
from catlog.text import counted

if TYPE_CHECKING:
    from catlog.catalogue.source import CatalogueSource
    from catlog.db.session import Database
    from catlog.jikan.details import Episode


@dataclass(frozen=True, slots=True)
class FillerCount:
    """The marks of a title's episodes, seen from the viewer's progress.

    `fillers` and `recaps` are counts of the episodes listed. `next_canon` is the first episode after those watched that
    is neither; None where no such one is listed. `skipped` are the marked ones before it. `seconds` is the length of
    all canon episodes, `seconds_left` of those not watched; None unless all episodes are listed and their length known.
    """

    fillers: int
    recaps: int
    next_canon: int | None
    skipped: int
    seconds: int | None
    seconds_left: int | None

    @property
    def marked(self) -> str:
        """The counts in words: `90 filler, 4 recaps`."""
        recaps = counted(self.recaps, "recap") if self.recaps else ""
        return ", ".join(filter(None, (f"{self.fillers} filler" if self.fillers else "", recaps)))

    @property
    def next(self) -> str:
        """The next canon episode in words, where marked ones come before it; "" otherwise."""
        if not self.skipped or self.next_canon is None:
            return ""
        return f"next canon episode {self.next_canon}, after {self.skipped} of filler or recap"

    @property
    def time(self) -> str:
        """The time without marked episodes in words; "" where it is not known."""
        if self.seconds is None:
            return ""
        left = f", {format_duration(self.seconds_left)} left" if self.seconds_left else ""
        return f"{format_duration(self.seconds)} without them{left}"


def count_filler(
    episodes: Sequence[Episode], *, watched: int, total: int | None, length: int | None
) -> FillerCount | None:
    """Count the marks of the episodes listed, None where there are none.

    `total` is the number of all episodes, `length` the seconds of one; None where unknown.
    """
    marked = {one.number for one in episodes if one.filler or one.recap}
    if not marked:
        return None
    canon = sorted(one.number for one in episodes if one.number not in marked)
    following = next((number for number in canon if number > watched), None)
    is_whole = total is not None and len(episodes) >= total
    skipped = sum(watched < number < following for number in marked) if following else 0
    return FillerCount(
        fillers=sum(one.filler for one in episodes),
        recaps=sum(one.recap and not one.filler for one in episodes),
        next_canon=following,
        skipped=skipped,
        seconds=len(canon) * length if length and is_whole else None,
        seconds_left=sum(number > watched for number in canon) * length if length and is_whole else None,
    )


def next_canon(database: Database, source: CatalogueSource, mal_id: int, watched: int) -> int | None:
    """Return the next canon episode of a title where a marked one comes before it, by the episodes that are cached.

    For a line about what to watch next, off the loop: nothing is fetched, and None says that nothing is to be skipped.
    """
    listed = ExtrasReader(database, source).cached_episodes(mal_id)
    found = count_filler(listed, watched=watched, total=None, length=None)
    return found.next_canon if found is not None and found.skipped else None
