"""Incremental filters: each letter typed searches only the records that the letters before it have left.

A filter has needles, all of which the text of a record must contain, and conditions on the record. A filter implies
another when every match of the first matches the other too: then the next letter is cheap, and deleting one is free.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol

from catlog.catalogue.normalize import folded
from catlog.tui.widgets.rows.columns import R

CHUNK = 2_000
"""Records whose text is folded in one batch: a few milliseconds."""

_BETWEEN = "\x00"


@dataclass(frozen=True, slots=True)
class Filter(Generic[R]):
    """Folded needles, and conditions by their source text."""

    needles: tuple[str, ...] = ()
    conditions: Mapping[str, Callable[[R], bool]] = field(default_factory=dict)

    def implies(self, other: Filter[R]) -> bool:
        """Say whether every match of this filter is sure to match the other."""
        return self.conditions.keys() >= other.conditions.keys() and all(
            any(wanted in needle for needle in self.needles) for wanted in other.needles
        )

    def remainder(self, other: Filter[R]) -> Filter[R]:
        """Return the part of this filter that the other does not check."""
        needles = (needle for needle in self.needles if not any(needle in known for known in other.needles))
        conditions = {written: self.conditions[written] for written in self.conditions.keys() - other.conditions.keys()}
        return Filter(tuple(needles), conditions)

    def matches(self, rows: Sequence[R], haystacks: Haystacks[R], among: Sequence[int]) -> Sequence[int]:
        """Return the matching indices of `among`, in order."""
        found = among
        if self.needles:
            texts = haystacks.of(rows)
            for needle in sorted(self.needles, key=len, reverse=True):
                found = [index for index in found if needle in texts[index]]
        for condition in self.conditions.values():
            found = [index for index in found if condition(rows[index])]
        return found


def words(text: str) -> Filter[Any]:
    """Return the filter for records that contain each of these words, regardless of case and accents."""
    return Filter(tuple(dict.fromkeys(folded(text).split())))


class Parsed(Protocol):
    """A query of the filter language, as `catlog.library.query` reads it."""

    @property
    def conditions(self) -> Sequence[Callable[[Any], bool]]:
        """Predicates, all of which a record must meet."""

    @property
    def sources(self) -> Sequence[str]:
        """The source text of each condition."""


def queried(query: Parsed) -> Filter[Any]:
    """Return the filter of a query: free words are needles, everything else is a condition."""
    needles: list[str] = []
    conditions: dict[str, Callable[[Any], bool]] = {}
    for source, condition in zip(query.sources, query.conditions, strict=True):
        wanted = getattr(condition, "needle", None)
        if isinstance(wanted, str):
            needles.append(wanted)
        else:
            conditions[source] = condition
    return Filter(tuple(dict.fromkeys(filter(None, needles))), conditions)


class Haystacks(Generic[R]):
    """The folded texts of all rows; folding many at once is ten times as fast as one by one."""

    def __init__(self, text: Callable[[R], str]) -> None:
        self._text = text
        self._folded: list[str] = []

    def prepare(self, rows: Sequence[R]) -> bool:
        """Fold the next chunk of rows; return whether all are done."""
        begin = len(self._folded)
        texts = [self._text(row) for row in rows[begin : begin + CHUNK]]
        many = folded(_BETWEEN.join(texts)).split(_BETWEEN)
        self._folded += many if len(many) == len(texts) else map(folded, texts)
        return len(self._folded) == len(rows)

    def of(self, rows: Sequence[R]) -> Sequence[str]:
        """Return the folded texts of all rows."""
        while len(self._folded) < len(rows):
            self.prepare(rows)
        return self._folded

    def put(self, index: int, row: R) -> None:
        """Fold a changed row."""
        if index < len(self._folded):
            self._folded[index] = folded(self._text(row))

    def retain(self, indices: Iterable[int]) -> None:
        """Drop all rows but these."""
        self._folded = [self._folded[index] for index in indices if index < len(self._folded)]

    def clear(self) -> None:
        """Drop all rows."""
        self._folded = []


class FilterSteps(Generic[R]):
    """A stack of filters, each implying the one below it, with the rows that each has left."""

    def __init__(self) -> None:
        self._steps: list[tuple[Filter[R], Sequence[int]]] = [(Filter(), ())]

    @property
    def filter(self) -> Filter[R]:
        """The current filter."""
        return self._steps[-1][0]

    @property
    def hits(self) -> Sequence[int]:
        """The indices of the matching rows, in order."""
        return self._steps[-1][1]

    def restart(self, everything: Sequence[int], rows: Sequence[R], haystacks: Haystacks[R]) -> None:
        """Apply the same filter to other rows or to another order."""
        wanted = self.filter
        self._steps = [(Filter(), everything)]
        self.apply(wanted, rows, haystacks)

    def apply(self, wanted: Filter[R], rows: Sequence[R], haystacks: Haystacks[R]) -> None:
        """Apply another filter, starting from the narrowest step that it implies."""
        while not wanted.implies(self.filter):
            self._steps.pop()
        if not self.filter.implies(wanted):
            self._steps.append((wanted, wanted.remainder(self.filter).matches(rows, haystacks, self.hits)))
