"""The list behind `/top/anime`: by score alone, and able to move while it is being read."""

import threading
from collections.abc import Iterable
from typing import Any
from zlib import crc32

from tests.support.jikan.catalogue import Anime, Catalogue


class TopList:
    """The ranking list, best score first. Safe to use from several threads.

    `pagination` is the one recorded with page 1, when the list is no more than that page.
    """

    def __init__(self, entries: Iterable[Anime], pagination: dict[str, Any] | None = None) -> None:
        self._entries = list(entries)
        self._lock = threading.Lock()
        self.pagination = pagination

    @classmethod
    def of(cls, catalogue: Catalogue) -> "TopList":
        """Return the list of a whole catalogue; the order of equal scores has nothing to do with rank."""
        return cls(sorted(catalogue.entries, key=lambda anime: (_falling(anime), _salted(anime, 0))))

    def read(self) -> list[Anime]:
        """Return the list as it is now."""
        with self._lock:
            return list(self._entries)

    def replace(self, entries: Iterable[Anime]) -> None:
        """Make the list what `entries` are, in their order."""
        found = list(entries)
        with self._lock:
            self._entries = found

    def shift(self, count: int, served: int) -> None:
        """Move `count` anime to the top that the reader of the first `served` places has not met.

        They come from beyond the next page where there are enough, else from the end. So a reader who goes on sees
        the last `count` of what was served again, never sees the ones that moved, and finds page 1 changed.
        """
        with self._lock:
            entries = self._entries
            count = min(count, len(entries))
            begin = max(0, min(2 * served, len(entries) - count))
            best = entries[0]["score"] if entries else None
            moved = [{**anime, "score": best} for anime in entries[begin : begin + count]]
            self._entries = moved + entries[:begin] + entries[begin + count :]


def with_ties_shuffled(entries: list[Anime], salt: int) -> list[Anime]:
    """Return the list with equal scores in another order for each `salt`, as a sort without a tie-break gives."""
    return sorted(entries, key=lambda anime: (_falling(anime), _salted(anime, salt)))


def _falling(anime: Anime) -> float:
    return -(anime["score"] or 0)


def _salted(anime: Anime, salt: int) -> int:
    return crc32(f"{salt}/{anime['mal_id']}".encode())
