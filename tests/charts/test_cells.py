"""Text in terminal cells."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from catlog.charts.cells import cells, fitted, padded, wrapped

TEXTS = ("plain", "銀魂", "ｶﾞﾝﾀﾞﾑ", "e\u0301te\u0301", "日本 and more", "❤️ Neko", "👨\u200d👩\u200d👧 family", "한국", "")


@pytest.mark.parametrize("text", TEXTS)
def test_cells_are_counted_as_the_tables_count_them(text: str) -> None:
    assert cells(text) == cell_len(text)


@given(st.text(alphabet=st.sampled_from("ab 銀魂ｶﾞ\u0301한é…"), max_size=30), st.integers(0, 20), st.booleans())
def test_a_fitted_text_is_never_wider_than_its_room(text: str, width: int, ascii: bool) -> None:
    line = fitted(text, width, ascii=ascii)
    assert cell_len(line) <= width
    assert cell_len(padded(line, width)) == cell_len(padded(line, width, right=True)) == width


def test_a_cut_is_marked_in_the_characters_that_are_allowed() -> None:
    assert fitted("Shingeki no Kyojin", 10) == "Shingeki…"
    assert fitted("Shingeki no Kyojin", 10, ascii=True) == "Shingeki.."
    assert fitted("進撃の巨人", 5) == "進撃…"
    assert fitted("abc", 3) == "abc"
    assert fitted("abc", 0) == ""


def test_a_name_that_would_drive_the_terminal_is_cleaned() -> None:
    assert fitted("\x1b[31mred\x1b]52;c;aGk=\x07\u202e", 40) == "[31mred]52;c;aGk="


@given(st.text(alphabet="ab 銀", max_size=80), st.integers(4, 20))
def test_wrapped_lines_fit_and_keep_the_words(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert all(cell_len(line) <= width for line in lines)
    if all(cell_len(word) <= width for word in text.split()):
        assert " ".join(lines).split() == text.split()
