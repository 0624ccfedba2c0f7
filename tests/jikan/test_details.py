"""The smaller records, from invented objects: what they need, and what they do without."""

import pytest

from catlog.jikan.details import (
    Episode,
    GenreTotal,
    Recommendation,
    Relation,
    accepted,
    parse_details,
    parse_episode,
    parse_genre,
    parse_recommendation,
    parse_relations,
)
from catlog.jikan.fields import RejectedRecordError


def test_relations_are_flat_and_broken_ones_are_left_out() -> None:
    raw = [
        {"relation": "Sequel", "entry": [{"mal_id": 5, "type": "anime", "name": "Tabi 2"}, {"mal_id": None}, 7]},
        {"relation": None, "entry": [{"mal_id": 6, "type": "anime", "name": "Tabi 3"}]},
        {"relation": "Adaptation", "entry": {"mal_id": 6}},
        "Prequel",
    ]
    assert parse_relations(raw) == (Relation("Sequel", "anime", 5, "Tabi 2"),)
    assert parse_relations({"relation": "Sequel"}) == ()


def test_an_episode_needs_a_number_and_a_title() -> None:
    raw = {"mal_id": 3, "title": "The\x1b Road", "aired": None, "score": 4.567, "filler": True}
    assert parse_episode(raw) == Episode(3, "The Road", None, None, 4.57, filler=True, recap=False)
    with pytest.raises(RejectedRecordError, match="title"):
        parse_episode({"mal_id": 3})
    with pytest.raises(RejectedRecordError, match="mal_id"):
        parse_episode({"title": "The Road"})


def test_details_do_without_all_but_the_anime() -> None:
    details = parse_details({"mal_id": 1, "title": "Tabi", "theme": None, "relations": "none", "streaming": [{}]})
    assert (details.anime.title, details.relations, details.openings, details.streaming) == ("Tabi", (), (), ())


def test_entries_that_cannot_be_read_are_left_out_of_a_list() -> None:
    raw = [{"mal_id": 1, "name": "Action", "count": -4}, {"mal_id": 2}, None]
    assert list(accepted(raw, parse_genre)) == [GenreTotal(1, "Action", None)]


def test_a_recommendation_without_votes_has_none() -> None:
    assert parse_recommendation({"entry": {"mal_id": 9, "title": "Tabi"}}) == Recommendation(9, "Tabi", 0)
    for broken in (None, {"entry": None}, {"entry": {"mal_id": 9}}):
        with pytest.raises(RejectedRecordError):
            parse_recommendation(broken)
