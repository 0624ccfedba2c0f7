"""Which titles have which words: the words in order, and in one row of numbers the places of the titles of each.

Since the words are in order, all titles with a word that begins alike lie side by side.
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
    """One text a title, without NUL. What was stored is only taken apart when somebody looks at it."""

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
    """Words (any text without a line break), each with the places that have it, in order."""

    def __init__(self, words: list[str], starts: array[int], places: array[int]) -> None:
        """Take words in order; `starts` says where the places of each begin, and at its end where the last ones do."""
        self.words = words
        self.starts = starts
        self.places = places

    @classmethod
    def build(cls, texts: Iterable[Iterable[str]]) -> Postings:
        """Return the postings of what each place has."""
        found: dict[str, list[int]] = defaultdict(list)
        for place, words in enumerate(texts):
            for word in words:
                found[word].append(place)
        words = sorted(found)
        lists = [found[word] for word in words]
        return cls(words, array("I", accumulate(map(len, lists), initial=0)), array("I", chain.from_iterable(lists)))

    def places_of(self, word: str) -> Sequence[int]:
        """Return the places that have just this word."""
        first = bisect_left(self.words, word)
        if first == len(self.words) or self.words[first] != word:
            return ()
        return self.places[self.starts[first] : self.starts[first + 1]]

    def places_of_any(self, words: Iterable[str]) -> set[int]:
        """Return the places that have one of these words."""
        return set().union(*map(self.places_of, words))

    def words_starting_with(self, start: str) -> list[str]:
        """Return the words that begin so."""
        return self.words[slice(*self._range(start))]

    def places_starting_with(self, start: str) -> set[int]:
        """Return the places that have a word which begins so."""
        first, end = self._range(start)
        return set(self.places[self.starts[first] : self.starts[end]])

    def places_containing(self, part: str) -> set[int]:
        """Return the places that have a word with `part` in it; it is not empty."""
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
