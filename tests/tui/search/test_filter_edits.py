"""Ticks and steps of the filters, and the lines they are drawn in, without a screen."""

import pytest

from catlog.catalogue.facets import Facets
from catlog.tui.glyphs import ASCII, UNICODE, Glyphs
from catlog.tui.screens.search.filter_edits import Stop, moved, ticked
from catlog.tui.screens.search.filter_lines import FilterLines, FilterState
from catlog.tui.screens.search.search_form import SearchInput

YEARS = (1990, 2026)


def drawn(state: FilterState, width: int = 32, glyphs: Glyphs = UNICODE) -> list[str]:
    lines = FilterLines(state, Stop("order"), width, glyphs, focused=True, color=True, low=False).lines
    return ["".join(text for text, _ in line) for line in lines]


def test_a_genre_is_asked_for_then_against_then_neither() -> None:
    drama = Stop("genres", "Drama")
    once = ticked(SearchInput(genres="Action"), drama)
    assert once == SearchInput(genres="Action, Drama")
    twice = ticked(once, drama)
    assert twice == SearchInput(genres="Action", without="Drama")
    assert ticked(twice, drama) == SearchInput(genres="Action")


def test_kinds_add_up_and_a_season_is_one() -> None:
    search = ticked(ticked(SearchInput(), Stop("type", "TV")), Stop("type", "Movie"))
    assert search.type == "TV, Movie"
    assert ticked(search, Stop("type", "TV")).type == "Movie"
    assert ticked(SearchInput(season="fall"), Stop("season", "winter")).season == "winter"
    assert ticked(SearchInput(season="fall"), Stop("season", "fall")).season == ""


@pytest.mark.parametrize(
    ("before", "stop", "step", "after"),
    [
        (SearchInput(), Stop("years", "low"), 1, "1991.."),
        (SearchInput(), Stop("years", "low"), -1, ""),
        (SearchInput(), Stop("years", "high"), -1, "..2025"),
        (SearchInput(years="2016"), Stop("years", "high"), 1, "2016..2017"),
        (SearchInput(years="2016"), Stop("years", "low"), 1, "2017..2017"),
        (SearchInput(years="1991.."), Stop("years", "low"), -1, ""),
    ],
)
def test_an_end_of_the_years_moves_and_opens_at_the_scale(
    before: SearchInput, stop: Stop, step: int, after: str
) -> None:
    assert moved(before, stop, step, YEARS).years == after


def test_scores_move_by_quarters_and_stay_a_query() -> None:
    search = moved(SearchInput(score="8"), Stop("score", "low"), 1, YEARS)
    assert search.score == "8.25.."
    search = moved(search, Stop("score", "high"), -1, YEARS)
    assert search.score == "8.25..9.75"
    scores = search.to_query(None).filters.scores
    assert scores is not None
    assert tuple(scores) == (8.25, 9.75)


def test_the_order_goes_round_and_turns() -> None:
    score = moved(SearchInput(), Stop("order"), 1, YEARS)
    assert score.order == "score"
    assert ticked(score, Stop("order")).order == "-score"
    assert moved(score, Stop("order"), -1, YEARS).order == ""
    assert ticked(ticked(SearchInput(), Stop("order")), Stop("order")).order == ""


def test_each_line_has_the_width_and_genres_keep_their_order() -> None:
    state = FilterState(SearchInput(genres="Drama", years="2015..", score="8"))
    genres = [f"Genre {letter}" for letter in "abcdefghij"]
    state.take(Facets({"Drama": 3, "Action": 9, "Isekai, very long name of it": 12_345}, {1995: 1, 2026: 4}), genres)
    before = state.genres
    assert before[0] == "Drama", "what is asked for comes first"
    state.take(Facets({"Drama": 99}, {2000: 1}), genres)
    assert state.genres == before, "nothing moves under the cursor"
    assert state.scale == (1995, 2026), "and the scale does not shrink"
    for glyphs in (UNICODE, ASCII):
        for width in (32, 58):
            assert {len(line) for line in drawn(state, width, glyphs)} == {width}
    text = "\n".join(drawn(state))
    assert "2015" in text
    assert "≥ 8" in text
    assert f"{len(before) - 6} more" in text
    state.wanted = "isek"
    assert "Isekai" in "\n".join(drawn(state))
    assert "Drama" not in "\n".join(drawn(state))
    assert "\n".join(drawn(state, glyphs=ASCII)).isascii()
