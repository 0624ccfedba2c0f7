"""Titles cut to a width: their season stays readable, and no character is halved."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from catlog.charts.cells import LEAST_HEAD, cells, fitted_title
from catlog.text import clean

LETTERS = ["a", "B", " ", ":", "鬼", "滅", "é", "e\u0323", "👨\u200d👩\u200d👧", "👍🏽", "🇯🇵", "ガ"]
TAILS = ["2nd Season", "Part 2", "Movie 3", "III", "Season 3 Part 2", "Final Season", "(TV)", "2"]
HEADS = st.lists(st.sampled_from(LETTERS), max_size=60).map(lambda parts: clean("x" + "".join(parts)))


@pytest.mark.parametrize(
    ("title", "width", "shown"),
    [
        ("Fruits Basket 1st Season", 17, "Fruits…1st Season"),
        ("Attack on Titan Season 3 Part 2", 24, "Attack o…Season 3 Part 2"),
        ("Attack on Titan Season 3 Part 2", 16, "Attack on…Part 2"),
        ("Natsume Yuujinchou Movie 3", 16, "Natsume…Movie 3"),
        ("Mob Psycho 100 III", 12, "Mob Psyc…III"),
        ("進撃の巨人 第3期", 13, "進撃の…第3期"),
        ("Fullmetal Alchemist: Brotherhood", 12, "Fullmetal A…"),
        ("Fruits Basket 1st Season", 12, "Fruits Bask…"),
    ],
)
def test_a_season_at_the_end_stays(title: str, width: int, shown: str) -> None:
    assert fitted_title(title, width) == shown


def test_ascii_has_a_mark_of_its_own() -> None:
    assert fitted_title("Fruits Basket 1st Season", 18, ascii=True) == "Fruits..1st Season"


@pytest.mark.parametrize("measure", [cells, cell_len])
@given(head=HEADS, tail=st.sampled_from([*TAILS, ""]), width=st.integers(0, 60), ascii=st.booleans())
def test_never_wider_than_asked_and_whole_where_it_fits(
    measure: Callable[[str], int], head: str, tail: str, width: int, ascii: bool
) -> None:
    title = clean(f"{head} {tail}")
    shown = fitted_title(title, width, ascii=ascii, measure=measure)
    assert measure(shown) <= max(width, 0)
    assert (shown == title) == (measure(title) <= width)


@given(head=HEADS, tail=st.sampled_from(TAILS), spare=st.integers(0, 30))
def test_ends_with_its_season_where_there_is_room_for_a_beginning(head: str, tail: str, spare: int) -> None:
    title = clean(f"{head} {tail}")
    assert fitted_title(title, LEAST_HEAD + 1 + cells(tail) + spare).endswith(tail)


@given(head=HEADS, width=st.integers(1, 60))
def test_a_cut_title_begins_as_the_whole_one_and_halves_nothing(head: str, width: int) -> None:
    shown = fitted_title(head, width).removesuffix("…")
    assert head.startswith(shown)
    assert not shown.endswith("\u200d")
    rest = head[len(shown) :].lstrip(" ") if shown else head
    assert not rest.startswith(("\u200d", "\u0323", "🏽", "🇵"))
