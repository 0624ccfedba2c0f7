"""Answers from hell: good ones of the source with parts replaced, taken away, added or broken, each kind by its name.

A record, a list of records and the bytes of a page are mutated each on its own level; `assaults` mixes them into runs.
"""

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.support.hostile import at_random, listed
from tests.support.jikan.answer import encode

Entries = list[dict[str, Any]]

PER_PAGE, PAGES = 25, 4

JUNK: tuple[object, ...] = (
    None, True, False, 0, -1, 1.5, 1e308, 10**20, -(10**400), "", "N/A", "12", "\ud800", "\x1b]52;c;x\x07", "\u202e",
    "Z" + "\u0301" * 500, "x" * 5000, "9999-99-99", "2026-13-45T00:00:00+00:00", "2011-04-06T00:00:00+99:99", [], {},
    [None], [[[]]], {"name": None}, {"": {}}, [{"name": "\x00"}], [{"title": 5}], {"jpg": []}, {"from": {}, "to": []},
)  # fmt: skip

_EDGES: tuple[object, ...] = (
    -0.0, 1, 2**31 - 1, 2**31, -(2**31), 2**63, 2**64, 10.0, 10.01, 0.004, 5e-324, 1e-9, 7.0, float("nan"),
    float("inf"), float("-inf"), 1899, 2101, 10**39, 10**41,
)  # fmt: skip
_HOSTILE = tuple(listed())
_NUMBERS = ("rank", "score", "scored_by", "members", "popularity", "mal_id", "year", "episodes", "favorites")
_TEXTS = ("title", "title_english", "title_japanese", "synopsis", "type", "status", "season", "rating", "duration")


def mutated(rng: random.Random, value: object, depth: int = 0) -> object:
    """Return `value` with a few of its parts replaced by junk, taken away, or added."""
    if depth == 3 or not isinstance(value, dict) or not value:
        return rng.choice(JUNK)
    changed = dict(value)
    for name in rng.sample(list(changed), min(len(changed), rng.randrange(1, 5))):
        match rng.randrange(4):
            case 0:
                del changed[name]
            case 1:
                changed[f"new {name}"] = changed.pop(name)
            case 2:
                changed[name] = rng.choice(JUNK)
            case _:
                changed[name] = mutated(rng, changed[name], depth + 1)
    return changed


def _at_any_path(rng: random.Random, value: object, _: Entries) -> object:
    return _replaced(rng, value, lambda _: rng.choice(JUNK))


def _of_another_type(rng: random.Random, value: object, _: Entries) -> object:
    return _replaced(rng, value, lambda found: rng.choice((str(found), [found], {"value": found}, bool(found))))


def _replaced(rng: random.Random, value: object, new: Callable[[object], object]) -> object:
    """Return `value` with what stands at a random path in it, one in a list included, made anew."""
    if isinstance(value, dict) and value and rng.random() < 0.9:
        name = rng.choice(list(value))
        return {**value, name: _replaced(rng, value[name], new)}
    if isinstance(value, list) and value and rng.random() < 0.9:
        place = rng.randrange(len(value))
        return [*value[:place], _replaced(rng, value[place], new), *value[place + 1 :]]
    return new(value)


def _at_an_edge(rng: random.Random, value: object, _: Entries) -> object:
    return _with(value, rng.choice(_NUMBERS), rng.choice(_EDGES))


def _of_another_record(rng: random.Random, value: object, others: Entries) -> object:
    name = rng.choice((*_NUMBERS, *_TEXTS))
    return _with(value, name, rng.choice(others).get(name))


def _hostile(rng: random.Random, value: object, _: Entries) -> object:
    text = next(at_random(rng, 1)) if rng.random() < 0.7 else rng.choice(_HOSTILE)
    return _with(value, rng.choice(_TEXTS), text)


def _long_lists(rng: random.Random, value: object, _: Entries) -> object:
    name = rng.choice(("genres", "studios", "titles", "title_synonyms", "themes", "relations"))
    found = value.get(name) if isinstance(value, dict) else None
    part = rng.choice([*found, "x"] if isinstance(found, list) else [{"mal_id": 1, "name": "x"}])
    return _with(value, name, [part] * rng.choice((2, 100, 101, 500)))


def _with(value: object, name: str, new: object) -> object:
    return {**value, name: new} if isinstance(value, dict) else new


RECORDS: Mapping[str, Callable[[random.Random, object, Entries], object]] = {
    "parts replaced, renamed or gone": lambda rng, value, _: mutated(rng, value),
    "junk at any path": _at_any_path,
    "another type at any path": _of_another_type,
    "a number at an edge": _at_an_edge,
    "a field of another record": _of_another_record,
    "a hostile text": _hostile,
    "a long list": _long_lists,
    "no record": lambda rng, *_: rng.choice(JUNK),
    "again": lambda rng, _, others: rng.choice(others),
}
"""What becomes of one record, by name; the last argument are the others of its list."""


