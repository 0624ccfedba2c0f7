"""Verdicts on pages: every entry is accepted, a repeat, or rejected with a reason; same pages, same verdicts."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catlog.etl.sources import ranking_source
from catlog.etl.transform import ValidationResult, validate
from catlog.net.errors import BadResponseError
from tests.support.jikan import make_catalogue

AIRING, CHART = ranking_source("airing"), ranking_source("rankings")
ENTRIES: list[dict[str, Any]] = [dict(entry) for entry in make_catalogue(100).entries]


def page(*entries: object, **pagination: object) -> bytes:
    return json.dumps({"data": list(entries), "pagination": pagination}).encode()


def verdicts(*pages: bytes) -> ValidationResult:
    return validate(list(enumerate(pages, start=1)), AIRING, host="source.test")


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
spoilt = st.builds(
    lambda entry, changes: {**entry, **changes},
    st.sampled_from(ENTRIES),
    st.dictionaries(st.sampled_from(sorted(ENTRIES[0])), anything, max_size=4),
)


@settings(max_examples=80)
@given(st.lists(st.lists(spoilt | anything, max_size=4), min_size=1, max_size=3))
def test_accepted_and_repeats_and_rejected_are_all_that_was_received(pages: list[list[object]]) -> None:
    found = verdicts(*(page(*entries) for entries in pages))
    assert found.received == sum(map(len, pages))
    assert len(found.accepted) + len(found.duplicates) + len(found.rejects) == found.received
    assert len({record.mal_id for record in found.accepted}) == len(found.accepted)
    assert all(reject.reason and reject.page >= 1 and reject.position >= 1 for reject in found.rejects)
    assert found == verdicts(*(page(*entries) for entries in pages))


def test_the_first_sight_of_an_id_counts() -> None:
    first, other = ENTRIES[:2]
    again = {**first, "title": "Another title", "rank": 99}
    found = verdicts(page(first, other), page(again, other))
    assert [record.mal_id for record in found.accepted] == [first["mal_id"], other["mal_id"]]
    assert found.accepted[0].title != "Another title"
    assert found.duplicates == (first["mal_id"], other["mal_id"])


def test_a_rejected_first_sight_leaves_the_place_to_the_second() -> None:
    entry = ENTRIES[0]
    found = verdicts(page({**entry, "title": None}, entry))
    assert [record.mal_id for record in found.accepted] == [entry["mal_id"]]
    [reject] = found.rejects
    assert (reject.page, reject.position, reject.mal_id) == (1, 1, entry["mal_id"])
    assert "title" in reject.reason
    assert len(reject.sha256) == 64


def test_an_excerpt_carries_nothing_that_drives_a_terminal() -> None:
    [reject] = verdicts(page({"mal_id": "\x1b]52;c;ZXZpbA==\x07", "title": "\ud800\u202e" + "x" * 1000})).rejects
    assert reject.excerpt.isprintable()
    assert len(reject.excerpt) <= 500
    assert reject.reason.isprintable()


@pytest.mark.parametrize(("rejected", "degraded", "unusable"), [(1, False, False), (2, True, False), (21, True, True)])
def test_the_shares_are_counted_over_all_entries(rejected: int, degraded: bool, unusable: bool) -> None:
    entries = [{**entry, "title": None} if place < rejected else entry for place, entry in enumerate(ENTRIES)]
    found = verdicts(page(*entries[:50]), page(*entries[50:]))
    assert len(found.rejects) == rejected
    assert (found.degraded, bool(found.problems)) == (degraded, unusable)


REQUIRED = ("rank", "score")
TV = [{**entry, "type": "TV", "rating": "PG", "rank": place, "score": 8} for place, entry in enumerate(ENTRIES, 1)]


@pytest.mark.parametrize("nothing", [None, 0])
@pytest.mark.parametrize("name", REQUIRED)
@pytest.mark.parametrize(("count", "degraded", "unusable"), [(1, False, False), (2, True, False), (21, True, True)])
def test_null_and_0_are_missing_where_they_are_required(
    name: str, nothing: object, count: int, degraded: bool, unusable: bool
) -> None:
    entries = [{**entry, name: nothing} if place < count else entry for place, entry in enumerate(TV)]
    pages = [(1, page(*entries[:50])), (2, page(*entries[50:]))]
    found = validate(pages, CHART, host="source.test")
    assert (found.missing[name], sum(found.missing.values())) == (count, count)
    assert (found.degraded, bool(found.problems)) == (degraded, unusable)
    assert (f"{count} of 100 entries have no {name}" in found.warnings) is degraded
    assert found.problems == ((f"{count} of 100 entries have no {name}",) if unusable else ())
    other = validate(pages, AIRING, host="source.test")
    assert (other.degraded, bool(other.problems), other.missing) == (False, False, {}), (
        "of other sources it is not required"
    )


@pytest.mark.parametrize("changes", [{"type": "Music"}, {"type": "PV"}, {"type": "CM"}, {"rating": "Rx - Hentai"}])
def test_what_is_never_ranked_lacks_no_rank(changes: dict[str, str]) -> None:
    entries = [{**entry, **changes, "rank": None} for entry in TV[:25]]
    found = validate([(1, page(*entries))], CHART, host="source.test")
    assert (found.missing, found.warnings) == ({"rank": 0, "score": 0}, ())


def test_the_end_of_a_whole_list_has_no_scores_by_nature() -> None:
    def entry(place: int) -> dict[str, object]:
        return {"mal_id": place, "title": "T", "rank": place, "score": 8 if place <= 10_000 else None}

    pages = [(number, page(*map(entry, range(number * 500 - 499, number * 500 + 1)))) for number in range(1, 27)]
    found = validate(pages, CHART, host="source.test")
    assert (found.received, found.missing["score"]) == (13_000, 0)


@pytest.mark.parametrize(("repeats", "degraded", "unusable"), [(2, False, False), (3, True, False), (21, True, True)])
def test_repeats_are_counted_like_rejects(repeats: int, degraded: bool, unusable: bool) -> None:
    found = verdicts(page(*TV[: 100 - repeats], *TV[:repeats]))
    assert (len(found.duplicates), found.degraded, bool(found.problems)) == (repeats, degraded, unusable)


def test_a_short_page_in_the_midst_is_named() -> None:
    found = verdicts(page(*TV[:7], has_next_page=True), page(*TV[7:20], has_next_page=False))
    assert found.warnings == ("page 1 has only 7 entries, although there is more after it",)


def test_no_entries_are_no_verdict_on_anything() -> None:
    found = verdicts(page(has_next_page=False))
    assert (found.received, found.degraded, bool(found.problems)) == (0, False, False)


@pytest.mark.parametrize(("pagination", "warned"), [({"has_next_page": True}, True), ({}, False)])
def test_an_empty_page_is_an_end_unless_the_source_contradicts_itself(
    pagination: dict[str, object], warned: bool
) -> None:
    found = verdicts(page(*ENTRIES[:25], has_next_page=True), page(**pagination))
    assert found.warnings == (("page 2 came empty, although the source says that there is more",) if warned else ())


@pytest.mark.parametrize("body", [b"<html>", b"{", b'{"data": {}}', b"[]", b'{"error": "x"}', b"\xff{}"])
def test_a_page_without_a_list_of_entries_is_named(body: bytes) -> None:
    with pytest.raises(BadResponseError, match=r"source\.test, page 2: "):
        verdicts(page(*ENTRIES[:2]), body)
