"""The order of the list: sort keys with labels, the order of each tab, and the dialog that picks one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from catlog.tui.content import line
from catlog.tui.dialogs.pick import Pick, PickOption

if TYPE_CHECKING:
    from datetime import datetime

    from catlog.library.records import ListRow

NEXT = "next"
"""The sort key of the next episode, which the app has beside those of `library.sorting`: what airs soonest first."""

LABELS = {
    NEXT: ("n", "next episode"),
    "title": ("t", "title"),
    "score": ("s", "my rating"),
    "mal": ("m", "MyAnimeList's score"),
    "progress": ("p", "share watched"),
    "updated": ("u", "last change"),
    "added": ("a", "when added"),
    "started": ("b", "when begun"),
    "finished": ("f", "when finished"),
    "year": ("y", "year"),
    "episodes": ("e", "number of episodes"),
    "type": ("k", "kind"),
    "status": ("w", "status"),
}
"""The letter and the label of each sort key that the dialog offers."""

FIRST_SORTS = {
    "WATCHING": NEXT,
    "COMPLETED": "finished",
    "PLAN_TO_WATCH": "mal",
    "ON_HOLD": "updated",
    "DROPPED": "updated",
    "": "title",
}
"""The order of each tab until another one is chosen for it."""


class Arrangement(NamedTuple):
    """A status, "" for all, and a sort key, reversed by a leading minus."""

    status: str = "WATCHING"
    sort: str = NEXT

    @property
    def key(self) -> str:
        """The sort key without its direction."""
        return self.sort.removeprefix("-")

    @property
    def is_descending(self) -> bool:
        """Whether the largest comes first."""
        from catlog.library.sorting import SORT_KEYS

        natural = self.key != NEXT and SORT_KEYS[self.key].descending
        return natural is not self.sort.startswith("-")

    @property
    def words(self) -> str:
        """The sort key in words: by next episode."""
        return f"by {LABELS[self.key][1].removeprefix('when ')}" if self.key in LABELS else f"by {self.key}"


def ordered(
    rows: Sequence[ListRow],
    arrangement: Arrangement,
    coming: Mapping[int, datetime],
    text: Callable[[ListRow], str],
) -> Sequence[ListRow]:
    """Return the rows of the arrangement's status in its order.

    `coming` has the next episodes by MAL id; `text` gives the folded titles of a row.
    """
    from catlog.library.sorting import sort_rows

    status = arrangement.status
    within = [row for row in rows if row.status == status] if status else rows
    if arrangement.key != NEXT:
        return sort_rows(within, arrangement.sort, text=text)
    known = sorted((row for row in within if row.mal_id in coming), key=lambda row: (coming[row.mal_id], row.mal_id))
    if arrangement.is_descending:
        known.reverse()
    others = [row for row in within if row.mal_id not in coming]
    return known + sorted(others, key=lambda row: row.updated_at, reverse=True)


def toggle_sort(arrangement: Arrangement, key: str) -> Arrangement:
    """Return the arrangement sorted by a key: in its default direction or, if it has that already, reversed."""
    return arrangement._replace(sort=f"-{key}" if arrangement.sort == key else key)


def sort_dialog(arrangement: Arrangement) -> Pick:
    """Return the dialog that picks a sort key."""
    things = [PickOption(key, letter, words) for key, (letter, words) in LABELS.items()]
    heading = line(("Sort by", "bold $accent"), ("  the same again turns it round", "$dim"))
    return Pick(heading, things, current=arrangement.key)
