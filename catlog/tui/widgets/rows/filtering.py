"""Filtering while somebody types: each letter looks through what the letters before have left.

A filter is needles, each of which must be in what can be looked for of a record, and conditions on the record. One
filter lies within another when whatever meets it meets the other too; that is what makes the next letter cheap, and
deleting one free.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol

from catlog.catalogue.normalize import folded
from catlog.tui.widgets.rows.columns import R

CHUNK = 2_000
"""Records whose text is folded in one go: a few milliseconds."""

_BETWEEN = "\x00"


@dataclass(frozen=True, slots=True)
class Filter(Generic[R]):
    """What was typed, as read: folded needles, and conditions by how they were written."""

    needles: tuple[str, ...] = ()
    conditions: Mapping[str, Callable[[R], bool]] = field(default_factory=dict)

    def within(self, other: Filter[R]) -> bool:
        """Say whether whatever meets this filter is sure to meet the other."""
        return self.conditions.keys() >= other.conditions.keys() and all(
            any(wanted in needle for needle in self.needles) for wanted in other.needles
        )

    def beyond(self, other: Filter[R]) -> Filter[R]:
        """Return what is left to ask of that which meets the other filter."""
        needles = (needle for needle in self.needles if not any(needle in known for known in other.needles))
        conditions = {written: self.conditions[written] for written in self.conditions.keys() - other.conditions.keys()}
        return Filter(tuple(needles), conditions)

    def hits(self, rows: Sequence[R], haystacks: Haystacks[R], among: Sequence[int]) -> Sequence[int]:
        """Return which of these rows meet it, in their order."""
        found = among
        if self.needles:
            texts = haystacks.of(rows)
            for needle in sorted(self.needles, key=len, reverse=True):
                found = [index for index in found if needle in texts[index]]
        for condition in self.conditions.values():
            found = [index for index in found if condition(rows[index])]
        return found


def words(text: str) -> Filter[Any]:
    """Return the filter of plain words: each of them, without regard to case and accents."""
    return Filter(tuple(dict.fromkeys(folded(text).split())))


class Parsed(Protocol):
    """A query of the filter language, as `catlog.library.query` reads it."""

    @property
    def conditions(self) -> Sequence[Callable[[Any], bool]]:
        """What a record must meet, every one of them."""

    @property
    def sources(self) -> Sequence[str]:
        """How each of the conditions was written."""


def queried(query: Parsed) -> Filter[Any]:
    """Return the filter of a query: its free words are needles, the rest are conditions."""
    needles: list[str] = []
    conditions: dict[str, Callable[[Any], bool]] = {}
    for source, condition in zip(query.sources, query.conditions, strict=True):
        wanted = getattr(condition, "wanted", None)
        if isinstance(wanted, str):
            needles.append(wanted)
        else:
            conditions[source] = condition
    return Filter(tuple(dict.fromkeys(filter(None, needles))), conditions)


class Haystacks(Generic[R]):
    """What can be looked for of each row, folded: many rows at once are ten times as fast as one by one."""

    def __init__(self, text: Callable[[R], str]) -> None:
        self._text = text
        self._folded: list[str] = []

    def prepare(self, rows: Sequence[R]) -> bool:
        """Fold the next rows; return whether all are done."""
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
        """Fold a row that has changed."""
        if index < len(self._folded):
            self._folded[index] = folded(self._text(row))

    def keep(self, indices: Iterable[int]) -> None:
        """Forget all rows but these."""
        self._folded = [self._folded[index] for index in indices if index < len(self._folded)]

    def clear(self) -> None:
        """Forget all rows."""
        self._folded = []


class Steps(Generic[R]):
    """The filters that led here, each within the one before, with what each has left of the rows."""

    def __init__(self) -> None:
        self._steps: list[tuple[Filter[R], Sequence[int]]] = [(Filter(), ())]

    @property
    def filter(self) -> Filter[R]:
        """The filter that holds."""
        return self._steps[-1][0]

    @property
    def hits(self) -> Sequence[int]:
        """The rows that meet it, in order."""
        return self._steps[-1][1]

    def restart(self, everything: Sequence[int], rows: Sequence[R], haystacks: Haystacks[R]) -> None:
        """Apply the same filter to other rows or to another order."""
        wanted = self.filter
        self._steps = [(Filter(), everything)]
        self.take(wanted, rows, haystacks)

    def take(self, wanted: Filter[R], rows: Sequence[R], haystacks: Haystacks[R]) -> None:
        """Apply another filter, beginning at the narrowest step that it lies within."""
        while not wanted.within(self.filter):
            self._steps.pop()
        if not self.filter.within(wanted):
            self._steps.append((wanted, wanted.beyond(self.filter).hits(rows, haystacks, self.hits)))
