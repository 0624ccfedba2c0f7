"""Mutated answers of every kind through the whole of `catlog etl run`: the day that is stored stays, or is better."""

from pathlib import Path

from bench.mutations import good_entries
from tests.support.isolation import named_recordings
from tests.support.jikan.besieged import besiege
from tests.support.jikan.mutations import BYTES, RECORDS, WORSE

MORE = 20


def test_a_good_day_survives_a_source_from_hell(tmp_path: Path) -> None:
    tally = besiege(tmp_path, good_entries(named_recordings()), MORE, seed=1)
    assert tally.wrong == []
    assert tally.runs > len(RECORDS) + len(BYTES) + len(WORSE) + MORE
    assert tally.endings.keys() == {"exit 0", "exit 65"}
    assert tally.accepted + tally.repeated + tally.rejected == tally.received > 0