def repeats_18(entries: Entries) -> Entries:
    """Repeat 18 of the first 82 entries in the midst of the pages."""
    return entries[:40] + entries[22:40] + entries[40:]


def others(entries: Entries) -> Entries:
    """Return titles that nobody knows, of ranks beyond the list."""
    return [{**entry, "mal_id": 900_000 + place, "rank": 1001 + place} for place, entry in enumerate(entries)]


def one_25_times(entries: Entries) -> Entries:
    """Return the first entry as a page."""
    return [entries[0]] * PER_PAGE


def reversed_ranks(entries: Entries) -> Entries:
    """Turn the ranks of the first 100 round."""
    ranks = [entry["rank"] for entry in entries[:100]]
    turned = [{**entry, "rank": rank} for entry, rank in zip(entries[:100], reversed(ranks), strict=True)]
    return turned + entries[100:]


def ten_on_each_rank(entries: Entries) -> Entries:
    """Give ten titles each rank."""
    return [{**entry, "rank": 1 + place // 10} for place, entry in enumerate(entries)]


def rotated(entries: Entries) -> Entries:
    """Give each id to the title after it."""
    ids = [entry["mal_id"] for entry in entries]
    return [{**entry, "mal_id": mal_id} for entry, mal_id in zip(entries, ids[-1:] + ids[:-1], strict=True)]


def changed(**changes: object) -> Callable[[Entries], Entries]:
    """Return what gives every entry these values."""
    return lambda entries: [{**entry, **changes} for entry in entries]


NOTHING: Mapping[str, object] = dict.fromkeys(("rank", "score", "scored_by", "members", "popularity"))

WORSE: Mapping[str, Callable[[Entries], Entries]] = {
    "pages that repeat 18 entries": repeats_18,
    "scores and scored_by 0": changed(score=0, scored_by=0),
    "ranks null": changed(rank=None),
    "all null": changed(**NOTHING),
    "other titles, ranks 1001 to 1100": others,
    "25 repeats of one id": one_25_times,
    "every rank 1": changed(rank=1),
    "ten titles on each of the ranks 1 to 10": ten_on_each_rank,
    "ranks against scores": reversed_ranks,
    "every score 7.77": changed(score=7.77),
    "counts 0": changed(members=0, popularity=0, scored_by=0),
    "counts null": changed(scored_by=None),
    "every title Untitled": changed(title="Untitled", titles=[]),
    "ids given to the next title": rotated,
}
"""Lists of good records that are no good chart, by name."""

_TIMES = 100_000
_ESCAPES = (rb"\ud800", rb"\udc00\ud800", rb"\u0000", rb"\u202e", rb"\u001b]52;c;x\u0007", rb"\x", rb"\u12")
_CONSTANTS = (b"NaN", b"Infinity", b"-Infinity", b"1e999", b"-0", b"01", b"0x1F", b"+1", b".5", b"1_000", b"'x'")


def _spliced(rng: random.Random, body: bytes, new: bytes, *, over: int = 0) -> bytes:
    at = rng.randrange(len(body))
    return body[:at] + new + body[at + over :]


def _instead_of_a_value(rng: random.Random, body: bytes, new: bytes) -> bytes:
    """Put something where a number or null of a field is."""
    parts = body.split(b'":')
    place = rng.choice([number for number, part in enumerate(parts) if part[:1] in b"-0123456789n" and number] or [1])
    end = next((at for at, sign in enumerate(parts[place]) if sign in b",}"), 0)
    parts[place] = new + parts[place][end:]
    return b'":'.join(parts)


def _doubled_key(rng: random.Random, body: bytes) -> bytes:
    name = rng.choice((*_NUMBERS, *_TEXTS, "data")).encode()
    return body.replace(b'"' + name + b'":', b'"' + name + b'":3,"' + name + b'":', 1 + rng.randrange(30))


def _envelope(rng: random.Random, body: bytes) -> bytes:
    document = json.loads(body)
    document[rng.choice(("data", "pagination"))] = rng.choice((*JUNK, [document["data"]], document["data"][:7]))
    return encode(document)


def _entities(rng: random.Random, body: bytes) -> bytes:
    return body.replace(b'"title":"', b'"title":"' + rng.choice(_ESCAPES), 1 + rng.randrange(20))


BYTES: Mapping[str, Callable[[random.Random, bytes], bytes]] = {
    "cut short": lambda rng, body: body[: rng.randrange(len(body))],
    "begun late": lambda rng, body: body[rng.randrange(1, len(body)) :],
    "a byte changed": lambda rng, body: _spliced(rng, body, rng.randbytes(1), over=1),
    "bytes put in": lambda rng, body: _spliced(rng, body, rng.randbytes(rng.randrange(1, 9))),
    "bytes taken out": lambda rng, body: _spliced(rng, body, b"", over=rng.randrange(1, 2000)),
    "a piece twice": lambda rng, body: _spliced(rng, body, body[: rng.randrange(1, 3000)]),
    "a sign of JSON put in": lambda rng, body: _spliced(rng, body, bytes([rng.choice(b'{}[]":,\\')])),
    "a number of 400 digits": lambda rng, body: _instead_of_a_value(rng, body, b"9" * 400),
    "a number of 100,000 digits": lambda rng, body: _instead_of_a_value(rng, body, b"9" * _TIMES),
    "no JSON number": lambda rng, body: _instead_of_a_value(rng, body, rng.choice(_CONSTANTS)),
    "100,000 deep": lambda rng, body: _instead_of_a_value(rng, body, rng.choice((b"[", b'{"a":')) * _TIMES),
    "60 deep": lambda rng, body: _instead_of_a_value(rng, body, b"[" * 60 + b"]" * 60),
    "a key twice": _doubled_key,
    "another envelope": _envelope,
    "escapes": _entities,
    "UTF-16": lambda rng, body: body.decode().encode(rng.choice(("utf-16", "utf-16-le", "utf-32"))),
    "not UTF-8": lambda rng, body: _spliced(rng, body, rng.choice((b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf8\x88"))),
    "a byte order mark": lambda _, body: b"\xef\xbb\xbf" + body,
    "two documents": lambda _, body: body + body,
    "nothing": lambda rng, _: rng.choice((b"", b" ", b"\xef\xbb\xbf", b"null", b"[]", b"{}", b'""', b"0")),
    "HTML": lambda *_: b"<!DOCTYPE html><html><title>Just a moment...</title></html>",
    "an error as a good answer": lambda *_: b'{"status":500,"type":"UpstreamException","message":"x","error":null}',
    "half a million of commas": lambda rng, body: _instead_of_a_value(rng, body, b"[" + b"0," * 500_000 + b"0]"),
}
"""What becomes of the bytes of one page, by name."""


@dataclass(frozen=True)
class Assault:
    """What a source answers in one run: `pages` of bytes, `entries` in them where they are whole, `count` mutations."""

    kind: str
    pages: tuple[bytes, ...]
    entries: int | None
    count: int


def assaults(rng: random.Random, good: Entries) -> Iterator[Assault]:
    """Yield runs without end; `good` are the entries that the pages would have."""
    while True:
        level = rng.random()
        if level < 0.9:
            yield against_records(rng, good, rng.choice(tuple(RECORDS)) if rng.random() < 0.6 else "")
        elif level < 0.97:
            yield against_bytes(rng, good, rng.choice(tuple(BYTES)))
        else:
            yield against_lists(good, rng.choice(tuple(WORSE)))


def every_kind(rng: random.Random, good: Entries) -> Iterator[Assault]:
    """Yield one run of each kind."""
    yield from (against_records(rng, good, kind) for kind in (*RECORDS, ""))
    yield from (against_bytes(rng, good, kind) for kind in BYTES)
    yield from (against_lists(good, kind) for kind in WORSE)


def against_records(rng: random.Random, good: Entries, kind: str) -> Assault:
    """Mutate some of the records, or all; each in another way where no `kind` is named."""
    count = rng.choice((1, 2, 5, len(good) // 5, *(len(good),) * 6))
    entries: list[object] = list(good)
    for place in rng.sample(range(len(good)), count):
        how = kind or rng.choice(tuple(RECORDS))
        entries[place] = RECORDS[how](rng, good[place], good)
    return Assault(kind or "records in many ways", pages_of(entries), len(entries), count)


def against_bytes(rng: random.Random, good: Entries, kind: str) -> Assault:
    """Mutate the bytes of one page."""
    pages = list(pages_of(good))
    place = rng.randrange(len(pages))
    pages[place] = BYTES[kind](rng, pages[place])
    return Assault(kind, tuple(pages), None, 1)


def against_lists(good: Entries, kind: str) -> Assault:
    """Make a bad list of good records."""
    entries = WORSE[kind](good)[: PER_PAGE * PAGES]
    return Assault(kind, pages_of(entries), len(entries), len(entries))


def pages_of(entries: Sequence[object]) -> tuple[bytes, ...]:
    """Return the entries as the bytes of pages; the source says that there are more."""
    pagination = {"last_visible_page": 1000, "has_next_page": True, "current_page": 1}
    cuts = range(0, len(entries), PER_PAGE)
    return tuple(encode({"pagination": pagination, "data": list(entries[cut : cut + PER_PAGE])}) for cut in cuts)
