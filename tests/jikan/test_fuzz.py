"""Twenty thousand mutated records, through the bytes of whole pages: each is accepted or rejected, none crashes."""

import json
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from catlog.jikan.body import parse_json
from catlog.jikan.details import parse_details
from catlog.jikan.fields import INT_MAX, RejectedRecordError
from catlog.jikan.schema import AnimeRecord, parse_anime, parse_page
from catlog.text import clean
from tests.support.jikan import make_catalogue

PAGES, PER_PAGE = 200, 100
CATALOGUE = make_catalogue(100, 5).entries
JUNK: tuple[object, ...] = (
    None, True, False, 0, -1, 1.5, 1e308, 10**20, -(10**400), "", "N/A", "12", "\ud800", "\x1b]52;c;x\x07", "\u202e",
    "Z" + "\u0301" * 500, "x" * 5000, "9999-99-99", "2026-13-45T00:00:00+00:00", "2011-04-06T00:00:00+99:99", [], {},
    [None], [[[]]], {"name": None}, {"": {}}, [{"name": "\x00"}], [{"title": 5}], {"jpg": []}, {"from": {}, "to": []},
)  # fmt: skip


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


def is_sound(record: AnimeRecord) -> bool:
    """Say whether a record keeps every promise of its type."""
    wholes = (record.episodes, record.scored_by, record.rank, record.members, record.popularity, record.favorites)
    texts = [record.title, *record.synonyms, *record.studios, *record.notes, *(genre.name for genre in record.genres)]
    return (
        0 < record.mal_id <= INT_MAX
        and all(number is None or (type(number) is int and 0 <= number <= INT_MAX) for number in wholes)
        and (record.score is None or (type(record.score) is float and 0 < record.score <= 10))
        and (record.year is None or 1900 <= record.year <= 2100)
        and all(text and clean(text) == text for text in texts)
    )


@settings(max_examples=PAGES, database=None)
@given(seed=st.integers(0, 2**64))
def test_every_record_of_a_mutated_page_is_accepted_or_rejected(seed: int) -> None:
    rng = random.Random(seed)
    entries = [None, *(mutated(rng, rng.choice(CATALOGUE), rng.randrange(50) // 49 * 3) for _ in range(PER_PAGE - 1))]
    page = parse_page(parse_json(json.dumps({"data": entries}).encode(), "fuzz"), "fuzz")
    accepted, rejected = 0, 0
    for entry in page.entries:
        try:
            # Every tenth is read with all its details, which is slower.
            record = parse_anime(entry) if (accepted + rejected) % 10 else parse_details(entry).anime
        except RejectedRecordError as problem:
            rejected += problem.reason != ""
        else:
            assert is_sound(record), record
            accepted += 1
    assert accepted + rejected == len(page.entries) == PER_PAGE
    assert accepted > rejected > 0
