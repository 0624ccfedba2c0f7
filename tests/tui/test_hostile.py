"""Hostile text stays text: on its way through `content.py`, and through the filters behind it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.widgets import Static

from catlog.config import Settings
from catlog.errors import BadDataError
from catlog.text import clean
from catlog.tui.backend import Backend
from catlog.tui.content import line, plain
from catlog.tui.terminal.capabilities import Terminal
from catlog.tui.terminal.line_filters import AsciiFilter, ColorlessFilter, ControlFilter, EncodingFilter
from tests.tui.harness import opened

BLACK = Color(0, 0, 0)

HOSTILE = (
    "Re[/]zero [bold",
    "[@click=app.leave]press me[/]",
    "\x1b]52;c;Q0FOQVJZ\x07",
    "\x1b[2J\x1b[H\x9b31m",
    "\u202egnp.exe\u2066",
    "a\x00b\x7fc\x85d\u2028e",
    "\U000e0041\U000e007f",
    "[red]not red[/red]",
    "Z" + "\u0301" * 60,
    "👩\u200d👩\u200d👧 CJK 進撃の巨人 ｶﾞ",
    "\ud800 lone",
)


def drives(text: str) -> bool:
    """Return whether a terminal could take a character of the text for more than a letter."""
    return any(unicodedata.category(char) in ("Cc", "Cs") or "\u202a" <= char <= "\u202e" for char in text)


@given(st.text(st.characters(), max_size=80))
def test_content_is_clean_and_the_same_letters_whatever_was_given(text: str) -> None:
    content = plain(text)
    assert not drives(content.plain.replace("\n", "").replace("\t", ""))
    assert content.spans == []
    assert content.plain.strip() == clean(text, multiline=True, limit=20_000).strip()
    assert line(text, (text, "bold")).plain == content.plain * 2


@given(st.text(st.characters(exclude_categories=[]), max_size=80))
def test_the_filters_let_nothing_through_and_keep_the_columns(text: str) -> None:
    segments = [Segment(text, Style(color="red", bold=True)), Segment("end")]
    for filter in (ControlFilter(), AsciiFilter(), EncodingFilter("latin-1"), ColorlessFilter()):
        before = sum(cell_len(segment.text) for segment in segments)
        segments = filter.apply(segments, BLACK)
        assert sum(cell_len(segment.text) for segment in segments) == before, filter
    seen = "".join(segment.text for segment in segments)
    assert not drives(seen)
    seen.encode("latin-1")
    assert all(segment.style is None or segment.style.color is None for segment in segments)


def fail(backend: Backend, words: str) -> None:
    raise BadDataError(words, hint=words)


@pytest.mark.parametrize("words", HOSTILE, ids=ascii)
async def test_no_hostile_text_is_run_shown_raw_or_a_crash(library: Settings, words: str) -> None:
    async with opened(library, (100, 40), Terminal(color=False)) as it:
        it.app.pool.run(it.app, fail, words)
        it.app.tell(words, undo=True)
        await it.app.screen.mount(Static(plain(words), id="hostile"))
        await it.settle()
        assert not drives(it.text.replace("\n", ""))
        if "[" in words and "\x1b" not in words:
            assert words in it.text, "markup stays what it is: letters"
        await it.pilot.click("#hostile", offset=(1, 0))
        await it.settle()
        assert it.app.is_running


def test_in_ascii_names_keep_their_cells_and_lose_what_the_terminal_has_not() -> None:
    (shown,) = AsciiFilter().apply([Segment("│ 進撃 Pokémon × ★ │")], BLACK)
    assert shown.text == "| ???? Pokemon x * |"
