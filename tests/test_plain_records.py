"""Records become plain JSON and come back the same; anything else is refused."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

import pytest

from catlog.plain_records import from_plain, to_plain


class Kind(StrEnum):
    TV = "tv"


class Pair(NamedTuple):
    number: int
    ranks: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Title:
    title: str
    kind: Kind | None
    day: date
    at: datetime
    share: float
    pair: Pair | None = None
    sizes: Mapping[int, str] = field(default_factory=dict)
    more: Mapping[str, Any] | None = None
    ends: tuple[int, str] = (0, "")


TITLE = Title(
    "Nichijou",
    Kind.TV,
    date(2026, 11, 22),
    datetime(2026, 11, 22, 18, tzinfo=UTC),
    0.5,
    Pair(1, (3, None)),
    {7: "a"},
    {"x": 1, "y": None},
    (2, "b"),
)


def test_a_record_comes_back_the_same() -> None:
    assert from_plain(Title, json.loads(json.dumps(to_plain(TITLE)))) == TITLE
    bare = Title("", None, TITLE.day, TITLE.at, 1.0)
    assert from_plain(Title, json.loads(json.dumps(to_plain(bare)))) == bare


def changed(place: int, value: object) -> list[Any]:
    plain = to_plain(TITLE)
    assert isinstance(plain, list)
    return [*plain[:place], value, *plain[place + 1 :]]


@pytest.mark.parametrize(
    "plain",
    [
        None,
        {},
        [],
        "Nichijou",
        changed(0, 3),
        changed(1, "radio"),
        changed(2, "22 November"),
        changed(3, "2026-11-22T18:00:00"),
        changed(4, "half"),
        changed(4, float("nan")),
        changed(4, True),
        changed(5, [1]),
        changed(5, [True, []]),
        changed(5, [1, ["first"]]),
        changed(6, [[7]]),
        changed(6, {"7": "a"}),
        changed(8, [2]),
    ],
)
def test_what_is_no_such_record_is_refused(plain: object) -> None:
    with pytest.raises((ValueError, TypeError)):
        from_plain(Title, plain)


def test_texts_are_cleaned_and_other_things_are_no_records() -> None:
    assert from_plain(Title, changed(0, "Re\x1b[31m\u202ezero")).title == "Re[31mzero"
    assert from_plain(Title, changed(7, [["x", "a\x07b"]])).more == {"x": "ab"}
    with pytest.raises(TypeError):
        to_plain(object())
