"""Titles whose names are near to mistyped words: swapped, missing, doubled or wrong letters, words in another order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from catlog.catalogue.fuzzy import WordList
from catlog.catalogue.normalize import worded

_LEAST_START = 3
"""Letters from which on the last word may be the beginning of one."""

_LEAST_KNOWN = 4
"""Letters of the longest word, at least: shorter ones are near to too much."""


@dataclass(frozen=True, slots=True)
class NamedTitle:
    """A title with all the names by which it may be meant."""

    mal_id: int
    title: str
    names: Sequence[str]


def near_titles(titles: Iterable[NamedTitle], words: str) -> list[NamedTitle]:
    """Return the titles that the mistyped `words` may mean, in their order, which may be none.

    Each word is one of a name, or the nearest to it; numbers and words of up to three letters tell seasons apart and
    are never taken for others. Titles with a name of no other words are returned alone.
    """
    wanted = worded(words).split()
    if max(map(len, wanted), default=0) < _LEAST_KNOWN:
        return []
    named = [(title, [worded(name).split() for name in title.names]) for title in titles]
    known = {word for _, names in named for name in names for word in name}
    list_of_known = WordList(known)
    accepted = [
        _accepted(word, known, list_of_known, is_last=number == len(wanted)) for number, word in enumerate(wanted, 1)
    ]
    if not all(accepted):
        return []
    near = [(title, [name for name in names if all(map(set(name).intersection, accepted))]) for title, names in named]
    whole = [title for title, names in near if any(len(name) == len(wanted) for name in names)]
    return whole or [title for title, names in near if names]


def _accepted(word: str, known: set[str], list_of_known: WordList, *, is_last: bool) -> set[str]:
    """Return the known words that a typed one may stand for."""
    found = {word} & known
    if is_last and len(word) >= _LEAST_START:
        found |= set(_starting_with(word, known))
    if not found and not any(map(str.isdecimal, word)):
        found = {other for other in list_of_known.near(word, is_prefix=is_last) if not any(map(str.isdecimal, other))}
    return found


def _starting_with(start: str, known: set[str]) -> Iterator[str]:
    return (word for word in known if word.startswith(start))
