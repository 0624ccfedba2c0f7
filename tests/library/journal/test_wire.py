"""Edits as JSON: what comes back is what went in, whatever the edit and its base."""

import json
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catlog.library.edits import SetDates, SetFavorite, SetNotes, Watch
from catlog.library.journal.wire import FORMAT, decode, encode
from catlog.library.partial_date import PartialDate
from catlog.library.writer import EditRequest
from tests.support.edit_sequences import random_edit, random_entry


@given(st.randoms(use_true_random=False))
def test_every_edit_and_its_base_come_back_as_they_were(rng: Random) -> None:
    asked = EditRequest(1, random_edit(rng), random_entry(rng) if rng.random() < 0.5 else None)
    assert decode(json.loads(json.dumps(encode(asked)))) == asked


@given(st.text())
def test_notes_of_any_characters_come_back(notes: str) -> None:
    asked = EditRequest(1, SetNotes(notes))
    assert decode(json.loads(json.dumps(encode(asked)))) == asked


def test_a_date_that_is_cleared_is_told_from_one_that_stays() -> None:
    cleared = SetDates(start=None, finish=PartialDate("2021-05"))
    assert decode(encode(EditRequest(1, cleared))).edit == cleared
    stays = SetDates(finish=None)
    assert decode(encode(EditRequest(1, stays))).edit == stays


@pytest.mark.parametrize("line", [{}, {"malId": 1, "edit": "Fly"}, {"malId": 1, "edit": "SetStatus", "status": "LOST"}])
def test_what_is_no_edit_is_refused(line: dict[str, object]) -> None:
    with pytest.raises((KeyError, ValueError, TypeError)):
        decode(line)


def test_the_names_on_disk_are_those_of_older_versions() -> None:
    assert FORMAT == {
        "Add": ("status",),
        "Remove": (),
        "SetStatus": ("status",),
        "Watch": ("by", "on"),
        "WatchTo": ("episode", "on"),
        "WatchAll": ("on",),
        "Redate": ("logged_at", "was", "on", "begins", "ends"),
        "Rate": ("rating", "score100"),
        "SetDates": ("start", "finish"),
        "SetNotes": ("notes",),
        "SetTags": ("tags",),
        "AddTags": ("tags",),
        "RemoveTags": ("tags",),
        "Favorite": ("on",),
        "SetRewatching": ("on",),
        "SetRewatchCount": ("count",),
        "SetOffset": ("offset",),
        "Put": ("entry", "as_told"),
    }
    assert decode({"malId": 1, "edit": "Favorite", "on": False}).edit == SetFavorite(False)
    assert decode({"malId": 1, "edit": "Watch", "by": 2}).edit == Watch(2), "a line of a version without dates"
    assert "on" not in encode(EditRequest(1, Watch(2))), "and a line without a date is the same as there"
