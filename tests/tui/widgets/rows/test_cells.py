import unicodedata

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from catlog.tui.widgets.rows.columns import fitted, padded
from tests.support.jikan.words import HOSTILE_TITLES

TEXTS = st.text(max_size=60) | st.sampled_from(HOSTILE_TITLES)


def test_a_text_that_fits_stays_as_it_is() -> None:
    assert fitted("Mushishi", 8) == ("Mushishi", 8)


def test_a_text_that_is_too_long_ends_in_an_ellipsis() -> None:
    assert fitted("Vinland Saga", 9) == ("Vinland…", 8)
    assert fitted("Vinland Saga", 9, ascii=True) == ("Vinland..", 9)
    assert fitted("Vinland Saga", 1, ascii=True) == (".", 1)


def test_a_wide_letter_is_never_cut_in_half() -> None:
    assert fitted("進撃の巨人", 6) == ("進撃…", 5)
    assert padded("進撃の巨人", 6) == "進撃… "


def test_emoji_sequences_are_as_wide_as_their_parts_because_terminals_disagree() -> None:
    assert fitted("👨\u200d👩\u200d👧", 10) == ("👨👩👧", 6)
    assert fitted("❤\ufe0f👍🏽", 10) == ("❤👍", 3)


def test_flags_are_letters_and_what_unicode_does_not_know_is_a_sign() -> None:
    assert fitted("\U0001f1ef\U0001f1f5 drama", 10) == ("JP drama", 8)
    assert fitted("a\U0004fff0b\ue000c", 10) == ("a\ufffdb\ufffdc", 5)


def test_ten_thousand_marks_on_one_letter_are_cut_to_a_few() -> None:
    text, cells = fitted("a" + "\u0301" * 10_000, 20)
    assert cells == 1
    assert len(text) < 10


def test_padding_goes_to_the_left_of_figures() -> None:
    assert padded("8.75", 6, right=True) == "  8.75"


@given(TEXTS, st.integers(0, 50), st.booleans())
def test_padded_text_is_exactly_as_wide_as_asked(text: str, width: int, ascii: bool) -> None:
    assert cell_len(padded(text, width, ascii=ascii)) == width


@given(TEXTS, st.integers(0, 50))
def test_nothing_that_drives_a_terminal_is_left(text: str, width: int) -> None:
    kept = padded(text, width)
    assert not {unicodedata.category(char) for char in kept} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
