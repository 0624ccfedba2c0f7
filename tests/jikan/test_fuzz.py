"""Twenty thousand mutations: each record is accepted or rejected, none crashes, and the stored day stays good."""

import json
import random

from bench.mutations import good_entries, storm
from catlog.jikan.details import parse_details
from catlog.jikan.fields import RejectedRecordError
from catlog.jikan.schema import parse_document, parse_page
from tests.support.good_day import is_sound
from tests.support.isolation import named_recordings
from tests.support.jikan import make_catalogue
from tests.support.jikan.mutations import mutated

MUTATIONS, DETAILS = 20_000, 2_000
CATALOGUE = make_catalogue(100, 5).entries


def test_a_good_day_survives_mutated_answers_and_every_record_is_accounted_for() -> None:
    storms = storm(good_entries(named_recordings()), MUTATIONS, seed=1)
    tally = storms.tally
    assert tally.wrong == []
    assert tally.mutations >= MUTATIONS
    assert tally.accepted + tally.repeated + tally.rejected == tally.received > MUTATIONS // 2
    assert tally.rejected > tally.received // 50
    assert min(tally.endings.values()) > tally.runs // 20, "days stayed, were refused, and were replaced by better ones"
    assert storms.growth < 10


def test_every_mutated_record_with_all_its_details_is_accepted_or_rejected() -> None:
    rng = random.Random(1)
    entries = [None, *(mutated(rng, rng.choice(CATALOGUE), rng.randrange(50) // 49 * 3) for _ in range(DETAILS))]
    accepted = rejected = 0
    for begin in range(0, len(entries), 100):
        some = entries[begin : begin + 100]
        page = parse_page(parse_document(json.dumps({"data": some}).encode(), "fuzz"), "fuzz")
        for entry in page.entries:
            try:
                record = parse_details(entry).anime
            except RejectedRecordError as problem:
                rejected += problem.reason != ""
            else:
                assert is_sound(record), record
                accepted += 1
    assert accepted + rejected == len(entries)
    assert accepted > rejected > 0
