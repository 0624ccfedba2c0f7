import asyncio
import unicodedata
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.style import Style

from catlog.tui.glyphs import ASCII, UNICODE, Glyphs
from catlog.tui.widgets.rows import Piece, RowColumn
from catlog.tui.widgets.rows.renderer import RowRenderer
from tests.support.jikan.words import HOSTILE_TITLES
from tests.tui.widgets.rows.stage import Show, columns, staged

STYLES = {name: Style(color=f"color({number})") for number, name in enumerate(["", "dim", "mark", "bar", "completed"])}
WORSE = (
    "Re[/]zero [bold",
    "[@click=app.quit]Quit[/]",
    "\x1b]52;c;aGk=\x07stolen",
    "\x9b31mred",
    "\u202egnp.exe",
    "a\u200db\u200c\ufeff\u2060\u00adc",
    "e" + "\u0301" * 200,
    "\u0301starts with a mark",
    "進" * 10_000,
    "x" * 10_000,
    "\udcff lone",
    "tab\there\nnew\rline\u2028",
    "\U000e0041\U000e0042 tags",
    "",
)
TEXTS = st.text(max_size=80) | st.sampled_from([*HOSTILE_TITLES, *WORSE])


def painter(width: int, given: Sequence[RowColumn[Any]] | None = None, glyphs: Glyphs = UNICODE) -> RowRenderer[Any]:
    found = RowRenderer(given or columns(glyphs), lambda state, name: STYLES.get(name, STYLES[""]), glyphs)
    found.resize(width)
    return found


def harmless(text: str) -> bool:
    return not {unicodedata.category(char) for char in text} & {"Cc", "Cf", "Cs", "Zl", "Zp"}


@given(TEXTS, st.integers(1, 200), st.booleans(), st.booleans())
def test_every_line_is_exactly_as_wide_as_the_list_and_harmless(
    title: str, width: int, cursor: bool, selected: bool
) -> None:
    strip = painter(width).row(0, Show(1, title), cursor=cursor, selected=selected)
    assert sum(segment.cell_length for segment in strip) == width
    assert harmless(strip.text)
    assert all(segment.control is None and segment.text for segment in strip)


@given(TEXTS, st.integers(1, 120))
def test_headings_rules_and_words_are_as_wide_and_harmless(text: str, width: int) -> None:
    draw = painter(width, (RowColumn("a", text, lambda record, _: "", 10), *columns()))
    for strip in (draw.heading("a", descending=True), draw.rule(text), draw.text_line(text), draw.blank()):
        assert sum(segment.cell_length for segment in strip) == width
        assert harmless(strip.text)


@pytest.mark.parametrize("title", ["進撃の巨人", "e\u0301te\u0301", "👨\u200d👩\u200d👧 family", "❤\ufe0f", "plain"])
def test_the_columns_after_a_wide_title_stand_where_they_always_do(title: str) -> None:
    wide, plain = (painter(80).row(0, Show(1, each), cursor=False, selected=False) for each in (title, "plain"))
    assert wide.crop(50, 80).text == plain.crop(50, 80).text


def test_markup_is_letters() -> None:
    line = painter(80).row(0, Show(1, "Re[/]zero [@click=app.quit]x[/]"), cursor=False, selected=False)
    assert "Re[/]zero [@click=app.quit]x[/]" in line.text
    assert all(segment.style.meta == {} for segment in line)


def test_pieces_keep_their_styles_and_one_style_is_one_segment() -> None:
    pair = (
        RowColumn("a", "A", lambda record, _: (Piece("ab", "bar"), Piece("cdef", "mark")), 4),
        RowColumn("b", "B", lambda record, _: Piece("right", "bar"), 8, right=True),
    )
    line = painter(30, pair).row(0, None, cursor=False, selected=False)
    assert [(segment.text, segment.style) for segment in line] == [
        ("  ", STYLES[""]),
        ("ab", STYLES["bar"]),
        ("c…     ", STYLES["mark"]),
        ("right              ", STYLES["bar"]),
    ]


def test_a_title_keeps_the_end_that_tells_its_season() -> None:
    name = "Haikyuu!! Karasuno Koukou 2nd Season"
    for glyphs, mark in ((UNICODE, "…"), (ASCII, "..")):
        pair = (RowColumn("a", "A", lambda record, _: Piece(name, "title"), 26),)
        line = painter(28, pair, glyphs).row(0, None, cursor=False, selected=False).text
        assert line.rstrip().endswith(f"{mark}2nd Season")
    text = (RowColumn("a", "A", lambda record, _: name, 26),)
    assert painter(28, text).row(0, None, cursor=False, selected=False).text.endswith("…")


@given(TEXTS, st.integers(1, 60))
def test_every_title_is_cut_to_its_column(title: str, width: int) -> None:
    pair = (RowColumn("a", "A", lambda record, _: Piece(title, "title"), width),)
    strip = painter(width + 2, pair).row(0, None, cursor=False, selected=False)
    assert sum(segment.cell_length for segment in strip) == width + 2
    assert harmless(strip.text)


def test_marks_say_cursor_and_selection_in_ascii_too() -> None:
    for glyphs in (UNICODE, ASCII):
        line = painter(40, glyphs=glyphs).row(0, Show(1, "x" * 60), cursor=True, selected=True).text
        assert line.startswith(glyphs.cursor + glyphs.selected + "x")
    plain = painter(60, glyphs=ASCII)
    assert plain.row(0, Show(1, "x" * 60), cursor=True, selected=True).text.isascii()
    assert plain.heading("title").text.isascii()
    assert plain.rule("more").text.isascii()


def test_the_arrow_stands_at_the_column_the_list_is_sorted_by() -> None:
    draw = painter(80)
    assert "Title ▼" in draw.heading("title", descending=True).text
    assert "  MAL ▲" in draw.heading("mal").text


def test_a_line_is_drawn_once_until_its_record_changes() -> None:
    drawn = []
    draw = painter(40, (RowColumn("a", "A", lambda record, _: drawn.append(record) or "a", 5),))
    for _ in range(3):
        draw.row(7, "old", cursor=False, selected=False)
    draw.row(7, "old", cursor=True, selected=False)
    draw.invalidate(7)
    draw.row(7, "new", cursor=False, selected=False)
    assert drawn == ["old", "old", "new"]


def test_the_screen_shows_hostile_titles_without_harm() -> None:
    records = [Show(number, title) for number, title in enumerate((*HOSTILE_TITLES, *WORSE))]

    async def shown() -> list[tuple[str, int]]:
        async with staged(records, size=(60, len(records) + 2)) as (app, _rows, _pilot):
            return [(strip.text, strip.cell_length) for strip in app.screen._compositor.render_strips()]

    for text, cells in asyncio.run(shown()):
        assert cells == 60
        assert harmless(text)
