"""The cat as it sits on a screen, at every size."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from catlog.charts.picture import Tone
from catlog.charts.portrait import CatAppearance, portrait
from catlog.companion.art import film, frame, moving_pictures

SITTER = CatAppearance(
    "Mochi",
    "happy",
    0.72,
    0.4,
    4,
    214,
    "2 episodes of Sousou no Frieren are waiting.",
    "Press + to log one.",
    "+",
    "12 episodes this week",
)


def test_it_shows_everything_where_there_is_room() -> None:
    drawn = portrait(SITTER, frame("happy"), width=42)
    text = drawn.picture.text()
    told = (
        "Mochi, 214 days together",
        "12 episodes this week",
        "( ^.^ )",
        "energy ▰▰▰▰▰▰▱▱",
        "bond   ▰▰▰▱▱▱▱▱",
        "level  4",
    )
    assert all(words in text for words in told)
    assert drawn.bubble == range(4)
    assert text.splitlines()[3][10] == "┬"
    assert text.splitlines()[4].strip() == "╯"


def test_the_key_alone_stands_out() -> None:
    drawn = portrait(SITTER, frame("happy"), width=42)
    strong = [span.text.strip() for line in drawn.picture.lines for span in line if span.tone is Tone.STRONG]
    assert strong == ["+", "Mochi"]


@pytest.mark.parametrize("words", ["a " * 200, "Ultramarathonlongtitle" * 9, "銀魂 " * 60])
def test_a_long_title_is_cut_and_the_key_is_not(words: str) -> None:
    text = portrait(SITTER.__class__(**{**_fields(), "words": words}), frame("happy"), width=42).picture.text()
    assert "…" in text
    assert "+" in text
    assert "to log one." in " ".join(text.replace("│", " ").split())


@given(
    st.integers(1, 90),
    st.none() | st.integers(1, 30),
    st.booleans(),
    st.sampled_from(sorted(moving_pictures())),
    st.text(max_size=90),
)
def test_it_stays_within_its_room(width: int, height: int | None, ascii: bool, name: str, words: str) -> None:
    sitter = CatAppearance(**{**_fields(), "words": words})
    for shot in film(name):
        drawn = portrait(sitter, shot.frame, width=width, height=height, ascii=ascii)
        assert drawn.picture.width <= width
        assert height is None or len(drawn.picture.lines) <= height
        for line in drawn.picture.text().splitlines():
            assert cell_len(line) <= width


@pytest.mark.parametrize("name", sorted(moving_pictures()))
def test_only_the_frame_changes_from_shot_to_shot(name: str) -> None:
    drawn = [portrait(SITTER, shot.frame, width=42).picture.lines for shot in film(name)]
    assert len({len(lines) for lines in drawn}) == 1
    for lines in drawn[1:]:
        assert lines[:4] == drawn[0][:4]
        assert lines[10:] == drawn[0][10:]


def test_colours_are_for_what_is_not_the_cat() -> None:
    drawn = portrait(SITTER, frame("pet"), width=42)
    hearts = [span for line in drawn.picture.lines for span in line if span.text == "<3"]
    assert [span.tone for span in hearts] == [Tone.PLANNED]


def _fields() -> dict[str, object]:
    return {name: getattr(SITTER, name) for name in SITTER.__slots__}
