"""The order of the list: sort keys with labels, and the dialog that picks one."""

from __future__ import annotations

from typing import NamedTuple

from catlog.tui.content import line
from catlog.tui.dialogs.pick import Pick, PickOption

LABELS = {
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


class Arrangement(NamedTuple):
    """A status, "" for all, and a sort key, reversed by a leading minus."""

    status: str = "WATCHING"
    sort: str = "title"

    @property
    def key(self) -> str:
        """The sort key without its direction."""
        return self.sort.removeprefix("-")

    @property
    def is_descending(self) -> bool:
        """Whether the largest comes first."""
        from catlog.library.sorting import SORT_KEYS

        return SORT_KEYS[self.key].descending is not self.sort.startswith("-")


def toggle_sort(arrangement: Arrangement, key: str) -> Arrangement:
    """Return the arrangement sorted by a key: in its default direction or, if it has that already, reversed."""
    return arrangement._replace(sort=f"-{key}" if arrangement.sort == key else key)


def sort_dialog(arrangement: Arrangement) -> Pick:
    """Return the dialog that picks a sort key."""
    things = [PickOption(key, letter, words) for key, (letter, words) in LABELS.items()]
    heading = line(("Sort by", "bold $accent"), ("  the same again turns it round", "$dim"))
    return Pick(heading, things, current=arrangement.key)
