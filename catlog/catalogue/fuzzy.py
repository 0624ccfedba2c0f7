"""Which known words somebody may have meant who mistyped one: letters swapped, missing, doubled or wrong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

_LETTERS = 61  # a mask of the letters of a word fits a machine word; letters that share a bit only cost a comparison
_STEP = 4
_TWO_FROM = 6
_ONE_FROM = 4


class WordList:
    """Known words, which are never empty."""

    def __init__(self, words: Iterable[str]) -> None:
        self._by_length: dict[int, list[tuple[str, int]]] = defaultdict(list)
        self._by_first: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for word in words:
            known = (word, _letters(word))
            self._by_length[len(word)].append(known)
            self._by_first[word[0]].append(known)
        self._begun: dict[tuple[str, int], list[int]] = {}

    def near(self, word: str, *, is_prefix: bool = False) -> list[str]:
        """Return the words that are the fewest mistakes away from `word`, which may be none at all.

        One mistake is forgiven from four letters on, two from six if the first letter is right. With `begun` the
        word may not be finished yet: words whose beginning is as near, with the right first letter, count as well.
        """
        for mistakes in range(1, 1 + (len(word) >= _ONE_FROM) + (len(word) >= _TWO_FROM)):
            found = [other for other in self._alike(word, mistakes) if distance(word, other, mistakes) <= mistakes]
            if is_prefix:
                longer = self._beginning_alike(word, mistakes)
                found += [other for other in longer if _distance_of_beginning(word, other, mistakes) <= mistakes]
            if found:
                return found
        return []

    def _alike(self, word: str, mistakes: int) -> list[str]:
        """Return the words of which the letters do not rule out that they are meant."""
        letters, most = _letters(word), 2 * mistakes
        low, high = len(word) - mistakes, len(word) + mistakes
        if mistakes > 1:
            known = [pair for pair in self._by_first.get(word[0], ()) if low <= len(pair[0]) <= high]
        else:
            known = [pair for length in range(low, high + 1) for pair in self._by_length.get(length, ())]
        return [other for other, theirs in known if (letters ^ theirs).bit_count() <= most]

    def _beginning_alike(self, word: str, mistakes: int) -> list[str]:
        letters, length = _letters(word), len(word) + mistakes
        known = zip(self._by_first.get(word[0], ()), self._beginnings(word[0], length), strict=True)
        return [o for (o, _), theirs in known if len(o) > length and (letters & ~theirs).bit_count() <= mistakes]

    def _beginnings(self, first: str, length: int) -> list[int]:
        """Return the letters that the words with that first letter have among their first `length`, or some more."""
        length += -length % _STEP
        if (first, length) not in self._begun:
            self._begun[first, length] = [_letters(word[:length]) for word, _ in self._by_first.get(first, ())]
        return self._begun[first, length]


def distance(word: str, other: str, most: int) -> int:
    """Return how many letters to add, leave out, replace or swap with their neighbour make `word` `other`.

    Where that is more than `most`, some number above `most` is returned.
    """
    return _last_row(word, other, most)[-1]


def _distance_of_beginning(word: str, other: str, most: int) -> int:
    """Return the distance from `word` to the beginning of `other` that is nearest to it."""
    return min(_last_row(word, other[: len(word) + most], most))


def _last_row(word: str, other: str, most: int) -> list[int]:
    """Return the distances from `word` to all beginnings of `other`, the empty one first; or one that is too far."""
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
