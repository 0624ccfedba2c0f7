"""An inverted index: the words in order, and in one array the places of the titles of each.

Since the words are in order, the places of all words with one prefix are contiguous.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import accumulate, chain

_LAST = chr(0x10FFFF)


class Texts:
    """One text a title, without NUL; stored texts are split on first use."""

    def __init__(self, lines: list[str] | None = None, stored: bytes = b"") -> None:
        if lines is not None:
            self.lines = lines
        self._stored = stored

    @cached_property
    def lines(self) -> list[str]:
        """The texts by place."""
        return self._stored.decode().split("\0")

    def joined(self) -> bytes:
        """Return all texts as one, for `stored`."""
        return "\0".join(self.lines).encode()


class Postings:
    """Words (any text without a line break), each with its places in order."""

    def __init__(self, words: list[str], starts: array[int], places: array[int]) -> None:
        """Take sorted words; `starts` has the offset of each word's places, and the end of the last ones."""
        self.words = words
        self.starts = starts
        self.places = places

    @classmethod
    def build(cls, texts: Iterable[Iterable[str]]) -> Postings:
        """Build the postings from the words of each place."""
        found: dict[str, list[int]] = defaultdict(list)
        for place, words in enumerate(texts):
            for word in words:
                found[word].append(place)
        words = sorted(found)
        lists = [found[word] for word in words]
        return cls(words, array("I", accumulate(map(len, lists), initial=0)), array("I", chain.from_iterable(lists)))

    def places_of(self, word: str) -> Sequence[int]:
        """Return the places of exactly this word."""
        first = bisect_left(self.words, word)
        if first == len(self.words) or self.words[first] != word:
            return ()
        return self.places[self.starts[first] : self.starts[first + 1]]

    def places_of_any(self, words: Iterable[str]) -> set[int]:
        """Return the places of any of these words."""
        return set().union(*map(self.places_of, words))

    def words_starting_with(self, start: str) -> list[str]:
        """Return the words with this prefix."""
        return self.words[slice(*self._range(start))]

    def places_starting_with(self, start: str) -> set[int]:
        """Return the places of words with this prefix."""
        first, end = self._range(start)
        return set(self.places[self.starts[first] : self.starts[end]])

    def places_containing(self, part: str) -> set[int]:
        """Return the places of words that contain `part`, which is not empty."""
        places: list[Sequence[int]] = []
        starts, in_text, text = self.starts, self._in_text, self._text
        at = text.find(part)
        while at >= 0:
            word = bisect_right(in_text, at) - 1
            places.append(self.places[starts[word] : starts[word + 1]])
            at = text.find(part, in_text[word + 1])
        return set().union(*places)

    def _range(self, start: str) -> tuple[int, int]:
        first = bisect_left(self.words, start)
        return first, bisect_left(self.words, start + _LAST, first)

    @cached_property
    def _text(self) -> str:
        return "\n".join(self.words) + "\n"

    @cached_property
    def _in_text(self) -> list[int]:
        return list(accumulate((len(word) + 1 for word in self.words), initial=0))
