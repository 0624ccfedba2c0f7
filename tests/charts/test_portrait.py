"""The cat as it sits on a screen, at every size."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from catlog.charts.picture import Tone
from catlog.charts.portrait import BANNER_HEIGHT, CatAppearance, banner, portrait
from catlog.companion.art import film, frame, moving_pictures

SITTER = CatAppearance(
    "Mochi",
    "happy",
    0.72,
    0.4,
    214,
    "2 episodes of Sousou no Frieren are waiting.",
    "Press + to log one.",
    "+",
    episodes=(0, 1, 0, 2, 5, 3, 1),
    weekdays="TWTFSSM",
    streak=4,
    keys=(("p", "pet"), ("f", "feed")),
)


def test_it_shows_everything_where_there_is_room() -> None:
    drawn = portrait(SITTER, frame("happy"), width=38, height=16)
    text = drawn.picture.text()
    told = ("( ^.^ )", "mood     happy", "energy   ━━━━━━╸──", "bond     ━━━╸─────", "together 214 days")
    assert all(words in text for words in told)
    assert "12 ep this week      ■ ■ ■ ■ ■ ■ ■" in text
    assert "4-day streak         T W T F S S M" in text
    assert "p pet   f feed" in text
    lines = text.splitlines()
    assert drawn.bubble == range(5)
    assert lines[4][7] == "┬"
    assert lines[5].strip() == "╯"
    assert {line[-1] for line in lines[1:4]} == {"│"}


def test_the_key_alone_stands_out() -> None:
    drawn = portrait(replace(SITTER, keys=()), frame("happy"), width=42)
    strong = [span.text.strip() for line in drawn.picture.lines for span in line if span.tone is Tone.STRONG]
    assert strong == ["+"]


def test_a_key_at_the_end_of_what_fits_in_one_line_stands_out_too() -> None:
    drawn = banner(replace(SITTER, words="Tired?", invitation="Press y."), frame("happy"), width=80)
    strong = [span.text.strip() for line in drawn.picture.lines for span in line if span.tone is Tone.STRONG]
    assert strong == ["Mochi"]
    keyed = banner(replace(SITTER, words="Tired?", invitation="Press y.", key="y"), frame("happy"), width=80)
    strong = [span.text.strip() for line in keyed.picture.lines for span in line if span.tone is Tone.STRONG]
    assert strong == ["y.", "Mochi"]


@pytest.mark.parametrize("words", ["a " * 200, "Ultramarathonlongtitle" * 9, "銀魂 " * 60])
def test_a_long_title_is_cut_and_the_key_is_not(words: str) -> None:
    text = portrait(replace(SITTER, words=words), frame("happy"), width=42).picture.text()
    assert "…" in text
    assert "to log one." in " ".join(text.replace("│", " ").split())


@given(
    st.integers(1, 90),
    st.none() | st.integers(1, 30),
    st.booleans(),
    st.sampled_from(sorted(moving_pictures())),
    st.text(max_size=90),
)
def test_it_stays_within_its_room(width: int, height: int | None, ascii: bool, name: str, words: str) -> None:
    sitter = replace(SITTER, words=words)
    for shot in film(name):
        drawn = portrait(sitter, shot.frame, width=width, height=height, ascii=ascii)
        assert drawn.picture.width <= width
        assert height is None or len(drawn.picture.lines) <= height
        for line in drawn.picture.text().splitlines():
            assert cell_len(line) <= width


@given(st.integers(60, 200), st.booleans(), st.sampled_from(sorted(moving_pictures())), st.text(max_size=200))
def test_a_banner_stays_within_its_room(width: int, ascii: bool, name: str, words: str) -> None:
    for shot in film(name):
        drawn = banner(replace(SITTER, words=words), shot.frame, width=width, ascii=ascii)
        assert len(drawn.picture.lines) == BANNER_HEIGHT
        for line in drawn.picture.text().splitlines():
            assert cell_len(line) <= width


def test_a_banner_tells_the_same_beside_the_drawing() -> None:
    text = banner(SITTER, frame("happy"), width=100).picture.text()
    told = ("2 episodes of Sousou no Frieren are waiting. Press + to log one.", "Mochi  happy   bond ━━━─────")
    assert all(words in text for words in told)
    assert "12 episodes this week · 4-day streak" in text
    ends = {len(line.rstrip()) for line in text.splitlines()[-2:]}
    assert ends == {98}, "the days end where the numbers of the screen do"


@pytest.mark.parametrize("name", sorted(moving_pictures()))
def test_only_the_drawing_changes_from_shot_to_shot(name: str) -> None:
    drawn = [portrait(SITTER, shot.frame, width=38).picture for shot in film(name)]
    assert len({len(each.lines) for each in drawn}) == 1
    for each in drawn[1:]:
        assert each.lines[:4] == drawn[0].lines[:4]
        assert each.lines[11:] == drawn[0].lines[11:]
        gauges = [line[19:] for line in each.text().splitlines()[6:11]]
        assert gauges == [line[19:] for line in drawn[0].text().splitlines()[6:11]]


def test_days_tell_their_episodes_by_shade_by_sign_and_in_ascii() -> None:
    def days(*, ascii: bool = False, color: bool = True) -> list[tuple[str, Tone]]:
        lines = portrait(SITTER, frame("happy"), width=38, ascii=ascii, color=color).picture.lines
        return [(s.text.strip(), s.tone) for line in lines for s in line if s.tone.value.startswith("heat")]

    shades = [tone.value for _, tone in days()]
    assert shades == [f"heat {step}" for step in (0, 2, 0, 3, 4, 4, 2)]
    assert [sign for sign, _ in days(color=False)] == list("□■□■■■■")
    assert "".join(sign for sign, _ in days(ascii=True)) == ".#.####"


def test_colours_are_for_what_is_not_the_cat() -> None:
    drawn = portrait(SITTER, frame("pet"), width=42)
    hearts = [span for line in drawn.picture.lines for span in line if span.text == "<3"]
    assert [span.tone for span in hearts] == [Tone.FAVORITE]
