"""The search index of titles in memory, with ranking.

A title matches when every word typed begins one of its words (three letters, or one of a script without spaces, also
match inside a word), or when the words, without spaces, begin a name. Exact names come first; then matches at the
beginning of a name or of words, popular ones first, where a beginning outweighs thirty times fewer members; then
matches inside words. Without any match the search is fuzzy, and then takes the titles with most of the words, rare
words first. The same rows give the same result in the same order, whichever database they come from.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple, Self, TypeVar

from catlog.catalogue.fuzzy import WordList
from catlog.catalogue.inverted_index import Postings, Texts
from catlog.catalogue.normalize import folded, shortened, worded

Value = TypeVar("Value")

_SUBSTRING_FROM = 3
_CACHE_SIZE = 256
_NAME_BEGINS, _NAME_BEGINS_UNSPACED, _WHOLE_WORDS, _AS_WRITTEN, _IN_ONE_PIECE = 1.5, 0.3, 0.4, 0.5, 0.5
"""Bonuses that are added to the popularity, in powers of ten of members."""

_COMMON_AT_LEAST, _COMMON_PART = 200, 50
"""A word is too common to find a title by it alone if more titles, and more than this part of all, have it."""

_ALIASES = "\r"
"""Marks the beginning of the synonyms: a synonym is no exact name, as it may be a rare joke."""


class IndexedTitle(NamedTuple):
    """The facts of one title for the index; unknown is None."""

    mal_id: int
    title: str
    title_english: str | None
    title_japanese: str | None
    synonyms: Sequence[str]
    members: int | None
    popularity: int | None

    @property
    def names(self) -> list[str]:
        """The names of the title without its synonyms."""
        return [name for name in (self.title, self.title_english, self.title_japanese) if name]


@dataclass(frozen=True, slots=True)
class Hits:
    """The matches, best first, as places in the index; `mistyped` when the search was fuzzy.

    `taken` are the words that some of the titles have, the rarest first, when no title has all of them.
    """

    places: Sequence[int]
    mistyped: bool = False
    taken: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IndexParts:
    """The data of an index, all by place: slow to compute, and can be stored.

    `plain`, `short` and `unspaced` have a line per name: its words, the same with short vowels, and those without
    spaces, synonyms behind `_ALIASES`. In the first two there is a space before and after every word. `long` are the
    places where the first two differ.
    """

    ids: list[int]
    weights: list[float]
    names: Texts
    plain: Texts
    short: Texts
    unspaced: Texts
    words: Postings
    first_words: Postings
    begun: Postings
    long: Sequence[int]


class Index:
    """The folded names of all titles. A title's place is its rank by popularity, from 0.

    `version` is that of the catalogue the titles were read from.
    """

    def __init__(self, version: str, parts: IndexParts) -> None:
        self.version = version
        self.parts = parts
        self.ids = parts.ids
        self._results: dict[str, Hits] = {}
        self._words, self._first_words, self._begun = parts.words, parts.first_words, parts.begun
        self._long = frozenset(parts.long)

    @classmethod
    def build(cls, version: str, titles: Iterable[IndexedTitle]) -> Self:
        """Build the index of titles."""
        ordered = sorted(titles, key=_popularity)
        plain, short, unspaced = _texts(ordered)
        parts = IndexParts(
            ids=[title.mal_id for title in ordered],
            weights=[math.log10((title.members or 0) + 1) for title in ordered],
            names=Texts(["\n".join([*title.names, *title.synonyms]) for title in ordered]),
            plain=Texts(plain),
            short=Texts(short),
            unspaced=Texts(unspaced),
            words=Postings.build(set(text.split()) for text in short),
            first_words=Postings.build(
                {name.split(None, 1)[0] for name in text.split("\n") if name.strip()} for text in short
            ),
            begun=Postings.build(set(text.split()) for text in unspaced),
            long=[i for i, (one, other) in enumerate(zip(plain, short, strict=True)) if one != other],
        )
        return cls(version, parts)

    def __len__(self) -> int:
        return len(self.ids)

    def find(self, words: str) -> Hits:
        """Return the matches of `words`; words without a letter or a digit, such as `★`, are matched literally."""
        plain = worded(" ".join(words.split()))
        typed = shortened(plain)
        if not typed.strip():
            return Hits(self._literal(folded(words).strip()))
        if plain not in self._results:
            found = self._ranked(plain, typed)
            _cache(self._results, plain, Hits(found) if found else self._forgiving(typed.split(), plain.split()))
        return self._results[plain]

    def prepare(self) -> None:
        """Compute ahead what the first fuzzy search and the first literal one need."""
        _ = self._known_words, self._known_names, self._signs

    def _literal(self, text: str) -> list[int]:
        if not text:
            return []
        # Folding all names would take a hundred times as long as the search for one character in all its forms.
        forms = [sign for sign, plain in self._signs.items() if text[0] in plain]
        some = {i for sign in forms for i, names in enumerate(self.parts.names.lines) if sign in names}
        return [i for i in sorted(some) if text in folded(self.parts.names.lines[i])]

    def _ranked(self, plain: str, typed: str) -> list[int]:
        words, unspaced, several = set(typed.split()), typed.replace(" ", ""), " " in typed
        beginning = {word: self._words.places_starting_with(word) for word in words}
        in_words = set.intersection(*beginning.values())
        inside = in_words
        if any(map(_counts_inside, words)):
            inside = set.intersection(
                *(self._words.places_containing(word) if _counts_inside(word) else beginning[word] for word in words)
            )
        if several:
            at_start = set(_holding(inside, self.parts.short.lines, f"\n {typed}"))
        else:
            at_start = self._first_words.places_starting_with(typed)
        begin = self._begun.places_starting_with(unspaced) if len(unspaced) > 1 else at_start
        found = in_words | begin

        value = self.parts.weights.copy()
        for i in begin - at_start:
            value[i] += _NAME_BEGINS_UNSPACED
        for i in at_start:
            value[i] += _NAME_BEGINS
        for i in _holding(found, self.parts.short.lines, f" {typed} ") if several else self._words.places_of(typed):
            value[i] += _WHOLE_WORDS
        if len(plain) > 1:  # short vowels do not change how words begin
            # Where no vowel is long anywhere, words are written as they are compared.
            doubtful = found if several else found & self._long
            for i in _holding(doubtful, self.parts.plain.lines, f" {plain}"):
                value[i] += _AS_WRITTEN
            for i in in_words - self._long if plain == typed and not several else ():
                value[i] += _AS_WRITTEN
        if len(words) > 1:
            for i in _holding(found, self.parts.short.lines, f" {typed}"):
                value[i] += _IN_ONE_PIECE

        exact = self._exact(self._begun.places_of(unspaced), plain, f"\n{unspaced}\n")
        after = () if inside is in_words else sorted(inside - found)
        found.difference_update(exact)
        return [*exact, *sorted(sorted(found), key=value.__getitem__, reverse=True), *after]

    def _exact(self, candidates: Iterable[int], plain: str, line: str) -> list[int]:
        """Return the titles with exactly this name, synonyms excluded; those written as typed first."""
        called = [i for i in candidates if line in self.parts.unspaced.lines[i].partition(_ALIASES)[0]]
        return sorted(called, key=lambda i: (f"\n {plain} \n" not in self.parts.plain.lines[i], i))

    def _forgiving(self, words: list[str], typed: list[str]) -> Hits:
        """Return the titles with close words, else those with some of the `words`, which were `typed` so."""
        if found := self._fuzzy(words):
            return Hits(found, mistyped=True)
        return self._with_some(dict(zip(words, typed, strict=False))) if len(words) > 1 else Hits([], mistyped=True)

    def _with_some(self, typed: Mapping[str, str]) -> Hits:
        """Return the titles with most of the words, then those with the rarer ones, then popular ones.

        Words that many titles have are left out; without a word that any has, close ones count.
        """
        words = [word for word in typed if len(word) > 1 or not word.isascii()]
        having = {word: self._words.places_starting_with(word) for word in words}
        if not any(having.values()):
            having = {word: self._words.places_of_any(self._known_words.near(word)) for word in words}
        most = max(_COMMON_AT_LEAST, len(self) // _COMMON_PART)
        rare = {word: places for word, places in having.items() if 0 < len(places) <= most}
        count: Counter[int] = Counter()
        rarity: dict[int, float] = defaultdict(float)
        for places in rare.values():
            count.update(places)
            for place in places:
                rarity[place] -= math.log(len(places) / len(self))
        found = sorted(count, key=lambda place: (-count[place], -rarity[place], place))
        taken = sorted(rare, key=lambda word: len(rare[word]))
        return Hits(found, mistyped=True, taken=tuple(typed[word] for word in taken))

    def _fuzzy(self, words: list[str]) -> list[int]:
        """Return the titles with every word or a close one, else all but one; popular ones first."""

        @cache
        def close(i: int) -> set[int]:
            return self._words.places_of_any(self._known_words.near(words[i], is_prefix=i == len(words) - 1))

        @cache
        def both(i: int) -> set[int]:
            return exact[i] | close(i)

        exact = [self._words.places_starting_with(word) for word in words]
        every = range(len(words))
        attempts: tuple[Callable[[], set[int]], ...] = (
            lambda: set.intersection(*(exact[i] or close(i) for i in every)),
            lambda: self._begun.places_of_any(self._known_names.near("".join(words), is_prefix=True)),
            lambda: set.intersection(*map(both, every)),
            lambda: _in_all_but_one([both(i) for i in every]),
        )
        return sorted(next((places for attempt in attempts if (places := attempt())), set()))

    @cached_property
    def _known_words(self) -> WordList:
        return WordList(self._words.words)

    @cached_property
    def _known_names(self) -> WordList:
        return WordList(self._begun.words)

    @cached_property
    def _signs(self) -> dict[str, str]:
        """Every character of the names that is no letter or digit, folded."""
        return {char: folded(char) for char in set().union(*self.parts.names.lines) if not char.isalnum()}


def _cache(cache: dict[str, Value], key: str, value: Value) -> None:
    """Add a value; the oldest is evicted when there are too many."""
    if len(cache) >= _CACHE_SIZE:
        del cache[next(iter(cache))]
    cache[key] = value


def _counts_inside(word: str) -> bool:
    return len(word) >= _SUBSTRING_FROM or not word.isascii()


def _popularity(title: IndexedTitle) -> tuple[int, float, int]:
    return -(title.members or 0), title.popularity or math.inf, title.mal_id


def _holding(places: Iterable[int], texts: Sequence[str], needle: str) -> list[int]:
    return [i for i in places if needle in texts[i]]


def _in_all_but_one(sets: Sequence[set[int]]) -> set[int]:
    times = Counter(place for places in sets for place in places)
    return {place for place, count in times.items() if count >= max(2, len(sets) - 1)}


def _texts(titles: Sequence[IndexedTitle]) -> tuple[list[str], list[str], list[str]]:
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
    """Return for every name its words, and the same with short vowels."""
    plain_of: dict[str, str] = {}
    short_of: dict[str, str] = {}
    # Most names are ASCII, which is folded faster on its own.
    ascii = [name for name in names if name.isascii()]
    for some in (ascii, [name for name in names if not name.isascii()]):
        plain = worded("\n".join([name.replace("\n", " ") for name in some]))
        plain_of.update(zip(some, plain.split("\n"), strict=False))
        short_of.update(zip(some, shortened(plain).split("\n"), strict=False))
    return plain_of, short_of
