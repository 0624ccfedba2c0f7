"""The titles of the catalogue in memory, and which of them words mean, in the order that people expect.

A title is found when every word typed begins one of its words (three letters, or one of a script without spaces,
also count inside a word), or when what was typed, without its spaces, begins a name. First come the titles that are
called just so; then those with the words at the beginning of a name or of words, popular ones first, where a beginning
outweighs thirty times fewer members; then those with letters inside words. Where nothing is found at all, mistyped
words are forgiven. The same rows give the same answers in the same order, whichever database they come from.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import accumulate
from typing import NamedTuple, TypeVar

from catlog.catalogue.folding import folded, shortened, worded
from catlog.catalogue.typos import Words

Kept = TypeVar("Kept")

_SUBSTRING_FROM = 3
_KEPT = 256
_NAME_BEGINS, _NAME_BEGINS_UNSPACED, _WHOLE_WORDS, _AS_WRITTEN, _IN_ONE_PIECE = 1.5, 0.3, 0.4, 0.5, 0.5
"""What counts beside the popularity, in powers of ten of members."""

_ALIASES = "\r"
"""Stands before the synonyms: a synonym that is just what was typed may be a joke of few."""


class Named(NamedTuple):
    """What the index needs of one title; unknown is None."""

    mal_id: int
    title: str
    title_english: str | None
    title_japanese: str | None
    synonyms: Sequence[str]
    members: int | None
    popularity: int | None

    @property
    def names(self) -> list[str]:
        """The title in all its forms, without the synonyms."""
        return [name for name in (self.title, self.title_english, self.title_japanese) if name]


@dataclass(frozen=True, slots=True)
class Hits:
    """The titles found, best first, by their places in the index; `mistyped` when words had to be forgiven."""

    places: Sequence[int]
    mistyped: bool = False


class Index:
    """The names of all titles, folded. A title's place in it is its place by popularity, from 0.

    `version` is that of the catalogue the titles were read from.
    """

    def __init__(self, version: str, titles: Iterable[Named]) -> None:
        self.version = version
        ordered = sorted(titles, key=_popularity)
        self.ids = [title.mal_id for title in ordered]
        self._weights = [math.log10((title.members or 0) + 1) for title in ordered]
        self._scans: dict[str, list[int]] = {}
        self._answers: dict[str, Hits] = {}
        self._names = ["\n".join([*title.names, *title.synonyms]) for title in ordered]
        # One text a title: a line per name, with a space before and after every word.
        self._plain, self._short, self._unspaced = _texts(ordered)

        self._all_short = "".join(self._short)
        self._starts = list(accumulate(map(len, self._short), initial=0))

    def __len__(self) -> int:
        return len(self.ids)

    def find(self, words: str) -> Hits:
        """Return the titles that `words` mean; those without a letter or a digit, such as `★`, are taken literally."""
        plain = worded(" ".join(words.split()))
        typed = shortened(plain)
        if not typed.strip():
            return Hits(self._literal(folded(words).strip()))
        if plain not in self._answers:
            found = self._ranked(plain, typed)
            answer = Hits(found) if found else Hits(self._forgiven(typed.split()), mistyped=True)
            _keep(self._answers, plain, answer)
        return self._answers[plain]

    def _literal(self, text: str) -> list[int]:
        if not text:
            return []
        return [i for i, names in enumerate(self._written) if text in names]

    def _ranked(self, plain: str, typed: str) -> list[int]:
        short, unspaced, words = self._short, typed.replace(" ", ""), sorted(set(typed.split()), key=len, reverse=True)
        inside = self._scan(_needle(words[0]))
        for word in words[1:]:
            inside = _holding(inside, short, _needle(word))
        at_start = _holding(inside, short, f"\n {typed}")
        if len(unspaced) > 1:
            start = f"\n{unspaced}"
            begin = _holding(self._beginning.get(unspaced[:2], ()), self._unspaced, start)
        else:
            begin = at_start
        in_words = inside
        for word in words:
            if f" {word}" != _needle(word):  # else it was asked above
                in_words = _holding(in_words, short, f" {word}")

        value = {i: self._weights[i] for i in in_words}
        if begin is not at_start:
            for i in begin:
                value[i] = self._weights[i] + _NAME_BEGINS_UNSPACED
        for i in at_start:
            value[i] = self._weights[i] + _NAME_BEGINS
        for i in _holding(value, short, f" {typed} "):
            value[i] += _WHOLE_WORDS
        if len(plain) > 1:  # short vowels do not change how words begin
            for i in _holding(value, self._plain, f" {plain}"):
                value[i] += _AS_WRITTEN
        if len(words) > 1:
            for i in _holding(value, short, f" {typed}"):
                value[i] += _IN_ONE_PIECE

        exact = self._exact(_holding(begin, self._unspaced, f"\n{unspaced}\n"), plain, f"\n{unspaced}\n")
        first = set(exact)
        places = list(value) if len(value) == len(in_words) else sorted(value)  # in_words are in order already
        rest = sorted([i for i in places if i not in first], key=value.__getitem__, reverse=True)
        return [*exact, *rest, *(i for i in inside if i not in value)]

    def _scan(self, needle: str) -> list[int]:
        """Return the places of all titles that have `needle`; a word still being typed is looked for where it was."""
        places = self._scans.get(needle)
        if places is None:
            begun = (self._scans.get(needle[:end]) for end in range(len(needle) - 1, 0, -1))
            where = next((known for known in begun if known is not None), None)
            if where is None and needle[0] != " ":
                places = self._anywhere(needle)
            else:
                places = _holding(range(len(self)) if where is None else where, self._short, needle)
            _keep(self._scans, needle, places)
        return places

    def _anywhere(self, needle: str) -> list[int]:
        # Rare needles are found three times as fast in one long text; frequent ones in a text a title.
        places = []
        at = self._all_short.find(needle)
        while at >= 0:
            place = bisect_right(self._starts, at) - 1
            places.append(place)
            at = self._all_short.find(needle, self._starts[place + 1])
        return places

    def _exact(self, candidates: Iterable[int], plain: str, line: str) -> list[int]:
        """Return the titles that are called so, but for synonyms; those written as typed first."""
        called = [i for i in candidates if line in self._unspaced[i].partition(_ALIASES)[0]]
        return sorted(called, key=lambda i: (f"\n {plain} \n" not in self._plain[i], i))

    def _forgiven(self, words: list[str]) -> list[int]:
        """Return the titles that have every word or words close to it, at worst all but one; popular ones first."""

        @cache
        def close(i: int) -> set[int]:
            return self._words.at(self._words.near(words[i], begun=i == len(words) - 1))

        @cache
        def both(i: int) -> set[int]:
            return exact[i] | close(i)

        exact = [self._words.at(self._words.beginning(word)) for word in words]
        every = range(len(words))
        attempts: tuple[Callable[[], set[int]], ...] = (
            lambda: set.intersection(*(exact[i] or close(i) for i in every)),
            lambda: self._unspaced_names.at(self._unspaced_names.near("".join(words), begun=True)),
            lambda: set.intersection(*map(both, every)),
            lambda: _in_all_but_one([both(i) for i in every]),
        )
        return sorted(next((places for attempt in attempts if (places := attempt())), set()))

    @cached_property
    def _beginning(self) -> dict[str, list[int]]:
        """The places of the titles with a name that begins so, by the first two letters."""
        places: dict[str, list[int]] = defaultdict(list)
        for i, text in enumerate(self._unspaced):
            for begun in {name[:2] for name in text.split("\n")}:
                places[begun].append(i)
        return places

    @cached_property
    def _words(self) -> Words:
        return Words(_positions(self._short))

    @cached_property
    def _unspaced_names(self) -> Words:
        return Words(_positions(self._unspaced))

    @cached_property
    def _written(self) -> list[str]:
        return list(map(folded, self._names))


def _keep(kept: dict[str, Kept], key: str, value: Kept) -> None:
    """Add a value; the oldest goes when there are too many."""
    if len(kept) >= _KEPT:
        del kept[next(iter(kept))]
    kept[key] = value


def _needle(word: str) -> str:
    return word if len(word) >= _SUBSTRING_FROM or not word.isascii() else f" {word}"


def _popularity(title: Named) -> tuple[int, float, int]:
    return -(title.members or 0), title.popularity or math.inf, title.mal_id


def _holding(places: Iterable[int], texts: Sequence[str], needle: str) -> list[int]:
    return [i for i in places if needle in texts[i]]


def _in_all_but_one(sets: Sequence[set[int]]) -> set[int]:
    times = Counter(place for places in sets for place in places)
    return {place for place, count in times.items() if count >= max(2, len(sets) - 1)}


def _positions(texts: Sequence[str]) -> dict[str, tuple[int, ...]]:
    positions: dict[str, list[int]] = defaultdict(list)
    for place, text in enumerate(texts):
        for word in set(text.split()):
            positions[word].append(place)
    return {word: tuple(places) for word, places in positions.items()}


def _texts(titles: Sequence[Named]) -> tuple[list[str], list[str], list[str]]:
    """Return for every title its names as words, the same with short vowels, and those without spaces."""
    mains = [title.names for title in titles]
    names = [[*main, *title.synonyms] if title.synonyms else main for main, title in zip(mains, titles, strict=True)]
    plain_of, short_of = _folded_names({name for some in names for name in some})
    plain_texts, short_texts, unspaced_texts = [], [], []
    for main, some in zip(mains, names, strict=True):
        plain_texts.append("\n " + " \n ".join([plain_of[name] for name in some]) + " \n")
        short = " \n ".join([short_of[name] for name in some])
        short_texts.append(f"\n {short} \n")
        unspaced = f"\n{short.replace(' ', '')}\n"
        if len(some) > len(main):
            head = "\n".join([short_of[name] for name in main]).replace(" ", "")
            unspaced = f"\n{head}\n{_ALIASES}{unspaced[len(head) + 1 :]}"
        unspaced_texts.append(unspaced)
    return plain_texts, short_texts, unspaced_texts


def _folded_names(names: Collection[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return of every name its words, and the same with short vowels."""
    plain_of: dict[str, str] = {}
    short_of: dict[str, str] = {}
    # Most are ASCII, which is folded faster where nothing else is among it.
    ascii = [name for name in names if name.isascii()]
    for some in (ascii, [name for name in names if not name.isascii()]):
        plain = worded("\n".join([name.replace("\n", " ") for name in some]))
        plain_of.update(zip(some, plain.split("\n"), strict=False))
        short_of.update(zip(some, shortened(plain).split("\n"), strict=False))
    return plain_of, short_of
