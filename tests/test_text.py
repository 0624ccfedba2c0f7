"""Hostile text goes in, safe text comes out."""

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from catlog.text import MARKS_PER_BASE, TITLE_LIMIT, clean, cleaned, counted, figure, in_ascii, spans

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=200)


@given(ANY_TEXT, st.booleans())
def test_nothing_that_drives_a_terminal_is_left(text: str, multiline: bool) -> None:
    safe = clean(text, multiline=multiline)
    allowed = "\n\t\u200c\u200d" if multiline else "\u200c\u200d"
    assert not [c for c in safe if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") and c not in allowed]
    safe.encode("utf-8")


@given(ANY_TEXT, st.booleans())
def test_cleaning_twice_changes_nothing_more(text: str, multiline: bool) -> None:
    once = clean(text, multiline=multiline)
    assert clean(once, multiline=multiline) == once
    assert cleaned(once, multiline=multiline) == (once, False)


@given(ANY_TEXT)
def test_a_single_line_is_single_short_and_normal(text: str) -> None:
    safe = clean(text)
    assert "\n" not in safe
    assert "\t" not in safe
    assert len(safe) <= TITLE_LIMIT
    assert unicodedata.is_normalized("NFC", safe)


@pytest.mark.parametrize(
    ("hostile", "safe"),
    [
        ("\x1b]52;c;aGFjaw==\x07Title", "]52;c;aGFjaw==Title"),
        ("a\x9b31mb", "a31mb"),
        ("\u202eevil\u202c", "evil"),
        ("\u200eHonekko Parade", "Honekko Parade"),
        ("Suijun\u200bgenten", "Suijungenten"),
        ("\U000e0041tag", "tag"),
        ("a\ud800b", "ab"),
        ("line\u2028break\x00", "line break"),
        ("ｱ\ufeffｲ", "ｱｲ"),
        ("Cafe\u0301", "Café"),
        ("x" + "\u0337" * 40, "x" + "\u0337" * MARKS_PER_BASE),
    ],
)
def test_known_attacks_become_plain_words(hostile: str, safe: str) -> None:
    assert clean(hostile) == safe
    assert cleaned(hostile)[1] is (safe != unicodedata.normalize("NFC", hostile))


@pytest.mark.parametrize(
    "title",
    [
        "86",
        "[Oshi no Ko]",
        "Gintama°",
        "Madoka★Magica",
        "𝄇",
        "Re[/]zero [bold",
        "👩‍👩‍👧 ❤️",
        "100%_\\",
        "한국어",
        "ひぐらしの\u3000なく頃に",
    ],
)
def test_real_titles_stay_as_they_are(title: str) -> None:
    assert cleaned(title) == (title, False)


def test_notes_keep_their_lines() -> None:
    assert clean("one\r\ntwo\r\tthree\x85four", multiline=True) == "one\ntwo\n\tthree\nfour"


def test_a_count_has_the_number_of_its_noun() -> None:
    assert [counted(number, "viewer") for number in (0, 1, 2_000)] == ["0 viewers", "1 viewer", "2,000 viewers"]
    assert [counted(number, "row waits", "rows wait") for number in (1, 2)] == ["1 row waits", "2 rows wait"]


def test_a_figure_is_never_a_power_of_ten() -> None:
    shown = [figure(value) for value in (0, 20, 0.05, 1_234_567, 1 / 3, -2.5)]
    assert shown == ["0", "20", "0.05", "1,234,567", "0.333333", "-2.5"]
    assert figure(1 / 3, 3) == "0.333"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Pokémon × Ōkami", "Pokemon x Okami"),
        ("Frieren: Beyond Journey’s End – “2”…", 'Frieren: Beyond Journey\'s End - "2".'),
        ("進撃の巨人", "??" * 5),
        ("ＮＡＮＡ", "N A N A "),
        ("Lucky☆Star", "Lucky*Star"),
        ("🎌 ok", "?? ok"),
        ("e\u0301te\u0301", "ete"),
        ("plain", "plain"),
    ],
)
def test_in_ascii_every_text_keeps_its_cells(text: str, shown: str) -> None:
    assert in_ascii(text) == shown
    assert cell_len(shown) == cell_len(text)


@given(st.text())
def test_in_ascii_nothing_else_is_left(text: str) -> None:
    assert in_ascii(clean(text)).isascii()


def test_days_are_written_as_spans() -> None:
    assert spans([]) == ""
    assert spans(date(2024, 1, day) for day in (4, 1, 2)) == "2024-01-01…2024-01-02, 2024-01-04"
