"""The order of related titles: from the relations of the source, otherwise from names alone.

MyAnimeList lists relations on each title's own page only, so a catalogue knows them for some titles. For all others
names decide: "X Season 3" and "X: Something" continue the latest series of X before them, where there is an X;
"Y Movie 2" continues "Y Movie 1". A name that merely begins the same ("Monster Musume") continues nothing. A title with
more viewers than its supposed prequel is no sequel but a new start, such as a remake.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from catlog.catalogue.normalize import folded

BEFORE = frozenset(("Prequel", "Parent Story", "Full Story"))
"""Relations to titles that come before."""

AFTER = frozenset(("Sequel", "Side Story", "Spin-Off", "Summary"))
"""Relations to titles that come after; the inverse of a prequel."""

SERIES = "TV"

ANEW = 1.2
"""A title with more than this multiple of the viewers of its supposed prequel is a new start."""

_GOES_ON = re.compile(
    r"""\s*[:;(\[~–—°'☆★△!?.]|\s+[-–—]|\s+(?:(?:the\s)?(?:final|\d{1,2}(?:st|nd|rd|th)|first|second|third|fourth|fifth)\s
    (?:season|stage)\b|(?:the\s)?(?:final|movie|ova|oad|ona|animation)\b|season\b|part\b|cour\b|specials?\b|recaps?\b
    |picture\sdrama|zoku\b|gaiden\b|tv\b|r?\d{1,2}\b|(?:ii|iii|iv|v|vi|vii|viii|ix|x|san|shi|go|roku|shichi)(?!\s*\w))""",
    re.VERBOSE,
)
_BEGINS = re.compile(r"\s*(?:\((?:tv|\d{4})\)|(?:the\s)?(?:1st|first)\sseason|season\s1|part\s1|the\sanimation)$")
_ENDS_A_NAME = "!?.°☆★△"
_NUMBERED = re.compile(r"(?<!\w)(\d{1,2})(?:st|nd|rd|th)?(?!\w)")


class RelatedTitle(NamedTuple):
    """The facts about a title that decide on its order; None is unknown. `names` begins with the main title."""

    mal_id: int
    names: tuple[str, ...]
    type: str | None
    members: int | None
    began: date | None


class Related(NamedTuple):
    """One relation on the source's page of `mal_id`: `other_id` is its `relation` ("Sequel", …)."""

    mal_id: int
    relation: str
    other_id: int


def prequels(works: Iterable[RelatedTitle], relations: Iterable[Related] = ()) -> dict[int, tuple[int, ...]]:
    """Return the direct prequels of each title that has any, by MAL id.

    Relations of the source replace those from names. The result has no cycles.
    """
    by_id = {work.mal_id: work for work in works}
    declared: dict[int, list[int]] = defaultdict(list)
    with_relations = set()
    for mal_id, relation, other in relations:
        with_relations.add(mal_id)
        if relation in BEFORE and other in by_id:
            declared[mal_id].append(other)
        elif relation in AFTER and mal_id in by_id:
            declared[other].append(mal_id)
    before: dict[int, tuple[int, ...]] = {
        mal_id: (other,) for mal_id, other in _by_names(by_id).items() if mal_id not in with_relations
    }
    before |= {mal_id: tuple(dict.fromkeys(others)) for mal_id, others in declared.items() if mal_id in by_id}
    return _without_circles(before)


def first_unseen(mal_id: int, before: Callable[[int], Sequence[int]], seen: Collection[int]) -> int:
    """Return the title to begin with on the way to `mal_id`: the title itself when all its prequels are seen.

    `before` gives the prequels of a title.
    """
    while unseen := [other for other in before(mal_id) if other not in seen]:
        mal_id = unseen[0]
    return mal_id


def franchises(ids: Iterable[int], before: Mapping[int, Sequence[int]]) -> dict[int, int]:
    """Return for every title the MAL id that represents its franchise, the same for all connected titles."""
    found = {mal_id: mal_id for mal_id in ids}

    def root(mal_id: int) -> int:
        while found.setdefault(mal_id, mal_id) != mal_id:
            found[mal_id] = mal_id = found[found[mal_id]]
        return mal_id

    for mal_id, others in before.items():
        for other in others:
            found[root(mal_id)] = root(other)
    return {mal_id: root(mal_id) for mal_id in found}


def _by_names(works: Mapping[int, RelatedTitle]) -> dict[int, int]:
    parents = _parents(works)
    numbered = _numbered(works)
    roots = {mal_id: _root(mal_id, parents) for mal_id in works}
    lines: dict[int, list[int]] = defaultdict(list)
    for mal_id, root in roots.items():
        if works[mal_id].type == SERIES:
            lines[root].append(mal_id)
    for line in lines.values():
        line.sort(key=lambda mal_id: _order(works[mal_id]))
    found = {}
    for mal_id, work in works.items():
        suspects = [numbered[mal_id]] if mal_id in numbered else []
        if mal_id in parents:
            suspects += [*_earlier(work, lines[roots[mal_id]], works), parents[mal_id]]
        other = next((other for other in suspects if _may_go_on(work, works[other])), None)
        if other is not None:
            found[mal_id] = other
    return found


def _may_go_on(work: RelatedTitle, other: RelatedTitle) -> bool:
    is_later = work.began is None or other.began is None or work.began >= other.began
    return is_later and (work.members or 0) <= ANEW * (other.members or 0)


def _parents(works: Mapping[int, RelatedTitle]) -> dict[int, int]:
    """Return for each title the one with the longest name that its own name begins with and continues."""
    called: dict[str, int] = {}
    names = {mal_id: [folded(name) for name in work.names] for mal_id, work in works.items()}
    for mal_id in sorted(works, key=lambda mal_id: -(works[mal_id].members or 0)):
        for name in names[mal_id]:
            called.setdefault(name, mal_id)
    for mal_id, own in names.items():
        for name in own:
            if match := _BEGINS.search(name):
                called.setdefault(name[: match.start()], mal_id)
    found: dict[int, int] = {}
    for mal_id, own in names.items():
        for name in own:
            parent = next((called[head] for head in _heads(name) if head in called), None)
            if parent is not None and parent != mal_id and found.get(parent) != mal_id:
                found[mal_id] = parent
                break
    return found


def _heads(name: str) -> Iterator[str]:
    """Yield the beginnings of `name` that it may continue, the longest first."""
    if name.startswith("zoku "):
        yield name.removeprefix("zoku ")
    for end in range(len(name) - 1, 0, -1):
        if (not name[end].isalnum() or name[end - 1] in _ENDS_A_NAME) and not name[end - 1].isspace():
            head = name[:end]
            if head[-1] in _ENDS_A_NAME or _GOES_ON.match(name, end):
                yield head


def _numbered(works: Mapping[int, RelatedTitle]) -> dict[int, int]:
    """Return for each numbered title the one with the number before and the same name."""
    holders: dict[tuple[str, int], int] = {}
    places: dict[int, list[tuple[str, int]]] = {}
    for mal_id, work in works.items():
        for name in map(folded, work.names):
            for match in _NUMBERED.finditer(name):
                if head := name[: match.start()].strip():
                    places.setdefault(mal_id, []).append((head, int(match[1])))
                    holders.setdefault((head, int(match[1])), mal_id)
    found = {}
    for mal_id, numbers in places.items():
        for head, number in numbers:
            other = holders.get((head, number - 1))
            if number > 1 and other is not None and other != mal_id:
                found[mal_id] = other
                break
    return found


def _earlier(work: RelatedTitle, line: Sequence[int], works: Mapping[int, RelatedTitle]) -> list[int]:
    """Return the series of the line that began before `work`, the last first."""
    return [mal_id for mal_id in reversed(line) if _order(works[mal_id]) < _order(work)]


def _order(work: RelatedTitle) -> tuple[date, int]:
    return work.began or date.max, work.mal_id


def _root(mal_id: int, parents: Mapping[int, int]) -> int:
    passed = {mal_id}
    while (parent := parents.get(mal_id)) is not None and parent not in passed:
        passed.add(parent)
        mal_id = parent
    return mal_id


def _without_circles(before: Mapping[int, tuple[int, ...]]) -> dict[int, tuple[int, ...]]:
    """Remove the links that would close a cycle."""
    acyclic: dict[int, tuple[int, ...]] = {}
    for mal_id in sorted(before):
        links = tuple(other for other in before[mal_id] if not _leads_to(other, mal_id, acyclic))
        if links:
            acyclic[mal_id] = links
    return acyclic


def _leads_to(start: int, goal: int, before: Mapping[int, Sequence[int]]) -> bool:
    todo, passed = [start], set()
    while todo:
        mal_id = todo.pop()
        if mal_id == goal:
            return True
        if mal_id not in passed:
            passed.add(mal_id)
            todo.extend(before.get(mal_id, ()))
    return False
