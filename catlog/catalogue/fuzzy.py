"""Fuzzy matching of words: swapped, missing, doubled or wrong letters (Damerau-Levenshtein distance)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

_LETTERS = 61  # the mask of a word's letters fits a machine word; letters that share a bit only cost a comparison
_STEP = 4
_TWO_FROM = 6
_ONE_FROM = 4


class WordList:
    """A set of known words, none of them empty."""

    def __init__(self, words: Iterable[str]) -> None:
        self._by_length: dict[int, list[tuple[str, int]]] = defaultdict(list)
        self._by_first: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for word in words:
            known = (word, _letters(word))
            self._by_length[len(word)].append(known)
            self._by_first[word[0]].append(known)
        self._begun: dict[tuple[str, int], list[int]] = {}

    def near(self, word: str, *, is_prefix: bool = False) -> list[str]:
        """Return the words at the least distance from `word`, which may be none.

        One error is allowed from four letters on, two from six if the first letter is right. With `is_prefix` the word
        may be incomplete: words whose beginning is as near, with the right first letter, match as well.
        """
        for errors in range(1, 1 + (len(word) >= _ONE_FROM) + (len(word) >= _TWO_FROM)):
            found = [other for other in self._alike(word, errors) if distance(word, other, errors) <= errors]
            if is_prefix:
                longer = self._beginning_alike(word, errors)
                found += [other for other in longer if _distance_of_beginning(word, other, errors) <= errors]
            if found:
                return found
        return []

    def _alike(self, word: str, errors: int) -> list[str]:
        """Return the candidates whose letters allow so few errors."""
        letters, most = _letters(word), 2 * errors
        low, high = len(word) - errors, len(word) + errors
        if errors > 1:
            known = [pair for pair in self._by_first.get(word[0], ()) if low <= len(pair[0]) <= high]
        else:
            known = [pair for length in range(low, high + 1) for pair in self._by_length.get(length, ())]
        return [other for other, theirs in known if (letters ^ theirs).bit_count() <= most]

    def _beginning_alike(self, word: str, errors: int) -> list[str]:
        letters, length = _letters(word), len(word) + errors
        known = zip(self._by_first.get(word[0], ()), self._beginnings(word[0], length), strict=True)
        return [o for (o, _), theirs in known if len(o) > length and (letters & ~theirs).bit_count() <= errors]

    def _beginnings(self, first: str, length: int) -> list[int]:
        """Return the letter masks of the beginnings, at least `length` long, of words with that first letter."""
        length += -length % _STEP
        if (first, length) not in self._begun:
            self._begun[first, length] = [_letters(word[:length]) for word, _ in self._by_first.get(first, ())]
        return self._begun[first, length]


def distance(word: str, other: str, most: int) -> int:
    """Return how many letters must be added, removed, replaced or swapped with a neighbour to turn `word` into `other`.

    A distance above `most` is returned as any number above `most`.
    """
    return _last_row(word, other, most)[-1]


def _distance_of_beginning(word: str, other: str, most: int) -> int:
    """Return the distance from `word` to the nearest beginning of `other`."""
    return min(_last_row(word, other[: len(word) + most], most))


def _last_row(word: str, other: str, most: int) -> list[int]:
    """Return the distances from `word` to all beginnings of `other`, the empty one first; or one above `most`."""
    same = next((i for i, (a, b) in enumerate(zip(word, other, strict=False)) if a != b), min(len(word), len(other)))
    word, other, far = word[same:], other[same:], most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(word, 1):
        earlier, before, row = before, row, [far] * (len(other) + 1)
        row[0] = i
        for j in range(max(1, i - most), min(len(other), i + most) + 1):
            theirs = other[j - 1]
            cost = before[j - 1] if letter == theirs else 1 + min(before[j - 1], before[j], row[j - 1])
            if i > 1 and j > 1 and letter == other[j - 2] and theirs == word[i - 2]:
                cost = min(cost, earlier[j - 2] + 1)
            row[j] = cost
        if min(row) > most:
            return [far]
    return row


def _letters(word: str) -> int:
    mask = 0
    for letter in word:
        mask |= 1 << ord(letter) % _LETTERS
    return mask
